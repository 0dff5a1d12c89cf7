// Products and differences of numbers of shared/scaled.wgsl; needs shared/extended.wgsl.

// a b to the last bit, for finite numbers that are not negative. Numbers too small for f32's full precision count as 0.
fn scaled_product(a: f32, b: f32) -> Scaled {
    let a_bits = bitcast<u32>(a);
    let b_bits = bitcast<u32>(b);
    if a_bits < 0x00800000u || b_bits < 0x00800000u { return NO_SUM; }
    let x = (a_bits & 0x007fffffu) | 0x00800000u;
    let y = (b_bits & 0x007fffffu) | 0x00800000u;
    // 24 bits by 24 bits, in halves of 12.
    let top = (x >> 12u) * (y >> 12u);
    let middle = (x >> 12u) * (y & 0xfffu) + (x & 0xfffu) * (y >> 12u);
    let bottom = (x & 0xfffu) * (y & 0xfffu);
    let with_middle = (top << 24u) + (middle << 12u);
    let low = with_middle + bottom;
    let high = (top >> 8u) + (middle >> 20u) + select(0u, 1u, with_middle < (middle << 12u)) + select(0u, 1u, low < bottom);
    // high is from 2^14 to 2^16.
    let by = countLeadingZeros(high) - 1u;
    let e = i32(a_bits >> 23u) + i32(b_bits >> 23u) - 300 + 63 - i32(by);
    return Scaled((high << by) | (low >> (32u - by)), low << by, e);
}

// a - b, of either sign.
fn scaled_difference(a: Scaled, b: Scaled) -> Extended {
    let is_larger = a.e > b.e || (a.e == b.e && (a.high > b.high || (a.high == b.high && a.low >= b.low)));
    var x = b;
    var y = a;
    if is_larger { x = a; y = b; }
    y = shifted(y, u32(x.e - y.e));
    let high = x.high - y.high - select(0u, 1u, x.low < y.low);
    let size = f32(high) * 4.656612873077393e-10 + f32(x.low - y.low) * 1.0842021724855044e-19;
    return Extended(select(-size, size, is_larger), f32(x.e));
}
