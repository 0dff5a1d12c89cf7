//! Perturbed argmax and top k: a sample is kept as the coordinates that win it and the maximum.

use std::ops::Range;

use super::job::{COORDINATES, Job};
use super::params::{DrawParams, PickParams, WinnersParams};
use super::shaders;
use super::sums::{CHUNK, Sums, WORKGROUP};
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, Tensor};

/// Samples that an invocation works on beside each other; for more than one winner.
const SOFTWARE_SAMPLES: u32 = 8;
const HARDWARE_SAMPLES: u32 = 2;
const TOP_SAMPLES: u32 = 2;

/// Coordinates that one dispatch goes over at most for more than one winner: eight in 41 turns of loops at most.
const TOP_COORDINATES: u32 = 32_768 / 41 * 8;

/// Winners, `[rows, samples, each]`, maxima, and scalar products of the noise's scores with a vector.
pub(super) struct Winners {
    pub(super) coordinates: Binding,
    /// The parameters of the winners, where there are several; of one it is the maximum.
    values: Option<Binding>,
    pub(super) maxima: Option<Binding>,
    pub(super) products: Option<Binding>,
    samples: Range<u32>,
    each: u32,
}

impl Winners {
    /// Of some samples of some rows, `each` of every sample; with `tangent`, `[rows, n]`, also products with it.
    pub(super) fn of_samples(
        rec: &mut Recorder<'_>,
        job: &Job<'_>,
        rows: &Range<u32>,
        samples: &Range<u32>,
        each: u32,
        tangent: Option<&Tensor<f32>>,
    ) -> Result<Self> {
        let gpu = rec.gpu().clone();
        let count = samples.end - samples.start;
        let items = u64::from(rows.end - rows.start) * u64::from(count);
        let (coordinates, maxima) = (rec.scratch(items * u64::from(each) * 4)?, rec.scratch(items * 4)?);
        let values = if each > 1 { Some(rec.scratch(items * u64::from(each) * 4)?) } else { None };
        let products = rec.scratch(if tangent.is_some() { items * 4 } else { 16 })?;
        let (theta, theta_first) = Job::bind(rec, job.theta, rows, job.n);
        let (other, other_first) = match tangent {
            Some(tangent) => Job::bind(rec, tangent, rows, job.n),
            None => (theta.clone(), 0),
        };
        let with_products = u32::from(tangent.is_some());
        let of_argmax = if gpu.capabilities().software { SOFTWARE_SAMPLES } else { HARDWARE_SAMPLES };
        let (beside, step, kernel) = if each == 1 {
            let kernel = job.kernel_by_rows(&gpu, &shaders::ARGMAX, [of_argmax, with_products]);
            (of_argmax, COORDINATES, kernel)
        } else {
            (TOP_SAMPLES, TOP_COORDINATES, job.kernel_by_rows(&gpu, &shaders::TOP, [each, with_products]))
        };
        let inputs = [theta, other, coordinates.clone()];
        let outputs = [maxima.clone(), products.clone()];
        let bindings: Vec<Binding> = inputs.into_iter().chain(values.clone()).chain(outputs).collect();
        let groups = count.div_ceil(Job::workgroup(&gpu) * beside);
        for begin in (0..job.n).step_by(step as usize) {
            rec.dispatch(&Dispatch {
                kernel: kernel.clone(),
                bindings: &bindings,
                params: DrawParams {
                    theta_first,
                    other_first,
                    begin,
                    end: job.n.min(begin.saturating_add(step)),
                    ..job.params(rows, samples)
                },
                workgroups: u64::from(rows.end - rows.start) * u64::from(groups),
            })?;
        }
        let products = if tangent.is_some() {
            Some(products)
        } else {
            rec.release(products);
            None
        };
        Ok(Self { coordinates, values, maxima: Some(maxima), products, samples: samples.clone(), each })
    }

