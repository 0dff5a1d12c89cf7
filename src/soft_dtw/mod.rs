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
mod band;
#[cfg(all(feature = "barycenter", not(target_family = "wasm")))]
pub mod barycenter;
#[cfg(not(target_family = "wasm"))]
pub mod classify;
#[cfg(not(target_family = "wasm"))]
mod collection;
mod cost;
mod divergence;
mod forward;
mod hard;
mod job;
#[cfg(all(feature = "barycenter", not(target_family = "wasm")))]
pub mod k_means;
mod kind;
mod pairs;
mod params;
mod plan;
#[cfg(all(feature = "barycenter", not(target_family = "wasm")))]
mod random;
mod series;
mod sum_pairs;

pub use band::Band;
pub use cost::Cost;
pub use kind::Kind;
pub use pairs::Pairs;
pub use plan::Strategy;
pub use series::{Lengths, Series};

use crate::error::Result;
use crate::gpu::{Binding, Recorder, Tensor};
use job::Job;

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
    kind: Kind,
    cost: Cost,
    pairs: Pairs,
    band: Band,
    strategy: Strategy,
    memory: u64,
}

impl SoftDtw {
    /// The smallest gamma above 0.
    pub const MIN_GAMMA: f32 = 1e-30;

    /// The largest gamma.
    pub const MAX_GAMMA: f32 = 1e30;

    /// Bytes of scratch memory that a call takes at most if nothing else is asked for.
    pub const DEFAULT_MEMORY: u64 = 512 << 20;

    /// Soft-DTW with smoothing `gamma`, in the units of the cost: larger is smoother, 0 is DTW. Checked at the call: 0, or from [`SoftDtw::MIN_GAMMA`] to
    /// [`SoftDtw::MAX_GAMMA`].
    #[must_use]
    pub fn new(gamma: f32) -> Self {
        Self {
            gamma,
            kind: Kind::default(),
            cost: Cost::default(),
            pairs: Pairs::default(),
            band: Band::default(),
            strategy: Strategy::default(),
            memory: Self::DEFAULT_MEMORY,
        }
    }

    /// What is computed of a pair. Default: the value of soft-DTW.
    #[must_use]
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// Which cells a path may use. Default: all.
    #[must_use]
    pub fn band(mut self, band: Band) -> Self {
        self.band = band;
        self
    }

    /// Scratch memory that a call may take, in bytes; the batch, and where that is not enough each pair, is worked on in parts that
    /// keep to it. Results are the same bits whatever it is. Default: [`SoftDtw::DEFAULT_MEMORY`].
    #[must_use]
    pub fn memory(mut self, bytes: u64) -> Self {
        self.memory = bytes;
        self
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

    /// The value of every pair, of the kind that is set: `[batch]`, `[A, B]` for all pairs, `[pairs]` for a list.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument) for a gamma, lengths or a list of pairs out of range;
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for tensors that do not fit each other or hold series of
    /// length 0; [`Error::LimitExceeded`](crate::Error::LimitExceeded) for series too long for the adapter, or for the memory that
    /// is set.
    pub fn value<'a>(
        &self,
        rec: &mut Recorder<'_>,
        x: impl Into<Series<'a>>,
        y: impl Into<Series<'a>>,
    ) -> Result<Tensor<f32>> {
        let job = Job::new(self, rec.gpu(), x.into(), y.into())?;
        let value = rec.output(job.value_shape())?;
        self.record_value(rec, &job, &value)?;
        Ok(value)
    }

