// The short row of an invocation: up to 64 elements, sorted, and two descending sequences, s and w, of which s - w is to be made descending.
// Needs devices with whole numbers and floats of 64 bits.

// All of these but `sums` are only indexed by constants, so that they live in registers.
var<private> items: array<Item, 64>;    // sorted
var<private> positions: array<f64, 64>; // s[0] - s[i]
var<private> terms: array<f64, 64>;     // what is summed over a block
var<private> sums: array<f64, 64>;      // of terms, from each element to the last one
var<private> own_sums: array<f64, 64>;  // the same again

var<private> starts: vec2<u32>; // a bit for each element with which a block begins
var<private> finite: vec2<u32>; // and for each that is finite
var<private> largest: u32;      // magnitude of an element, as bits: NaN is above infinity

// GIVEN: the largest and the least finite w.
var<private> highest: f64;
var<private> lowest: f64;

fn has_bit(words: vec2<u32>, i: u32) -> bool { return (words[i >> 5u] & (1u << (i & 31u))) != 0u; }

// The bit of element i, if `condition`.
fn bit_if(i: u32, condition: bool) -> vec2<u32> {
    let bit = select(0u, 1u << (i & 31u), condition);
    return select(vec2(0u, bit), vec2(bit, 0u), i < 32u);
}

fn x_of(i: u32) -> f32 { return bitcast<f32>(value_of(key_in(items[i]), payload_in(items[i]), p.flip)); }

fn place_of(i: u32) -> u32 { return index_of(payload_in(items[i])); }

fn w_at(i: u32) -> f64 {
    if W == RANKS { return f64(i32(p.n - i)); }
    if W == ONES { return select(0.0lf, 1.0lf, i < p.ones); }
    // An infinite element is as far as the finite one next to it; none is pooled with it.
    let x = x_of(i) * p.factor;
    if is_infinite(x) { return select(lowest, highest, x > 0.0); }
    return f64(x);
}

// The difference of s between two neighbours. Infinite elements of a sign do not differ; from others they differ by infinity. What is so far apart
// that nothing is pooled across is no farther than `cap`, so that it costs the others no digits.
fn gap(a: f32, b: f32, cap: f64) -> f64 {
    if W == GIVEN {
        let step = select(f64(p.step), cap, is_infinite(a) != is_infinite(b) || (is_infinite(a) && a != b));
        return min(step, cap);
    }
    if bitcast<u32>(a) == bitcast<u32>(b) { return 0.0lf; }
    return min(abs((f64(a) - f64(b)) * f64(p.factor)), cap);
}

var<private> cap: f64;
var<private> position: f64;
var<private> last: f32;

// What comes first for soft sorts: the range of w.
fn widen(i: u32) {
    let x = x_of(i) * p.factor;
    let counts = i < p.n && is_finite(x);
    highest = select(highest, max(highest, f64(x)), counts);
    lowest = select(lowest, min(lowest, f64(x)), counts);
}

// Beyond the range of w nothing is pooled.
fn find_cap() {
    cap = f64(p.cap);
    if W == GIVEN {
        cap = 2.0lf * (highest - lowest);
        if highest < lowest { highest = 0.0lf; lowest = 0.0lf; }
        if cap <= 0.0lf { cap = 1.0lf; }
    }
}

// Goes down the row.
fn descend(i: u32) {
    let x = x_of(i);
    if i > 0u { position += gap(last, x, cap); }
    last = x;
    positions[i] = position;
    if DERIVATIVE { finite |= bit_if(i, i < p.n && is_finite(x)); }
}

var<private> sum: f64;

// Goes up the row. Elements that are out of order with their neighbour are pooled right away.
fn ascend(i: u32) {
    terms[i] = select(0.0lf, term(i), i < p.n);
    sum += terms[i];
    sums[i] = sum;
    own_sums[i] = sum;
    if i < 63u {
        let next = i + 1u;
        let in_order = terms[i] * weight(next, next + 1u) > terms[next] * weight(i, next);
        starts |= bit_if(next, in_order && next < p.n);
    }
}
