// The costs of one tile between elements of two series, computed where they are used: no n x m matrix exists.
// A cost is `cost(sum over the channels of term(x_k, y_k))`, of the file before this one. The gradient of the cost in the two
// elements' channel k is `term_gradient(x_k, y_k, k, cost_gradient(sums))`.
// Where series are PACKED elsewhere (series_in_*.wgsl), nothing of x or y is read.

override UNIVARIATE: bool = false; // dim is 1

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;

// One channel of the ROWS elements of a strip. Rows beyond the last one repeat it, which keeps the read
// within the series; `mask_outside` takes them out again.
fn load_rows(i0: u32, k: u32) -> array<f32, ROWS> {
    if PACKED_ROWS { return packed_rows(i0, k); }
    let base = p.x_first + q.x * p.n * p.dim;
    var rows: array<f32, ROWS>;
    for (var r = 0u; r < ROWS; r++) {
        rows[r] = x[base + min(i0 + r, q.n - 1u) * p.dim + k];
    }
    return rows;
}

// One channel of the COLUMNS elements of a block, likewise.
fn load_columns(j0: u32, k: u32) -> array<f32, COLUMNS> {
    if PACKED_COLUMNS { return packed_columns(j0, k); }
    return read_columns(j0, k);
}

fn read_columns(j0: u32, k: u32) -> array<f32, COLUMNS> {
    let base = p.y_first + q.y * p.m * p.dim;
    var columns: array<f32, COLUMNS>;
    for (var t = 0u; t < COLUMNS; t++) {
        columns[t] = y[base + min(j0 + t, q.m - 1u) * p.dim + k];
    }
    return columns;
}

// What `cost` takes, of every cell. `xs` and `ys` are the first channel of the tile's rows and columns.
fn tile_sums(i0: u32, j0: u32, xs: array<f32, ROWS>, ys: array<f32, COLUMNS>) -> array<Sums, CELLS> {
    var sums: array<Sums, CELLS>;
    var xk = xs;
    var yk = ys;
    for (var r = 0u; r < ROWS; r++) {
        for (var t = 0u; t < COLUMNS; t++) {
            sums[r * COLUMNS + t] = term(xk[r], yk[t], 0u);
        }
    }
    if !UNIVARIATE {
        for (var k = 1u; k < p.dim; k++) {
            xk = load_rows(i0, k);
            yk = load_columns(j0, k);
            for (var r = 0u; r < ROWS; r++) {
                for (var t = 0u; t < COLUMNS; t++) {
                    sums[r * COLUMNS + t] += term(xk[r], yk[t], k);
                }
            }
        }
    }
    return sums;
}
