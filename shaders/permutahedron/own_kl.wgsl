// Rows in arrays of an invocation's own under KL: of a block sum exp(s) / sum exp(w) counts. Sums are of exponentials over an element's own, from it on, as in
// sums_kl.wgsl: a block's sum is the difference of two, and since the largest exponential is the first, no digits are lost.

const CUTS_GAPS = false;   // no block bridges more than the range of w
const KEEPS_SORTED = true; // derivatives take the sorted row
const LN_2 = 0.693147181f;

struct Start {
    i: u32,
    x: f32,
    s_sum: f64, // from it on, of exponentials over its own
    w_sum: f64,
}

var<private> w_sums: array<f64, 1025>; // W given; as `sums`, which are those of s

var<private> s_sum: f64;
var<private> w_sum: f64;

fn begin_sums() {
    sums[p.n] = 0.0lf;
    if W == GIVEN { w_sums[p.n] = 0.0lf; }
    s_sum = 1.0lf;
    w_sum = 1.0lf;
}

fn keep_sums(i: u32) {
    sums[i] = s_sum;
    if W == GIVEN { w_sums[i] = w_sum; }
}

// Goes on to the element before i; whether i is below that.
fn pass_step(i: u32, before: f32, x: f32) -> bool {
    let gap = s_gap(before, x);
    let apart = are_apart(before, x);
    let s_step = select(falling(gap), 0.0lf, apart);
    s_sum = 1.0lf + s_step * s_sum;
    if W == GIVEN {
        let w_step = w_gap(i, before, x);
        w_sum = 1.0lf + select(falling(w_step), 0.0lf, apart) * w_sum;
        return apart || gap > w_step;
    }
    // Where weights are equal, s alone counts, of which two may differ by less than their exponentials show.
    if W == ONES && i < p.ones { return before != x; }
    return apart || weight_of(i, i + 1u) > weight_of(max(i, 1u) - 1u, i) * s_step;
}

fn start_at(i: u32) -> Start {
    var it = Start(i, x_of(sorted[min(i, p.n - 1u)]), sums[i], 0.0lf);
    if W == GIVEN { it.w_sum = w_sums[i]; }
    return it;
}

fn chosen_start(a: Start, b: Start, second: bool) -> Start {
    return Start(
        select(a.i, b.i, second), select(a.x, b.x, second), select(a.s_sum, b.s_sum, second), select(a.w_sum, b.w_sum, second)
    );
}

// The differences of s and w between two elements of which a comes first.
fn s_gap_between(a: Start, b: Start) -> f64 {
    if W == GIVEN { return select(f64(i32(b.i - a.i)) * f64(p.step), cap, are_apart(a.x, b.x)); }
    return s_gap(a.x, b.x);
}

fn w_gap_between(a: Start, b: Start) -> f64 { return f64(bounded_w(a.x)) - f64(bounded_w(b.x)); }

// Of block [a, b), whose exponentials are relative to those of its first element; exactly 1 in a block of one. `step` is the exponential of b.
fn sum_before(a: Start, b: Start, a_sum: f64, b_sum: f64, step: f64) -> f64 {
    return select(a_sum - select(step, 0.0lf, are_apart(a.x, b.x)) * b_sum, 1.0lf, b.i == a.i + 1u);
}

fn s_sum_of(a: Start, b: Start) -> f64 { return sum_before(a, b, a.s_sum, b.s_sum, falling(s_gap_between(a, b))); }

fn w_sum_of(a: Start, b: Start) -> f64 {
    if W != GIVEN { return weight_of(a.i, b.i); }
    return sum_before(a, b, a.w_sum, b.w_sum, falling(w_gap_between(a, b)));
}

// Whether the value of block [a, b) is above that of [b, c).
fn is_above(a: Start, b: Start, c: Start) -> bool {
    if are_apart(a.x, b.x) { return true; }
    // As in pass_step.
    if W == ONES && c.i <= p.ones { return x_of(sorted[max(b.i, 1u) - 1u]) != b.x; }
    if W == GIVEN {
        let s_gap = s_gap_between(a, b);
        let w_gap = w_gap_between(a, b);
        if c.i == a.i + 2u { return s_gap > w_gap; }
        // Both exponentials over the larger one of them, so that neither vanishes for the other.
        let by = falling(abs(s_gap - w_gap));
        let larger = falling(min(s_gap, w_gap));
        let s_step = select(larger, larger * by, s_gap > w_gap);
        let w_step = select(larger * by, larger, s_gap > w_gap);
        let above = sum_before(a, b, a.s_sum, b.s_sum, s_step) * w_sum_of(b, c);
        let below = sum_before(a, b, a.w_sum, b.w_sum, w_step) * s_sum_of(b, c);
        return select(above * by > below, above > below * by, s_gap > w_gap);
    }
    return s_sum_of(a, b) * weight_of(b.i, c.i) > s_sum_of(b, c) * weight_of(a.i, b.i) * falling(s_gap_between(a, b));
}

// The first value of a block, as in kl.wgsl.
fn top_of(a: Start, b: Start) -> f64 {
    if W == GIVEN {
        let logs = log2_of(Extended(f32(w_sum_of(a, b)), 0.0)) - log2_of(Extended(f32(s_sum_of(a, b)), 0.0));
        return f64(bounded_w(a.x) + LN_2 * (logs.x + logs.y));
    }
    return w_sum_of(a, b) / s_sum_of(a, b);
}

fn value_below(top: f64, gap: f64) -> f32 {
    if W == GIVEN { return f32(top - gap); }
    return f32(top) * inverse_power_of_two(f32(min(gap * LOG2_E, 200.0lf)));
}
