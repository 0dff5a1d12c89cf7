// Series of x are read where the caller has them. One of y that has one channel is read once, to an array of the invocation's own: each strip reads all of it.
// The array holds anything at first: whoever works on a pair begins with `begin_arrays`, and reads no blocks beyond the pair's. Bounds: `TILES` blocks.

const PACKED_ROWS = false;
const PACKED_COLUMNS = true;

var<private> kept: array<array<f32, TILES>, COLUMNS>;

fn packed_rows(i0: u32, k: u32) -> array<f32, ROWS> { return array<f32, ROWS>(); }

fn packed_columns(j0: u32, k: u32) -> array<f32, COLUMNS> {
    if !UNIVARIATE { return read_columns(j0, k); }
    let block = min(j0 / COLUMNS, TILES - 1u);
    return array<f32, COLUMNS>(kept[0][block], kept[1][block], kept[2][block], kept[3][block]);
}

fn begin_arrays() {
    // Nobody else's tiles stand beside the stack's own.
    home.row_first = 0u;
    home.tile_first = 0u;
    home.width = 1u;
    home.member = 0u;
    find_pair(home.first);
    // As far apart as those of the invocations beside it, which is fastest, where arrays hold that.
    if home.strips * home.blocks > TILES { home.blocks = block_count(); }
    if UNIVARIATE {
        for (var block = 0u; block < block_count(); block++) {
            let ys = read_columns(block * COLUMNS, 0u);
            let at = min(block, TILES - 1u);
            kept[0][at] = ys[0];
            kept[1][at] = ys[1];
            kept[2][at] = ys[2];
            kept[3][at] = ys[3];
        }
    }
}
