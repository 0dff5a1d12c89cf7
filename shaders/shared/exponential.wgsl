// The exponential function, since a driver's own may be off by 3 + 2 |x| units in the last place. NaN stays NaN.

// e^x within a unit in the last place, from -87 to 88; 0 below, where it would leave the normal numbers, and no more above.
fn exponential(x: f32) -> f32 {
    const LN_2_HIGH = 0.693359375f; // 9 bits, so that products with whole numbers are exact
    const LN_2_LOW = -2.12194440e-4f;
    let bounded = select(clamp(x, -87.0, 88.0), x, is_nan(x));
    let n = round(bounded * 1.44269504);
    let r = (bounded - n * LN_2_HIGH) - n * LN_2_LOW;
    let r2 = r * r;
    // Minimax on |r| < ln(2) / 2.
    let q = (0.5 + r * 0.166665763) + r2 * ((0.0416664667 + r * 0.00836317986) + r2 * 0.00139336521);
    return select((1.0 + (r + r2 * q)) * bitcast<f32>((i32(n) + 127) << 23u), 0.0, x < -87.0);
}
