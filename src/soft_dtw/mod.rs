//! Soft-DTW: a differentiable alignment of time series.
//!
//! With `C[i,j]` the cost of matching element `i` of `x` with element `j` of `y`, and `A` running over the
//! monotone alignments of the two,
//! `value(x, y) = -gamma log sum over A of exp(-<A, C> / gamma)`
//! (Cuturi & Blondel 2017, arXiv 1703.01541). For `gamma = 0` it is dynamic time warping (DTW), the
//! minimum of `<A, C>`.
//!
//! - **Why is it negative?** It is a soft minimum over many alignments, so it lies below the hard one, and
//!   the more so the larger `gamma` is. It is not zero for `x = y` either. [`SoftDtw::divergence`]
//!   mends both: it is zero for `x = y` (Blondel, Mensch & Vert 2020, arXiv 2010.08354).
//! - **Accuracy**: sums of path weights are kept as mantissa and exponent, so nothing underflows, and
//!   gradients are products of such sums, never differences of large numbers.
//! - **Cost**: `O(n m dim)` time per pair; `O(m)` memory for values, and about 3 bytes for each of the
//!   `n m` cells for gradients, worked through in parts that fit the adapter's limits.
//! - **Range**: the cost of matching two elements may be up to 1e34 (for `gamma > 0`: 1e34 gamma). Beyond that, values
//!   or gradients become NaN or infinite.
//! - **Non-finite input** gives NaN for the pairs that it is part of, and for no other;
//!   [`Gpu::upload_finite`](crate::Gpu::upload_finite) checks ahead.
//!
//! ```
//! # fn main() -> supple::Result<()> {
//! use supple::{Gpu, soft_dtw::SoftDtw};
//!
//! let gpu = Gpu::new()?;
//! let x = gpu.upload(&[0.0, 1.0, 2.0, 1.0], [1, 4, 1])?; // [batch, n, dim]
//! let y = gpu.upload(&[0.0, 0.0, 1.0, 2.0, 2.0], [1, 5, 1])?; // [batch, m, dim]
//! let dtw = SoftDtw::new(0.1);
//! let result = gpu.run(|rec| dtw.value_and_grad(rec, &x, &y))?;
//! println!("{:?} {:?}", result.value.read(&gpu)?, result.grad_x.read(&gpu)?);
//! # Ok(())
//! # }
//! ```

mod backward;
mod divergence;
mod forward;
mod hard;
mod job;
mod params;
mod plan;
mod sum_pairs;

pub use plan::Strategy;

use crate::error::Result;
use crate::gpu::{Binding, Recorder, Tensor};
use job::Job;

/// The cost of matching one element with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cost {
    /// `|x - y|^2 / 2`, the cost of the papers. The default.
    #[default]
    HalfSquaredEuclidean,
    /// `|x - y|^2`, the cost of most other packages.
    SquaredEuclidean,
}

impl Cost {
    /// The factor before `|x - y|^2`.
    fn factor(self) -> f32 {
        match self {
            Self::HalfSquaredEuclidean => 0.5,
            Self::SquaredEuclidean => 1.0,
        }
    }
}

/// Which series are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pairs {
    /// Series `i` of `x` with series `i` of `y`: `[batch, n, dim]` and `[batch, m, dim]` give `[batch]`. The default.
    #[default]
    Aligned,
    /// Every series of `x` with every series of `y`: `[A, n, dim]` and `[B, m, dim]` give `[A, B]`.
    All,
}

/// Values and their gradients.
#[derive(Debug, Clone)]
pub struct ValueAndGrad {
    /// `[batch]`, or `[A, B]` for all pairs.
    pub value: Tensor<f32>,
    /// The gradient of the sum of all values in `x`, in the shape of `x`.
    pub grad_x: Tensor<f32>,
    /// The gradient of the sum of all values in `y`, in the shape of `y`.
    pub grad_y: Tensor<f32>,
}

