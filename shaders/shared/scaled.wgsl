// Numbers that are not negative, with a mantissa of 63 bits and an exponent, for sums of many terms of very different sizes:
// (high 2^32 + low) 2^(e - 63) with high from 2^29 to 2^31; or 0.

struct Scaled {
    high: u32,
    low: u32,
    e: i32,
}

const NO_SUM = Scaled(0u, 0u, -0x7fffffffi);

// m 2^-whole, for m from 1/2 to 1.
fn scaled(m: f32, whole: u32) -> Scaled {
    let bits = bitcast<u32>(m);
    return Scaled(((bits & 0x007fffffu) | 0x00800000u) << ((bits >> 23u) - 120u), 0u, 1 - i32(whole)); // m 2^30, by its bits
}

fn scaled_plus(a: Scaled, b: Scaled) -> Scaled {
    let larger = a.e >= b.e;
    var x = b;
    var y = a;
    if larger { x = a; y = b; }
    y = shifted(y, u32(x.e - y.e));
    let sum_low = x.low + y.low;
    let sum_high = x.high + y.high + select(0u, 1u, sum_low < y.low);
    if sum_high >= 0x80000000u {
        return Scaled(sum_high >> 1u, (sum_low >> 1u) | (sum_high << 31u), x.e + 1);
    }
    return Scaled(sum_high, sum_low, x.e);
}

// The mantissa, to the right.
fn shifted(a: Scaled, by: u32) -> Scaled {
    // A shift by 32 or more is not defined.
    let within = by & 31u;
    let high = a.high >> within;
    let low = (a.low >> within) | select(a.high << (32u - within), 0u, within == 0u);
    if by >= 64u { return Scaled(0u, 0u, a.e); }
    if by >= 32u { return Scaled(0u, high, a.e); }
    return Scaled(high, low, a.e);
}

// The mantissa in f32: a is that times 2^e, from 1/4 to 1.
fn scaled_mantissa(a: Scaled) -> f32 { return f32(a.high) * 4.656612873077393e-10; }
