//! The soft top k.

use super::Regularization;
use super::assignment::{Assignment, Towards};

/// How much each element belongs to the `k` largest of its row: from 0 to 1, with the sum `k`.
///
/// ```text
/// w = (1, ..., 1, 0, ..., 0) with k ones,   z = x / strength
/// L2  P(z, w)              sparse: 0 and 1 are taken on
/// KL  exp(P(z, log w))     above 0 everywhere; min(1, c exp(z)) with the c that makes the sum k
/// ```
///
/// Here L2 is the relaxed top-k mask of Sander et al., *Fast, differentiable and sparse top-k*, 2023 ([arXiv
/// 2302.01425](https://arxiv.org/abs/2302.01425)) with p = 2, for `k = 1` it is sparsemax and KL is softmax. The `k` smallest of
/// `x` are the `k` largest of `-x`.
///
/// # Panics
///
/// If an `x` is NaN, `k` is 0 or above the number of elements, or the strength is not positive and finite.
///
/// # Examples
///
/// ```
/// use supple::reference::permutahedron::{Regularization, soft_top_k};
///
/// let x = [3.0, 1.0, 2.5, 2.0];
/// assert_eq!(soft_top_k(&x, 2, Regularization::L2, 0.5), [1.0, 0.0, 1.0, 0.0]);
/// assert_eq!(soft_top_k(&x, 2, Regularization::L2, 1.0), [1.0, 0.0, 0.75, 0.25]);
/// ```
#[must_use]
pub fn soft_top_k(x: &[f64], k: usize, regularization: Regularization, strength: f64) -> Vec<f64> {
    assignment(x, k, regularization, strength).value
}

/// The gradient in `x` of `<cotangent, soft_top_k(x)>`.
///
/// # Panics
///
/// As [`soft_top_k`] does, or if `cotangent` has another length.
#[must_use]
pub fn soft_top_k_vjp(
    x: &[f64],
    k: usize,
    regularization: Regularization,
    strength: f64,
    cotangent: &[f64],
) -> Vec<f64> {
    assignment(x, k, regularization, strength).vjp(cotangent)
}

/// The derivative of the soft top k along a direction in `x`.
///
/// # Panics
///
/// As [`soft_top_k`] does, or if `tangent` has another length.
#[must_use]
pub fn soft_top_k_jvp(x: &[f64], k: usize, regularization: Regularization, strength: f64, tangent: &[f64]) -> Vec<f64> {
    assignment(x, k, regularization, strength).jvp(tangent)
}

fn assignment(x: &[f64], k: usize, regularization: Regularization, strength: f64) -> Assignment {
    assert!((1..=x.len()).contains(&k), "k must be from 1 to {}, got {k}", x.len());
    let ones = (0..x.len()).map(|i| if i < k { 1.0 } else { 0.0 }).collect();
    Assignment::new(x, ones, regularization, strength, Towards::Largest)
}
