// Sums for L2, of what an element's s - w exceeds the last one's by: of a block the difference of two counts, over the number of its elements.
// Differences of s that no block can bridge are cut, so that outliers cost nobody digits.

const ZERO_TARGETS = false; // -infinity is no target

var<private> cap: f64; // the largest difference of s that counts

fn begin_row() { cap = largest_gap(); }

var<private> sum: f64;
var<private> above: f64; // of the element over the last one
var<private> s_step: f64;
var<private> w_step: f64;

fn begin_sums() {}

fn keep_sums(slot: u32) {
    sum += above;
    sums[slot] = bitcast<u64>(sum);
}

// Whether an element's s - w is below the one's before it.
fn is_step(i: u32, s_before: f32, s: f32, w_before: f32, w: f32) -> bool {
    s_step = min(wide_s_gap(s_before, s), cap);
    w_step = wide_w_gap(w_before, w);
    return s_step > w_step;
}

// Goes on to element i from the one behind it; over a border nothing is pooled.
fn pass_step(i: u32, border: bool) {
    above += select(s_step - w_step, 0.0lf, border);
}
