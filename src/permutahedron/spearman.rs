//! Spearman's rank correlation.

use super::losses::{Distance, ValueAndGrad, expect_rows};
use super::pointwise::{Operation, Pointwise, correlation, row_dots};
use super::{Assignment, Rank, Regularization, SoftRank};
use crate::error::Result;
use crate::gpu::{Recorder, Tensor};
use crate::segmented::Rows;

/// How far the soft ranks of rows are from the ranks of targets.
///
/// ```text
/// value = |rank(target) - soft_rank(x)|^2 / 2      ascending, ties of the target at their mean
/// ```
///
/// Minimising it is maximising Spearman's coefficient (Blondel et al., section 6.3). The target has the shape of `x`; what a length or mask of
/// `x` leaves out takes no part in it either. Takes O(n log n) time.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::{Gpu, permutahedron::SpearmanLoss};
///
/// let gpu = Gpu::new()?;
/// let x = gpu.upload(&[0.1, 0.3, 0.2], [1, 3])?;
/// let target = gpu.upload(&[1.0, 2.0, 3.0], [1, 3])?;
/// let loss = gpu.run(|rec| SpearmanLoss::new(0.05).value(rec, &x, &target))?;
/// assert_eq!(loss.read(&gpu)?, [1.0]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct SpearmanLoss {
    strength: f32,
    regularization: Regularization,
}

impl SpearmanLoss {
    /// Under L2, with a strength from 1e-30 to 1e30 in the units of `x`.
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

    /// The loss of each row. A row with a NaN in `x` or the target has NaN.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument) for a strength out of range;
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for a target of another shape; as [`Sort`](crate::segmented::Sort) for the rows.
    pub fn value<'a>(
        &self,
        rec: &mut Recorder<'_>,
        x: impl Into<Rows<'a>>,
        target: &Tensor<f32>,
    ) -> Result<Tensor<f32>> {
        Ok(self.distance(rec, &x.into(), target)?.value())
    }

    /// The same, and its gradient in `x`.
    ///
    /// # Errors
    /// As [`value`](Self::value) does.
    pub fn value_and_grad<'a>(
        &self,
        rec: &mut Recorder<'_>,
        x: impl Into<Rows<'a>>,
        target: &Tensor<f32>,
    ) -> Result<ValueAndGrad> {
        self.distance(rec, &x.into(), target)?.value_and_grad(rec)
    }

    fn distance(&self, rec: &mut Recorder<'_>, x: &Rows<'_>, target: &Tensor<f32>) -> Result<Distance> {
        expect_rows(rec, x, Some(("target", target)))?;
        let soft = SoftRank::new(self.strength).regularization(self.regularization).forward(rec, *x)?;
        let ranks = Rank::new().value(rec, x.with_values(target))?;
        Distance::new(rec, x, soft, &ranks)
    }
}

/// Spearman's coefficient with soft ranks for those of `x`.
///
/// ```text
/// a = soft_rank(x) - (n + 1) / 2,   b = rank(target) - (n + 1) / 2      ascending, ties of the target at their mean
/// value = <a, b> / (|a| |b|)
/// ```
///
/// From -1 to 1. A row whose soft ranks are all equal to rounding, or a target that is constant, is correlated with nothing: value and gradient
/// are 0. Under L2 the deviations `a` are computed as such, so that large strengths cost no digits. Otherwise as [`SpearmanLoss`].
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::{Gpu, permutahedron::SpearmanCoefficient};
///
/// let gpu = Gpu::new()?;
/// let x = gpu.upload(&[0.1, 0.3, 0.2, 0.2, 0.2, 0.2], [2, 3])?;
/// let target = gpu.upload(&[1.0, 2.0, 3.0, 1.0, 2.0, 3.0], [2, 3])?;
/// let coefficient = gpu.run(|rec| SpearmanCoefficient::new(0.05).value(rec, &x, &target))?.read(&gpu)?;
/// assert!((coefficient[0] - 0.5).abs() < 1e-6);
/// assert_eq!(coefficient[1], 0.0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct SpearmanCoefficient {
    strength: f32,
    regularization: Regularization,
}

