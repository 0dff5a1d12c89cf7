// The costs of one tile, c = scale |x_i - y_j|^2, computed where they are used: no n x m matrix exists.

override UNIVARIATE: bool = false; // dim is 1
override PADDED: bool = true;      // n or m is no multiple of a tile's side, so that tiles reach beyond the last cell

// The cost of cells that are not there: no path through them counts.
const FORBIDDEN = 1e36f;

// One channel of the ROWS elements of a strip. Rows beyond the last one repeat it, which keeps the read
// within the binding; `mask_outside` takes them out again.
fn load_rows(base: u32, i0: u32, k: u32) -> array<f32, ROWS> {
    var rows: array<f32, ROWS>;
    for (var r = 0u; r < ROWS; r++) {
        rows[r] = x[base + min(i0 + r, p.n - 1u) * p.dim + k];
    }
    return rows;
}

// One channel of the COLUMNS elements of a block, likewise.
fn load_columns(base: u32, j0: u32, k: u32) -> array<f32, COLUMNS> {
    var columns: array<f32, COLUMNS>;
    for (var t = 0u; t < COLUMNS; t++) {
        columns[t] = y[base + min(j0 + t, p.m - 1u) * p.dim + k];
    }
    return columns;
}

// Cell (r, t) of the tile is c[r * COLUMNS + t]. `xs` and `ys` are the first channel of its rows and columns.
fn tile_costs(
    x_base: u32,
    y_base: u32,
    i0: u32,
    j0: u32,
    xs: array<f32, ROWS>,
    ys: array<f32, COLUMNS>,
) -> array<f32, CELLS> {
    var c: array<f32, CELLS>;
    var xk = xs;
    var yk = ys;
    for (var r = 0u; r < ROWS; r++) {
        for (var t = 0u; t < COLUMNS; t++) {
            let d = xk[r] - yk[t];
            c[r * COLUMNS + t] = d * d;
        }
    }
    if !UNIVARIATE {
        for (var k = 1u; k < p.dim; k++) {
            xk = load_rows(x_base, i0, k);
            yk = load_columns(y_base, j0, k);
            for (var r = 0u; r < ROWS; r++) {
                for (var t = 0u; t < COLUMNS; t++) {
                    let d = xk[r] - yk[t];
                    c[r * COLUMNS + t] += d * d;
                }
            }
        }
    }
    for (var cell = 0u; cell < CELLS; cell++) {
        c[cell] *= p.scale;
    }
    return c;
}

// Where the diagonal through the last cell (n, m) leaves its tile: through the bottom row or the right column.
fn exit_row() -> u32 {
    let rows = (p.n - 1u) % ROWS;
    let columns = (p.m - 1u) % COLUMNS;
    return rows + min(ROWS - 1u - rows, COLUMNS - 1u - columns);
}

fn exit_column() -> u32 {
    let rows = (p.n - 1u) % ROWS;
    let columns = (p.m - 1u) % COLUMNS;
    return columns + min(ROWS - 1u - rows, COLUMNS - 1u - columns);
}

// Forbids the cells of a tile beyond row n or column m, but for those on the diagonal from (n, m), which
// cost nothing: they carry the result, unchanged, from (n, m) to the border of its tile.
fn mask_outside(i0: u32, j0: u32, c: ptr<function, array<f32, CELLS>>) {
    for (var r = 0u; r < ROWS; r++) {
        for (var t = 0u; t < COLUMNS; t++) {
            if i0 + r >= p.n || j0 + t >= p.m {
                let carries = i0 + r + p.m == j0 + t + p.n;
                (*c)[r * COLUMNS + t] = select(FORBIDDEN, 0.0, carries);
            }
        }
    }
}
