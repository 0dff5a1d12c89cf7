// The row that an invocation works on: two descending sequences, s and w, of which s - w is to be made descending.
// LANES invocations share a row, each with a stretch of `stretch` elements of it.

override LANES: u32 = 1u;
override S: u32 = 0u;          // what s is: GIVEN or RANKS
override W: u32 = 1u;          // what w is: GIVEN, RANKS or ONES
override KEYS: u32 = 0u;       // whose infinite elements stand apart: those of s (OF_S), of w (OF_W), or NONE, where s and w are in no order
override COUNTED: bool = false;    // `counts` holds how many elements of each row take part; else all do

const GIVEN = 0u; // an array, each element times a factor
const RANKS = 1u; // n, ..., 1, times a factor
const ONES = 2u;  // 1 for the first k, and 0

const OF_S = 0u;
const OF_W = 1u;
const NONE = 2u;

struct Params {
    rows: u32,
    n: u32,        // elements from one row to the next
    stretch: u32,  // a multiple of 32
    words: u32,    // pairs of words of bits for each row
    ones: u32,     // k
    w_stride: u32, // elements from one row's w to the next one's; 0 where they share it
    s_first: u32,
    w_first: u32,
    order_first: u32,
    counts_first: u32,
    out_first: u32,
    bits_first: u32,
    s_factor: f32, // not 0; its sign is the direction in which the array ascends
    w_factor: f32,
    s_cap: f32,    // half the largest difference of s that counts, before the factor
    w_cap: f32,
    out_factor: f32,
    exponent: f32, // RANKS, ONES: the power of two that no element of w exceeds
    lists: u32,    // stretches of a row
    span: u32,     // bridge.wgsl: stretches on each side
    centred: f32,  // L2: 1 for values less (n + 1) / 2, of the elements that take part; else 0
    group: u32,    // records.wgsl: 2^group slots are one
    padding0: u32,
    padding1: u32,
}

struct Row {
    index: u32,
    first_list: u32, // of the tile
    n: u32,     // elements that take part
    begin: u32, // the finite ones among them
    end: u32,
    bits: u32,
    s: u32,     // where its arrays begin
    w: u32,
    order: u32,
    out: u32,
    nan: bool,  // it holds a NaN, which sorting puts first or last, or targets that are none
}

// A lane's blocks that are there: in the slots [first, to) of `blocks`, which are counted like the row's elements.
struct List {
    first: u32,
    to: u32,
}

var<private> q: Row;

fn find_row(index: u32) {
    let row = min(index, p.rows - 1u);
    q.index = row;
    q.s = p.s_first + row * p.n;
    q.w = p.w_first + row * p.w_stride;
    q.order = p.order_first + row * p.n;
    q.out = p.out_first + row * p.n;
    q.bits = p.bits_first + row * (2u * p.words + p.lists);
    q.n = p.n;
    if COUNTED { q.n = min(counts[p.counts_first + row], p.n); }
    q.begin = 0u;
    q.end = q.n;
    q.nan = false;
    if q.n == 0u || KEYS == NONE { return; }
    let first = key(0u);
    let last = key(q.n - 1u);
    q.nan = is_nan(first) || is_nan(last);
    if is_infinite(first) { q.begin = first_of_class(1, 0u, q.n); }
    if is_infinite(last) { q.end = first_of_class(2, q.begin, q.n); }
    if KEYS == OF_S && W == GIVEN {
        let highest = w_number(0u);
        let lowest = w_number(q.n - 1u);
        q.nan = q.nan || is_nan(highest) || is_nan(lowest) || (is_infinite(highest) && (highest > 0.0 || !ZERO_TARGETS));
        q.nan = q.nan || (is_infinite(lowest) && !ZERO_TARGETS);
    }
}

fn key(i: u32) -> f32 {
    if KEYS == OF_W { return w_number(i); }
    return s_number(i);
}

fn exponent_bits(x: f32) -> u32 { return bitcast<u32>(x) & 0x7f800000u; }

// The first element of [first, end) whose class is at least `class_`: 0 infinite at the front, 1 finite, 2 infinite at the end.
fn first_of_class(class_: i32, first: u32, end: u32) -> u32 {
    var low = first;
    var high = end;
    while low < high {
        let middle = (low + high) / 2u;
        let x = key(middle);
        var found = 1;
        if is_infinite(x) { found = select(2, 0, (x > 0.0) == (select(p.s_factor, p.w_factor, KEYS == OF_W) > 0.0)); }
        if found >= class_ { high = middle; } else { low = middle + 1u; }
    }
    return low;
}

// Infinite elements as the largest finite ones, so that those of a sign do not differ.
fn bounded(x: f32) -> f32 {
    if is_infinite(x) { return select(-3.4e38, 3.4e38, x > 0.0); }
    return x;
}

// Element i of s, before the factor.
fn s_at(i: u32) -> f32 {
    if S == RANKS { return f32(p.n - i); }
    return bounded(s_number(i));
}

fn w_at(i: u32) -> f32 {
    if W == RANKS { return f32(q.n - i); }
    if W == ONES { return select(0.0, 1.0, i < p.ones); }
    return bounded(w_number(i));
}

// s[a] - s[b] >= 0 for a <= b. Halves, since the difference of two f32 may not be one.
fn s_gap(a: f32, b: f32) -> f32 { return gap(a, b, p.s_factor, p.s_cap); }

fn w_gap(a: f32, b: f32) -> f32 { return gap(a, b, p.w_factor, p.w_cap); }

fn gap(a: f32, b: f32, factor: f32, cap: f32) -> f32 {
    return abs(min(abs(0.5 * a - 0.5 * b), cap) * factor) * 2.0;
}

// Blocks of different classes are never pooled.
fn is_border(i: u32) -> bool { return i == q.begin || i == q.end; }

// Where slot i of the row is.
fn slot_of(i: u32) -> u32 { return q.index * p.n + i; }

fn is_empty(list: List) -> bool { return list.first == list.to; }
