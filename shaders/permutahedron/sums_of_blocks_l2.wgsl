// Blocks under L2 by sums of s - w from an element on, as pool_l2.wgsl and own_l2.wgsl have them: a block's sum is the difference of two.

// An element with which a block may begin, or the row's end.
struct Start {
    i: u32,
    sum: f64, // from it on
}

fn chosen_start(a: Start, b: Start, second: bool) -> Start { return Start(select(a.i, b.i, second), select(a.sum, b.sum, second)); }

// Whether the mean of block [a, b) is above that of [b, c).
fn are_in_order(a: Start, b: Start, c: Start) -> bool {
    return (a.sum - b.sum) * f64(i32(c.i - b.i)) > (b.sum - c.sum) * f64(i32(b.i - a.i));
}

// How far the first element of block [a, b) is above their mean; `after` is the sum from the next element on.
fn above_mean(a: Start, b: Start, after: f64) -> f64 {
    let above = (a.sum - after) - (a.sum - b.sum) / f64(i32(b.i - a.i));
    // What is no more than what sums were rounded by is none: ties beyond the first k of a soft top k are exactly 0.
    return select(above, 0.0lf, b.i == a.i + 1u || abs(above) <= 1e-15lf * abs(a.sum));
}