/// Values and expected alignments.
#[derive(Debug, Clone)]
pub struct Alignment {
    /// `[batch]`, or `[A, B]` for all pairs.
    pub value: Tensor<f32>,
    /// `[batch, n, m]`, or `[A, B, n, m]` for all pairs, squeezed to at most four dimensions: the
    /// probability that a cell is on the path, which is also the gradient of the value in the cell's cost.
    pub expected: Tensor<f32>,
}

/// Soft-DTW between time series: settings, with no GPU state.
///
/// Series are `[batch, length, channels]`; a tensor of two dimensions is taken as `[batch, length]`
/// with one channel.
#[derive(Debug, Clone, PartialEq)]
pub struct SoftDtw {
    gamma: f32,
    cost: Cost,
    pairs: Pairs,
    strategy: Strategy,
}

impl SoftDtw {
    /// The smallest gamma above 0.
    pub const MIN_GAMMA: f32 = 1e-30;

    /// The largest gamma.
    pub const MAX_GAMMA: f32 = 1e30;

    /// Soft-DTW with smoothing `gamma`, in the units of the cost: larger is smoother, 0 is DTW. Checked at the call: 0, or from [`SoftDtw::MIN_GAMMA`] to
    /// [`SoftDtw::MAX_GAMMA`].
    #[must_use]
    pub fn new(gamma: f32) -> Self {
        Self { gamma, cost: Cost::default(), pairs: Pairs::default(), strategy: Strategy::default() }
    }

    /// The cost of matching two elements. Default: half the squared Euclidean distance.
    #[must_use]
    pub fn cost(mut self, cost: Cost) -> Self {
        self.cost = cost;
        self
    }

    /// Which series are compared. Default: aligned, one with one.
    #[must_use]
    pub fn pairs(mut self, pairs: Pairs) -> Self {
        self.pairs = pairs;
        self
    }

    /// How the work is laid out on the GPU. Default: chosen by shape and adapter. Results agree to rounding.
    #[must_use]
    pub fn strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// The value of every pair: `[batch]`, or `[A, B]` for all pairs.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument) for a negative or non-finite gamma;
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for tensors that do not fit each other or hold series of
    /// length 0; [`Error::LimitExceeded`](crate::Error::LimitExceeded) for series too long for the adapter.
    pub fn value(&self, rec: &mut Recorder<'_>, x: &Tensor<f32>, y: &Tensor<f32>) -> Result<Tensor<f32>> {
        let job = Job::new(self, rec.gpu(), x, y)?;
        let value = rec.output(job.value_shape())?;
        self.record_value(rec, &job, &value)?;
        Ok(value)
    }

    /// As [`SoftDtw::value`], into a tensor of the caller's.
    ///
    /// # Errors
    /// As [`SoftDtw::value`], and [`Error::InvalidArgument`](crate::Error::InvalidArgument) where `value` shares
    /// bytes with an input.
    pub fn value_into(
        &self,
        rec: &mut Recorder<'_>,
        x: &Tensor<f32>,
        y: &Tensor<f32>,
        value: &Tensor<f32>,
    ) -> Result<()> {
        let job = Job::new(self, rec.gpu(), x, y)?;
        value.expect_shape("value", job.value_shape())?;
        rec.gpu().expect_own("value", value)?;
        expect_disjoint(&[("value", value)], &[x, y])?;
        self.record_value(rec, &job, value)
    }

    /// The value of every pair, and the gradient of the sum of the values in both inputs.
    ///
    /// For `gamma = 0` the gradient is a subgradient along one optimal path: where several steps are equally good,
    /// the diagonal one is taken before the one in `x`, and that before the one in `y`. Paths whose costs differ by less
    /// than f32's rounding count as equally good.
    ///
    /// # Errors
    /// As [`SoftDtw::value`].
    pub fn value_and_grad(&self, rec: &mut Recorder<'_>, x: &Tensor<f32>, y: &Tensor<f32>) -> Result<ValueAndGrad> {
        let job = Job::new(self, rec.gpu(), x, y)?;
        let result = ValueAndGrad {
            value: rec.output(job.value_shape())?,
            grad_x: rec.output(x.shape())?,
            grad_y: rec.output(y.shape())?,
        };
        self.record_value_and_grad(rec, &job, &result)?;
        Ok(result)
    }

