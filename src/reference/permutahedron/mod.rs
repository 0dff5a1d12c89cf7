//! Sorting, ranking and projections onto the permutahedron, with derivatives.
//!
//! The permutahedron of `w` is the convex hull of all permutations of `w`. Sorting and ranking are linear
//! programs over it, and projections onto it, their regularized forms, are differentiable almost everywhere:
//!
//! ```text
//! soft_rank(x) = P(x / strength, (n, ..., 1))    ascending; descending: of -x
//! soft_sort(x) = P((n, ..., 1) / strength, x)    descending; ascending: minus that of -x
//! ```
//!
//! With a small strength they are the hard ones, up to a bound that depends on the row: [`soft_sort()`] is exactly
//! [`sort`](super::segmented::sort) once `strength` times every gap between neighbours of the sorted row is at
//! most 1, and [`soft_rank()`] exactly [`rank`] once every gap is at least `strength`. With a large strength all
//! elements tend to their mean.
//!
//! The definitions and the reduction to isotonic regression are those of Blondel, Teboul, Berthet and Djolonga,
//! *Fast differentiable sorting and ranking*, 2020 ([arXiv 2002.08871](https://arxiv.org/abs/2002.08871)).
//!
//! Everything works on one row and takes O(n log n) time. Derivatives are those of the blocks that the values have. Where
//! a block could as well be two, or sorted elements are tied, a function has several derivatives; taken are those of blocks pooled at
//! equality and of a stable sort.
//!
//! # Infinite elements
//! An infinite element is far from all finite ones, and so stands apart: the finite ones are ranked or sorted among
//! themselves, and infinite ones of a sign, which are tied, share what is left at their end. Derivatives in infinite
//! elements are 0, and finite everywhere. NaN is refused.
//!
//! # Masks
//! An element that a mask leaves out takes no part. [`mask::kept`] takes the others out of the row, and
//! [`mask::spread`] puts what was computed of them, ranks and derivatives, back with 0 between. A sorted row has
//! one element for each that was kept, and 0 after them where it must have `n`.

mod assignment;
mod hard;
pub mod isotonic;
mod label_ranking;
mod log_sum;
pub mod mask;
mod projection;
mod quantile;
mod soft_rank;
mod soft_sort;
mod spearman;
mod sum;
mod top_k;
mod trimmed;

pub use hard::{Ties, rank, sort_jvp, sort_vjp};
pub use label_ranking::label_ranking_loss;
pub use projection::{Projection, project, project_jvp, project_vjp};
pub use quantile::{soft_median, soft_quantile};
pub use soft_rank::{soft_rank, soft_rank_jvp, soft_rank_vjp};
pub use soft_sort::{soft_sort, soft_sort_jvp, soft_sort_vjp};
pub use spearman::{spearman_coefficient, spearman_loss};
pub use top_k::{soft_top_k, soft_top_k_jvp, soft_top_k_vjp};
pub use trimmed::{least_trimmed_squares, trimmed_mean};

/// What a projection minimises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Regularization {
    /// Half the squared Euclidean distance. The default.
    #[default]
    L2,
    /// The Kullback-Leibler divergence between exponentials.
    Kl,
}

/// A value and its gradient in the row that it is a function of.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueAndGrad {
    /// The value.
    pub value: f64,
    /// `d value / d x`, `[n]`.
    pub grad: Vec<f64>,
}

fn check_strength(strength: f64) {
    assert!(strength > 0.0 && strength.is_finite(), "strength must be positive and finite, got {strength}");
}

fn check_numbers(argument: &str, row: &[f64]) {
    assert!(row.iter().all(|x| !x.is_nan()), "{argument} must not hold NaN");
}

fn expect_length(argument: &str, found: usize, n: usize) {
    assert!(found == n, "{argument} has {found} elements, expected {n}");
}

#[cfg(test)]
mod tests;
