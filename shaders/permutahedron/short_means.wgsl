// Derivatives of soft ranks and soft sorts of short rows, for software drivers: means over blocks (block_means.wgsl has the formulas), by one
// invocation for each row, with sums as floats of 64 bits.
// in_, shares, order [rows, n], n <= 64; bits as of short_project.wgsl -> out [rows, n]
// Loops: none. Bounds: rows and elements are clamped to those that there are, and what `order` holds to 64.

struct Params {
    rows: u32,
    n: u32,
    in_first: u32,
    shares_first: u32,
    order_first: u32,
    bits_first: u32,
    out_first: u32,
    factor: f32,
}

@group(0) @binding(4) var<storage, read> bits: array<u32>;
@group(0) @binding(5) var<uniform> parameters: Parameters;

override COLUMNS: u32 = 4u;         // sixteens of elements
override MODE: u32 = 0u;            // as in block_means.wgsl
override IN_ORDERED: bool = true;   // the input's element i stands where `order` says
override OUT_ORDERED: bool = true;  // the output's likewise

const CENTER = 0u;
const CENTER_VALUES = 1u;
const MEAN = 2u;

const NAN_ROW = 0xffffffffu; // emit.wgsl

// Only `by_place`, `shares_by_place` and `results` are indexed by more than constants.
var<private> places: array<u32, 64>;
var<private> by_place: array<f32, 64>;
var<private> shares_by_place: array<f32, 64>;
var<private> inputs: array<f32, 64>;
var<private> weights: array<f32, 64>;
var<private> means: array<f64, 64>;
var<private> results: array<f32, 64>;

var<private> starts: vec2<u32>;
var<private> finite: vec2<u32>;
var<private> nan: bool;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    // No lane leaves before the end: stores to arrays would be masked, which takes longer, to compile as well.
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let row = min(g, p.rows - 1u);
    let words = (p.n + 31u) / 32u;
    let at = p.bits_first + row * (2u * words + 1u);
    starts = vec2(bits[at], bits[at + 2u * words - 2u]);
    finite = vec2(bits[at + 1u], bits[at + 2u * words - 1u]);
    nan = bits[at + 2u * words] == NAN_ROW;
    load_16(row * p.n, 0u);
    if COLUMNS > 1u { load_16(row * p.n, 16u); }
    if COLUMNS > 2u { load_16(row * p.n, 32u); load_16(row * p.n, 48u); }
    if COLUMNS > 2u { ascend_16(48u); ascend_16(32u); }
    if COLUMNS > 1u { ascend_16(16u); }
    ascend_16(0u);
    emit_16(0u);
    if COLUMNS > 1u { emit_16(16u); }
    if COLUMNS > 2u { emit_16(32u); emit_16(48u); }
    if g < p.rows {
        store_16(row, 0u);
        if COLUMNS > 1u { store_16(row, 16u); }
        if COLUMNS > 2u { store_16(row, 32u); store_16(row, 48u); }
    }
}

fn load_pair(begin: u32, i: u32) {
    let last = begin + p.n - 1u;
    let place = order_pair(p.order_first + begin + i, p.order_first + last);
    places[i] = place.x & 63u;
    places[i + 1u] = place.y & 63u;
    let input = in_pair(p.in_first + begin + i, p.in_first + last);
    by_place[i] = input.x;
    by_place[i + 1u] = input.y;
    if MODE == CENTER_VALUES {
        let share = share_pair(p.shares_first + begin + i, p.shares_first + last);
        shares_by_place[i] = share.x;
        shares_by_place[i + 1u] = share.y;
    }
}

fn has_bit(words: vec2<u32>, i: u32) -> bool { return (words[i >> 5u] & (1u << (i & 31u))) != 0u; }

var<private> sum: f64;
var<private> weight: f64;

// Goes up the sorted row, and finds each block's mean at its beginning.
fn ascend(i: u32) {
    if IN_ORDERED { inputs[i] = by_place[places[i]]; } else { inputs[i] = by_place[i]; }
    weights[i] = 1.0;
    if MODE == CENTER_VALUES { weights[i] = shares_by_place[places[i]]; }
    let ends = i + 1u >= p.n || (i < 63u && has_bit(starts, min(i + 1u, 63u)));
    let own = f64(weights[i]) * f64(inputs[i]);
    sum = own + select(sum, 0.0lf, ends);
    weight = f64(weights[i]) + select(weight, 0.0lf, ends);
    // Exact in a block of one.
    means[i] = select(select(sum / weight, f64(inputs[i]), ends), 0.0lf, weight == 0.0lf);
}

var<private> mean: f64;

fn emit(i: u32) {
    if has_bit(starts, i) { mean = means[i]; }
    var result = f32(mean);
    if MODE != MEAN { result = weights[i] * f32(f64(inputs[i]) - mean); }
    result = select(0.0, result * p.factor, has_bit(finite, i));
    result = select(result, not_a_number(), nan);
    if OUT_ORDERED { results[select(i, places[i], i < p.n)] = result; } else { results[i] = result; }
}

fn store_four(row: u32, i: u32) {
    let at = p.out_first + row * p.n + i;
    store_values(at, max(p.n, i) - i, vec4(results[i], results[i + 1u], results[i + 2u], results[i + 3u]));
}

// Sixteen elements at a time, so that all indices are constants.

fn load_16(begin: u32, i: u32) { load_4(begin, i); load_4(begin, i + 4u); load_4(begin, i + 8u); load_4(begin, i + 12u); }
fn load_4(begin: u32, i: u32) { load_pair(begin, i); load_pair(begin, i + 2u); }

fn ascend_16(i: u32) { ascend_4(i + 12u); ascend_4(i + 8u); ascend_4(i + 4u); ascend_4(i); }
fn ascend_4(i: u32) { ascend(i + 3u); ascend(i + 2u); ascend(i + 1u); ascend(i); }

fn emit_16(i: u32) { emit_4(i); emit_4(i + 4u); emit_4(i + 8u); emit_4(i + 12u); }
fn emit_4(i: u32) { emit(i); emit(i + 1u); emit(i + 2u); emit(i + 3u); }

fn store_16(row: u32, i: u32) { store_four(row, i); store_four(row, i + 4u); store_four(row, i + 8u); store_four(row, i + 12u); }
