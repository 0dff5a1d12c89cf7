// Pooling under L2, by sums of sums_l2.wgsl: the mean of s - w counts.

const ZERO_TARGETS = false; // -infinity is no target

fn start_at(i: u32) -> Start {
    let slot = slot_of(min(i, q.n - 1u));
    let four = textureLoad(sums, texel_at(slot >> 1u));
    let sum = wide_number(select(four.xy, four.zw, (slot & 1u) != 0u));
    return Start(i, select(0.0lf, sum, i < q.n));
}

// The projection in a block: P[i] = w[first] + m - (s[first] - s[i]), with m the first element's s - w less their mean.
struct Emission {
    s: f32,
    top: f64,
}

fn emission(a: Start, b: Start) -> Emission {
    let m = above_mean(a, b, start_at(a.i + 1u).sum);
    let centre = 0.5lf * f64(i32(q.n + 1u)) * f64(p.centred);
    return Emission(s_at(a.i), (f64(w_at(a.i)) * f64(p.w_factor) - centre) + m);
}

fn emit(e: Emission, s: f32) -> f32 { return f32(e.top - wide_s_gap(e.s, s)); }
