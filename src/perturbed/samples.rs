//! The samples of a part, in the form in which the solver leaves them.

use std::ops::Range;

use super::job::Job;
use super::solutions::{Solutions, Terms};
use super::sums::Sums;
use super::winners::Winners;
use crate::error::Result;
use crate::gpu::{Binding, Recorder, Tensor};

/// Solutions of the samples of some rows.
pub(super) enum Samples {
    Winners(Winners),
    Solutions(Solutions),
}

impl Samples {
    /// Draws and solves; with `tangent`, `[rows, n]`, its products with the noise's scores are wanted.
    pub(super) fn new(
        rec: &mut Recorder<'_>,
        job: &Job<'_>,
        rows: &Range<u32>,
        samples: &Range<u32>,
        tangent: Option<&Tensor<f32>>,
    ) -> Result<Self> {
        if let Some(each) = job.winners() {
            Ok(Self::Winners(Winners::of_samples(rec, job, rows, samples, each, tangent)?))
        } else {
            Ok(Self::Solutions(Solutions::of_samples(rec, job, rows, samples)?))
        }
    }

    /// One sample of each row, with no noise.
    pub(super) fn without_noise(rec: &mut Recorder<'_>, job: &Job<'_>, rows: &Range<u32>) -> Result<Self> {
        Self::new(rec, &job.with(&job.settings.without_noise()), rows, &(0..1), None)
    }

    /// The maximum of each sample, `[rows, samples]`; the caller releases it.
    pub(super) fn maxima(&mut self, rec: &mut Recorder<'_>, job: &Job<'_>) -> Result<Binding> {
        match self {
            Self::Winners(winners) => match winners.maxima.take() {
                Some(maxima) => Ok(maxima),
                None => unreachable!("asked for once"),
            },
            Self::Solutions(solutions) => solutions.maxima(rec, job),
        }
    }

    /// `<y - y*, vector>` for each sample, with `y*` the solution of `plain`, or 0; the caller releases it.
    pub(super) fn products(
        &self,
        rec: &mut Recorder<'_>,
        job: &Job<'_>,
        rows: &Range<u32>,
        vector: &Tensor<f32>,
        plain: Option<&Self>,
    ) -> Result<Binding> {
        match (self, plain) {
            (Self::Winners(winners), Some(Self::Winners(plain))) => winners.pick(rec, job, rows, vector, Some(plain)),
            (Self::Winners(winners), _) => winners.pick(rec, job, rows, vector, None),
            (Self::Solutions(solutions), Some(Self::Solutions(plain))) => {
                solutions.products(rec, job, vector, Some(plain))
            }
            (Self::Solutions(solutions), _) => solutions.products(rec, job, vector, None),
        }
    }

    /// `<score(Z), tangent>` for each sample; the caller releases it.
    pub(super) fn scores(&mut self, rec: &mut Recorder<'_>, job: &Job<'_>, tangent: &Tensor<f32>) -> Result<Binding> {
        match self {
            Self::Winners(winners) => match winners.products.take() {
                Some(products) => Ok(products),
                None => unreachable!("drawn with a tangent"),
            },
            Self::Solutions(solutions) => solutions.scores(rec, job, tangent),
        }
    }

    /// Adds what means and standard errors of solutions take to `sums`, `[rows, n, 2]`: counts, or moments relative to `plain`.
    pub(super) fn add_solutions(&self, rec: &mut Recorder<'_>, job: &Job<'_>, plain: &Self, sums: &Sums) -> Result<()> {
        match (self, plain) {
            (Self::Winners(winners), _) => winners.count(rec, job, sums),
            (Self::Solutions(solutions), Self::Solutions(plain)) => {
                solutions.add_to(rec, job, &Terms::Moments(plain), sums)
            }
            _ => unreachable!("one solver"),
        }
    }

    /// Adds solutions, each times its sample's value, to `sums`, `[rows, n]`; those of solutions relative to `plain`, those of winners as they
    /// are.
    pub(super) fn add_weighted(
        &self,
        rec: &mut Recorder<'_>,
        job: &Job<'_>,
        plain: &Self,
        values: &Binding,
        sums: &Sums,
    ) -> Result<()> {
        match (self, plain) {
            (Self::Winners(winners), _) => winners.scatter(rec, job, values, sums),
            (Self::Solutions(solutions), Self::Solutions(plain)) => {
                solutions.add_to(rec, job, &Terms::Weighted(plain, values), sums)
            }
            _ => unreachable!("one solver"),
        }
    }

    /// Adds solutions times perturbed parameters to `sums`, `[rows, n]`: the maxima, coordinate by coordinate.
    pub(super) fn add_gained(
        &self,
        rec: &mut Recorder<'_>,
        job: &Job<'_>,
        maxima: &Binding,
        sums: &Sums,
    ) -> Result<()> {
        match self {
            Self::Winners(winners) => winners.scatter_own(rec, job, maxima, sums),
            Self::Solutions(solutions) => solutions.add_to(rec, job, &Terms::Gained, sums),
        }
    }

    /// The solutions as they are, or `None` where samples are winners.
    pub(super) fn solutions(&self) -> Option<Binding> {
        match self {
            Self::Winners(_) => None,
            Self::Solutions(solutions) => Some(Binding::exact(&solutions.found)),
        }
    }

    /// The winners, where samples are winners.
    pub(super) fn winners(&self) -> Option<Binding> {
        match self {
            Self::Winners(winners) => Some(winners.coordinates.clone()),
            Self::Solutions(_) => None,
        }
    }

    pub(super) fn release(self, rec: &mut Recorder<'_>) {
        match self {
            Self::Winners(winners) => winners.release(rec),
            Self::Solutions(solutions) => solutions.release(rec),
        }
    }
}