    /// As [`SoftDtw::value_and_grad`], into tensors of the caller's.
    ///
    /// # Errors
    /// As [`SoftDtw::value_into`].
    pub fn value_and_grad_into(
        &self,
        rec: &mut Recorder<'_>,
        x: &Tensor<f32>,
        y: &Tensor<f32>,
        result: &ValueAndGrad,
    ) -> Result<()> {
        let job = Job::new(self, rec.gpu(), x, y)?;
        result.value.expect_shape("value", job.value_shape())?;
        result.grad_x.expect_shape("grad_x", x.shape())?;
        result.grad_y.expect_shape("grad_y", y.shape())?;
        let outputs = [("value", &result.value), ("grad_x", &result.grad_x), ("grad_y", &result.grad_y)];
        for (name, output) in outputs {
            rec.gpu().expect_own(name, output)?;
        }
        expect_disjoint(&outputs, &[x, y])?;
        self.record_value_and_grad(rec, &job, result)
    }

    /// The value and the expected alignment of every pair.
    ///
    /// # Errors
    /// As [`SoftDtw::value`].
    pub fn alignment(&self, rec: &mut Recorder<'_>, x: &Tensor<f32>, y: &Tensor<f32>) -> Result<Alignment> {
        let job = Job::new(self, rec.gpu(), x, y)?;
        let result = Alignment { value: rec.output(job.value_shape())?, expected: rec.output(job.alignment_shape())? };
        if self.gamma == 0.0 {
            hard::alignment(rec, &job, &result)?;
        } else {
            backward::alignment(rec, &job, &result)?;
        }
        Ok(result)
    }

    /// The soft-DTW divergence `f(x, y) - f(x, x) / 2 - f(y, y) / 2` of every pair (Blondel, Mensch & Vert 2020,
    /// equation 7): zero for `x = y`, and in practice positive elsewhere. For all pairs, the values of each
    /// series with itself are computed once.
    ///
    /// # Errors
    /// As [`SoftDtw::value`].
    pub fn divergence(&self, rec: &mut Recorder<'_>, x: &Tensor<f32>, y: &Tensor<f32>) -> Result<Tensor<f32>> {
        let value = self.value(rec, x, y)?;
        let itself = Self { pairs: Pairs::Aligned, ..self.clone() };
        let xx = itself.value(rec, x, x)?;
        let yy = itself.value(rec, y, y)?;
        divergence::subtract(rec, self.pairs, &value, &xx, &yy)?;
        Ok(value)
    }

    fn record_value(&self, rec: &mut Recorder<'_>, job: &Job, value: &Tensor<f32>) -> Result<()> {
        if self.gamma == 0.0 { hard::value(rec, job, value) } else { forward::value(rec, job, value) }
    }

    fn record_value_and_grad(&self, rec: &mut Recorder<'_>, job: &Job, result: &ValueAndGrad) -> Result<()> {
        if job.pairs() == 0 {
            // The gradient of an empty sum; one of the two may still have elements.
            rec.clear(&result.grad_x, 0..result.grad_x.shape().elements())?;
            return rec.clear(&result.grad_y, 0..result.grad_y.shape().elements());
        }
        if self.gamma == 0.0 {
            hard::value_and_grad(rec, job, result)
        } else {
            backward::value_and_grad(rec, job, result)
        }
    }
}

fn expect_disjoint(outputs: &[(&'static str, &Tensor<f32>)], inputs: &[&Tensor<f32>]) -> Result<()> {
    let outputs: Vec<_> = outputs.iter().map(|&(name, tensor)| (name, Binding::exact(tensor))).collect();
    let inputs: Vec<_> = inputs.iter().map(|tensor| Binding::exact(tensor)).collect();
    Binding::expect_disjoint(&outputs, &inputs)
}
