//! Perturbed optimizers: discrete decisions made differentiable by noise.
//!
//! [`Perturbed`] takes a [`Solver`], an argmax over a set of solutions, and averages what it decides over parameters with random noise.
//! The average is smooth in the parameters, and its derivatives are averages as well: Berthet et al., *Learning with differentiable
//! perturbed optimizers*, 2020 ([arXiv 2002.08676](https://arxiv.org/abs/2002.08676)).

mod assignment;
mod custom_noise;
mod custom_solver;
mod dots;
mod estimate;
mod grid;
#[cfg(all(feature = "rayon", not(target_family = "wasm")))]
mod host;
mod job;
mod knapsack;
mod loss;
mod noise;
mod params;
mod samples;
pub(crate) mod shaders;
mod sides;
mod solutions;
mod solver;
mod sums;
mod winners;
#[cfg(test)]
mod words;

pub use custom_noise::CustomNoise;
pub use custom_solver::CustomSolver;
pub use knapsack::Knapsack;
pub use loss::FenchelYoung;
pub use noise::Noise;
pub use solver::{Neighbours, Solver};

use estimate::Outputs;
use job::Job;

use crate::error::{Error, Result};
use crate::gpu::{Binding, Recorder, Tensor};

/// What is taken off a solution before it is multiplied with the noise's score: the derivative's mean stays as it is, since a score's mean is
/// 0, and its variance gets smaller; that of a derivative of an argmax along a direction by [`LeaveOneOut`](Self::LeaveOneOut) alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Baseline {
    /// Nothing.
    None,
    /// The solution without noise: a control variate. The default.
    #[default]
    Unperturbed,
    /// The mean of the other samples' solutions; needs two samples. With [antithetic](Perturbed::antithetic) pairs that of the other pairs', which cancels
    /// within a pair, as any baseline does.
    LeaveOneOut,
}

/// A discrete decision averaged over noise.
///
/// With `y*(theta) = argmax over solutions y of <y, theta>` and noise `Z`
///
/// ```text
/// maximum   F(theta) = E[max over y of <y, theta + sigma Z>]
/// solution  y_sigma(theta) = E[y*(theta + sigma Z)], the gradient of F
/// vjp       E[<y*, cotangent> score(Z)] / sigma
/// jvp       E[y* <score(Z), tangent>] / sigma         score(Z) = Z for normal noise, 1 - exp(-Z) for Gumbel noise
/// ```
///
/// (Berthet et al. 2020, Proposition 3.1), each a mean over [`samples`](Self::samples). Noise comes from counters (Philox4x32-10): derivatives
/// make the same noise again, nothing is stored for each sample, and one seed gives the same bits whatever the batch and
/// its split.
///
/// `theta` is `[n]` or `[.., n]`, problems of `n` coordinates, but for solvers that say otherwise.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::{Gpu, perturbed::{Noise, Perturbed, Solver}};
///
/// let gpu = Gpu::new()?;
/// let theta = gpu.upload(&[1.0, 2.0, 0.0], [3])?;
/// let perturbed = Perturbed::new(Solver::Argmax).noise(Noise::Gumbel).sigma(1.0).samples(10_000).seed(7);
/// let estimate = gpu.run(|rec| perturbed.forward(rec, &theta))?;
/// let solution = estimate.solution.read(&gpu)?;
/// let error = estimate.solution_error.read(&gpu)?;
/// let softmax = [0.24473, 0.66524, 0.09003]; // which Gumbel noise makes of an argmax
/// for i in 0..3 {
///     assert!((solution[i] - softmax[i]).abs() < 4.0 * error[i]);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Perturbed {
    solver: Solver,
    noise: Noise,
    sigma: f32,
    samples: u32,
    seed: u64,
    multiplicative: bool,
    antithetic: bool,
    baseline: Baseline,
    first_problem: u32,
    memory: u64,
}

/// Estimates from samples, and their standard errors: the deviation that each estimate has from what it estimates.
#[derive(Debug, Clone)]
pub struct Estimate {
    /// The perturbed maximum of each problem, in the shape of `theta` without the dimensions of a problem.
    pub maximum: Tensor<f32>,
    /// Its standard error; not a number for one sample, or one antithetic pair.
    pub maximum_error: Tensor<f32>,
    /// The perturbed solution, in the shape of `theta`.
    pub solution: Tensor<f32>,
    /// Its standard error, coordinate by coordinate.
    pub solution_error: Tensor<f32>,
}

