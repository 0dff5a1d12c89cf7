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

pub mod isotonic;
mod log_sum;
mod projection;
mod sum;

pub use projection::{Projection, project, project_jvp, project_vjp};

/// What a projection minimises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Regularization {
    /// Half the squared Euclidean distance. The default.
    #[default]
    L2,
    /// The Kullback-Leibler divergence between exponentials.
    Kl,
}

fn check_numbers(argument: &str, row: &[f64]) {
    assert!(row.iter().all(|x| !x.is_nan()), "{argument} must not hold NaN");
}

fn expect_length(argument: &str, found: usize, n: usize) {
    assert!(found == n, "{argument} has {found} elements, expected {n}");
}

#[cfg(test)]
mod tests;
