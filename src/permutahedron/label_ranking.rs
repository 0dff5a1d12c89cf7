//! Learning to rank from given rankings.

use super::losses::{Distance, ValueAndGrad, expect_rows};
use super::{Regularization, SoftRank};
use crate::error::Result;
use crate::gpu::{Recorder, Tensor};
use crate::segmented::{Direction, Rows};

/// How far the soft ranks of scores are from given rankings.
///
/// ```text
/// value = |ranks - soft_rank(scores)|^2 / 2      descending: rank 1 belongs to the highest score
/// ```
///
/// (Blondel et al., section 6.3.) `ranks`, in the shape of the scores, holds the rank of each label, 1 for the most preferred; labels of equal
/// preference share the mean of theirs. A label without a rank is left out by a [mask](Rows::mask), and the others' ranks count without it.
/// Takes O(n log n) time.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::{Gpu, permutahedron::LabelRankingLoss};
///
/// let gpu = Gpu::new()?;
/// let scores = gpu.upload(&[0.5, 0.9, 0.1, 0.9, 0.5, 0.1], [2, 3])?;
/// let ranks = gpu.upload(&[2.0, 1.0, 3.0, 2.0, 1.0, 3.0], [2, 3])?;
/// let loss = gpu.run(|rec| LabelRankingLoss::new(0.1).value(rec, &scores, &ranks))?;
/// assert_eq!(loss.read(&gpu)?, [0.0, 1.0]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct LabelRankingLoss {
    strength: f32,
    regularization: Regularization,
}

impl LabelRankingLoss {
    /// Under L2, with a strength from 1e-30 to 1e30 in the units of the scores.
    #[must_use]
    pub fn new(strength: f32) -> Self {
        Self { strength, regularization: Regularization::L2 }
    }

    /// Sets the regularization; default L2.
    #[must_use]
    pub fn regularization(mut self, regularization: Regularization) -> Self {
        self.regularization = regularization;
        self
    }

    /// The loss of each row. A row with a NaN score has NaN.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument) for a strength out of range;
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for ranks of another shape; as [`Sort`](crate::segmented::Sort) for the rows.
    pub fn value<'a>(
        &self,
        rec: &mut Recorder<'_>,
        scores: impl Into<Rows<'a>>,
        ranks: &Tensor<f32>,
    ) -> Result<Tensor<f32>> {
        Ok(self.distance(rec, &scores.into(), ranks)?.value())
    }

    /// The same, and its gradient in the scores.
    ///
    /// # Errors
    /// As [`value`](Self::value) does.
    pub fn value_and_grad<'a>(
        &self,
        rec: &mut Recorder<'_>,
        scores: impl Into<Rows<'a>>,
        ranks: &Tensor<f32>,
    ) -> Result<ValueAndGrad> {
        self.distance(rec, &scores.into(), ranks)?.value_and_grad(rec)
    }

    fn distance(&self, rec: &mut Recorder<'_>, scores: &Rows<'_>, ranks: &Tensor<f32>) -> Result<Distance> {
        expect_rows(rec, scores, Some(("ranks", ranks)))?;
        let rank = SoftRank::new(self.strength).regularization(self.regularization).direction(Direction::Descending);
        let soft = rank.forward(rec, *scores)?;
        Distance::new(rec, scores, soft, ranks)
    }
}
