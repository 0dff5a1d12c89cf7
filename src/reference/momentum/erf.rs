//! The error function, which std lacks.

use std::f64::consts::PI;

/// Below this the series is summed, from here on the continued fraction is evaluated.
const SPLIT: f64 = 2.0;

/// `2 / sqrt(pi)` times the integral of `exp(-t^2)` from 0 to `x`, to some units of the last place.
pub(super) fn erf(x: f64) -> f64 {
    if x.abs() < SPLIT { series(x) } else { (1.0 - tail(x.abs())).copysign(x) }
}

/// `1 - erf(x)`, without cancellation for large `x`.
pub(super) fn erfc(x: f64) -> f64 {
    if x >= SPLIT { tail(x) } else { 1.0 - erf(x) }
}

/// ```text
/// erf(x) = 2 / sqrt(pi) exp(-x^2) sum over n of 2^n x^(2n + 1) / (1 * 3 * ... * (2n + 1))
/// ```
///
/// (Abramowitz and Stegun, 7.1.6.) All terms have one sign, and so nothing cancels.
fn series(x: f64) -> f64 {
    let (mut term, mut sum) = (x, x);
    let mut odd = 1.0;
    while term.abs() > f64::EPSILON / 4.0 * sum.abs() {
        odd += 2.0;
        term *= 2.0 * x * x / odd;
        sum += term;
    }
    2.0 / PI.sqrt() * (-x * x).exp() * sum
}

/// `erfc(x)` for `x >= SPLIT`:
///
/// ```text
/// sqrt(pi) exp(x^2) erfc(x) = 1 / (x + (1/2) / (x + (2/2) / (x + (3/2) / (x + ...))))
/// ```
///
/// (Abramowitz and Stegun, 7.1.14.)
fn tail(x: f64) -> f64 {
    // Enough for the last place at SPLIT; fewer would do further out.
    const TERMS: u32 = 80;
    let fraction = (1..=TERMS).rev().fold(x, |below, k| x + 0.5 * f64::from(k) / below);
    (-x * x).exp() / (PI.sqrt() * fraction)
}
