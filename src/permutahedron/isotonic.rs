//! Isotonic regression: the sorted row that is closest to a given one.
//!
//! The row falls into blocks on which the fit is constant, and a block's value depends on the block alone. Which blocks there are is kept for
//! the derivatives, which could not find them again in rounded values.

use super::Regularization;
use super::block_means::{BlockMeans, Mode};
use super::fit::{Blocks, Fit, Keys, Kind, Sequence};
use super::pointwise::{Operation, Pointwise, sum_rows};
use super::projection::expect_targets;
use crate::error::Result;
use crate::gpu::{Binding, Recorder, Tensor};
use crate::segmented::{Direction, Rows};

/// Isotonic regression of rows.
///
/// ```text
/// L2  minimise 1/2 sum_i w_i (v_i - y_i)^2                v = sum_B w_i y_i / sum_B w_i on a block B
/// KL  minimise <exp(y - v), 1> + <exp(w), v>              v = log sum_B exp(y_i) - log sum_B exp(w_i)
/// subject to v_1 <= ... <= v_n (ascending) or v_1 >= ... >= v_n (descending)
/// ```
///
/// L2 is weighted least squares with weights above 0 (Barlow, Bartholomew, Bremner and Brunk, *Statistical inference under order
/// restrictions*, 1972), as `isotonic_regression` of scikit-learn. KL is the logarithm of the L2 fit of `exp(y - w)` with weights `exp(w)`
/// (Blondel, Teboul, Berthet and Djolonga, [arXiv 2002.08871](https://arxiv.org/abs/2002.08871), section 5); `w` may be `-infinity`, no weight,
/// and `v` is `+infinity` on a block of nothing else.
///
/// `y` is `[n]` or `[.., n]`; `w` has its shape, or is `[n]` for all rows. A row in which a `y` or a `w` is no such number has NaN throughout.
/// Takes O(n) time but for a logarithm.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::{Gpu, permutahedron::isotonic::Isotonic};
///
/// let gpu = Gpu::new()?;
/// let y = gpu.upload(&[1.0, 4.0, 1.0, 7.0], [4])?;
/// let weights = gpu.upload(&[1.0, 2.0, 1.0, 1.0], [4])?;
/// let fit = gpu.run(|rec| Isotonic::new().value(rec, &y, &weights))?;
/// assert_eq!(fit.read(&gpu)?, [1.0, 3.0, 3.0, 7.0]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Isotonic {
    regularization: Regularization,
    direction: Direction,
}

/// A fit, and what its derivatives need; made by [`Isotonic::forward`].
#[derive(Debug, Clone)]
pub struct IsotonicFit {
    /// The fit, in the shape of `y`.
    pub value: Tensor<f32>,
    /// The blocks on which it is constant.
    pub blocks: Blocks,
    y: Tensor<f32>,
    w: Tensor<f32>,
    regularization: Regularization,
}

impl Isotonic {
    /// Ascending, under L2.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the regularization; default L2.
    #[must_use]
    pub fn regularization(mut self, regularization: Regularization) -> Self {
        self.regularization = regularization;
        self
    }

    /// Sets the direction; default ascending.
    #[must_use]
    pub fn direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }

    /// The fit, in the shape of `y`.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for a scalar, or a `w` neither of the shape of `y` nor `[n]`;
    /// [`Error::LimitExceeded`](crate::Error::LimitExceeded) for a row that is too long for a binding.
    pub fn value(&self, rec: &mut Recorder<'_>, y: &Tensor<f32>, w: &Tensor<f32>) -> Result<Tensor<f32>> {
        Ok(self.forward(rec, y, w)?.value)
    }

    /// As [`value`](Self::value), into a caller's tensor of the shape of `y`.
    ///
    /// # Errors
    /// As [`value`](Self::value) does, and for an output of another shape or in the same bytes as an input.
    pub fn value_into(
        &self,
        rec: &mut Recorder<'_>,
        y: &Tensor<f32>,
        w: &Tensor<f32>,
        out: &Tensor<f32>,
    ) -> Result<()> {
        rec.expect_output("out", out, y.shape(), &[Binding::exact(y), Binding::exact(w)])?;
        self.record(rec, y, w, out).map(drop)
    }

    /// The fit, and what its derivatives need.
    ///
    /// # Errors
    /// As [`value`](Self::value) does.
    pub fn forward(&self, rec: &mut Recorder<'_>, y: &Tensor<f32>, w: &Tensor<f32>) -> Result<IsotonicFit> {
        Rows::new(y).check(rec.gpu())?;
        let value = rec.output(y.shape())?;
        self.record(rec, y, w, &value)
    }

    fn record(
        &self,
        rec: &mut Recorder<'_>,
        y: &Tensor<f32>,
        w: &Tensor<f32>,
        value: &Tensor<f32>,
    ) -> Result<IsotonicFit> {
        let rows_of_y = Rows::new(y);
        rows_of_y.check(rec.gpu())?;
        let (rows, n) = rows_of_y.sizes();
        expect_targets("w", y, w, n)?;
        rec.gpu().expect_own("w", w)?;
        let factor = match self.direction {
            Direction::Ascending => -1.0,
            Direction::Descending => 1.0,
        };
        let fit = Fit {
            kind: Kind::Isotonic(self.regularization),
            rows,
            n,
            s: &Sequence::Given { values: y.clone(), factor },
            w: &Sequence::Given { values: w.clone(), factor: 1.0 },
            keys: Keys::None,
            order: None,
            counts: None,
            out_factor: 1.0,
            centred: false,
        };
        let blocks = fit.record(rec, value)?;
        let (y, w) = (y.clone(), w.clone());
        Ok(IsotonicFit { value: value.clone(), blocks, y, w, regularization: self.regularization })
    }
}

