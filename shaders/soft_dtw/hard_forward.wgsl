// DTW values (gamma = 0), and the steps of the best path.
//   v[0,0] = 0, v[i,j] = c[i,j] + min(v[i-1,j-1], v[i-1,j], v[i,j-1]), value = v[n,m], c = cost
// x [series, n, dim], y [series, m, dim] -> value [pairs] or [A, B], or [pairs, 4] as forward.wgsl makes it: (0, 0, value, 0);
// steps: two bits a cell
// Lanes, and what one dispatch works on: as in forward.wgsl. Tiles have eight rows.
// Loops: as in forward.wgsl.
// Bounds: as in forward.wgsl, but that rows holds the sum of stacks * blocks, steps that of stacks * blocks * strips if STEPS, and
// carry strips * stacks * 3 where panels have neighbours on the right.

@group(0) @binding(3) var<storage, read_write> rows: array<vec4<f32>>;  // the row above the current strip
@group(0) @binding(4) var<storage, read_write> steps: array<vec2<u32>>; // 16 bits for each column of a tile
@group(0) @binding(5) var<storage, read_write> carry: array<vec4<f32>>; // each strip's column and corner
@group(0) @binding(6) var<storage, read_write> value: array<f32>;
@group(0) @binding(7) var<uniform> parameters: Parameters;

override STEPS: bool = false; // keep the steps

// Above every value that can occur.
const UNREACHABLE = 1e37f;

// Stands for a cost that is NaN or minus infinity: below every value that can occur, so that the minimum carries it on to every cell
// that a path through it can reach. A maximum puts it in place of NaN, which drivers' `min` and `max` pass over.
const POISON = -3e38f;

// Which neighbour a cell's best path comes from; where several are equal, the first of these.
const FROM_DIAGONAL = 0u;
const FROM_UP = 1u;
const FROM_LEFT = 2u;
const NOWHERE = 3u; // there is no path of finite cost, or one of NaN

fn passes(panel: Panel, lane: u32, stack: u32) {
    find_pair(home.first);

    // The bounds of both loops are the same for all invocations of the workgroup, as the barrier needs.
    for (var first = panel.strips.x; first < panel.strips.y; first += LANES) {
        let span = group_blocks(panel, first, min(first + LANES, panel.strips.y) - 1u);
        let strip = first + lane;
        find_strip(strip);
        let works = stack < p.stacks && strip < min(panel.strips.y, home.strips);
        let i0 = first_row(strip);
        let own = strip_blocks(strip);
        let begin = max(own.x, panel.blocks.x);
        let end = min(own.y, panel.blocks.y);
        var xs: array<f32, ROWS>;
        var limits: Limits;
        if works {
            xs = load_rows(i0, 0u);
            limits = load_limits(i0);
        }
        var left: array<f32, ROWS>;
        for (var r = 0u; r < ROWS; r++) { left[r] = UNREACHABLE; }
        var corner = UNREACHABLE;
        let carried = (strip * p.stacks + stack) * 3u;
        if works && own.x < panel.blocks.x {
            let c0 = carry[carried];
            let c1 = carry[carried + 1u];
            left = array<f32, ROWS>(c0.x, c0.y, c0.z, c0.w, c1.x, c1.y, c1.z, c1.w);
            corner = carry[carried + 2u].x;
        } else if strip == q.top {
            corner = 0.0;
        }
        var row: array<f32, COLUMNS>;

        let step_end = step_count(span);
        for (var step = 0u; step < step_end; step++) {
            let block = span.x + step - lane; // below the first, or wrapped around, before the lane's turn
            if works && block >= begin && block < end {
                let j0 = block * COLUMNS;
                let ys = load_columns(j0, 0u);
                var c = tile_costs(i0, tile_sums(i0, j0, xs, ys));
                if PADDED { mask_outside(i0, j0, limits, &c); }
                let above = load_row(strip, block);
                if BAND {
                    if block == own.x && block > 0u { corner = load_row(strip, block - 1u).w; }
                }
                row = array<f32, COLUMNS>(above.x, above.y, above.z, above.w);

                var bits: array<u32, COLUMNS>;
                for (var t = 0u; t < COLUMNS; t++) {
                    var diagonal = corner;
                    var up = row[t];
                    corner = up;
                    for (var r = 0u; r < ROWS; r++) {
                        let best = min(diagonal, min(up, left[r]));
                        let v = best + max(c[r * COLUMNS + t], POISON);
                        var from_ = FROM_LEFT;
                        if up <= best { from_ = FROM_UP; }
                        if diagonal <= best { from_ = FROM_DIAGONAL; }
                        bits[t] |= select(NOWHERE, from_, abs(v) < FORBIDDEN) << (r * 2u);
                        diagonal = left[r];
                        up = v;
                        left[r] = v;
                    }
                    row[t] = up;
                }
                rows[border_index(strip, block)] = vec4(row[0], row[1], row[2], row[3]);
                if STEPS {
                    steps[tile_index(strip, block)] =
                        vec2(bits[0] | (bits[1] << 16u), bits[2] | (bits[3] << 16u));
                }
            }
            if LANES > 1u { storageBarrier(); }
        }
        // Not within the loop: a software driver runs every branch, masked, for every tile.
        if works && begin < end {
            if end < own.y {
                carry[carried] = vec4(left[0], left[1], left[2], left[3]);
                carry[carried + 1u] = vec4(left[4], left[5], left[6], left[7]);
                carry[carried + 2u] = vec4(corner);
            }
            if strip == last_strip() && end == block_count() { store_end(row, left); }
        }
    }
}

// The row of v above a strip; see borders.wgsl.
fn load_row(strip: u32, block: u32) -> vec4<f32> {
    if strip == q.top { return vec4(UNREACHABLE); }
    if BAND {
        let above = strip_blocks(strip - 1u);
        if block < above.x || block >= above.y { return vec4(UNREACHABLE); }
    }
    return rows[border_index(strip, block)];
}

fn store_end(bottom: array<f32, COLUMNS>, right: array<f32, ROWS>) {
    var row = bottom;
    var column = right;
    var end = UNREACHABLE;
    for (var t = 0u; t < COLUMNS; t++) {
        if exit_row() == ROWS - 1u && exit_column() == t { end = row[t]; }
    }
    for (var r = 0u; r < ROWS - 1u; r++) {
        if exit_row() == r { end = column[r]; }
    }
    // NaN where poison arrived, or no path of finite cost. 
    let result = select(not_a_number(), end, abs(end) < FORBIDDEN);
    if p.ends > 0u {
        let at = p.value_first + q.value * 4u;
        value[at] = 0.0;
        value[at + 1u] = 0.0;
        value[at + 2u] = result;
        value[at + 3u] = 0.0;
    } else {
        value[p.value_first + q.value] = result;
    }
}
