// Derivatives of projections: means over the blocks of the isotonic fit (Blondel, Teboul, Berthet & Djolonga 2020, Lemma 2).
// With a the input, e a share of each element, and sums over the block that i is in, out[i] is by MODE
//   CENTER             a - sum(a) / count
//   CENTER_VALUES      e (a - sum(e a) / sum(e))      e: `shares`, in the order of the output
//   MEAN               sum(a) / count
//   SHARE_OF_SUM       e sum(a) / sum(e)              e: exp(shares - the block's first one), as sorted
//   MEAN_OF_SHARES     sum(e a) / sum(e)
//   LESS_SHARE         a - e sum(a) / sum(e)
//   LESS_MEAN          a - sum(e a) / sum(e)
//   WEIGHT_OF_SUM      e sum(a) / sum(e)              e: `shares` themselves, as sorted
//   MEAN_OF_WEIGHTS    sum(e a) / sum(e)
//   SUM_PER_WEIGHT     sum(a) / sum(e)
//   MAXIMUM            max(a)
// times a factor; a quotient by no shares is 0. in_, shares, in_order, out_order [rows, n] or [n], bits as of project.wgsl, counts [rows]
// -> out [rows, n]
// partials: of each stretch [rows, lists] and each tile [rows, tiles] what is before the first block that begins in it, and its last block;
// then of each tile the mean of its last block (tile_means.wgsl)
// Invocation g owns stretch g. Where the stretches of a row are in one workgroup, one pass does it all. Else a workgroup owns a tile of
// stretches: a pass for sums, then tile_means.wgsl for blocks that reach beyond their tile, and a pass for results.
// Loops: each invocation goes over its stretch twice, and over the stretches of its tile.
// Bounds: rows and elements are clamped to those that there are; both orders < n are the host's.

override PASS: u32 = 0u;
override IN_ORDERED: bool = false;  // the input's element i stands where `in_order` says
override OUT_ORDERED: bool = false; // the output's likewise
override ONE_ORDER: bool = false;   // `out_order` is both
override COUNTED: bool = false;     // `counts` holds how many elements of each row take part; else all do
override FINITE: bool = true;       // elements that are not finite get 0

const ONLY = 0u;
const SUM = 1u;
const FINISH = 2u;

const CENTER = 0u;
const CENTER_VALUES = 1u;
const MEAN = 2u;
const SHARE_OF_SUM = 3u;
const MEAN_OF_SHARES = 4u;
const LESS_SHARE = 5u;
const LESS_MEAN = 6u;
const WEIGHT_OF_SUM = 7u;
const MEAN_OF_WEIGHTS = 8u;
const SUM_PER_WEIGHT = 9u;

struct Params {
    rows: u32,
    n: u32,
    stretch: u32, // a multiple of 32
    words: u32,
    in_first: u32,
    shares_first: u32,
    in_order_first: u32,
    out_order_first: u32,
    counts_first: u32,
    bits_first: u32,
    out_first: u32,
    in_stride: u32,        // elements from one row's input to the next one's; 0 where rows share it
    shares_stride: u32,    // and so on
    in_order_stride: u32,
    out_order_stride: u32,
    lists: u32,            // stretches of a row
    lanes: u32,            // stretches of a tile
    shares_factor: f32,
    factor: f32,
    padding: u32,
}

@group(0) @binding(4) var<storage, read> bits: array<u32>;
@group(0) @binding(5) var<storage, read> counts: array<u32>;
@group(0) @binding(6) var<storage, read_write> out: array<f32>;
@group(0) @binding(7) var<storage, read_write> partials: array<vec4<f32>>;
@group(0) @binding(8) var<uniform> parameters: Parameters;

const NOWHERE = 0xffffffffu;
const NAN_ROW = 0xffffffffu;  // emit.wgsl

var<private> row: u32;
var<private> n: u32;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    row = min(g / p.lists, p.rows - 1u);
    n = p.n;
    if COUNTED { n = min(counts[p.counts_first + row], p.n); }
    let is_row = g / p.lists < p.rows;
    let list = g % p.lists;
    let first = list * p.stretch;
    let end = select(0u, min(first + p.stretch, p.n), is_row);
    let to = min(end, n);
    if (PASS == ONLY || PASS == SUM) && first < to { sum_stretch(list, first, to); }
    if PASS == ONLY || PASS == SUM { storageBarrier(); }
    if PASS == SUM && local == 0u && is_row { sum_tile(list); }
    if (PASS == ONLY || PASS == FINISH) && first < end { finish_stretch(list, first, to, end); }
}

