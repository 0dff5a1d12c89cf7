//! Losses without the largest of them.

use super::soft_sort::{soft_sort, soft_sort_vjp};
use super::sum::sum;
use super::{Regularization, ValueAndGrad};
use crate::reference::segmented::Direction;

/// The mean of the `kept` smallest of the softly sorted losses, and its gradient.
///
/// ```text
/// value = 1 / kept sum_{i > n - kept} soft_sort(losses)_i      descending
/// ```
///
/// (Blondel et al., section 6.4, where `k = n - kept` are left out.) A small strength leads to the trimmed mean, a large one to the
/// mean of all.
///
/// # Panics
///
/// If a loss is NaN, `kept` is 0 or above the number of losses, or the strength is not positive and finite.
///
/// # Examples
///
/// ```
/// use supple::reference::permutahedron::{Regularization, trimmed_mean};
///
/// let trimmed = trimmed_mean(&[1.0, 30.0, 2.0], 2, Regularization::L2, 0.01);
/// assert_eq!(trimmed.value, 1.5);
/// assert_eq!(trimmed.grad, [0.5, 0.0, 0.5]);
/// ```
#[must_use]
pub fn trimmed_mean(losses: &[f64], kept: usize, regularization: Regularization, strength: f64) -> ValueAndGrad {
    let n = losses.len();
    assert!((1..=n).contains(&kept), "kept must be from 1 to {n}, got {kept}");
    let sorted = soft_sort(losses, regularization, strength, Direction::Descending);
    let value = sum(sorted[n - kept..].iter().copied()) / kept as f64;
    let cotangent: Vec<f64> = (0..n).map(|i| if i < n - kept { 0.0 } else { 1.0 / kept as f64 }).collect();
    ValueAndGrad { value, grad: soft_sort_vjp(losses, regularization, strength, Direction::Descending, &cotangent) }
}

/// Soft least trimmed squares: the [`trimmed_mean`] of `residual^2 / 2`, and its gradient in the residuals.
///
/// A small strength leads to least trimmed squares (Rousseeuw 1984), a large one to least squares.
///
/// # Panics
///
/// As [`trimmed_mean`] does.
#[must_use]
pub fn least_trimmed_squares(
    residuals: &[f64],
    kept: usize,
    regularization: Regularization,
    strength: f64,
) -> ValueAndGrad {
    let losses: Vec<f64> = residuals.iter().map(|residual| 0.5 * residual * residual).collect();
    let mut result = trimmed_mean(&losses, kept, regularization, strength);
    for (g, residual) in result.grad.iter_mut().zip(residuals) {
        // 0 times an infinite residual is no number.
        *g = if residual.is_finite() { *g * residual } else { 0.0 };
    }
    result
}
