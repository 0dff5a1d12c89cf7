//! The twin against closed formulas, certificates of optimality, finite differences, another package's numbers, and itself.
#![allow(clippy::float_cmp, reason = "what is exact is compared exactly")]

use super::sum::sum;
use super::*;
use crate::reference::segmented::{Direction, sort};
use crate::reference::testing::{assert_close, finite_differences, golden, noise};

mod golden_file;
mod hard;
mod infinite;
mod isotonic;
mod losses;
mod projection;
mod soft;
mod top_k;

const REGULARIZATIONS: [Regularization; 2] = [Regularization::L2, Regularization::Kl];
const DIRECTIONS: [Direction; 2] = [Direction::Ascending, Direction::Descending];
const STRENGTHS: [f64; 7] = [1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1e3];

fn inner(a: &[f64], b: &[f64]) -> f64 {
    sum(a.iter().zip(b).map(|(a, b)| a * b))
}

/// Checks a vector-Jacobian product against finite differences of the function, and a Jacobian-vector product
/// against the other.
#[track_caller]
fn assert_derivatives(
    x: &[f64],
    value: impl Fn(&[f64]) -> Vec<f64>,
    vjp: impl Fn(&[f64]) -> Vec<f64>,
    jvp: impl Fn(&[f64]) -> Vec<f64>,
    tolerance: f64,
) {
    let (cotangent, tangent) = (noise(90, value(x).len()), noise(91, x.len()));
    let gradient = vjp(&cotangent);
    let differences = finite_differences(x, |x| inner(&cotangent, &value(x)));
    // Relative to the largest: it is differences of such numbers that the small ones come from.
    let scale = differences.iter().fold(1.0, |scale: f64, d| scale.max(d.abs()));
    assert_close(&gradient, &differences, tolerance * scale);
    let (forward, backward) = (inner(&cotangent, &jvp(&tangent)), inner(&gradient, &tangent));
    assert!((forward - backward).abs() <= 1e-12 * scale * x.len() as f64, "{forward}, {backward}");
}
