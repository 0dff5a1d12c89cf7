//! Soft quantiles.

use super::losses::{SortedSum, ValueAndGrad, expect_rows};
use super::pointwise::Operation;
use super::{Regularization, SoftSort};
use crate::error::{Error, Result};
use crate::gpu::{Recorder, Tensor};
use crate::segmented::Rows;

/// Quantiles of softly sorted rows.
///
/// ```text
/// s = soft_sort(x), ascending,   h = q (n - 1),   f = h - floor(h)
/// value = (1 - f) s[floor(h)] + f s[floor(h) + 1]     counted from 0, of the n elements that take part
/// ```
///
/// The interpolation is the default of `numpy.quantile` and `torch.quantile` (type 7 of Hyndman and Fan 1996); a small strength leads to
/// their value. A row in which nothing takes part has the value 0. Takes O(n log n) time.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::{Gpu, permutahedron::SoftQuantile};
///
/// let gpu = Gpu::new()?;
/// let x = gpu.upload(&[4.0, 0.0, 2.0], [1, 3])?;
/// let quartile = gpu.run(|rec| SoftQuantile::new(0.25, 0.1).value_and_grad(rec, &x))?;
/// assert_eq!(quartile.value.read(&gpu)?, [1.0]);
/// assert_eq!(quartile.grad.read(&gpu)?, [0.0, 0.5, 0.5]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct SoftQuantile {
    q: f32,
    strength: f32,
    regularization: Regularization,
}

impl SoftQuantile {
    /// The quantile `q`, from 0 to 1, under L2, with a strength from 1e-30 to 1e30 in units of one over those of `x`.
    #[must_use]
    pub fn new(q: f32, strength: f32) -> Self {
        Self { q, strength, regularization: Regularization::L2 }
    }

    /// Sets the regularization; default L2.
    #[must_use]
    pub fn regularization(mut self, regularization: Regularization) -> Self {
        self.regularization = regularization;
        self
    }

    /// The median: `q = 1/2`.
    #[must_use]
    pub fn median(strength: f32) -> Self {
        Self::new(0.5, strength)
    }

    /// The quantile of each row. A row with a NaN has NaN.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a `q` or a strength out of range; as [`Sort`](crate::segmented::Sort) for the rows.
    pub fn value<'a>(&self, rec: &mut Recorder<'_>, x: impl Into<Rows<'a>>) -> Result<Tensor<f32>> {
        Ok(self.sum(rec, &x.into())?.value())
    }

    /// The same, and its gradient.
    ///
    /// # Errors
    /// As [`value`](Self::value) does.
    pub fn value_and_grad<'a>(&self, rec: &mut Recorder<'_>, x: impl Into<Rows<'a>>) -> Result<ValueAndGrad> {
        self.sum(rec, &x.into())?.value_and_grad(rec)
    }

    fn sum(&self, rec: &mut Recorder<'_>, x: &Rows<'_>) -> Result<SortedSum> {
        if !(0.0..=1.0).contains(&self.q) {
            return Err(Error::InvalidArgument {
                argument: "q",
                value: self.q.to_string(),
                remedy: "give a number from 0 to 1".to_owned(),
            });
        }
        expect_rows(rec, x, None)?;
        let sorted = SoftSort::new(self.strength).regularization(self.regularization).forward(rec, *x)?;
        #[expect(clippy::cast_sign_loss, reason = "not negative")]
        let q = (f64::from(self.q) * 4_294_967_296.0).round() as u64;
        let is_one = u32::from(q > u64::from(u32::MAX));
        SortedSum::new(rec, x, sorted, Operation::Quantile, (is_one, q as u32))
    }
}
