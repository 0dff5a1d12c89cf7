//! Learning to rank from given rankings.

use super::soft_rank::{soft_rank, soft_rank_vjp};
use super::sum::sum;
use super::{Regularization, ValueAndGrad, expect_length};
use crate::reference::segmented::Direction;

/// How far the soft ranks of scores are from a given ranking, and its gradient in the scores.
///
/// ```text
/// value = |ranks - soft_rank(scores)|^2 / 2      descending: rank 1 belongs to the highest score
/// ```
///
/// (Blondel et al., section 6.3.) `ranks` holds the rank of each label, 1 for the most preferred; labels of equal preference share
/// the mean of theirs. A label without a rank is left out by a [`mask`](super::mask), and the others' ranks count without it.
///
/// # Panics
///
/// If the lengths differ, a score is NaN, or the strength is not positive and finite.
///
/// # Examples
///
/// ```
/// use supple::reference::permutahedron::{Regularization, label_ranking_loss};
///
/// let loss = |scores: &[f64]| label_ranking_loss(scores, &[2.0, 1.0, 3.0], Regularization::L2, 0.1).value;
/// assert_eq!(loss(&[0.5, 0.9, 0.1]), 0.0);
/// assert_eq!(loss(&[0.9, 0.5, 0.1]), 1.0);
/// ```
#[must_use]
pub fn label_ranking_loss(
    scores: &[f64],
    ranks: &[f64],
    regularization: Regularization,
    strength: f64,
) -> ValueAndGrad {
    distance_of_ranks(scores, ranks, regularization, strength, Direction::Descending)
}

/// Half the squared distance of soft ranks from given ones, and its gradient in the scores.
pub(super) fn distance_of_ranks(
    scores: &[f64],
    ranks: &[f64],
    regularization: Regularization,
    strength: f64,
    direction: Direction,
) -> ValueAndGrad {
    expect_length("ranks", ranks.len(), scores.len());
    let soft = soft_rank(scores, regularization, strength, direction);
    let difference: Vec<f64> = soft.iter().zip(ranks).map(|(soft, rank)| soft - rank).collect();
    let value = 0.5 * sum(difference.iter().map(|d| d * d));
    ValueAndGrad { value, grad: soft_rank_vjp(scores, regularization, strength, direction, &difference) }
}
