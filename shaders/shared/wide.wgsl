// Whole numbers of 64 bits, in two's complement.

struct Wide {
    low: u32,
    high: u32,
}

fn wide_plus(a: Wide, b: Wide) -> Wide {
    let low = a.low + b.low;
    return Wide(low, a.high + b.high + select(0u, 1u, low < a.low));
}

fn wide_negated(a: Wide) -> Wide {
    return Wide(0u - a.low, ~a.high + select(0u, 1u, a.low == 0u));
}

// The whole number nearest to x * 2^32 towards 0, for |x| < 2^31.
fn wide(x: f32) -> Wide {
    let a = fixed_point(abs(x));
    if x < 0.0 { return wide_negated(a); }
    return a;
}

// The same of a number from 0 on. Shifts its bits: software drivers convert numbers one by one.
fn fixed_point(x: f32) -> Wide {
    let bits = bitcast<u32>(x);
    let m = (bits & 0x007fffffu) | 0x00800000u;
    let left = i32(bits >> 23u) - 118; // x * 2^32 = m 2^left
    let by = u32(left) & 31u;
    if left >= 32 { return Wide(0u, m << by); }
    if left > 0 { return Wide(m << by, m >> (32u - by)); }
    return Wide(m >> min(u32(-left), 31u), 0u);
}

// a / 2^32. Of a small negative number the two words would cancel, hence the sign first.
fn wide_value(a: Wide) -> f32 {
    let negative = (a.high & 0x80000000u) != 0u;
    var b = a;
    if negative { b = wide_negated(a); }
    let size = f32(b.high) + f32(b.low) * 2.3283064365386963e-10;
    return select(size, -size, negative);
}
