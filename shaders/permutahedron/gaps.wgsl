// Differences of the row's sequences as floats of 64 bits, for elements a and b of which a comes first.

fn wide_s_gap(a: f32, b: f32) -> f64 { return abs((f64(a) - f64(b)) * f64(p.s_factor)); }

fn wide_w_gap(a: f32, b: f32) -> f64 { return abs((f64(a) - f64(b)) * f64(p.w_factor)); }

// L2: the largest difference of two neighbours of s that counts: beyond the range of w nothing is pooled.
fn largest_gap() -> f64 {
    if W == RANKS { return 2.0lf * f64(i32(p.n)) * f64(abs(p.w_factor)); }
    if W == ONES { return 2.0lf; }
    let range = wide_w_gap(w_at(q.begin), w_at(max(q.end, q.begin + 1u) - 1u));
    return select(2.0lf * range, 1.0lf, range == 0.0lf);
}

// A number of 64 bits as a texel has it.
fn wide_number(two: vec2<f32>) -> f64 {
    let bits = bitcast<vec2<u32>>(two);
    return bitcast<f64>((u64(bits.y) << 32u) | u64(bits.x));
}
