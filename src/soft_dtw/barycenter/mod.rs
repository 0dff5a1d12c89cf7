//! Barycenters: the series that is nearest to a set of series on weighted average.
//!
//! `center = argmin over Z of sum over i of w_i f(Z, X_i)`, `f` being any [`Kind`] of soft-DTW
//! (Cuturi & Blondel 2017, arXiv 1703.01541; Blondel, Mensch & Vert 2020, arXiv 2010.08354, section 5). The search
//! is L-BFGS with values and gradients from the GPU, where the series stay; its result is a local minimum.
//!
//! - **Which kind?** `Value` gives centers that are smoothed, the more so the larger `gamma` is: the barycenter of one series
//!   is not that series. The divergences do not shrink: there it is. `Hard`, and any kind with `gamma = 0`, is not
//!   differentiable; the search then goes down subgradients, and often ends early with [`End::Precision`].
//! - **Cost**: for each of some tens of evaluations, values and gradients of `N` pairs: `O(N L n dim)` time for a center
//!   of length `L` and series of length `n`. Divergences add the center with itself each time, and once the series
//!   with themselves.
//!
//! ```
//! # fn main() -> supple::Result<()> {
//! use supple::{Gpu, soft_dtw::{Kind, SoftDtw, barycenter::Barycenter}};
//!
//! let gpu = Gpu::new()?;
//! let series = gpu.upload(&[0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0], [2, 4])?; // [series, length]
//! let center = Barycenter::new(SoftDtw::new(0.01).kind(Kind::Divergence)).fit(&gpu, &series)?;
//! assert_eq!((center.length, center.dim), (4, 1));
//! assert!(center.values.iter().any(|&value| value > 0.8)); // aligned; the Euclidean mean has no value above 0.5
//! # Ok(())
//! # }
//! ```

mod minimise;
mod objective;
mod samples;

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::collection::Collection;
use super::{Kind, Series, SoftDtw};
use crate::error::{Error, Result};
use crate::gpu::Gpu;
use minimise::{Limits, minimise};
use objective::Objective;
pub(super) use samples::Samples;

/// Where the search for a barycenter begins.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Start {
    /// The weighted mean of the series, element by element; series of other lengths than the center's are first resampled
    /// to it, linearly. The default.
    #[default]
    EuclideanMean,
    /// The barycenter under [`Kind::MeanCost`], itself searched for from the Euclidean mean and with the same limits. It
    /// does not depend on `gamma`, and on the way there is no local minimum where the cost is convex.
    MeanCost,
    /// The caller's: `[length, channels]`, flattened.
    Given(Vec<f32>),
}

/// How a search stands, ahead of each iteration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Iterations done.
    pub iteration: u32,
    /// The weighted mean value of the lowest center so far.
    pub value: f64,
    /// The Euclidean norm of the gradient there.
    pub gradient_norm: f64,
}

/// Why a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// The gradient is within the tolerance.
    Converged,
    /// No lower value is to be found that differs by more than f32's rounding, or, where the objective has a kink, along the
    /// subgradient.
    Precision,
    /// The limit of iterations is reached.
    IterationLimit,
    /// The caller's callback said so.
    Stopped,
}

/// A barycenter.
#[derive(Debug, Clone, PartialEq)]
pub struct Center {
    /// `[length, channels]`, flattened.
    pub values: Vec<f32>,
    /// Elements of the center.
    pub length: u32,
    /// Channels.
    pub dim: u32,
    /// The weighted mean of the values of the center with the series, the weights summing to 1.
    pub value: f64,
    /// The Euclidean norm of the gradient of `value` in the center.
    pub gradient_norm: f64,
    /// Iterations of L-BFGS, without those for a [`Start::MeanCost`].
    pub iterations: u32,
    /// Why the search ended.
    pub end: End,
}

impl Center {
    /// Whether the center is as good as the tolerance or f32 allow: no limit and no callback cut the search short.
    #[must_use]
    pub fn converged(&self) -> bool {
        matches!(self.end, End::Converged | End::Precision)
    }
}

