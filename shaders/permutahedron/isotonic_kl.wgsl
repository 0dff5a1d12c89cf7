// The Kullback-Leibler divergence, on logarithms.

fn element(i: u32, s: f32, w: f32) -> Block {
    let is_zero = !is_finite(w) && w < 0.0;
    if !is_finite(s) || (!is_finite(w) && !is_zero) { return Block(i, i + 1u, Scaled(1u << 30u, 0u, BAD), NO_SUM, NO_SUM, Level()); }
    if is_zero { return Block(i, i + 1u, scaled_exp(s), NO_SUM, NO_SUM, Level()); }
    return Block(i, i + 1u, scaled_exp(s), NO_SUM, scaled_exp(w), Level());
}

// The quotient m 2^e of the sums.
fn level(b: Block) -> Level {
    if b.weight.high == 0u { return Level(1.0, BAD - 1); }
    let bits = bitcast<u32>(scaled_mantissa(b.up) / scaled_mantissa(b.weight));
    return Level(bitcast<f32>((bits & 0x007fffffu) | 0x3f800000u), b.up.e - b.weight.e + i32(bits >> 23u) - 127);
}

fn value(a: Level) -> f32 {
    // Without any weight.
    if a.e == BAD - 1 { return bitcast<f32>(infinity_bits); }
    let log = log2_of(Extended(a.m, f32(a.e)));
    return 0.693147181 * log.x + 0.693147181 * log.y;
}

var<private> infinity_bits: u32 = 0x7f800000u; // no constant expression may be infinite

// exp(x) for any finite x. x / log(2) in two steps (Cody & Waite 1980), of which the first is exact up to thousands.
fn scaled_exp(x: f32) -> Scaled {
    let whole = clamp(ceil(x * 1.44269504), -4e8, 4e8);
    let rest = (whole * 0.693359375 - x) - whole * 0.00021219444;
    return scaled(inverse_power(0.0, clamp(rest * 1.44269504, 0.0, 1.0)).m, u32(-i32(whole)));
}
