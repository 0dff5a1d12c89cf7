// Natural logarithms, since a driver's own may be off by 2^-21 near 1.

const LN_2 = 0.693147181f;

// ln(2^e (1 + f)) for a whole e and 1 + f from sqrt(1/2) to sqrt(2), within 2e-7 of it. A minimax polynomial.
fn ln_of(e: f32, f: f32) -> f32 {
    // In pairs: fewer steps wait for each other.
    let f2 = f * f;
    let low = (-0.499999916 + f * 0.333339502) + f2 * (-0.250017553 + f * 0.199620719);
    let q = low + (f2 * f2) * ((-0.165705078 + f * 0.149179763) + f2 * (-0.143075264 + f * 0.0873484106));
    return e * LN_2 + (f + f2 * q);
}

// A normal positive number as 2^e (1 + f).
fn split(x: f32) -> vec2<f32> {
    const ROOT_HALF = 0x3f3504f3; // the bits of sqrt(1/2)
    let i = bitcast<i32>(x) - ROOT_HALF;
    return vec2(f32(i >> 23u), bitcast<f32>((i & 0x7fffff) + ROOT_HALF) - 1.0);
}

fn ln(x: f32) -> f32 {
    let s = split(x);
    return ln_of(s.x, s.y);
}
