//! Sorting, ranking and projections onto the permutahedron, with derivatives.
//!
//! The permutahedron of `w` is the convex hull of all permutations of `w`. Sorting and ranking are linear programs over it, and projections
//! onto it, their regularized forms, are differentiable almost everywhere:
//!
//! ```text
//! soft_rank(x) = P(x / strength, (n, ..., 1))    ascending; descending: of -x
//! soft_sort(x) = P((n, ..., 1) / strength, x)    descending; ascending: minus that of -x
//! ```
//!
//! (Blondel, Teboul, Berthet and Djolonga, *Fast differentiable sorting and ranking*, 2020,
//! [arXiv 2002.08871](https://arxiv.org/abs/2002.08871).) With a small strength they are the hard ones, up to a bound that depends on the row;
//! with a large one all elements tend to their mean.
//!
//! | | |
//! |---|---|
//! | [`SoftSort`], [`SoftRank`], [`SoftTopK`] | rows of any shape, with [lengths and masks](crate::segmented::Rows) |
//! | [`Rank`] | hard ranks, with their derivatives of 0; hard sorting with its own is [`segmented::Sort`](crate::segmented::Sort) |
//! | [`Permutahedron`] | projections for any `w` |
//! | [`isotonic`] | the regression that all of these are made of |
//! | [`SoftQuantile`], [`TrimmedMean`], [`LeastTrimmedSquares`] | statistics that outliers do not move |
//! | [`SpearmanLoss`], [`SpearmanCoefficient`], [`LabelRankingLoss`] | losses of rankings |
//!
//! Derivatives are those of the blocks that the values have. Where a block could as well be two, or sorted elements are tied, a function has
//! several derivatives; taken are those of blocks pooled at equality and of a stable sort.
//!
//! # Infinite elements
//! An infinite element is far from all finite ones, and so stands apart: the finite ones are ranked or sorted among themselves, and infinite
//! ones of a sign, which are tied, share what is left at their end. Derivatives in infinite elements are 0, and finite everywhere. A NaN makes
//! its row NaN, values and derivatives, and no other.
//!
//! # Numbers
//! Sums are carried in whole numbers of 64 bits (L2) or with mantissas of 62 bits (KL), or in floats of 64 bits for rows of up to 2048 elements and parts of longer ones on software drivers: ranks are within 1e-6 n of those in f64, for a row of a
//! million elements too. Under KL, neighbouring blocks of a long row whose values are closer than exponentials in f32 tell apart may be taken as one or as two, which hardly
//! changes values, but derivatives: those of 9 of 100,000 and of 395 of 300,000 elements of normal noise; under L2 none. A row has up to 16,777,216 elements, and there is any number of rows.

mod alone;
mod assignment;
mod block_means;
mod copies;
mod fit;
pub mod isotonic;
mod label_ranking;
mod layout;
mod losses;
mod params;
mod pointwise;
mod projection;
mod quantile;
mod rank;
mod regularization;
pub(crate) mod shaders;
mod short;
mod short_means;
mod soft_rank;
mod soft_sort;
mod spearman;
mod strength;
mod top_k;
mod trimmed;

pub use assignment::Assignment;
pub use fit::Blocks;
pub use label_ranking::LabelRankingLoss;
pub use losses::ValueAndGrad;
pub use projection::{Permutahedron, Projection};
pub use quantile::SoftQuantile;
pub use rank::{Rank, Ranks, Ties};
pub use regularization::Regularization;
pub use soft_rank::SoftRank;
pub use soft_sort::{SoftSort, SoftSorted};
pub use spearman::{SpearmanCoefficient, SpearmanLoss};
pub use top_k::SoftTopK;
pub use trimmed::{LeastTrimmedSquares, TrimmedMean};
