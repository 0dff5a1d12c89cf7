//! Sums over samples: in chunks, and the chunks in their order, so that parts do not change a bit.

use std::ops::Range;

use super::job::Job;
use super::params::{FoldParams, MomentsParams, SampleSumsParams};
use super::shaders;
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Kernel, Recorder};

/// Invocations of a workgroup.
pub(super) const WORKGROUP: u32 = 64;

/// Samples of a chunk: `CHUNK` in `sample_sums.wgsl`, `score_sums.wgsl` and `scatter.wgsl`.
pub(super) const CHUNK: u32 = 1024;

/// Sums for rows over all samples, `[rows, width]`, which begin with 0.
pub(super) struct Sums {
    pub(super) binding: Binding,
    /// Those of the last chunks, which are not in the others yet; whole numbers are added up at once and have none.
    recent: Option<Binding>,
    pub(super) rows: u32,
    pub(super) width: u32,
    /// All samples.
    samples: u32,
}

impl Sums {
    /// Of numbers, chunk by chunk.
    pub(super) fn new(rec: &mut Recorder<'_>, job: &Job<'_>, rows: u32, width: u32) -> Result<Self> {
        let recent = rec.scratch(u64::from(rows) * u64::from(width) * 4)?;
        Ok(Self { recent: Some(recent), ..Self::counts(rec, job, rows, width)? })
    }

    /// Of what `Samples::add_solutions` adds: counts of winners, or both moments of solutions.
    pub(super) fn of_solutions(rec: &mut Recorder<'_>, job: &Job<'_>, rows: u32) -> Result<Self> {
        match job.winners() {
            Some(_) => Self::counts(rec, job, rows, 2 * job.n),
            None => Self::new(rec, job, rows, 2 * job.n),
        }
    }

    fn counts(rec: &mut Recorder<'_>, job: &Job<'_>, rows: u32, width: u32) -> Result<Self> {
        let elements = u64::from(rows) * u64::from(width);
        let binding = rec.scratch(elements * 4)?;
        rec.clear_binding(binding.clone(), 0, elements)?;
        Ok(Self { binding, recent: None, rows, width, samples: job.settings.samples })
    }

    /// Memory for the sums of chunks, `[rows, chunks, width]`.
    pub(super) fn partial(&self, rec: &mut Recorder<'_>, chunks: u32) -> Result<Binding> {
        rec.scratch(u64::from(self.rows) * u64::from(chunks) * u64::from(self.width) * 4)
    }

    /// Records the sums of chunks of `part`, of `chunk` samples each, added to these, and gives their memory back. Parts come in their order.
    pub(super) fn fold(&self, rec: &mut Recorder<'_>, partial: Binding, part: &Range<u32>, chunk: u32) -> Result<()> {
        let Some(recent) = self.recent.clone() else { unreachable!("whole numbers are added up at once") };
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::FOLD, [WORKGROUP]),
            bindings: &[partial.clone(), recent, self.binding.clone()],
            params: FoldParams {
                rows: self.rows,
                width: self.width,
                chunks: (part.end - part.start).div_ceil(chunk),
                first: part.start / chunk,
                begins: u32::from(part.start == 0),
                ends: u32::from(part.end == self.samples),
                ..FoldParams::default()
            },
            workgroups: (u64::from(self.rows) * u64::from(self.width)).div_ceil(u64::from(WORKGROUP)),
        })?;
        rec.release(partial);
        Ok(())
    }

    /// Adds both moments of `values`, `[rows, samples of the part]`, less their row's `base`; for sums of width 2.
    pub(super) fn add_moments(
        &self,
        rec: &mut Recorder<'_>,
        values: &Binding,
        part: &Range<u32>,
        base: Option<&Binding>,
        antithetic: bool,
    ) -> Result<()> {
        let samples = part.end - part.start;
        let chunks = samples.div_ceil(CHUNK);
        let partial = self.partial(rec, chunks)?;
        let based = base.is_some();
        let base = base.cloned().map_or_else(|| rec.nothing(), Ok)?;
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::SAMPLE_SUMS, [WORKGROUP, u32::from(antithetic), u32::from(based)]),
            bindings: &[values.clone(), base, partial.clone()],
            params: SampleSumsParams { rows: self.rows, samples, chunks, padding: 0 },
            workgroups: (u64::from(self.rows) * u64::from(chunks)).div_ceil(u64::from(WORKGROUP)),
        })?;
        self.fold(rec, partial, part, CHUNK)
    }

    pub(super) fn release(self, rec: &mut Recorder<'_>) {
        rec.release(self.binding);
        if let Some(recent) = self.recent {
            rec.release(recent);
        }
    }
}

