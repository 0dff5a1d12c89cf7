// Differences of the row's sequences as floats of 64 bits, for elements a and b of which a comes first.

fn wide_s_gap(a: f32, b: f32) -> f64 { return abs((f64(a) - f64(b)) * f64(p.s_factor)); }

fn wide_w_gap(a: f32, b: f32) -> f64 { return abs((f64(a) - f64(b)) * f64(p.w_factor)); }

// A number of 64 bits as a texel has it.
fn wide_number(two: vec2<f32>) -> f64 {
    let bits = bitcast<vec2<u32>>(two);
    return bitcast<f64>((u64(bits.y) << 32u) | u64(bits.x));
}
