//! Scalar products over coordinates.

use std::ops::Range;

use super::job::Job;
use super::params::DrawParams;
use super::shaders;
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Recorder};

/// Coordinates that one invocation goes over at most in a dispatch, four in each turn of a loop.
const ALONE: u32 = 1 << 15;

/// Those for which a GPU takes one more lane of a workgroup: lanes share a product rather than wait.
const HARDWARE_ALONE: u32 = 32;

/// What is multiplied: the constants of `dots.wgsl`.
#[derive(Clone, Copy)]
pub(super) enum Of {
    Solutions = 0,
    Perturbed = 1,
    Scores = 2,
    /// Solutions with the ranks from 1; there is no `other`.
    Ranks = 3,
}

/// A product for each sample of some rows.
pub(super) struct Dots {
    pub(super) of: Of,
    pub(super) rows: Range<u32>,
    pub(super) samples: Range<u32>,
    /// Where the solutions begin, and elements from one sample's to the next one's.
    pub(super) solutions: (Binding, u32),
    pub(super) solutions_stride: u32,
    /// Taken off solutions, `[rows, n]`.
    pub(super) base: Option<Binding>,
    pub(super) other: (Binding, u32),
    pub(super) other_stride: u32,
}

impl Dots {
    /// Records them into scratch memory, `[rows, samples]`, which the caller releases.
    pub(super) fn record(self, rec: &mut Recorder<'_>, job: &Job<'_>) -> Result<Binding> {
        let gpu = rec.gpu().clone();
        let items = u64::from(self.rows.end - self.rows.start) * u64::from(self.samples.end - self.samples.start);
        let out = rec.scratch(items * 4)?;
        let workgroup = Job::workgroup(&gpu);
        let alone = if gpu.capabilities().software { ALONE } else { HARDWARE_ALONE };
        let lanes = job.n.div_ceil(alone).next_power_of_two().min(workgroup);
        let based = u32::from(self.base.is_some());
        let base = self.base.unwrap_or_else(|| self.solutions.0.clone());
        let step = lanes * ALONE;
        for begin in (0..job.n).step_by(step as usize) {
            rec.dispatch(&Dispatch {
                kernel: job.kernel(&gpu, &shaders::DOTS, [lanes, self.of as u32, based]),
                bindings: &[self.solutions.0.clone(), base.clone(), self.other.0.clone(), out.clone()],
                params: DrawParams {
                    solutions_first: self.solutions.1,
                    solutions_stride: self.solutions_stride,
                    other_first: self.other.1,
                    other_stride: self.other_stride,
                    begin,
                    end: job.n.min(begin.saturating_add(step)),
                    ..job.params(&self.rows, &self.samples)
                },
                workgroups: items.div_ceil(u64::from(workgroup / lanes)),
            })?;
        }
        Ok(out)
    }
}
