// The end of soft_dtw/gradient: gradients of each pair's value.
//   grad_x[i] = sum_j E[i,j] dC[i,j]/dx[i],  grad_y[j] = sum_i E[i,j] dC[i,j]/dy[j],  C = unscale/2 |x - y|^2
// grad_x [pairs, n, dim], grad_y [pairs, m, dim]. Every element is written by the first tile that meets it
// and added to by the others, in a fixed order, so nothing needs to be cleared and the bits never change.
// Lanes of one pair add to the same element in different steps, with a barrier between.

@group(0) @binding(5) var<storage, read_write> grad_x: array<f32>;
@group(0) @binding(6) var<storage, read_write> grad_y: array<f32>;
@group(0) @binding(7) var<uniform> p: Params;

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
) {
    let i0 = strip * ROWS;
    let j0 = block * COLUMNS;
    if UNIVARIATE {
        emit_channel(pair, i0, j0, 0u, expected, xs, load_columns(y_base, j0, 0u));
    } else {
        for (var k = 0u; k < p.dim; k++) {
            strip_gradient = array<f32, ROWS>();
            emit_channel(pair, i0, j0, k, expected, load_rows(x_base, i0, k), load_columns(y_base, j0, k));
            store_rows(pair, i0, k, block + 1u < block_count());
        }
    }
}

fn end_strip(pair: u32, strip: u32) {
    if UNIVARIATE { store_rows(pair, strip * ROWS, 0u, false); }
}

fn emit_channel(
    pair: u32,
    i0: u32,
    j0: u32,
    k: u32,
    expected: array<f32, CELLS>,
    xk: array<f32, ROWS>,
    yk: array<f32, COLUMNS>,
) {
    var weights = expected;
    var xs = xk;
    var ys = yk;
    for (var t = 0u; t < COLUMNS; t++) {
        var sum = 0.0;
        for (var r = 0u; r < ROWS; r++) {
            let g = weights[r * COLUMNS + t] * (xs[r] - ys[t]);
            strip_gradient[r] += g;
            // Cells below the last row carry the result through the tile: they are no part of the gradient.
            if i0 + r < p.n { sum += g; }
        }
        if j0 + t < p.m {
            let at = p.grad_y_first + (pair * p.m + j0 + t) * p.dim + k;
            var g = -sum * p.unscale;
            if i0 + ROWS < p.n { g += grad_y[at]; }
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