/// Means and standard errors of elements from sums of width 2.
pub(super) struct Moments<'a> {
    /// The sums, and elements.
    pub(super) sums: &'a Binding,
    pub(super) elements: u64,
    /// Independent units that were summed.
    pub(super) units: u32,
    pub(super) of: MomentsOf<'a>,
    /// The maxima of rows, and elements of a row.
    pub(super) maxima: &'a Binding,
    pub(super) width: u32,
    pub(super) mean: (Binding, u32),
    pub(super) error: Option<(Binding, u32)>,
}

/// What was summed.
pub(super) enum MomentsOf<'a> {
    /// Numbers relative to these.
    Numbers(&'a Binding),
    /// Whole numbers, and what a unit is counted as.
    Counts(f32),
}

impl Moments<'_> {
    pub(super) fn record(self, rec: &mut Recorder<'_>) -> Result<()> {
        let (base, counts, each) = match self.of {
            MomentsOf::Numbers(base) => (base.clone(), false, 1.0),
            MomentsOf::Counts(each) => (rec.nothing()?, true, each),
        };
        let flags = [counts, self.error.is_some()];
        let (error, error_first) = match self.error {
            Some(error) => error,
            None => (rec.scratch(16)?, 0),
        };
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::MOMENTS, [WORKGROUP].into_iter().chain(flags.map(u32::from))),
            bindings: &[base, self.maxima.clone(), self.sums.clone(), self.mean.0, error.clone()],
            params: MomentsParams {
                elements: self.elements as u32,
                units: self.units,
                mean_first: self.mean.1,
                error_first,
                width: self.width,
                each,
                padding0: 0,
                padding1: 0,
            },
            workgroups: self.elements.div_ceil(u64::from(WORKGROUP)),
        })?;
        if !flags[1] {
            rec.release(error);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Gpu;
    use crate::perturbed::{Perturbed, Solver};

    /// 18 million chunks of 1, more than an f32 counts to.
    #[test]
    fn more_chunks_than_a_running_sum_holds() {
        const CHUNKS: u32 = 1 << 12;
        const PARTS: u32 = 4400;
        let gpu = Gpu::new().unwrap();
        let theta = gpu.upload(&[0.0], [1]).unwrap();
        let settings = Perturbed::new(Solver::Argmax).samples(CHUNKS * PARTS);
        let job = Job::new(&gpu, &settings, &theta).unwrap();
        let ones = gpu.upload(&[1.0; CHUNKS as usize], [CHUNKS]).unwrap();
        let result = gpu.empty::<f32>([1]).unwrap();
        gpu.run(|rec| {
            let sums = Sums::new(rec, &job, 1, 1)?;
            for part in 0..PARTS {
                sums.fold(rec, Binding::exact(&ones), &(part * CHUNKS..(part + 1) * CHUNKS), 1)?;
            }
            rec.copy((&sums.binding, 0), (&Binding::exact(&result), 0), 4);
            sums.release(rec);
            Ok(())
        })
        .unwrap();
        let found = result.read(&gpu).unwrap()[0];
        assert_eq!(found.to_bits(), ((CHUNKS * PARTS) as f32).to_bits(), "{found}");
    }
}