// Means of blocks that begin and end in the stretch go where their first element's output will stand, sums of the others to `partials`.
// Element by element, not block by block: the lanes of a software driver would wait for each other's blocks.
fn sum_stretch(list: u32, first: u32, to: u32) {
    if cover_of(list) == NAN_ROW { return; }
    var whole = no_sum();
    var head = no_sum();
    var start = NOWHERE;
    var start_place = 0u;
    var reference = reference_of(element(cover_of(list)));
    for (var begin = first; begin < to; begin += 32u) {
        let word = bits[word_at(begin)];
        var part = no_sum();
        for (var i = begin; i < min(begin + 32u, to); i++) {
            let e = element(i);
            if (word & (1u << (i - begin))) != 0u {
                whole = joined(whole, part);
                if start == NOWHERE { head = whole; } else { out[start_place] = mean(whole); }
                start = i;
                start_place = e.place;
                whole = no_sum();
                part = no_sum();
                reference = reference_of(e);
            }
            part = joined(part, term(e, reference));
        }
        whole = joined(whole, part);
    }
    if start == NOWHERE { partials[partial(list)] = vec4(whole, NO_TAIL); } else { partials[partial(list)] = vec4(head, whole); }
}

// The same of a whole tile, from those of its stretches.
fn sum_tile(first: u32) {
    var head = no_sum();
    var tail = NO_TAIL;
    for (var list = first; list < min(first + p.lanes, used_lists()); list++) {
        let next = partials[partial(list)];
        if tail.y < 0.0 { head = joined(head, next.xy); } else { tail = joined(tail, next.xy); }
        if next.w >= 0.0 { tail = next.zw; }
    }
    partials[tile_partial(first / p.lanes)] = vec4(head, tail);
}

// The mean of the last block that begins in a stretch: every lane adds up the same numbers in the same order.
fn mean_of(list: u32) -> f32 {
    var sum = partials[partial(list)].zw;
    let tile = list / p.lanes;
    let end = min((tile + 1u) * p.lanes, used_lists());
    var ends = tile + 1u == p.lists / p.lanes || end * p.stretch >= n;
    for (var other = list + 1u; other < end; other++) {
        let next = partials[partial(other)];
        sum = joined(sum, next.xy);
        if next.w >= 0.0 { ends = true; break; }
    }
    if PASS == ONLY || ends { return mean(sum); }
    return partials[tile_partial(tile) + p.rows * (p.lists / p.lanes)].x;
}

fn finish_stretch(list: u32, first: u32, to: u32, end: u32) {
    let cover = cover_of(list);
    if cover == NAN_ROW {
        for (var i = first; i < end; i++) { out[place(i)] = select(0.0, not_a_number(), i < n); }
        return;
    }
    var mean = 0.0;
    if cover < first && first < to { mean = mean_of(cover / p.stretch); }
    let start = last_start(first, to);
    var last_mean = 0.0;
    if start != NOWHERE { last_mean = mean_of(list); }
    var reference = reference_of(element(cover));
    for (var begin = first; begin < to; begin += 32u) {
        let word = bits[word_at(begin)];
        let finite = bits[word_at(begin) + 1u];
        for (var i = begin; i < min(begin + 32u, to); i++) {
            let e = element(i);
            if (word & (1u << (i - begin))) != 0u {
                mean = last_mean;
                if i != start { mean = out[e.place]; }
                reference = reference_of(e);
            }
            var value = 0.0;
            if (finite & (1u << (i - begin))) != 0u || !FINITE { value = result(e, mean, reference) * p.factor; }
            out[e.place] = value;
        }
    }
    for (var i = to; i < end; i++) { out[place(i)] = 0.0; }
}

// Stretches with elements that take part; the others' sums were not written.
fn used_lists() -> u32 { return (n + p.stretch - 1u) / p.stretch; }

