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
    let size = abs(x);
    let high = u32(size);
    let a = Wide(u32((size - f32(high)) * 4294967296.0), high);
    if x < 0.0 { return wide_negated(a); }
    return a;
}

// a / 2^32. Of a small negative number the two words would cancel, hence the sign first.
fn wide_value(a: Wide) -> f32 {
    let negative = (a.high & 0x80000000u) != 0u;
    var b = a;
    if negative { b = wide_negated(a); }
    let size = f32(b.high) + f32(b.low) * 2.3283064365386963e-10;
    return select(size, -size, negative);
}
