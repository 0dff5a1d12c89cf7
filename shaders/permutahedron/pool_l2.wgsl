// Pooling under L2, by sums of sums_l2.wgsl: the mean of s - w counts.

const ZERO_TARGETS = false; // -infinity is no target

// An element with which a block may begin, or the row's end.
struct Start {
    i: u32,
    sum: f64, // from it on
}

fn start_at(i: u32) -> Start {
    let slot = slot_of(min(i, q.n - 1u));
    let four = textureLoad(sums, texel_at(slot >> 1u));
    let sum = wide_number(select(four.xy, four.zw, (slot & 1u) != 0u));
    return Start(i, select(0.0lf, sum, i < q.n));
}

fn chosen_start(a: Start, b: Start, second: bool) -> Start { return Start(select(a.i, b.i, second), select(a.sum, b.sum, second)); }

// Whether the mean of block [a, b) is above that of [b, c).
fn in_order(a: Start, b: Start, c: Start) -> bool {
    return (a.sum - b.sum) * f64(i32(c.i - b.i)) > (b.sum - c.sum) * f64(i32(b.i - a.i));
}

// The projection in a block: P[i] = w[first] + m - (s[first] - s[i]), with m the first element's s - w less their mean.
struct Emission {
    s: f32,
    top: f64,
}

fn emission(a: Start, b: Start) -> Emission {
    let own = a.sum - start_at(a.i + 1u).sum;
    let over = own - (a.sum - b.sum) / f64(i32(b.i - a.i));
    // What is no more than what sums were rounded by is none: ties beyond the first k of a soft top k are exactly 0.
    let m = select(over, 0.0lf, b.i == a.i + 1u || abs(over) <= 1e-15lf * abs(a.sum));
    let centre = 0.5lf * f64(i32(q.n + 1u)) * f64(p.centred);
    return Emission(s_at(a.i), (f64(w_at(a.i)) * f64(p.w_factor) - centre) + m);
}

fn emit(e: Emission, s: f32) -> f32 { return f32(e.top - wide_s_gap(e.s, s)); }
