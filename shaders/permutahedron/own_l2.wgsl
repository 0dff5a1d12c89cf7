// Rows in arrays of an invocation's own under L2: of a block the mean of s - w counts (l2.wgsl). What is summed is how far an element's s - w is above the
// last one's; a block's sum is the difference of two.

const CUTS_GAPS = true;     // no block bridges more than the range of w
const KEEPS_SORTED = false; // derivatives take the sorted row

struct Start {
    i: u32,
    sum: f64, // from it on
}

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

fn chosen_start(a: Start, b: Start, second: bool) -> Start { return Start(select(a.i, b.i, second), select(a.sum, b.sum, second)); }

// Whether the mean of block [a, b) is above that of [b, c).
fn is_above(a: Start, b: Start, c: Start) -> bool {
    return (a.sum - b.sum) * f64(i32(c.i - b.i)) > (b.sum - c.sum) * f64(i32(b.i - a.i));
}

// w of a block's first element, and how far that one's s - w is above their mean.
fn top_of(a: Start, b: Start) -> f64 {
    let mean = (a.sum - b.sum) / f64(i32(b.i - a.i));
    let over = (a.sum - sums[a.i + 1u]) - mean;
    // What is no more than what sums were rounded by is none: ties beyond the first k of a soft top k are exactly 0.
    let is_none = b.i == a.i + 1u || abs(over) <= 1e-15lf * abs(a.sum);
    return (w_at(a.i, x_of(sorted[a.i])) - f64(p.centre)) + select(over, 0.0lf, is_none);
}

fn value_below(top: f64, gap: f64) -> f32 { return f32(top - gap); }
