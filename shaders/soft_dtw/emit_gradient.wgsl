// The end of soft_dtw/gradient: gradients of each pair's value.
//   grad_x[i] = unscale * sum_j W[i,j] dC[i,j]/dx[i],  grad_y[j] = unscale * sum_i W[i,j] dC[i,j]/dy[j]
// where W is E, or E and its tangent with weights, and unscale is multiplied by the pair's cotangent if there is one.
// grad_x [pairs, n, dim], grad_y [pairs, m, dim]. Sums run in a fixed order, so that the bits never change.
// One channel: the gradient in a row is summed over its strip's blocks in registers, and the gradient in a
// column is handed up from strip to strip through `rows`: adding to grad_y in every tile costs as much as all
// the rest on a software driver. Several channels do add up in memory: the first tile that meets an element
// writes it, the others add, and the last one multiplies; lanes of a pair do so in different steps, with a barrier between.

// Each row's flows sum to 1 at least, so that what is cut off here is far below the digits of an f32. Derivatives may be larger than flows.
const SMALLEST_FLOW = 1e-13f;
const SMALLEST_FLOW_WITH_TANGENT = 1e-24f;

// One channel: the gradient in the strip's rows, summed over its blocks.
var<private> strip_gradient: array<f32, ROWS>;

// The last factor of the pair's gradients, and where these begin.
var<private> factor: f32;
var<private> x_at: u32;
var<private> y_at: u32;

fn begin_pair() {
    factor = p.unscale;
    if p.cotangent > 0u { factor *= extra[p.extra_first + q.value]; }
    let index = select(q.item, q.value, p.direct > 0u);
    x_at = p.out_first + index * p.n * p.dim;
    y_at = p.grad_y_first + index * p.m * p.dim;
}

// A strip that goes on where a panel ended finds its sums in grad_x.
fn begin_strip(strip: u32, continued: bool) {
    strip_gradient = array<f32, ROWS>();
    if UNIVARIATE && continued {
        for (var r = 0u; r < ROWS; r++) {
            strip_gradient[r] = grad_x[x_at + min(first_row(strip) + r, q.n - 1u)];
        }
    }
}

fn emit_tile(
    place: Place,
    expected: array<vec2<f32>, CELLS>,
    sums: array<Sums, CELLS>,
    xs: array<f32, ROWS>,
    ys: array<f32, COLUMNS>,
    handed: ptr<function, Handed>,
) {
    let i0 = first_row(place.strip);
    let j0 = place.block * COLUMNS;
    var weights = cost_weights(expected, sums);
    if UNIVARIATE {
        (*handed).sums += column_gradients(i0, 0u, &weights, xs, ys);
        if BAND {
            if !has_above(place.strip, place.block) { store_columns(j0, 0u, (*handed).sums, false, true); }
        }
    } else {
        for (var k = 0u; k < p.dim; k++) {
            strip_gradient = array<f32, ROWS>();
            let columns = column_gradients(i0, k, &weights, load_rows(i0, k), load_columns(j0, k));
            store_rows(i0, k, place.right, !place.left);
            store_columns(j0, k, columns, place.below, !has_above(place.strip, place.block));
        }
    }
}

fn end_strip(strip: u32, continues: bool) {
    if UNIVARIATE { store_rows(first_row(strip), 0u, false, !continues); }
}

// Each pair's first strip has handed up the whole gradient in y; the lanes share the writing. Not as soon as it has: a software
// driver would run the loop for each pair alone.
fn end_stack(lane: u32, panel: Panel) {
    if UNIVARIATE && !BAND {
        for (var item = home.first; item < home.end; item++) {
            find_pair(item);
            begin_pair();
            if q.top >= panel.strips.x && q.top < panel.strips.y {
                for (var block = panel.blocks.x + lane; block < min(panel.blocks.y, block_count()); block += LANES) {
                    store_columns(block * COLUMNS, 0u, second_of(row_index(q.top, block), 0u), false, true);
                }
            }
        }
    }
}

// W times the derivative of the cost in what it is made of.
fn cost_weights(expected: array<vec2<f32>, CELLS>, tile: array<Sums, CELLS>) -> array<Sums, CELLS> {
    var e = expected;
    var sums = tile;
    var weights: array<Sums, CELLS>;
    for (var r = 0u; r < ROWS; r++) {
        for (var t = 0u; t < COLUMNS; t++) {
            let cell = r * COLUMNS + t;
            var w = e[cell].x;
            if TANGENT { w = p.expected_weight * w + p.tangent_weight * e[cell].y; }
            weights[cell] = w * cost_gradient(sums[cell]);
        }
    }
    return weights;
}

// Adds the tile's part of one channel's gradient to the rows' sums, and returns its part in the columns.
fn column_gradients(
    i0: u32,
    k: u32,
    weights: ptr<function, array<Sums, CELLS>>,
    xk: array<f32, ROWS>,
    yk: array<f32, COLUMNS>,
) -> vec4<f32> {
    var xs = xk;
    // Not a loop, so that the tile stays in registers; see `forward_tile`.
    return vec4(
        column_gradient(0u, i0, k, weights, &xs, yk[0]),
        column_gradient(1u, i0, k, weights, &xs, yk[1]),
        column_gradient(2u, i0, k, weights, &xs, yk[2]),
        column_gradient(3u, i0, k, weights, &xs, yk[3]),
    );
}

// Adds column t's part of the gradient in the rows to theirs, and returns the column's own.
fn column_gradient(
    t: u32,
    i0: u32,
    k: u32,
    weights: ptr<function, array<Sums, CELLS>>,
    xs: ptr<function, array<f32, ROWS>>,
    yt: f32,
) -> f32 {
    var sum = 0.0;
    for (var r = 0u; r < ROWS; r++) {
        let g = term_gradient((*xs)[r], yt, k, (*weights)[r * COLUMNS + t]);
        strip_gradient[r] += g.x;
        var own = g.y;
        // Cells below the last row carry the result through the tile: they are no part of the gradient.
        if PADDED { own = select(0.0, g.y, i0 + r < q.n); }
        sum += own;
    }
    return sum;
}

// Sums are kept as they are until the last one, which is multiplied: so they are the same wherever panels end.
fn store_columns(j0: u32, k: u32, sums: vec4<f32>, add: bool, last: bool) {
    for (var t = 0u; t < COLUMNS; t++) {
        if j0 + t < q.m {
            let at = y_at + (j0 + t) * p.dim + k;
            var g = sums[t];
            if add { g += grad_y[at]; }
            grad_y[at] = g * select(1.0, factor, last);
        }
    }
}

fn store_rows(i0: u32, k: u32, add: bool, last: bool) {
    for (var r = 0u; r < ROWS; r++) {
        if i0 + r < q.n {
            let at = x_at + (i0 + r) * p.dim + k;
            var g = strip_gradient[r];
            if add { g += grad_x[at]; }
            grad_x[at] = g * select(1.0, factor, last);
        }
    }
}