/// The search for a barycenter: settings, with no GPU state. All are checked when [`fit`](Barycenter::fit) is called.
#[derive(Debug, Clone, PartialEq)]
pub struct Barycenter {
    pub(super) dtw: SoftDtw,
    weights: Option<Vec<f32>>,
    length: Option<u32>,
    start: Start,
    tolerance: f64,
    max_iterations: u32,
}

impl Barycenter {
    /// The barycenter under the kind, cost, band and gamma of `dtw`; which pairs it is set to does not matter.
    #[must_use]
    pub fn new(dtw: SoftDtw) -> Self {
        Self { dtw, weights: None, length: None, start: Start::default(), tolerance: 1e-3, max_iterations: 200 }
    }

    /// One weight for each series: finite, not negative, and not all 0. They are scaled to sum to 1. A series of weight 0 is
    /// not looked at. Default: all equal.
    #[must_use]
    pub fn weights(mut self, weights: &[f32]) -> Self {
        self.weights = Some(weights.to_vec());
        self
    }

    /// Elements of the center. Default: those of a given start, or else the mean length of the series with a weight
    /// above 0, rounded; that is their length where it is the same for all. Under [`Kind::MeanCostDivergence`] the length of the
    /// shortest of them, and no more: the divergence of a longer center from a shorter series may have no minimum.
    #[must_use]
    pub fn length(mut self, length: u32) -> Self {
        self.length = Some(length);
        self
    }

    /// Where to begin. Default: [`Start::EuclideanMean`].
    #[must_use]
    pub fn start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// The search has converged where the norm of the gradient is at most `tolerance` times the larger of the norm of
    /// the center and 1, norms being Euclidean over all elements and channels. At least 0; with 0 it goes on until f32's precision
    /// ends it. Default: 1e-3, which gradients in f32 reach.
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// The most iterations of L-BFGS, each of one or two evaluations, and of 20 at most. With 0 the result is the start, for
    /// [`Start::MeanCost`] that of its own search, which has no iterations either. Default: 200, as in the papers.
    #[must_use]
    pub fn max_iterations(mut self, iterations: u32) -> Self {
        self.max_iterations = iterations;
        self
    }

