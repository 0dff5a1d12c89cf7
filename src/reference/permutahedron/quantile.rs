//! Soft quantiles.

use super::soft_sort::{soft_sort, soft_sort_vjp};
use super::{Regularization, ValueAndGrad};
use crate::reference::segmented::Direction;

/// A quantile of the softly sorted row, and its gradient.
///
/// ```text
/// s = soft_sort(x), ascending,   h = q (n - 1),   f = h - floor(h)
/// value = (1 - f) s[floor(h)] + f s[floor(h) + 1]     counted from 0
/// ```
///
/// The interpolation is the default of `numpy.quantile` and `torch.quantile` (type 7 of Hyndman and Fan 1996); a small strength leads to their value.
///
/// # Panics
///
/// If the row is empty, an `x` is NaN, `q` is not from 0 to 1, or the strength is not positive and finite.
///
/// # Examples
///
/// ```
/// use supple::reference::permutahedron::{Regularization, soft_quantile};
///
/// let quartile = soft_quantile(&[4.0, 0.0, 2.0], 0.25, Regularization::L2, 0.1);
/// assert_eq!(quartile.value, 1.0);
/// assert_eq!(quartile.grad, [0.0, 0.5, 0.5]);
/// ```
#[must_use]
pub fn soft_quantile(x: &[f64], q: f64, regularization: Regularization, strength: f64) -> ValueAndGrad {
    assert!(!x.is_empty(), "a quantile needs at least one element");
    assert!((0.0..=1.0).contains(&q), "q must be from 0 to 1, got {q}");
    let sorted = soft_sort(x, regularization, strength, Direction::Ascending);
    let position = q * (x.len() - 1) as f64;
    #[expect(clippy::cast_sign_loss, reason = "not negative")]
    let (at, fraction) = (position as usize, position.fract());
    let mut cotangent = vec![0.0; x.len()];
    cotangent[at] = 1.0 - fraction;
    // The last element has no next one, and 0 times an infinite one is no number.
    if fraction > 0.0 {
        cotangent[at + 1] = fraction;
    }
    let terms = sorted.iter().zip(&cotangent).filter(|&(_, weight)| *weight != 0.0);
    let value = terms.map(|(s, weight)| s * weight).sum();
    ValueAndGrad { value, grad: soft_sort_vjp(x, regularization, strength, Direction::Ascending, &cotangent) }
}

/// The [`soft_quantile`] with `q = 1/2`.
///
/// # Panics
///
/// As [`soft_quantile`] does.
#[must_use]
pub fn soft_median(x: &[f64], regularization: Regularization, strength: f64) -> ValueAndGrad {
    soft_quantile(x, 0.5, regularization, strength)
}