impl IsotonicFit {
    /// The gradients in `y` and in `w` of `<cotangent, v>`, each in its shape: where rows share `w`, summed over them.
    ///
    /// ```text
    /// L2  grad_y = w sum(cotangent_B) / sum(w_B)      grad_w = (y - v) sum(cotangent_B) / sum(w_B)
    /// KL  grad_y = softmax(y_B) sum(cotangent_B)      grad_w = -softmax(w_B) sum(cotangent_B)    on a block B
    /// ```
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for a cotangent of another shape.
    pub fn vjp(&self, rec: &mut Recorder<'_>, cotangent: &Tensor<f32>) -> Result<(Tensor<f32>, Tensor<f32>)> {
        cotangent.expect_shape("cotangent", self.value.shape())?;
        rec.gpu().expect_own("cotangent", cotangent)?;
        let (grad_y, of_w) = match self.regularization {
            Regularization::L2 => {
                let grad_y = self.means(rec, Mode::WeightOfSum, cotangent, &self.w, 1.0)?;
                let each = self.means(rec, Mode::SumPerWeight, cotangent, &self.w, 1.0)?;
                (grad_y, self.residuals(rec, &each)?)
            }
            Regularization::Kl => {
                let (of_y, of_w) = (self.exponentials(rec, &self.y)?, self.exponentials(rec, &self.w)?);
                let grad_y = self.means(rec, Mode::WeightOfSum, cotangent, &of_y, 1.0)?;
                (grad_y, self.means(rec, Mode::WeightOfSum, cotangent, &of_w, -1.0)?)
            }
        };
        let shared = self.w.shape() != self.y.shape();
        let grad_w = if shared { sum_rows(rec, [self.blocks.rows, self.blocks.n], &of_w)? } else { of_w };
        Ok((grad_y, grad_w.reshape(self.w.shape())?))
    }

    /// The derivative of the fit along `tangent_y` and `tangent_w`, directions in `y` and `w` of their shapes; in the shape of `y`.
    ///
    /// ```text
    /// L2  v' = sum_B (w y' + (y - v) w') / sum(w_B)
    /// KL  v' = <softmax(y_B), y'_B> - <softmax(w_B), w'_B>    on a block B
    /// ```
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for a tangent of another shape.
    pub fn jvp(&self, rec: &mut Recorder<'_>, tangent_y: &Tensor<f32>, tangent_w: &Tensor<f32>) -> Result<Tensor<f32>> {
        tangent_y.expect_shape("tangent_y", self.y.shape())?;
        tangent_w.expect_shape("tangent_w", self.w.shape())?;
        rec.gpu().expect_own("tangent_y", tangent_y)?;
        rec.gpu().expect_own("tangent_w", tangent_w)?;
        let (tangent, other) = match self.regularization {
            Regularization::L2 => {
                let moved = self.residuals(rec, tangent_w)?;
                let tangent = self.means(rec, Mode::MeanOfWeights, tangent_y, &self.w, 1.0)?;
                (tangent, self.means(rec, Mode::SumPerWeight, &moved, &self.w, 1.0)?)
            }
            Regularization::Kl => {
                let (of_y, of_w) = (self.exponentials(rec, &self.y)?, self.exponentials(rec, &self.w)?);
                let tangent = self.means(rec, Mode::MeanOfWeights, tangent_y, &of_y, 1.0)?;
                (tangent, self.means(rec, Mode::MeanOfWeights, tangent_w, &of_w, -1.0)?)
            }
        };
        rec.add(&tangent, &other)?;
        Ok(tangent)
    }

    fn means(
        &self,
        rec: &mut Recorder<'_>,
        mode: Mode,
        input: &Tensor<f32>,
        shares: &Tensor<f32>,
        factor: f32,
    ) -> Result<Tensor<f32>> {
        let out = rec.output(self.value.shape())?;
        let means = BlockMeans {
            mode,
            blocks: &self.blocks,
            input,
            shares: Some((shares, 1.0)),
            in_order: None,
            out_order: None,
            counts: None,
            finite_only: false,
            factor,
        };
        means.record(rec, &out)?;
        Ok(out)
    }

    /// `(y - v) c`.
    fn residuals(&self, rec: &mut Recorder<'_>, c: &Tensor<f32>) -> Result<Tensor<f32>> {
        let Blocks { rows, n, .. } = self.blocks;
        let residuals = Pointwise {
            a: Some(&self.y),
            b: Some(&self.value),
            c: Some(c),
            ..Pointwise::new(Operation::Residual, rows, n)
        };
        residuals.record(rec)
    }

    /// `exp(x)` over the largest one of the block.
    fn exponentials(&self, rec: &mut Recorder<'_>, x: &Tensor<f32>) -> Result<Tensor<f32>> {
        let Blocks { rows, n, .. } = self.blocks;
        let largest = self.means(rec, Mode::Maximum, x, x, 1.0)?;
        let exponentials =
            Pointwise { a: Some(x), b: Some(&largest), ..Pointwise::new(Operation::Exponential, rows, n) };
        exponentials.record(rec)
    }
}
