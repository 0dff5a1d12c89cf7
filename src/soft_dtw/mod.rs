//! Soft-DTW: a differentiable alignment of time series.
//!
//! With `C[i,j]` the cost of matching element `i` of `x` with element `j` of `y`, and `A` running over the
//! monotone alignments of the two,
//! `value(x, y) = -gamma log sum over A of exp(-<A, C> / gamma)`
//! (Cuturi & Blondel 2017, arXiv 1703.01541). For `gamma = 0` it is dynamic time warping (DTW), the
//! minimum of `<A, C>`.
//!
//! - **Why is it negative?** It is a soft minimum over many alignments, so it lies below the hard one, and
//!   the more so the larger `gamma` is. It is not zero for `x = y` either. [`Kind::Divergence`]
//!   mends both: it is zero for `x = y` (Blondel, Mensch & Vert 2020, arXiv 2010.08354).
//! - **Accuracy**: sums of path weights are kept as mantissa and exponent, so nothing underflows, and
//!   gradients are products of such sums, never differences of large numbers. Errors do not grow with the length: those of
//!   values are some 3e-8 of the costs on the way, those of their gradients some 1e-6, at 16,384 elements too. (Derivatives of sharp
//!   kinds and Hessian products have no such care taken of long pairs.)
//! - **Cost**: `O(n m dim)` time per pair; `O(m)` memory for values, and about 3 bytes for each of the
//!   `n m` cells for gradients, worked through in parts that fit the adapter's limits.
//! - **Range**: the costs along any path may sum up to 1e35, of either sign, and for `gamma > 0` up to 1e35 gamma where that is
//!   less. Beyond that, values or gradients are wrong, NaN or infinite.
//! - **Non-finite series** give NaN, as values and in gradients, for the pairs that they are part of, and for no other, whatever the
//!   kind; [`Gpu::upload_finite`](crate::Gpu::upload_finite) checks ahead. So do non-finite costs, a caller's own or in
//!   [matrices](CostMatrices), in any cell that a path may use, with one exception: for DTW a cost of plus infinity forbids its cell,
//!   and the value is NaN only where that leaves no path.
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
mod combine;
mod cost;
mod custom_cost;
mod forward;
mod grouping;
mod hard;
mod job;
#[cfg(all(feature = "barycenter", not(target_family = "wasm")))]
pub mod k_means;
mod kind;
mod kinds;
mod layout;
mod listing;
mod mean_cost;
mod own_arrays;
mod pack;
mod pairs;
mod params;
mod parts;
#[cfg(all(feature = "barycenter", not(target_family = "wasm")))]
mod random;
mod series;
pub(crate) mod shaders;
mod stacks;
mod sums;
mod wave;

pub use band::Band;
pub use cost::Cost;
pub use custom_cost::CustomCost;
pub use kind::Kind;
pub use layout::Strategy;
pub use pairs::Pairs;
pub use series::{CostMatrices, Lengths, Series};

use crate::error::{Error, Result};
use crate::gpu::{Binding, Gpu, Recorder, Tensor};
use combine::NUMBERS;
use forward::Ends;
use job::{Job, Recursion};
use wave::Tangent;

/// Values and their gradients.
#[derive(Debug, Clone)]
pub struct ValueAndGrad {
    /// `[batch]`, `[A, B]` for all pairs, `[pairs]` for a list.
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
    /// `[batch, n, m]`, `[A, B, n, m]` for all pairs, `[pairs, n, m]` for a list: the probability that a cell is on the path, which is
    /// also the gradient of soft-DTW's value in the cell's cost. 0 beyond a pair's own lengths.
    pub expected: Tensor<f32>,
}

/// Values of matrices of costs, and their gradients.
#[derive(Debug, Clone)]
pub struct CostValueAndGrad {
    /// `[pairs]`.
    pub value: Tensor<f32>,
    /// The gradient of each value in its matrix, `[pairs, n, m]`; 0 beyond a pair's own lengths.
    pub grad: Tensor<f32>,
    /// Of a divergence, the gradients in the costs of series with themselves, `[pairs, n, n]` and `[pairs, m, m]`.
    pub grad_itself: Option<[Tensor<f32>; 2]>,
}

