// What stands between sorting, ranking and their derivatives, element by element. out[i] is by MODE
//   DIFFERENCE      a - b
//   CENTRED         a - (count + 1) / 2
//   LESS_MEAN       a - row[0] / count
//   HALF_SQUARE     a^2 / 2
//   PRODUCT         a b, but 0 where b is not finite
//   RESIDUAL        (a - b) c
//   EXPONENTIAL     exp(a - b), 0 for a = -infinity
//   CORRELATION     (row[2] b - row[0] row[1] a) row[1]    row: a coefficient <a, b> / (|a| |b|), 1 / |a| and 1 / |b|
//   QUANTILE        the weight of a sorted element in the quantile q
//   SMALLEST        1 / k for the last k that take part, and 0
// for elements that take part, else 0. a, b, c [rows, n] or [n], row [rows, ROW], order [rows, n], counts [rows] -> out [rows, n]
// Invocation g owns element g % n of row g / n.
// Loops: none. Bounds: g < rows n; order < n is the host's.

override MODE: u32 = 0u;
override ORDERED: bool = false; // element i of the sorted row stands where `order` says
override COUNTED: bool = false; // `counts` holds how many elements of each row take part; else all do

const DIFFERENCE = 0u;
const CENTRED = 1u;
const LESS_MEAN = 2u;
const HALF_SQUARE = 3u;
const PRODUCT = 4u;
const RESIDUAL = 5u;
const EXPONENTIAL = 6u;
const CORRELATION = 7u;
const QUANTILE = 8u;
const SMALLEST = 9u;

struct Params {
    rows: u32,
    n: u32,
    a_first: u32,
    b_first: u32,
    c_first: u32,
    a_stride: u32, // elements from one row's a to the next one's; 0 where rows share it
    b_stride: u32,
    c_stride: u32,
    row_first: u32,
    row_stride: u32,
    order_first: u32,
    counts_first: u32,
    out_first: u32,
    k: u32,        // SMALLEST; QUANTILE: 1 for q = 1
    q: u32,        // q 2^32
    factor: f32,
}

@group(0) @binding(0) var<storage, read> a_in: array<f32>;
@group(0) @binding(1) var<storage, read> b_in: array<f32>;
@group(0) @binding(2) var<storage, read> c_in: array<f32>;
@group(0) @binding(3) var<storage, read> row_in: array<f32>;
@group(0) @binding(4) var<storage, read> order: array<u32>;
@group(0) @binding(5) var<storage, read> counts: array<u32>;
@group(0) @binding(6) var<storage, read_write> out: array<f32>;
@group(0) @binding(7) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let row = g / p.n;
    if row >= p.rows { return; }
    let i = g % p.n;
    var n = p.n;
    if COUNTED { n = min(counts[p.counts_first + row], p.n); }
    var at = i;
    if ORDERED { at = order[p.order_first + row * p.n + i]; }
    var value = 0.0;
    if i < n { value = result(row, i, at, n) * p.factor; }
    out[p.out_first + row * p.n + at] = value;
}

fn result(row: u32, i: u32, at: u32, n: u32) -> f32 {
    if MODE == QUANTILE { return quantile_weight(i, n); }
    if MODE == SMALLEST { return select(0.0, 1.0 / f32(min(p.k, n)), i + min(p.k, n) >= n); }
    let a = a_in[p.a_first + row * p.a_stride + at];
    if MODE == CENTRED { return a - 0.5 * f32(n + 1u); }
    if MODE == HALF_SQUARE { return 0.5 * a * a; }
    if MODE == LESS_MEAN { return a - row_at(row, 0u) / f32(n); }
    let b = b_in[p.b_first + row * p.b_stride + at];
    if MODE == PRODUCT { return select(0.0, a * b, is_finite(b)); }
    if MODE == RESIDUAL { return (a - b) * c_in[p.c_first + row * p.c_stride + at]; }
    if MODE == EXPONENTIAL { return select(0.0, exp_of(b - a), is_finite(a)); }
    if MODE == CORRELATION { return (row_at(row, 2u) * b - row_at(row, 0u) * row_at(row, 1u) * a) * row_at(row, 1u); }
    return a - b;
}

fn row_at(row: u32, which: u32) -> f32 { return row_in[p.row_first + row * p.row_stride + which]; }

// exp(-x) for x >= 0.
fn exp_of(x: f32) -> f32 {
    return inverse_power_of_two(clamp(1.44269504 * x, 0.0, 200.0));
}

// Between the neighbours of q (n - 1), counted from 0: a product of whole numbers, so that its fraction has all digits.
fn quantile_weight(i: u32, n: u32) -> f32 {
    if p.k == 1u { return select(0.0, 1.0, i + 1u == n); }
    let a = vec2(p.q & 0xffffu, p.q >> 16u);
    let b = vec2((n - 1u) & 0xffffu, (n - 1u) >> 16u);
    let first = a.x * b.x;
    let second = first + ((a.x * b.y) << 16u);
    let low = second + ((a.y * b.x) << 16u);
    let carries = select(0u, 1u, second < first) + select(0u, 1u, low < second);
    let position = a.y * b.y + ((a.x * b.y) >> 16u) + ((a.y * b.x) >> 16u) + carries;
    let fraction = f32(low) * 2.3283064365386963e-10;
    if i == position { return 1.0 - fraction; }
    if i == position + 1u { return fraction; }
    return 0.0;
}