    /// The barycenter of `series`: `[series, length, channels]`, or `[series, length]` for one channel. Waits for the GPU.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for weights, a length, a start or a tolerance out of range, for lengths that do not fit
    /// the series, and for series that are not finite; [`Error::ShapeMismatch`] for a tensor of another shape or without
    /// elements; and as [`SoftDtw::value_and_grad`].
    pub fn fit<'a>(&self, gpu: &Gpu, series: impl Into<Series<'a>>) -> Result<Center> {
        self.fit_with_progress(gpu, series, |_| ControlFlow::Continue(()))
    }

    /// As [`Barycenter::fit`], with a callback ahead of each iteration, that of the mean-cost start included. Where it breaks,
    /// the lowest center so far is the result.
    ///
    /// # Errors
    /// As [`Barycenter::fit`].
    ///
    /// ```
    /// # fn main() -> supple::Result<()> {
    /// use std::ops::ControlFlow;
    /// use supple::{Gpu, soft_dtw::{SoftDtw, barycenter::{Barycenter, End}}};
    ///
    /// let gpu = Gpu::new()?;
    /// let series = gpu.upload(&[0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0], [2, 4])?;
    /// let center = Barycenter::new(SoftDtw::new(0.1)).tolerance(0.0).fit_with_progress(&gpu, &series, |progress| {
    ///     println!("{}: {}", progress.iteration, progress.value);
    ///     if progress.iteration == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    /// })?;
    /// assert_eq!((center.end, center.iterations), (End::Stopped, 2));
    /// # Ok(())
    /// # }
    /// ```
    pub fn fit_with_progress<'a>(
        &self,
        gpu: &Gpu,
        series: impl Into<Series<'a>>,
        mut progress: impl FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<Center> {
        let collection = Collection::new(gpu, series.into())?;
        let members = self.members(&collection)?;
        let length = self.center_length(&collection, &members)?;
        if !(self.tolerance >= 0.0 && self.tolerance.is_finite()) {
            return refuse("tolerance", self.tolerance.to_string(), "give a finite number of at least 0");
        }
        let limits = Limits { tolerance: self.tolerance, iterations: self.max_iterations };
        // A break during the mean-cost start ends the whole.
        let mut stopped = false;
        let mut progress = |now: &Progress| {
            stopped = stopped || progress(now).is_break();
            if stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let mut search = |dtw: &SoftDtw, start: Vec<f64>| {
            let objective = Objective::new(gpu, dtw, &collection, &members, length)?;
            minimise(&|center| objective.evaluate(center), start, &limits, &mut progress)
        };
        let mean = || Ok::<_, Error>(Samples::read(gpu, collection)?.mean(&members, length));
        let start = match &self.start {
            Start::EuclideanMean => mean()?,
            Start::MeanCost => search(&self.dtw.clone().kind(Kind::MeanCost), mean()?)?.point,
            Start::Given(values) => values.iter().map(|&value| f64::from(value)).collect(),
        };
        let found = search(&self.dtw, start)?;
        Ok(Center {
            values: found.point.iter().map(|&value| value as f32).collect(),
            length: length as u32,
            dim: collection.dim as u32,
            value: found.value,
            gradient_norm: found.gradient_norm,
            iterations: found.iterations,
            end: found.end,
        })
    }

    pub(super) fn weights_or_equal(&self, count: usize) -> Cow<'_, [f32]> {
        self.weights.as_ref().map_or_else(|| vec![1.0; count].into(), Into::into)
    }

    /// Series of a weight above 0, with weights that sum to 1.
    fn members(&self, collection: &Collection<'_>) -> Result<Vec<(u32, f32)>> {
        let weights = self.weights_or_equal(collection.count);
        collection.expect_each("weights", weights.len())?;
        if let Some(row) = weights.iter().position(|weight| !(*weight >= 0.0 && weight.is_finite())) {
            return refuse("weights", format!("{} at row {row}", weights[row]), "give finite numbers of at least 0");
        }
        let sum: f64 = weights.iter().map(|&weight| f64::from(weight)).sum();
        if sum == 0.0 {
            return refuse("weights", "0 for every series".to_owned(), "give at least one series a weight above 0");
        }
        let scaled = weights.iter().map(|&weight| (f64::from(weight) / sum) as f32);
        Ok((0..).zip(scaled).filter(|&(_, weight)| weight > 0.0).collect())
    }

    fn center_length(&self, collection: &Collection<'_>, members: &[(u32, f32)]) -> Result<usize> {
        let elements =
            |asked| collection.center_length(self.dtw.kind, asked, members.iter().map(|&(index, _)| index as usize));
        let asked = elements(self.length.map(|length| length as usize))?;
        let Start::Given(values) = &self.start else { return Ok(asked) };
        let dim = collection.dim;
        let length = values.len() / dim;
        if length == 0 || values.len() % dim != 0 || self.length.is_some_and(|asked| asked as usize != length) {
            let wanted = match self.length {
                Some(asked) => format!("give {asked} elements of {dim} values, or set no length"),
                None => format!("give elements of {dim} values each, and at least one"),
            };
            return refuse("start", format!("{} values", values.len()), wanted);
        }
        match values.iter().position(|value| !value.is_finite()) {
            Some(index) => Err(Error::NonFinite { argument: "start", index, value: values[index] }),
            None => elements(Some(length)),
        }
    }
}

fn refuse<T>(argument: &'static str, value: String, remedy: impl Into<String>) -> Result<T> {
    Err(Error::InvalidArgument { argument, value, remedy: remedy.into() })
}