    /// Adds how often each coordinate won to `counts`, `[rows, n, 2]`.
    pub(super) fn count(&self, rec: &mut Recorder<'_>, job: &Job<'_>, counts: &Sums) -> Result<()> {
        let units = self.count_of_samples() / if job.settings.antithetic { 2 } else { 1 };
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::COUNT, [WORKGROUP, u32::from(job.settings.antithetic)]),
            bindings: &[self.coordinates.clone(), counts.binding.clone()],
            params: self.params(job, counts.rows),
            workgroups: (u64::from(counts.rows) * u64::from(units) * u64::from(self.each))
                .div_ceil(u64::from(WORKGROUP)),
        })
    }

    /// What `vector`, `[rows, n]`, has at the winners of each sample, less what it has at those of `plain`.
    pub(super) fn pick(
        &self,
        rec: &mut Recorder<'_>,
        job: &Job<'_>,
        rows: &Range<u32>,
        vector: &Tensor<f32>,
        plain: Option<&Self>,
    ) -> Result<Binding> {
        let count = rows.end - rows.start;
        let items = u64::from(count) * u64::from(self.count_of_samples());
        let weights = rec.scratch(items * 4)?;
        let (other, other_first) = Job::bind(rec, vector, rows, job.n);
        let winners = plain.map_or(&self.coordinates, |plain| &plain.coordinates).clone();
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::PICK, [WORKGROUP, u32::from(plain.is_some())]),
            bindings: &[self.coordinates.clone(), winners, other, weights.clone()],
            params: PickParams {
                rows: count,
                n: job.n,
                samples: self.count_of_samples(),
                other_first,
                each: self.each,
                ..PickParams::default()
            },
            workgroups: items.div_ceil(u64::from(WORKGROUP)),
        })?;
        Ok(weights)
    }

    /// Adds `values`, `[rows, samples]`, to `sums`, `[rows, n]`, each at its sample's winners.
    pub(super) fn scatter(&self, rec: &mut Recorder<'_>, job: &Job<'_>, values: &Binding, sums: &Sums) -> Result<()> {
        self.scatter_values(rec, job, (values, false), sums)
    }

    /// Adds the parameters of the winners, each at its own; `maxima` are those of samples.
    pub(super) fn scatter_own(
        &self,
        rec: &mut Recorder<'_>,
        job: &Job<'_>,
        maxima: &Binding,
        sums: &Sums,
    ) -> Result<()> {
        let values = self.values.as_ref().map_or((maxima, false), |values| (values, true));
        self.scatter_values(rec, job, values, sums)
    }

    fn scatter_values(
        &self,
        rec: &mut Recorder<'_>,
        job: &Job<'_>,
        (values, own): (&Binding, bool),
        sums: &Sums,
    ) -> Result<()> {
        let chunks = self.count_of_samples().div_ceil(CHUNK);
        let items = u64::from(sums.rows) * u64::from(chunks);
        let partial = sums.partial(rec, chunks)?;
        rec.clear_binding(partial.clone(), 0, items * u64::from(job.n))?;
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::SCATTER, [WORKGROUP, u32::from(own)]),
            bindings: &[self.coordinates.clone(), values.clone(), partial.clone()],
            params: self.params(job, sums.rows),
            workgroups: items.div_ceil(u64::from(WORKGROUP)),
        })?;
        sums.fold(rec, partial, &self.samples, CHUNK)
    }

    fn count_of_samples(&self) -> u32 {
        self.samples.end - self.samples.start
    }

    fn params(&self, job: &Job<'_>, rows: u32) -> WinnersParams {
        WinnersParams { rows, n: job.n, samples: self.count_of_samples(), each: self.each }
    }

    pub(super) fn release(self, rec: &mut Recorder<'_>) {
        for binding in [Some(self.coordinates), self.values, self.maxima, self.products].into_iter().flatten() {
            rec.release(binding);
        }
    }
}