fn partial(list: u32) -> u32 { return row * p.lists + list; }

fn tile_partial(tile: u32) -> u32 { return p.rows * p.lists + row * (p.lists / p.lanes) + tile; }

fn row_bits() -> u32 { return p.bits_first + row * (2u * p.words + p.lists); }

// The element with which the block begins that a stretch's first element is in.
fn cover_of(list: u32) -> u32 { return bits[row_bits() + 2u * p.words + list]; }

fn word_at(i: u32) -> u32 { return row_bits() + i / 32u * 2u; }

// Which element of the output the sorted row's element i is.
fn out_index(i: u32) -> u32 {
    if OUT_ORDERED { return out_order_at(p.out_order_first + row * p.out_order_stride + i); }
    return i;
}

fn place(i: u32) -> u32 { return p.out_first + row * p.n + out_index(i); }

// An element of the sorted row: where its result goes, what is averaged, and what its share is made of.
struct Element {
    place: u32,
    input: f32,
    share: f32,
}

fn element(i: u32) -> Element {
    let to = out_index(i);
    var from_ = i;
    if ONE_ORDER {
        from_ = to;
    } else if IN_ORDERED {
        from_ = in_order_at(p.in_order_first + row * p.in_order_stride + i);
    }
    var share = 0.0;
    if MODE == CENTER_VALUES {
        share = share_at(p.shares_first + row * p.n + to);
    } else if is_exponential() || is_weighted() {
        share = share_at(p.shares_first + row * p.shares_stride + i) * p.shares_factor;
    }
    return Element(p.out_first + row * p.n + to, input_at(p.in_first + row * p.in_stride + from_), share);
}

// The last element in [first, to) with which a block begins.
fn last_start(first: u32, to: u32) -> u32 {
    var found = NOWHERE;
    for (var begin = first; begin < to; begin += 32u) {
        let word = bits[word_at(begin)];
        if word != 0u { found = begin + firstLeadingBit(word); }
    }
    return found;
}

fn is_exponential() -> bool { return MODE >= SHARE_OF_SUM && MODE <= LESS_MEAN; }

fn is_weighted() -> bool { return MODE >= WEIGHT_OF_SUM && MODE <= SUM_PER_WEIGHT; }

// What a block's exponentials and inputs are relative to: those of its first element, the largest exponential. What is less than a mean is
// then exactly 0 in a block of one.
struct Reference {
    share: f32,
    input: f32,
}

fn reference_of(e: Element) -> Reference {
    if is_centred() { return Reference(e.share, e.input); }
    return Reference(e.share, 0.0);
}

fn is_centred() -> bool { return MODE == CENTER || MODE == CENTER_VALUES || MODE == LESS_MEAN; }

fn share(e: Element, reference: Reference) -> f32 {
    if MODE == CENTER_VALUES || is_weighted() { return e.share; }
    if is_exponential() { return exp_of(e.share, reference.share); }
    return 1.0;
}

// exp(x - reference) for x <= reference; 0 for -infinity, whatever the reference.
fn exp_of(x: f32, reference: f32) -> f32 {
    if is_infinite(x) { return 0.0; }
    return inverse_power_of_two(min(1.44269504 * (reference - x), 200.0));
}

fn term(e: Element, reference: Reference) -> vec2<f32> {
    let a = e.input - reference.input;
    let weight = share(e, reference);
    if MODE == CENTER_VALUES || MODE == MEAN_OF_SHARES || MODE == LESS_MEAN || MODE == MEAN_OF_WEIGHTS { return vec2(weight * a, weight); }
    return vec2(a, weight);
}

fn result(e: Element, mean: f32, reference: Reference) -> f32 {
    if MODE == MEAN || MODE == MEAN_OF_SHARES || MODE == MEAN_OF_WEIGHTS || MODE == SUM_PER_WEIGHT || MODE == MAXIMUM { return mean; }
    if MODE == SHARE_OF_SUM || MODE == WEIGHT_OF_SUM { return share(e, reference) * mean; }
    let a = e.input - reference.input;
    if MODE == CENTER_VALUES { return share(e, reference) * (a - mean); }
    if MODE == LESS_SHARE { return a - share(e, reference) * mean; }
    return a - mean;
}