impl Estimate {
    /// Room for the estimates of a job.
    fn new(rec: &mut Recorder<'_>, job: &Job<'_>) -> Result<Self> {
        let (outer, shape) = (job.outer_shape(), job.theta.shape());
        Ok(Self {
            maximum: rec.output(outer)?,
            maximum_error: rec.output(outer)?,
            solution: rec.output(shape)?,
            solution_error: rec.output(shape)?,
        })
    }

    fn outputs(&self) -> Outputs<'_> {
        Outputs {
            maximum: Some(&self.maximum),
            maximum_error: Some(&self.maximum_error),
            solution: Some(&self.solution),
            solution_error: Some(&self.solution_error),
            gradient: None,
        }
    }
}

impl Perturbed {
    /// Bytes of memory that samples take at most if nothing else is asked for.
    pub const DEFAULT_MEMORY: u64 = 32 << 20;

    /// Normal noise with sigma 1, added, and 1000 samples.
    #[must_use]
    pub fn new(solver: Solver) -> Self {
        Self {
            solver,
            noise: Noise::Normal,
            sigma: 1.0,
            samples: 1000,
            seed: 0,
            multiplicative: false,
            antithetic: false,
            baseline: Baseline::default(),
            first_problem: 0,
            memory: Self::DEFAULT_MEMORY,
        }
    }

    /// The noise's factor, from 1e-30 to 1e30, in the units of `theta`; default 1.
    #[must_use]
    pub fn sigma(mut self, sigma: f32) -> Self {
        self.sigma = sigma;
        self
    }

    /// How many samples of noise each problem gets, at least 1 and at most 2^31; default 1000. Time grows with them, memory does not, but for a
    /// caller's encoder, which holds every dispatch until it is submitted.
    #[must_use]
    pub fn samples(mut self, samples: u32) -> Self {
        self.samples = samples;
        self
    }

    /// The seed of the noise; default 0.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The distribution of the noise; default normal.
    #[must_use]
    pub fn noise(mut self, noise: Noise) -> Self {
        self.noise = noise;
        self
    }

    /// Multiplies instead of adding: `theta exp(sigma Z - sigma^2 / 2)` for normal noise, whose factor has the mean 1, and `theta exp(sigma Z)` for
    /// other noise. Coordinates keep their sign: costs stay costs. Default: false.
    ///
    /// The derivative in a coordinate that is 0 is 0.
    #[must_use]
    pub fn multiplicative(mut self, multiplicative: bool) -> Self {
        self.multiplicative = multiplicative;
        self
    }

    /// Draws samples in pairs with the noise `Z` and `-Z`, for normal noise and an even number of samples. Default: false.
    #[must_use]
    pub fn antithetic(mut self, antithetic: bool) -> Self {
        self.antithetic = antithetic;
        self
    }

    /// What makes the variance of derivatives smaller. Default: [`Baseline::Unperturbed`].
    #[must_use]
    pub fn baseline(mut self, baseline: Baseline) -> Self {
        self.baseline = baseline;
        self
    }

    /// The number of the first problem, by which its noise is drawn: problems that come in several batches get the noise that they would get in one.
    /// Default: 0.
    #[must_use]
    pub fn first_problem(mut self, number: u32) -> Self {
        self.first_problem = number;
        self
    }

    /// Bytes of scratch memory that the perturbed parameters and solutions of samples may take: samples are worked on in parts that keep to it, or of two samples of one
    /// problem. What a solver needs beside them comes on top, up to as much again and more for a [`Knapsack`]. Default:
    /// [`DEFAULT_MEMORY`](Self::DEFAULT_MEMORY), 32 MiB. Argmax and top k up to 16 have no use for it: they keep no solutions.
    #[must_use]
    pub fn memory(mut self, bytes: u64) -> Self {
        self.memory = bytes;
        self
    }

    /// The perturbed maximum of each problem, in the shape of `theta` without the dimensions of a problem.
    ///
    /// A problem with a NaN has NaN; `-infinity` is a coordinate that is never chosen, or where all of them count, by [`Solver::Rank`] and [`Solver::Sort`], makes
    /// the maximum `-infinity`. `+infinity` is for [`Solver::Argmax`], [`Solver::TopK`], [`Solver::Rank`] and [`Solver::Sort`] alone: the largest of all,
    /// with a maximum of `+infinity`. Losses, and gradients with multiplicative noise, are to have finite maxima.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a setting out of range; [`Error::ShapeMismatch`] for a scalar or problems of no coordinates;
    /// [`Error::LimitExceeded`] for problems too large for one binding.
    pub fn maximum(&self, rec: &mut Recorder<'_>, theta: &Tensor<f32>) -> Result<Tensor<f32>> {
        let job = Job::new(rec.gpu(), self, theta)?;
        let maximum = rec.output(job.outer_shape())?;
        let outputs = Outputs { maximum: Some(&maximum), ..Outputs::default() };
        estimate::estimate(rec, &job, &outputs)?;
        Ok(maximum)
    }

