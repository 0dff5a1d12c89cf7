// The costs of one tile as the recursion wants them: scaled, and forbidden where there is no cell or no path may pass.

override PADDED: bool = true; // n or m is no multiple of a tile's side, so that tiles reach beyond the last cell

// The cost of cells that no path may use.
const FORBIDDEN = 1e36f;

// Cell (r, t) of the tile is c[r * COLUMNS + t]. Rows beyond the last one cost nothing; see `mask_outside`.
fn tile_costs(i0: u32, tile: array<Sums, CELLS>) -> array<f32, CELLS> {
    var sums = tile;
    var c: array<f32, CELLS>;
    for (var r = 0u; r < ROWS; r++) {
        var scale = p.scale;
        if PADDED { scale = select(0.0, p.scale, i0 + r < q.n); }
        for (var t = 0u; t < COLUMNS; t++) {
            c[r * COLUMNS + t] = cost(sums[r * COLUMNS + t]) * scale;
        }
    }
    return c;
}

// Where the diagonal through the last cell (n, m) leaves its tile: through the bottom row or the right column.
fn exit_row() -> u32 {
    let rows = (q.n - 1u) % ROWS;
    let columns = (q.m - 1u) % COLUMNS;
    return rows + min(ROWS - 1u - rows, COLUMNS - 1u - columns);
}

fn exit_column() -> u32 {
    let rows = (q.n - 1u) % ROWS;
    let columns = (q.m - 1u) % COLUMNS;
    return columns + min(ROWS - 1u - rows, COLUMNS - 1u - columns);
}

// BAND: the first and last columns that a path may use in the rows of a strip.
struct Limits {
    first: array<u32, ROWS>,
    last: array<u32, ROWS>,
}

fn load_limits(i0: u32) -> Limits {
    var limits: Limits;
    if BAND {
        for (var r = 0u; r < ROWS; r++) {
            let columns = row_columns(min(i0 + r, q.n - 1u));
            limits.first[r] = columns.x;
            limits.last[r] = columns.y;
        }
    }
    return limits;
}

// Forbids the cells of a tile beyond row n or column m, but for those on the diagonal from (n, m), which
// cost nothing: they carry the result, unchanged, from (n, m) to the border of its tile. And those outside of the band.
fn mask_outside(i0: u32, j0: u32, limits: Limits, c: ptr<function, array<f32, CELLS>>) {
    var l = limits;
    // How far beyond the last one each row and column is, and -1 for all that are there: only cells of which the two agree
    // are there, or on the diagonal.
    var beyond_m: array<i32, COLUMNS>;
    for (var t = 0u; t < COLUMNS; t++) { beyond_m[t] = max(i32(j0 + t) - i32(q.m), -1); }
    for (var r = 0u; r < ROWS; r++) {
        let beyond_n = max(i32(i0 + r) - i32(q.n), -1);
        for (var t = 0u; t < COLUMNS; t++) {
            let cell = r * COLUMNS + t;
            var allowed = beyond_n == beyond_m[t];
            if BAND {
                // Rows beyond the last one have its limits, which end with column m.
                allowed = allowed && (j0 + t - l.first[r] <= l.last[r] - l.first[r] || beyond_n >= 0);
            }
            (*c)[cell] = select(FORBIDDEN, (*c)[cell], allowed);
        }
    }
}
