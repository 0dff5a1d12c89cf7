// Short rows under L2: of a block the mean of s - w counts (l2.wgsl), as floats of 64 bits.

fn term(i: u32) -> f64 { return -positions[i] - w_at(i); }

// Of elements [first, to).
fn weight(first: u32, to: u32) -> f64 { return f64(i32(to - first)); }

// The value of element i, with which a block up to `end` begins; exactly w in a block of one.
fn top_of(i: u32, end: u32, sum: f64) -> f64 {
    let above = select(terms[i] - sum / weight(i, end), 0.0lf, end == i + 1u);
    return (w_at(i) - f64(p.centre)) + above;
}

// Of any element of a block, from that and from where the block begins.
fn value_at(i: u32, top: f64, from_: f64) -> f32 { return f32(top - (positions[i] - from_)); }
