// The end of soft_dtw/gradient: gradients of each pair's value.
//   grad_x[i] = sum_j E[i,j] dC[i,j]/dx[i],  grad_y[j] = sum_i E[i,j] dC[i,j]/dy[j],  C = unscale/2 |x - y|^2
// grad_x [pairs, n, dim], grad_y [pairs, m, dim]. Sums run in a fixed order, so that the bits never change.
// One channel: the gradient in a row is summed over its strip's blocks in registers, and the gradient in a
// column is handed up from strip to strip through `rows`: adding to grad_y in every tile costs as much as all
// the rest on a software driver. Several channels do add up in memory: the first tile that meets an element
// writes it, the others add; lanes of a pair do so in different steps, with a barrier between.

@group(0) @binding(4) var<storage, read_write> grad_x: array<f32>;
@group(0) @binding(5) var<storage, read_write> grad_y: array<f32>;
@group(0) @binding(6) var<uniform> parameters: Parameters;

// One channel: the gradient in the strip's rows, summed over its blocks.
var<private> strip_gradient: array<f32, ROWS>;

fn begin_strip() {
    strip_gradient = array<f32, ROWS>();
}

fn emit_tile(
    pair: u32,
    strip: u32,
    block: u32,
    expected: array<f32, CELLS>,
    x_base: u32,
    y_base: u32,
    xs: array<f32, ROWS>,
    ys: array<f32, COLUMNS>,
    below: vec4<f32>,
) -> vec4<f32> {
    let i0 = strip * ROWS;
    let j0 = block * COLUMNS;
    if UNIVARIATE {
        return below + column_gradients(i0, expected, xs, ys);
    }
    for (var k = 0u; k < p.dim; k++) {
        strip_gradient = array<f32, ROWS>();
        let sums = column_gradients(i0, expected, load_rows(x_base, i0, k), load_columns(y_base, j0, k));
        store_rows(pair, i0, k, block + 1u < block_count());
        store_columns(pair, j0, k, sums, strip + 1u < strip_count());
    }
    return below;
}

fn end_strip(pair: u32, strip: u32) {
    if UNIVARIATE { store_rows(pair, strip * ROWS, 0u, p.block_end < block_count()); }
}

// The first strip has handed up the whole gradient in y; the lanes share the writing.
fn end_pair(pair: u32, lane: u32) {
    if UNIVARIATE {
        for (var block = p.block_begin + lane; block < p.block_end; block += LANES) {
            store_columns(pair, block * COLUMNS, 0u, rows[row_index(0u, block, pair) + 1u], false);
        }
    }
}

// Adds the tile's part of one channel's gradient to the rows' sums, and returns its part in the columns.
fn column_gradients(
    i0: u32,
    expected: array<f32, CELLS>,
    xk: array<f32, ROWS>,
    yk: array<f32, COLUMNS>,
) -> vec4<f32> {
    var weights = expected;
    var xs = xk;
    // Not a loop, so that the tile stays in registers; see `forward_tile`.
    return vec4(
        column_gradient(0u, i0, &weights, &xs, yk[0]),
        column_gradient(1u, i0, &weights, &xs, yk[1]),
        column_gradient(2u, i0, &weights, &xs, yk[2]),
        column_gradient(3u, i0, &weights, &xs, yk[3]),
    );
}

// Adds column t's part of the gradient in the rows to theirs, and returns minus the column's own.
fn column_gradient(
    t: u32,
    i0: u32,
    weights: ptr<function, array<f32, CELLS>>,
    xs: ptr<function, array<f32, ROWS>>,
    yt: f32,
) -> f32 {
    var sum = 0.0;
    for (var r = 0u; r < ROWS; r++) {
        let g = (*weights)[r * COLUMNS + t] * ((*xs)[r] - yt);
        strip_gradient[r] += g;
        // Cells below the last row carry the result through the tile: they are no part of the gradient.
        sum += select(0.0, g, i0 + r < p.n);
    }
    return sum;
}

fn store_columns(pair: u32, j0: u32, k: u32, sums: vec4<f32>, add: bool) {
    for (var t = 0u; t < COLUMNS; t++) {
        if j0 + t < p.m {
            let at = p.grad_y_first + (pair * p.m + j0 + t) * p.dim + k;
            var g = -sums[t] * p.unscale;
            if add { g += grad_y[at]; }
            grad_y[at] = g;
        }
    }
}

fn store_rows(pair: u32, i0: u32, k: u32, add: bool) {
    for (var r = 0u; r < ROWS; r++) {
        if i0 + r < p.n {
            let at = p.out_first + (pair * p.n + i0 + r) * p.dim + k;
            var g = strip_gradient[r] * p.unscale;
            if add { g += grad_x[at]; }
            grad_x[at] = g;
        }
    }
}