impl SpearmanCoefficient {
    /// Under L2, with a strength from 1e-30 to 1e30 in the units of `x`.
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

    /// The coefficient of each row. A row with a NaN in `x` or the target has NaN.
    ///
    /// # Errors
    /// As [`SpearmanLoss::value`] does.
    pub fn value<'a>(
        &self,
        rec: &mut Recorder<'_>,
        x: impl Into<Rows<'a>>,
        target: &Tensor<f32>,
    ) -> Result<Tensor<f32>> {
        Ok(self.correlation(rec, &x.into(), target)?.value)
    }

    /// The same, and its gradient in `x`.
    ///
    /// # Errors
    /// As [`SpearmanLoss::value`] does.
    pub fn value_and_grad<'a>(
        &self,
        rec: &mut Recorder<'_>,
        x: impl Into<Rows<'a>>,
        target: &Tensor<f32>,
    ) -> Result<ValueAndGrad> {
        let x = x.into();
        let Correlation { value, row, a, b, soft } = self.correlation(rec, &x, target)?;
        let (rows, n) = x.sizes();
        let cotangent = Pointwise {
            a: Some(&a),
            b: Some(&b),
            row: Some((&row, 3)),
            order: Some(&soft.order),
            counts: soft.counts.as_ref(),
            ..Pointwise::new(Operation::Correlation, rows, n)
        };
        let cotangent = cotangent.record(rec)?.reshape(soft.value.shape())?;
        Ok(ValueAndGrad { value, grad: soft.vjp(rec, &cotangent)? })
    }

    fn correlation(&self, rec: &mut Recorder<'_>, x: &Rows<'_>, target: &Tensor<f32>) -> Result<Correlation> {
        expect_rows(rec, x, Some(("target", target)))?;
        let (rows, n) = x.sizes();
        let is_l2 = self.regularization == Regularization::L2;
        let rank = SoftRank::new(self.strength).regularization(self.regularization);
        let soft = rank.targets(is_l2).forward(rec, x)?;
        let ranks = Rank::new().value(rec, x.with_values(target))?;
        let order = soft.order.clone();
        let counts = soft.counts.clone();
        let of_ranks = |operation| Pointwise {
            order: Some(&order),
            counts: counts.as_ref(),
            ..Pointwise::new(operation, rows, n)
        };
        let b = Pointwise { a: Some(&ranks), ..of_ranks(Operation::Centred) }.record(rec)?;
        // Their mean is 0 but for rounding, which counts where the ranks differ little.
        let sum = rec.output([rows])?;
        row_dots(rec, [rows, n], &soft.value, None, 1.0, &sum)?;
        let a =
            Pointwise { a: Some(&soft.value), row: Some((&sum, 1)), ..of_ranks(Operation::LessMean) }.record(rec)?;
        // What rounding leaves of ranks that are all equal; the norm of ranks 1, ..., n is n^1.5 / sqrt(12).
        let rounding = if is_l2 { 1e-12 } else { 1e-6 };
        let mut sums = Vec::with_capacity(3);
        for (left, right) in [(&a, &a), (&b, &b), (&a, &b)] {
            let sum = rec.output([rows])?;
            row_dots(rec, [rows, n], left, Some(right), 1.0, &sum)?;
            sums.push(sum);
        }
        let value = rec.output(x.outer_shape())?;
        let row = correlation(rec, [rows, n], [&sums[0], &sums[1], &sums[2]], counts.as_ref(), rounding, &value)?;
        Ok(Correlation { value, row, a, b, soft })
    }
}

/// The coefficient, and what its gradient needs.
struct Correlation {
    value: Tensor<f32>,
    /// The coefficient, `1 / |a|` and `1 / |b|`, `[rows, 3]`.
    row: Tensor<f32>,
    a: Tensor<f32>,
    b: Tensor<f32>,
    soft: Assignment,
}
