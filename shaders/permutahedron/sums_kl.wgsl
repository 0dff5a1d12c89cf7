// Sums for KL, of exponentials over an element's own, from it on: a block's sum is the difference of two. Since the largest of them is the first, no
// digits are lost.

var<private> s_sum: f64;
var<private> w_sum: f64;
var<private> s_step: f64;
var<private> w_step: f64;

fn begin_row() {}

fn begin_sums() {
    s_sum = 1.0lf;
    w_sum = 1.0lf;
}

fn keep_sums(slot: u32) {
    sums[slot * select(1u, 2u, W == GIVEN)] = bitcast<u64>(s_sum);
    if W == GIVEN { sums[slot * select(1u, 2u, W == GIVEN) + 1u] = bitcast<u64>(w_sum); }
}

// Whether an element's value is below the one's before it.
fn is_step(i: u32, s_before: f32, s: f32, w_before: f32, w: f32) -> bool {
    let gap = wide_s_gap(s_before, s);
    s_step = falling(gap);
    if W == GIVEN {
        let w_gap = wide_w_gap(w_before, w);
        w_step = falling(w_gap);
        return gap > w_gap;
    }
    // Where weights are equal, s alone counts, of which two may differ by less than their exponentials show.
    if W == ONES && i < p.ones { return s_before != s; }
    return weight_of(i, i + 1u) > weight_of(i - 1u, i) * s_step;
}

// Goes on to element i from the one behind it.
fn pass_step(i: u32, border: bool) {
    s_sum = 1.0lf + select(s_step, 0.0lf, border) * s_sum;
    if W == GIVEN { w_sum = 1.0lf + select(w_step, 0.0lf, border) * w_sum; }
}