    /// The perturbed solution of each problem, in the shape of `theta`: the mean of the samples' solutions, and the gradient of
    /// [`maximum`](Self::maximum) where noise is added.
    ///
    /// # Errors
    /// As [`maximum`](Self::maximum).
    pub fn solution(&self, rec: &mut Recorder<'_>, theta: &Tensor<f32>) -> Result<Tensor<f32>> {
        let solution = rec.output(theta.shape())?;
        self.record_solution(rec, theta, &solution)?;
        Ok(solution)
    }

    /// As [`solution`](Self::solution), into a caller's tensor of the shape of `theta`.
    ///
    /// # Errors
    /// As [`maximum`](Self::maximum), and for an output of another shape or in the same bytes as `theta`.
    pub fn solution_into(&self, rec: &mut Recorder<'_>, theta: &Tensor<f32>, solution: &Tensor<f32>) -> Result<()> {
        rec.expect_output("solution", solution, theta.shape(), &[Binding::exact(theta)])?;
        self.record_solution(rec, theta, solution)
    }

    fn record_solution(&self, rec: &mut Recorder<'_>, theta: &Tensor<f32>, solution: &Tensor<f32>) -> Result<()> {
        let job = Job::new(rec.gpu(), self, theta)?;
        let outputs = Outputs { solution: Some(solution), ..Outputs::default() };
        estimate::estimate(rec, &job, &outputs)
    }