    /// As [`SoftDtw::value`], into a tensor of the caller's.
    ///
    /// # Errors
    /// As [`SoftDtw::value`], and [`Error::InvalidArgument`](crate::Error::InvalidArgument) where `value` shares
    /// bytes with an input.
    pub fn value_into<'a>(
        &self,
        rec: &mut Recorder<'_>,
        x: impl Into<Series<'a>>,
        y: impl Into<Series<'a>>,
        value: &Tensor<f32>,
    ) -> Result<()> {
        let job = Job::new(self, rec.gpu(), x.into(), y.into())?;
        value.expect_shape("value", job.value_shape())?;
        rec.gpu().expect_own("value", value)?;
        expect_disjoint(&[("value", value)], &[&job.x, &job.y])?;
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
    pub fn value_and_grad<'a>(
        &self,
        rec: &mut Recorder<'_>,
        x: impl Into<Series<'a>>,
        y: impl Into<Series<'a>>,
    ) -> Result<ValueAndGrad> {
        let job = Job::new(self, rec.gpu(), x.into(), y.into())?;
        let result = ValueAndGrad {
            value: rec.output(job.value_shape())?,
            grad_x: rec.output(job.x.shape())?,
            grad_y: rec.output(job.y.shape())?,
        };
        self.record_value_and_grad(rec, &job, &result)?;
        Ok(result)
    }

    /// As [`SoftDtw::value_and_grad`], for the gradient of the sum of the values times `cotangent`, which has the shape of the
    /// values: the vector-Jacobian product that a framework's backward pass asks for.
    ///
    /// # Errors
    /// As [`SoftDtw::value`].
    pub fn value_and_vjp<'a>(
        &self,
        rec: &mut Recorder<'_>,
        x: impl Into<Series<'a>>,
        y: impl Into<Series<'a>>,
        cotangent: &Tensor<f32>,
    ) -> Result<ValueAndGrad> {
        let job = Job::new(self, rec.gpu(), x.into(), y.into())?;
        cotangent.expect_shape("cotangent", job.value_shape())?;
        unavailable("cotangent")
    }

    /// As [`SoftDtw::value_and_grad`], into tensors of the caller's.
    ///
    /// # Errors
    /// As [`SoftDtw::value_into`].
    pub fn value_and_grad_into<'a>(
        &self,
        rec: &mut Recorder<'_>,
        x: impl Into<Series<'a>>,
        y: impl Into<Series<'a>>,
        result: &ValueAndGrad,
    ) -> Result<()> {
        let job = Job::new(self, rec.gpu(), x.into(), y.into())?;
        result.value.expect_shape("value", job.value_shape())?;
        result.grad_x.expect_shape("grad_x", job.x.shape())?;
        result.grad_y.expect_shape("grad_y", job.y.shape())?;
        let outputs = [("value", &result.value), ("grad_x", &result.grad_x), ("grad_y", &result.grad_y)];
        for (name, output) in outputs {
            rec.gpu().expect_own(name, output)?;
        }
        expect_disjoint(&outputs, &[&job.x, &job.y])?;
        self.record_value_and_grad(rec, &job, result)
    }

    /// The value and the expected alignment of every pair.
    ///
    /// # Errors
    /// As [`SoftDtw::value`].
    pub fn alignment<'a>(
        &self,
        rec: &mut Recorder<'_>,
        x: impl Into<Series<'a>>,
        y: impl Into<Series<'a>>,
    ) -> Result<Alignment> {
        let job = Job::new(self, rec.gpu(), x.into(), y.into())?;
        let result = Alignment { value: rec.output(job.value_shape())?, expected: rec.output(job.alignment_shape())? };
        if self.gamma == 0.0 {
            hard::alignment(rec, &job, &result)?;
        } else {
            backward::alignment(rec, &job, &result)?;
        }
        Ok(result)
    }

    fn record_value(&self, rec: &mut Recorder<'_>, job: &Job, value: &Tensor<f32>) -> Result<()> {
        if self.kind == Kind::Divergence {
            let kind = Kind::Value;
            let this = Self { kind, ..self.clone() };
            this.record_value(rec, job, value)?;
            let itself = Self { pairs: Pairs::Aligned, ..this };
            let xx = itself.value(rec, &job.x, &job.x)?;
            let yy = itself.value(rec, &job.y, &job.y)?;
            return divergence::subtract(rec, &self.pairs, value, &xx, &yy);
        }
        if self.gamma == 0.0 { hard::value(rec, job, value) } else { forward::value(rec, job, value) }
    }

    fn record_value_and_grad(&self, rec: &mut Recorder<'_>, job: &Job, result: &ValueAndGrad) -> Result<()> {
        if self.kind != Kind::Value && self.kind != Kind::Hard {
            return unavailable("gradients of this kind");
        }
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

fn unavailable<T>(what: &'static str) -> Result<T> {
    Err(crate::Error::InvalidArgument { argument: what, value: String::new(), remedy: "not yet".to_owned() })
}

fn expect_disjoint(outputs: &[(&'static str, &Tensor<f32>)], inputs: &[&Tensor<f32>]) -> Result<()> {
    let outputs: Vec<_> = outputs.iter().map(|&(name, tensor)| (name, Binding::exact(tensor))).collect();
    let inputs: Vec<_> = inputs.iter().map(|tensor| Binding::exact(tensor)).collect();
    Binding::expect_disjoint(&outputs, &inputs)
}