/// Bytes of scratch memory that a call takes; see [`SoftDtw::workspace_bytes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Workspace {
    /// For values alone.
    pub value: u64,
    /// For values and gradients.
    pub value_and_grad: u64,
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
    ///
    /// Too little for one pair is an error that says how much it takes. Mean costs of all pairs under squared costs, without lengths or a band, go by the
    /// work of a matrix product where that fits the default: they take at least the mean alignment, 4 bytes for each of its `n m` cells, and some rows more.
    ///
    /// Not counted is a table of the pairs, which calls with [`Lengths`], a [`Band`] or [`Pairs::List`] make: for each pair some 100 bytes
    /// on the host and 32 on the device, 40 with gradients, and with a band 8 more for each row of every two lengths that meet. With
    /// [`Pairs::All`] that is an entry for each of the `A B` pairs: for 10,000 by 10,000 series 10 GB on the host and 3 on the
    /// device. Compare fewer series in one call then.
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
    /// [`Error::InvalidArgument`] for a gamma, lengths or a list of pairs out of range;
    /// [`Error::ShapeMismatch`] for tensors that do not fit each other or hold series of
    /// length 0; [`Error::LimitExceeded`] for series too long for the adapter, or for the memory that
    /// is set, and for 2^32 pairs or more.
    pub fn value<'a>(
        &self,
        rec: &mut Recorder<'_>,
        x: impl Into<Series<'a>>,
        y: impl Into<Series<'a>>,
    ) -> Result<Tensor<f32>> {
        let job = Job::new(self, rec.gpu(), x.into(), y.into())?;
        let value = rec.output(job.value_shape())?;
        kinds::value(rec, self.kind, &job, &value)?;
        Ok(value)
    }

    /// As [`SoftDtw::value`], into a tensor of the caller's.
    ///
    /// # Errors
    /// As [`SoftDtw::value`], and [`Error::InvalidArgument`] where `value` shares
    /// bytes with an input.
    pub fn value_into<'a>(
        &self,
        rec: &mut Recorder<'_>,
        x: impl Into<Series<'a>>,
        y: impl Into<Series<'a>>,
        value: &Tensor<f32>,
    ) -> Result<()> {
        let job = Job::new(self, rec.gpu(), x.into(), y.into())?;
        rec.expect_output("value", value, job.value_shape(), &[Binding::exact(&job.x), Binding::exact(&job.y)])?;
        kinds::value(rec, self.kind, &job, value)
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
        let result = value_and_grad_outputs(rec, &job)?;
        kinds::value_and_grad(rec, self.kind, &job, None, &result)?;
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
        rec.gpu().expect_own("cotangent", cotangent)?;
        let result = value_and_grad_outputs(rec, &job)?;
        kinds::value_and_grad(rec, self.kind, &job, Some(cotangent), &result)?;
        Ok(result)
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
        let mut taken = vec![Binding::exact(&job.x), Binding::exact(&job.y)];
        for (name, output, shape) in [
            ("value", &result.value, job.value_shape()),
            ("grad_x", &result.grad_x, job.x.shape()),
            ("grad_y", &result.grad_y, job.y.shape()),
        ] {
            rec.expect_output(name, output, shape, &taken)?;
            taken.push(Binding::exact(output));
        }
        kinds::value_and_grad(rec, self.kind, &job, None, result)
    }

    /// The value of every pair, and the expected alignment of `x` with `y`: soft-DTW's, for the mean cost the mean of all alignments,
    /// for DTW a best path. A divergence has the alignment of the kind that it is made of.
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
        kinds::alignment(rec, self.kind, &job, &result.value, &result.expected)?;
        Ok(result)
    }

    /// The entropy, in nats, of the distribution over alignments that soft-DTW is the soft minimum for: `(<E, C> - value) / gamma`. From 0, where
    /// one alignment stands out, to the logarithm of the number of alignments. The kind plays no part.
    ///
    /// # Errors
    /// As [`SoftDtw::value`], and [`Error::InvalidArgument`] for `gamma = 0`.
    pub fn entropy<'a>(
        &self,
        rec: &mut Recorder<'_>,
        x: impl Into<Series<'a>>,
        y: impl Into<Series<'a>>,
    ) -> Result<Tensor<f32>> {
        let job = Job::new(&self.soft(), rec.gpu(), x.into(), y.into())?;
        entropy(rec, &job)
    }

    /// The derivative of soft-DTW in a direction of the costs, `<E, Z>`, for `direction` `Z` of the shape of the alignments: `[batch, n, m]`, `[A, B, n, m]`
    /// for all pairs, `[pairs, n, m]` for a list. The kind plays no part.
    ///
    /// # Errors
    /// As [`SoftDtw::entropy`].
    pub fn directional_derivative<'a>(
        &self,
        rec: &mut Recorder<'_>,
        x: impl Into<Series<'a>>,
        y: impl Into<Series<'a>>,
        direction: &Tensor<f32>,
    ) -> Result<Tensor<f32>> {
        let job = Job::new(&self.soft(), rec.gpu(), x.into(), y.into())?;
        directional_derivative(rec, &job, direction)
    }

    /// The Hessian of soft-DTW in the costs times a direction of the costs: the derivative of the expected alignment in that
    /// direction, of the shape of the alignments (Blondel, Mensch & Vert 2020, section 3). The kind plays no part.
    ///
    /// # Errors
    /// As [`SoftDtw::entropy`].
    pub fn hessian_product<'a>(
        &self,
        rec: &mut Recorder<'_>,
        x: impl Into<Series<'a>>,
        y: impl Into<Series<'a>>,
        direction: &Tensor<f32>,
    ) -> Result<Tensor<f32>> {
        let job = Job::new(&self.soft(), rec.gpu(), x.into(), y.into())?;
        hessian_product(rec, &job, direction)
    }

    /// The value of every matrix of costs, `[pairs]`; for the divergences with [`CostMatrices::itself`]. The settings' cost plays no part.
    ///
    /// # Errors
    /// As [`SoftDtw::value`].
    pub fn value_of_costs<'a>(
        &self,
        rec: &mut Recorder<'_>,
        costs: impl Into<CostMatrices<'a>>,
    ) -> Result<Tensor<f32>> {
        let job = Job::of_costs(self, rec.gpu(), costs.into())?;
        let value = rec.output(job.value_shape())?;
        kinds::value(rec, self.kind, &job, &value)?;
        Ok(value)
    }

    /// The value of every matrix of costs, and its gradient in them: for soft-DTW the expected alignment.
    ///
    /// # Errors
    /// As [`SoftDtw::value`].
    pub fn value_and_grad_of_costs<'a>(
        &self,
        rec: &mut Recorder<'_>,
        costs: impl Into<CostMatrices<'a>>,
    ) -> Result<CostValueAndGrad> {
        let job = Job::of_costs(self, rec.gpu(), costs.into())?;
        kinds::value_and_grad_of_costs(rec, self.kind, &job)
    }

    /// As [`SoftDtw::entropy`], of matrices of costs: `[pairs]`.
    ///
    /// # Errors
    /// As [`SoftDtw::entropy`].
    pub fn entropy_of_costs<'a>(
        &self,
        rec: &mut Recorder<'_>,
        costs: impl Into<CostMatrices<'a>>,
    ) -> Result<Tensor<f32>> {
        let job = Job::of_costs(&self.soft(), rec.gpu(), costs.into())?;
        entropy(rec, &job)
    }

    /// As [`SoftDtw::directional_derivative`], of matrices of costs, for a `direction` of their shape: `[pairs]`.
    ///
    /// # Errors
    /// As [`SoftDtw::entropy`].
    pub fn directional_derivative_of_costs<'a>(
        &self,
        rec: &mut Recorder<'_>,
        costs: impl Into<CostMatrices<'a>>,
        direction: &Tensor<f32>,
    ) -> Result<Tensor<f32>> {
        let job = Job::of_costs(&self.soft(), rec.gpu(), costs.into())?;
        directional_derivative(rec, &job, direction)
    }

    /// As [`SoftDtw::hessian_product`], of matrices of costs, for a `direction` of their shape: the derivative of
    /// [`SoftDtw::value_and_grad_of_costs`]'s gradient in that direction.
    ///
    /// # Errors
    /// As [`SoftDtw::entropy`].
    pub fn hessian_product_of_costs<'a>(
        &self,
        rec: &mut Recorder<'_>,
        costs: impl Into<CostMatrices<'a>>,
        direction: &Tensor<f32>,
    ) -> Result<Tensor<f32>> {
        let job = Job::of_costs(&self.soft(), rec.gpu(), costs.into())?;
        hessian_product(rec, &job, direction)
    }

    /// The scratch memory that a call with these inputs takes on this device, beside inputs and outputs; rounded up by the pool by at
    /// most a quarter. What the parts take stays within [`SoftDtw::memory`]; what all kinds but values keep of each pair, 16
    /// bytes, and the divergences of each series, its gradient with itself, comes on top. Tables of pairs are not counted; see
    /// [`SoftDtw::memory`].
    ///
    /// For a pair of `n` x `m` elements a value takes about `8 m` bytes. Gradients take 3 bytes for each of the `n m` cells, or, where
    /// that is more than is allowed, less for a second run of the forward pass: down to about `24 m + 12 m sqrt(n)`.
    /// The kinds that are derivatives, sharp and mean cost, take twice as much.
    ///
    /// # Errors
    /// As [`SoftDtw::value`].
    pub fn workspace_bytes<'a>(
        &self,
        gpu: &Gpu,
        x: impl Into<Series<'a>>,
        y: impl Into<Series<'a>>,
    ) -> Result<Workspace> {
        let job = Job::new(self, gpu, x.into(), y.into())?;
        kinds::workspace(gpu, self.kind, &job)
    }

    /// The settings for what only the soft recursion has.
    fn soft(&self) -> Self {
        Self { kind: Kind::Value, ..self.clone() }
    }
}

