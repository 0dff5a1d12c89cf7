//! Soft ranks.

use super::Regularization;
use super::assignment::{Assignment, Targets};
use super::fit::Sequence;
use crate::error::Result;
use crate::gpu::{Recorder, Tensor};
use crate::segmented::{Direction, Rows};

/// Soft ranks of rows, from 1: ascending, the smallest element has the lowest one.
///
/// ```text
/// rho = (n, ..., 1),   z = x / strength (ascending) or -x / strength (descending)
/// L2  P(z, rho)
/// KL  exp(P(z, log rho))
/// ```
///
/// with `P` the [projection](super::Permutahedron) (Blondel et al., section 4; their ranks are the descending ones). The ranks of a row sum
/// up to `n (n + 1) / 2`; equal elements have equal ranks, and a small strength leads to the hard [`Rank`](super::Rank) with ties at
/// their mean: for L2 it is that exactly once every gap between sorted neighbours is at least the strength.
///
/// Rows are `[n]` or `[.., n]`. Takes O(n log n) time.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::{Gpu, permutahedron::SoftRank};
///
/// let gpu = Gpu::new()?;
/// let x = gpu.upload(&[5.0, 1.0, 3.0], [3])?;
/// let cotangent = gpu.upload(&[1.0, 0.0, 0.0], [3])?;
/// let (value, grad) = gpu.run(|rec| {
///     let ranks = SoftRank::new(4.0).forward(rec, &x)?;
///     let grad = ranks.vjp(rec, &cotangent)?;
///     Ok((ranks.value, grad))
/// })?;
/// assert_eq!(value.read(&gpu)?, [2.5, 1.5, 2.0]);
/// assert!((grad.read(&gpu)?[0] - 2.0 / 3.0 / 4.0).abs() < 1e-6);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct SoftRank {
    strength: f32,
    regularization: Regularization,
    direction: Direction,
}

impl SoftRank {
    /// Ascending ranks under L2, with a strength from 1e-30 to 1e30 in the units of `x`.
    #[must_use]
    pub fn new(strength: f32) -> Self {
        Self { strength, regularization: Regularization::L2, direction: Direction::Ascending }
    }

    /// Sets the regularization; default L2.
    #[must_use]
    pub fn regularization(mut self, regularization: Regularization) -> Self {
        self.regularization = regularization;
        self
    }

    /// Sets the direction; default ascending. Descending, the largest element has rank 1.
    #[must_use]
    pub fn direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }

    /// The ranks, in the shape of `x`; 0 for elements that take no part. A row with a NaN has NaN throughout.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument) for a strength out of range; as
    /// [`Sort`](crate::segmented::Sort) for the rows.
    pub fn value<'a>(&self, rec: &mut Recorder<'_>, x: impl Into<Rows<'a>>) -> Result<Tensor<f32>> {
        self.targets(false).value(rec, &x.into())
    }

    /// As [`value`](Self::value), into a caller's tensor of the shape of `x`.
    ///
    /// # Errors
    /// As [`value`](Self::value) does, and for an output of another shape or in the same bytes as an input.
    pub fn value_into<'a>(&self, rec: &mut Recorder<'_>, x: impl Into<Rows<'a>>, out: &Tensor<f32>) -> Result<()> {
        self.targets(false).value_into(rec, &x.into(), out)
    }

    /// The ranks, and what their derivatives need.
    ///
    /// # Errors
    /// As [`value`](Self::value) does.
    pub fn forward<'a>(&self, rec: &mut Recorder<'_>, x: impl Into<Rows<'a>>) -> Result<Assignment> {
        self.targets(false).forward(rec, &x.into())
    }

    /// `centred`: ranks less `(n + 1) / 2`, of the elements that take part; under L2 without rounding them first.
    pub(super) fn targets(&self, centred: bool) -> Targets {
        Targets {
            regularization: self.regularization,
            strength: self.strength,
            sorted: match self.direction {
                Direction::Ascending => Direction::Descending,
                Direction::Descending => Direction::Ascending,
            },
            w: Sequence::Ranks { factor: 1.0 },
            centred,
        }
    }
}
