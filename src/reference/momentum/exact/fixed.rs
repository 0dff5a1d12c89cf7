//! Fixed point.

/// The nearest multiples of `2^-fraction_bits`, even ones at equal distance, as integers; and whether one of them does not fit an i32 or is none, and so was replaced by
/// the nearest i32, or 0 for NaN.
#[must_use]
pub fn quantise(values: &[f64], fraction_bits: u32) -> (Vec<i32>, bool) {
    let scaled: Vec<f64> = values.iter().map(|value| (value * unit(fraction_bits).recip()).round_ties_even()).collect();
    let fits = |&value: &f64| (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&value);
    let overflowed = !scaled.iter().all(fits);
    (scaled.into_iter().map(|value| value as i32).collect(), overflowed)
}

/// The numbers that such integers stand for, exactly.
#[must_use]
pub fn dequantise(values: &[i32], fraction_bits: u32) -> Vec<f64> {
    values.iter().map(|&value| f64::from(value) * unit(fraction_bits)).collect()
}

fn unit(fraction_bits: u32) -> f64 {
    (-f64::from(fraction_bits)).exp2()
}