fn expect_soft(job: &Job) -> Result<()> {
    if job.recursion == Recursion::Soft {
        return Ok(());
    }
    Err(Error::InvalidArgument {
        argument: "gamma",
        value: "0".to_owned(),
        remedy: "give one above 0: DTW's alignment does not vary with the costs".to_owned(),
    })
}

fn entropy(rec: &mut Recorder<'_>, job: &Job) -> Result<Tensor<f32>> {
    expect_soft(job)?;
    let weights = combine::Weights { log: 1.0, tangent: 1.0, scale: std::f32::consts::LN_2 };
    end_value(rec, job, Tangent::Costs, weights)
}

fn directional_derivative(rec: &mut Recorder<'_>, job: &Job, direction: &Tensor<f32>) -> Result<Tensor<f32>> {
    expect_soft(job)?;
    expect_direction(rec.gpu(), job, direction)?;
    let weights = combine::Weights { log: 0.0, tangent: 1.0, scale: job.per_bit() };
    end_value(rec, job, Tangent::Direction(direction), weights)
}

fn hessian_product(rec: &mut Recorder<'_>, job: &Job, direction: &Tensor<f32>) -> Result<Tensor<f32>> {
    expect_soft(job)?;
    expect_direction(rec.gpu(), job, direction)?;
    let product = rec.output(job.alignment_shape())?;
    let numbers = rec.output([job.pairs() as u32, NUMBERS])?;
    let tangent = Tangent::Direction(direction);
    backward::alignment(rec, job, tangent, backward::Weights::HESSIAN, Ends::Numbers(&numbers), &product)?;
    Ok(product)
}

/// A value for each pair from what the recursion ends with.
fn end_value(
    rec: &mut Recorder<'_>,
    job: &Job,
    tangent: Tangent<'_>,
    weights: combine::Weights,
) -> Result<Tensor<f32>> {
    let value = rec.output(job.value_shape())?;
    let numbers = rec.output([job.pairs() as u32, NUMBERS])?;
    forward::value(rec, job, tangent, Ends::Numbers(&numbers))?;
    combine::record(rec, job, weights, &numbers, None, &value)?;
    Ok(value)
}

fn value_and_grad_outputs(rec: &mut Recorder<'_>, job: &Job) -> Result<ValueAndGrad> {
    Ok(ValueAndGrad {
        value: rec.output(job.value_shape())?,
        grad_x: rec.output(job.x.shape())?,
        grad_y: rec.output(job.y.shape())?,
    })
}

fn expect_direction(gpu: &Gpu, job: &Job, direction: &Tensor<f32>) -> Result<()> {
    direction.expect_shape("direction", job.alignment_shape())?;
    gpu.expect_own("direction", direction)
}
