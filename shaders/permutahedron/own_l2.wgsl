// Rows in arrays of an invocation's own under L2: of a block the mean of s - w counts (l2.wgsl). What is summed is how far an element's s - w is above the
// last one's; a block's sum is the difference of two.

const CUTS_GAPS = true;     // no block bridges more than the range of w
const KEEPS_SORTED = false; // derivatives take the sorted row

var<private> sum: f64;
var<private> above: f64; // of the element over the last one

fn begin_sums() { sums[p.n] = 0.0lf; }

fn keep_sums(i: u32) {
    sum += above;
    sums[i] = sum;
}

// Goes on to the element before i; whether i is below that.
fn pass_step(i: u32, before: f32, x: f32) -> bool {
    let s_step = s_gap(before, x);
    let w_step = w_gap(i, before, x);
    above += s_step - w_step;
    return s_step > w_step;
}

fn start_at(i: u32) -> Start { return Start(i, sums[i]); }

fn is_above(a: Start, b: Start, c: Start) -> bool { return are_in_order(a, b, c); }

// w of a block's first element, and how far that one's s - w is above their mean.
fn top_of(a: Start, b: Start) -> f64 {
    return (w_at(a.i, x_of(sorted[a.i])) - f64(p.centre)) + above_mean(a, b, sums[a.i + 1u]);
}

fn value_below(top: f64, gap: f64) -> f32 { return f32(top - gap); }
