//! Weighted least squares.

use super::{Direction, Isotonic, blocks, expect_length, pool};
use crate::reference::permutahedron::sum::{Sum, sum};

/// The sorted row `v` closest to `y` in weighted least squares.
///
/// ```text
/// minimise   1/2 sum_i weights_i (v_i - y_i)^2
/// subject to v_1 >= ... >= v_n (descending) or v_1 <= ... <= v_n (ascending)
///
/// v = sum_B weights_i y_i / sum_B weights_i    on a block B
/// ```
///
/// This is what `isotonic_regression` of scikit-learn computes (Barlow, Bartholomew, Bremner
/// and Brunk, *Statistical inference under order restrictions*, 1972). Takes O(n) time.
///
/// # Panics
///
/// If the lengths differ, a `y` is not finite, or a weight is not positive and finite.
///
/// # Examples
///
/// ```
/// use supple::reference::permutahedron::isotonic::l2;
/// use supple::reference::segmented::Direction;
///
/// let fit = l2::solve(&[1.0, 4.0, 1.0, 7.0], &[1.0, 2.0, 1.0, 1.0], Direction::Ascending);
/// assert_eq!(fit.values, [1.0, 3.0, 3.0, 7.0]);
/// assert_eq!(fit.starts, [0, 1, 3]);
/// ```
#[must_use]
pub fn solve(y: &[f64], weights: &[f64], direction: Direction) -> Isotonic {
    check(y, weights);
    let starts = pool(
        y.len(),
        direction,
        |i| (Sum::of(weights[i] * y[i]), Sum::of(weights[i])),
        |a, b| (a.0.plus(b.0), a.1.plus(b.1)),
        |(total, weight)| total.value() / weight.value(),
    );
    let mut values = Vec::with_capacity(y.len());
    for block in blocks(&starts, y.len()) {
        let value = weighted_mean(&y[block.clone()], &weights[block.clone()]);
        values.extend(block.map(|_| value));
    }
    Isotonic { values, starts }
}

/// The gradients in `y` and in the weights of `<cotangent, v>`.
///
/// ```text
/// grad_y_i       = weights_i g / W
/// grad_weights_i = (y_i - v) g / W    g = sum_B cotangent, W = sum_B weights
/// ```
///
/// # Panics
///
/// As [`solve`] does, or if `fit` or `cotangent` has another length.
#[must_use]
pub fn vjp(y: &[f64], weights: &[f64], fit: &Isotonic, cotangent: &[f64]) -> (Vec<f64>, Vec<f64>) {
    check_with(y, weights, fit, "cotangent", cotangent);
    let mut grad_y = Vec::with_capacity(y.len());
    let mut grad_weights = Vec::with_capacity(y.len());
    for block in blocks(&fit.starts, y.len()) {
        let each = sum(cotangent[block.clone()].iter().copied()) / sum(weights[block.clone()].iter().copied());
        for i in block {
            grad_y.push(weights[i] * each);
            grad_weights.push((y[i] - fit.values[i]) * each);
        }
    }
    (grad_y, grad_weights)
}

/// The derivative of the fit along a direction in `y` and one in the weights.
///
/// ```text
/// v' = sum_B (weights_i y'_i + (y_i - v) weights'_i) / W
/// ```
///
/// # Panics
///
/// As [`solve`] does, or if `fit` or a tangent has another length.
#[must_use]
pub fn jvp(y: &[f64], weights: &[f64], fit: &Isotonic, tangent_y: &[f64], tangent_weights: &[f64]) -> Vec<f64> {
    check_with(y, weights, fit, "tangent_y", tangent_y);
    expect_length("tangent_weights", tangent_weights.len(), y.len());
    let mut tangent = Vec::with_capacity(y.len());
    for block in blocks(&fit.starts, y.len()) {
        let moved = |i: usize| weights[i] * tangent_y[i] + (y[i] - fit.values[i]) * tangent_weights[i];
        let each = sum(block.clone().map(moved)) / sum(weights[block.clone()].iter().copied());
        tangent.extend(block.map(|_| each));
    }
    tangent
}

/// Relative to the first element, so that a large common part costs no digits.
fn weighted_mean(y: &[f64], weights: &[f64]) -> f64 {
    let offsets = sum(y.iter().zip(weights).map(|(y_i, weight)| weight * (y_i - y[0])));
    y[0] + offsets / sum(weights.iter().copied())
}

fn check(y: &[f64], weights: &[f64]) {
    expect_length("weights", weights.len(), y.len());
    assert!(y.iter().all(|y| y.is_finite()), "y must be finite");
    assert!(weights.iter().all(|w| *w > 0.0 && w.is_finite()), "weights must be positive and finite");
}

fn check_with(y: &[f64], weights: &[f64], fit: &Isotonic, argument: &str, row: &[f64]) {
    check(y, weights);
    expect_length("fit", fit.values.len(), y.len());
    expect_length(argument, row.len(), y.len());
}
