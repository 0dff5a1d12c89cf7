//! Losses without the largest of them.

use super::losses::{SortedSum, ValueAndGrad, expect_rows, expect_some_of};
use super::pointwise::{Operation, Pointwise};
use super::{Regularization, SoftSort};
use crate::error::Result;
use crate::gpu::{Recorder, Tensor};
use crate::segmented::{Direction, Rows};

/// The mean of the `kept` smallest of the softly sorted losses of a row.
///
/// ```text
/// value = 1 / kept sum_{i > n - kept} soft_sort(losses)_i      descending
/// ```
///
/// (Blondel et al., section 6.4, where `k = n - kept` are left out.) A small strength leads to the trimmed mean, a large one to the
/// mean of all. Of a row in which fewer take part it is the mean of those. Takes O(n log n) time.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::{Gpu, permutahedron::TrimmedMean};
///
/// let gpu = Gpu::new()?;
/// let losses = gpu.upload(&[1.0, 30.0, 2.0], [1, 3])?;
/// let trimmed = gpu.run(|rec| TrimmedMean::new(2, 0.01).value_and_grad(rec, &losses))?;
/// assert_eq!(trimmed.value.read(&gpu)?, [1.5]);
/// assert_eq!(trimmed.grad.read(&gpu)?, [0.5, 0.0, 0.5]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct TrimmedMean {
    kept: u32,
    strength: f32,
    regularization: Regularization,
}

impl TrimmedMean {
    /// The `kept` smallest, from 1 to the length of a row, under L2, with a strength from 1e-30 to 1e30 in units of one over those of the
    /// losses.
    #[must_use]
    pub fn new(kept: u32, strength: f32) -> Self {
        Self { kept, strength, regularization: Regularization::L2 }
    }

    /// Sets the regularization; default L2.
    #[must_use]
    pub fn regularization(mut self, regularization: Regularization) -> Self {
        self.regularization = regularization;
        self
    }

    /// The mean of each row. A row with a NaN has NaN.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument) for a `kept` or a strength out of range; as
    /// [`Sort`](crate::segmented::Sort) for the rows.
    pub fn value<'a>(&self, rec: &mut Recorder<'_>, losses: impl Into<Rows<'a>>) -> Result<Tensor<f32>> {
        Ok(self.sum(rec, &losses.into())?.value())
    }

    /// The same, and its gradient in the losses.
    ///
    /// # Errors
    /// As [`value`](Self::value) does.
    pub fn value_and_grad<'a>(&self, rec: &mut Recorder<'_>, losses: impl Into<Rows<'a>>) -> Result<ValueAndGrad> {
        self.sum(rec, &losses.into())?.value_and_grad(rec)
    }

    fn sum(&self, rec: &mut Recorder<'_>, losses: &Rows<'_>) -> Result<SortedSum> {
        expect_rows(rec, losses, None)?;
        expect_some_of("kept", self.kept, losses.sizes().1)?;
        let sort = SoftSort::new(self.strength).regularization(self.regularization).direction(Direction::Descending);
        let sorted = sort.forward(rec, *losses)?;
        SortedSum::new(rec, losses, sorted, Operation::Smallest, (self.kept, 0))
    }
}

/// Soft least trimmed squares: the [`TrimmedMean`] of `residual^2 / 2`.
///
/// A small strength leads to least trimmed squares (Rousseeuw 1984), a large one to least squares. Takes O(n log n) time.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::{Gpu, permutahedron::LeastTrimmedSquares};
///
/// let gpu = Gpu::new()?;
/// let residuals = gpu.upload(&[1.0, -30.0, 2.0], [1, 3])?;
/// let loss = gpu.run(|rec| LeastTrimmedSquares::new(2, 0.01).value_and_grad(rec, &residuals))?;
/// assert_eq!(loss.value.read(&gpu)?, [1.25]);
/// assert_eq!(loss.grad.read(&gpu)?, [0.5, 0.0, 1.0]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct LeastTrimmedSquares(TrimmedMean);

impl LeastTrimmedSquares {
    /// The `kept` smallest, from 1 to the length of a row, under L2, with a strength from 1e-30 to 1e30 in units of one over those of squared
    /// residuals.
    #[must_use]
    pub fn new(kept: u32, strength: f32) -> Self {
        Self(TrimmedMean::new(kept, strength))
    }

    /// Sets the regularization; default L2.
    #[must_use]
    pub fn regularization(mut self, regularization: Regularization) -> Self {
        self.0 = self.0.regularization(regularization);
        self
    }

    /// The loss of each row. A row with a NaN has NaN.
    ///
    /// # Errors
    /// As [`TrimmedMean::value`] does.
    pub fn value<'a>(&self, rec: &mut Recorder<'_>, residuals: impl Into<Rows<'a>>) -> Result<Tensor<f32>> {
        let residuals = residuals.into();
        let losses = losses(rec, &residuals)?;
        self.0.value(rec, residuals.with_values(&losses))
    }

    /// The same, and its gradient in the residuals; 0 in infinite ones.
    ///
    /// # Errors
    /// As [`TrimmedMean::value`] does.
    pub fn value_and_grad<'a>(&self, rec: &mut Recorder<'_>, residuals: impl Into<Rows<'a>>) -> Result<ValueAndGrad> {
        let residuals = residuals.into();
        let losses = losses(rec, &residuals)?;
        let ValueAndGrad { value, grad } = self.0.value_and_grad(rec, residuals.with_values(&losses))?;
        let (rows, n) = residuals.sizes();
        let product =
            Pointwise { a: Some(&grad), b: Some(residuals.values()), ..Pointwise::new(Operation::Product, rows, n) };
        Ok(ValueAndGrad { value, grad: product.record(rec)?.reshape(grad.shape())? })
    }
}

/// Half the squares of residuals, in their shape.
fn losses(rec: &mut Recorder<'_>, residuals: &Rows<'_>) -> Result<Tensor<f32>> {
    expect_rows(rec, residuals, None)?;
    let (rows, n) = residuals.sizes();
    let squares = Pointwise { a: Some(residuals.values()), ..Pointwise::new(Operation::HalfSquare, rows, n) };
    squares.record(rec)?.reshape(residuals.values().shape())
}
