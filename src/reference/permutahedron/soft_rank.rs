//! Soft ranks.

use super::Regularization;
use super::assignment::{Assignment, Towards};
use crate::reference::segmented::Direction;

/// The soft ranks of a row, from 1: ascending, the smallest element has the lowest one.
///
/// ```text
/// rho = (n, ..., 1),   z = x / strength (ascending) or -x / strength (descending)
/// L2  P(z, rho)
/// KL  exp(P(z, log rho))
/// ```
///
/// (Blondel et al., section 4; their ranks are the descending ones.) The ranks of a row sum up to `n (n + 1) / 2`; equal
/// elements have equal ranks, and a small strength leads to the [`rank`](super::rank) with ties at their mean.
///
/// # Panics
///
/// If an `x` is NaN, or the strength is not positive and finite.
///
/// # Examples
///
/// ```
/// use supple::reference::permutahedron::{Regularization, soft_rank};
/// use supple::reference::segmented::Direction;
///
/// let rank = |x: &[f64], strength| soft_rank(x, Regularization::L2, strength, Direction::Ascending);
/// assert_eq!(rank(&[5.0, 1.0, 3.0], 1.0), [3.0, 1.0, 2.0]);
/// assert_eq!(rank(&[5.0, 1.0, 3.0], 4.0), [2.5, 1.5, 2.0]);
/// ```
#[must_use]
pub fn soft_rank(x: &[f64], regularization: Regularization, strength: f64, direction: Direction) -> Vec<f64> {
    assignment(x, regularization, strength, direction).value
}

/// The gradient in `x` of `<cotangent, soft_rank(x)>`.
///
/// # Panics
///
/// As [`soft_rank`] does, or if `cotangent` has another length.
#[must_use]
pub fn soft_rank_vjp(
    x: &[f64],
    regularization: Regularization,
    strength: f64,
    direction: Direction,
    cotangent: &[f64],
) -> Vec<f64> {
    assignment(x, regularization, strength, direction).vjp(cotangent)
}

/// The derivative of the soft ranks along a direction in `x`.
///
/// # Panics
///
/// As [`soft_rank`] does, or if `tangent` has another length.
#[must_use]
pub fn soft_rank_jvp(
    x: &[f64],
    regularization: Regularization,
    strength: f64,
    direction: Direction,
    tangent: &[f64],
) -> Vec<f64> {
    assignment(x, regularization, strength, direction).jvp(tangent)
}

fn assignment(x: &[f64], regularization: Regularization, strength: f64, direction: Direction) -> Assignment {
    let rho = (1..=x.len()).rev().map(|rank| rank as f64).collect();
    let towards = match direction {
        Direction::Ascending => Towards::Largest,
        Direction::Descending => Towards::Smallest,
    };
    Assignment::new(x, rho, regularization, strength, towards)
}
