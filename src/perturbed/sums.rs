//! Sums over samples: in chunks, and the chunks in their order, so that parts do not change a bit.

use super::params::{FoldParams, MomentsParams, SampleSumsParams};
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, shader};

/// Invocations of a workgroup.
pub(super) const WORKGROUP: u32 = 64;

/// Samples of a chunk: `CHUNK` in `sample_sums.wgsl` and `score_sums.wgsl`.
pub(super) const CHUNK: u32 = 1024;

/// Sums for rows, `[rows, width]`, which begin with 0.
pub(super) struct Sums {
    pub(super) binding: Binding,
    pub(super) rows: u32,
    pub(super) width: u32,
}

impl Sums {
    pub(super) fn new(rec: &mut Recorder<'_>, rows: u32, width: u32) -> Result<Self> {
        let elements = u64::from(rows) * u64::from(width);
        let binding = rec.scratch(elements * 4)?;
        rec.clear_binding(binding.clone(), 0, elements)?;
        Ok(Self { binding, rows, width })
    }

    /// Memory for the sums of chunks, `[rows, chunks, width]`.
    pub(super) fn partial(&self, rec: &mut Recorder<'_>, chunks: u32) -> Result<Binding> {
        rec.scratch(u64::from(self.rows) * u64::from(chunks) * u64::from(self.width) * 4)
    }

    /// Records the chunks' sums added to these, and gives their memory back.
    pub(super) fn fold(&self, rec: &mut Recorder<'_>, partial: Binding, chunks: u32) -> Result<()> {
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shader::PERTURBED_FOLD, [WORKGROUP]),
            bindings: &[partial.clone(), self.binding.clone()],
            params: FoldParams { rows: self.rows, width: self.width, chunks, padding: 0 },
            workgroups: (u64::from(self.rows) * u64::from(self.width)).div_ceil(u64::from(WORKGROUP)),
        })?;
        rec.release(partial);
        Ok(())
    }

    /// Adds both moments of `values`, `[rows, samples]`, less their row's `base`; for sums of width 2.
    pub(super) fn add_moments(
        &self,
        rec: &mut Recorder<'_>,
        values: &Binding,
        samples: u32,
        base: Option<&Binding>,
        antithetic: bool,
    ) -> Result<()> {
        let chunks = samples.div_ceil(CHUNK);
        let partial = self.partial(rec, chunks)?;
        let based = base.is_some();
        let base = base.cloned().map_or_else(|| rec.nothing(), Ok)?;
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shader::PERTURBED_SAMPLE_SUMS, [WORKGROUP, u32::from(antithetic), u32::from(based)]),
            bindings: &[values.clone(), base, partial.clone()],
            params: SampleSumsParams { rows: self.rows, samples, chunks, padding: 0 },
            workgroups: (u64::from(self.rows) * u64::from(chunks)).div_ceil(u64::from(WORKGROUP)),
        })?;
        self.fold(rec, partial, chunks)
    }

    pub(super) fn release(self, rec: &mut Recorder<'_>) {
        rec.release(self.binding);
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
            kernel: Kernel::new(&shader::PERTURBED_MOMENTS, [WORKGROUP].into_iter().chain(flags.map(u32::from))),
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