    /// The solution without noise, in the shape of `theta`: what is decided once parameters are learnt.
    ///
    /// # Errors
    /// As [`maximum`](Self::maximum).
    ///
    /// ```
    /// # fn main() -> supple::Result<()> {
    /// use supple::{Gpu, perturbed::{Neighbours, Perturbed, Solver}};
    ///
    /// let gpu = Gpu::new()?;
    /// let costs = [1.0, 9.0, 1.0, 1.0, 9.0, 1.0, 1.0, 1.0, 1.0];
    /// let theta = gpu.upload(&costs.map(|cost: f32| -cost), [3, 3])?;
    /// let perturbed = Perturbed::new(Solver::ShortestPath(Neighbours::Four));
    /// let path = gpu.run(|rec| perturbed.unperturbed(rec, &theta))?.read(&gpu)?;
    /// assert_eq!(path, [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn unperturbed(&self, rec: &mut Recorder<'_>, theta: &Tensor<f32>) -> Result<Tensor<f32>> {
        let job = Job::new(rec.gpu(), self, theta)?;
        let solution = rec.output(theta.shape())?;
        estimate::unperturbed(rec, &job.with(&self.without_noise()), &solution)?;
        Ok(solution)
    }

    /// The same decision for one sample with no noise.
    fn without_noise(&self) -> Self {
        Self { sigma: 0.0, antithetic: false, samples: 1, ..self.clone() }
    }

    /// Both, with their standard errors.
    ///
    /// # Errors
    /// As [`maximum`](Self::maximum).
    pub fn forward(&self, rec: &mut Recorder<'_>, theta: &Tensor<f32>) -> Result<Estimate> {
        let job = Job::new(rec.gpu(), self, theta)?;
        let result = Estimate::new(rec, &job)?;
        estimate::estimate(rec, &job, &result.outputs())?;
        Ok(result)
    }

    /// An estimate of the gradient in `theta` of `<cotangent, solution>`, in the shape of `theta`.
    ///
    /// # Errors
    /// As [`maximum`](Self::maximum), and [`Error::ShapeMismatch`] for a cotangent of another shape.
    pub fn vjp(&self, rec: &mut Recorder<'_>, theta: &Tensor<f32>, cotangent: &Tensor<f32>) -> Result<Tensor<f32>> {
        let job = Job::new(rec.gpu(), self, theta)?;
        cotangent.expect_shape("cotangent", theta.shape())?;
        rec.gpu().expect_own("cotangent", cotangent)?;
        let out = rec.output(theta.shape())?;
        estimate::vjp(rec, &job, cotangent, &out)?;
        Ok(out)
    }

    /// An estimate of the derivative of the solution along `tangent`, a direction in `theta`, in the shape of `theta`.
    ///
    /// # Errors
    /// As [`maximum`](Self::maximum), and [`Error::ShapeMismatch`] for a tangent of another shape.
    pub fn jvp(&self, rec: &mut Recorder<'_>, theta: &Tensor<f32>, tangent: &Tensor<f32>) -> Result<Tensor<f32>> {
        let job = Job::new(rec.gpu(), self, theta)?;
        tangent.expect_shape("tangent", theta.shape())?;
        rec.gpu().expect_own("tangent", tangent)?;
        let out = rec.output(theta.shape())?;
        estimate::jvp(rec, &job, tangent, &out)?;
        Ok(out)
    }

    /// The Fenchel-Young loss between each problem and the solution that it should have, `target`: `F(theta) - <theta, y>`, which is convex in
    /// `theta`, and its gradient `y_sigma(theta) - y` (Berthet et al. 2020, section 4).
    ///
    /// `target` has the shape of `theta`, or that of one problem, for all of them: the mean of observed solutions, where it is not known which problem each
    /// belongs to. Of paths with costs below 0 the gradient is not exact: see [`Solver::ShortestPath`]. The loss is 0 at best up to the constant `Omega(y)`, the largest `<theta, y> - F(theta)` over all `theta`, which depends on `y` alone and is not
    /// subtracted. With multiplicative noise the gradient is `E[m y*] - y`, where `m` is what `theta` is multiplied with; the loss then grows with the scale of
    /// `theta` and is the least where all of it is 0, so that a model needs a scale of its own.
    ///
    /// # Errors
    /// As [`maximum`](Self::maximum); [`Error::ShapeMismatch`] for a target of another shape, and [`Error::InvalidArgument`] for
    /// [`Solver::Sort`], which maximises no linear function.
    ///
    /// ```
    /// # fn main() -> supple::Result<()> {
    /// use supple::{Gpu, perturbed::{Perturbed, Solver}};
    ///
    /// let gpu = Gpu::new()?;
    /// let theta = gpu.upload(&[0.0, 2.0, 4.0], [3])?;
    /// let ranks = gpu.upload(&[1.0, 2.0, 3.0], [3])?; // as they should be
    /// let perturbed = Perturbed::new(Solver::Rank).sigma(0.1);
    /// let result = gpu.run(|rec| perturbed.fenchel_young(rec, &theta, &ranks))?;
    /// assert!(result.loss.read(&gpu)?[0].abs() < 0.05);
    /// assert_eq!(result.gradient.read(&gpu)?, [0.0, 0.0, 0.0]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn fenchel_young(
        &self,
        rec: &mut Recorder<'_>,
        theta: &Tensor<f32>,
        target: &Tensor<f32>,
    ) -> Result<FenchelYoung> {
        let job = Job::new(rec.gpu(), self, theta)?;
        loss::fenchel_young(rec, &job, target, &Outputs::default())
    }

    /// [`forward`](Self::forward) and [`fenchel_young`](Self::fenchel_young) from the same samples, drawn once.
    ///
    /// # Errors
    /// As [`fenchel_young`](Self::fenchel_young).
    pub fn forward_and_fenchel_young(
        &self,
        rec: &mut Recorder<'_>,
        theta: &Tensor<f32>,
        target: &Tensor<f32>,
    ) -> Result<(Estimate, FenchelYoung)> {
        let job = Job::new(rec.gpu(), self, theta)?;
        let result = Estimate::new(rec, &job)?;
        let loss = loss::fenchel_young(rec, &job, target, &result.outputs())?;
        Ok((result, loss))
    }

    fn check(&self) -> Result<()> {
        let refuse = |argument, value: String, remedy: &str| {
            Err(Error::InvalidArgument { argument, value, remedy: remedy.to_owned() })
        };
        if !(1e-30..=1e30).contains(&self.sigma) {
            return refuse("sigma", self.sigma.to_string(), "give a number from 1e-30 to 1e30");
        }
        if self.samples == 0 || self.samples > 1 << 31 {
            return refuse("samples", self.samples.to_string(), "give a number from 1 to 2^31");
        }
        if self.antithetic && self.noise != Noise::Normal {
            return refuse(
                "antithetic",
                format!("set for {:?} noise", self.noise),
                "use it with normal noise, which is symmetric",
            );
        }
        if self.antithetic && !self.samples.is_multiple_of(2) {
            return refuse("samples", format!("{} with antithetic pairs", self.samples), "give an even number");
        }
        if self.baseline == Baseline::LeaveOneOut && self.samples == 1 {
            return refuse("baseline", "LeaveOneOut with one sample".to_owned(), "draw two samples or more");
        }
        Ok(())
    }
}
