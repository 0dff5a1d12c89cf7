//! Spearman's rank correlation.

use super::hard::{Ties, rank};
use super::label_ranking::distance_of_ranks;
use super::soft_rank::{soft_rank, soft_rank_vjp};
use super::sum::{mean, sum};
use super::{Regularization, ValueAndGrad, expect_length};
use crate::reference::segmented::Direction;

/// How far the soft ranks of a row are from the ranks of a target, and its gradient in the row.
///
/// ```text
/// value = |rank(target) - soft_rank(x)|^2 / 2      ascending, ties of the target at their mean
/// ```
///
/// Minimising it is maximising Spearman's coefficient (Blondel et al., section 6.3).
///
/// # Panics
///
/// If the lengths differ, an `x` or a target is NaN, or the strength is not positive and finite.
///
/// # Examples
///
/// ```
/// use supple::reference::permutahedron::{Regularization, spearman_loss};
///
/// let loss = spearman_loss(&[0.1, 0.3, 0.2], &[1.0, 2.0, 3.0], Regularization::L2, 0.05);
/// assert_eq!(loss.value, 1.0);
/// ```
#[must_use]
pub fn spearman_loss(x: &[f64], target: &[f64], regularization: Regularization, strength: f64) -> ValueAndGrad {
    let ranks = rank(target, Direction::Ascending, Ties::Average);
    distance_of_ranks(x, &ranks, regularization, strength, Direction::Ascending)
}

/// Spearman's coefficient with soft ranks for those of the row, and its gradient in the row.
///
/// ```text
/// a = soft_rank(x) - (n + 1) / 2,   b = rank(target) - (n + 1) / 2      ascending, ties of the target at their mean
/// value = <a, b> / (|a| |b|)
/// ```
///
/// From -1 to 1. A row whose soft ranks are all equal to rounding, or a target that is constant, is correlated with nothing: value and gradient are 0.
///
/// # Panics
///
/// As [`spearman_loss`] does.
///
/// # Examples
///
/// ```
/// use supple::reference::permutahedron::{Regularization, spearman_coefficient};
///
/// let coefficient = |x| spearman_coefficient(x, &[1.0, 2.0, 3.0], Regularization::L2, 0.05).value;
/// assert!((coefficient(&[0.1, 0.2, 0.3]) - 1.0).abs() < 1e-15);
/// assert!((coefficient(&[0.1, 0.3, 0.2]) - 0.5).abs() < 1e-15);
/// assert_eq!(coefficient(&[0.2, 0.2, 0.2]), 0.0);
/// ```
#[must_use]
pub fn spearman_coefficient(x: &[f64], target: &[f64], regularization: Regularization, strength: f64) -> ValueAndGrad {
    expect_length("target", target.len(), x.len());
    let a = centred(soft_rank(x, regularization, strength, Direction::Ascending));
    let b = centred(rank(target, Direction::Ascending, Ties::Average));
    let inner = |a: &[f64], b: &[f64]| sum(a.iter().zip(b).map(|(a, b)| a * b));
    let (norm_a, norm_b) = (inner(&a, &a).sqrt(), inner(&b, &b).sqrt());
    // What rounding leaves of ranks that are all equal; the norm of ranks 1, ..., n is n^1.5 / sqrt(12).
    let rounding = 1e-14 * (x.len() as f64).powf(1.5);
    if norm_a <= rounding || norm_b <= rounding {
        return ValueAndGrad { value: 0.0, grad: vec![0.0; x.len()] };
    }
    let value = inner(&a, &b) / (norm_a * norm_b);
    let cotangent: Vec<f64> = a.iter().zip(&b).map(|(a, b)| (b / norm_b - value * a / norm_a) / norm_a).collect();
    ValueAndGrad { value, grad: soft_rank_vjp(x, regularization, strength, Direction::Ascending, &cotangent) }
}

/// The ranks less their mean.
fn centred(ranks: Vec<f64>) -> Vec<f64> {
    if ranks.is_empty() {
        return ranks;
    }
    let mean = mean(&ranks);
    ranks.into_iter().map(|rank| rank - mean).collect()
}
