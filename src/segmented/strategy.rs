//! [`Strategy`]: who does which part of the work.

use super::{Direction, Rows, Sink, radix, runs, tiles};
use crate::error::{Error, Result};
use crate::gpu::{Gpu, Recorder};

/// How the work is laid out on the GPU. The results are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strategy {
    /// Chosen by the adapter.
    #[default]
    Auto,
    /// Invocations work by themselves: best for software drivers, and for devices without workgroup memory.
    Invocations,
    /// Workgroups sort tiles in their memory: best for GPUs. Needs workgroups of 256 and 16 KiB of their memory, which every device
    /// with the default limits of WebGPU has.
    Workgroups,
}

/// Rows from which on runs are merged by one invocation each; fewer long rows are sorted by digits, since these keep more
/// invocations busy.
const MERGED_ROWS: u32 = 16;

impl Strategy {
    /// Records the sort of all rows, of which none is empty.
    pub(super) fn record(
        self,
        rec: &mut Recorder<'_>,
        rows: &Rows<'_>,
        direction: Direction,
        sink: Sink<'_>,
    ) -> Result<()> {
        let (count, n) = rows.sizes();
        if self.by_workgroups(rec.gpu())? {
            if n <= tiles::TILE {
                return tiles::record(rec, rows, direction, sink);
            }
            return radix::record(rec, rows, direction, sink, radix::By::Workgroups);
        }
        if n <= runs::RUN || (n <= runs::MAX_ROW && count >= MERGED_ROWS) {
            return runs::record(rec, rows, direction, sink);
        }
        radix::record(rec, rows, direction, sink, radix::By::Invocations)
    }

    fn by_workgroups(self, gpu: &Gpu) -> Result<bool> {
        let limits = &gpu.capabilities().limits;
        let invocations = limits.max_compute_invocations_per_workgroup.min(limits.max_compute_workgroup_size_x);
        let memory = limits.max_compute_workgroup_storage_size;
        let refuse = |limit, asked: u32, have: u32| {
            Err(Error::LimitExceeded {
                what: "`strategy` Workgroups".to_owned(),
                limit,
                asked: asked.into(),
                have: have.into(),
                remedy: "leave the strategy at Auto, or ask for a device with a higher limit",
            })
        };
        let bytes = tiles::TILE * 8;
        let fits = invocations >= tiles::WORKGROUP && memory >= bytes;
        match self {
            Self::Invocations => Ok(false),
            Self::Auto => Ok(fits && !gpu.capabilities().software),
            Self::Workgroups if fits => Ok(true),
            Self::Workgroups if memory < bytes => refuse("max_compute_workgroup_storage_size", bytes, memory),
            Self::Workgroups => refuse("max_compute_invocations_per_workgroup", tiles::WORKGROUP, invocations),
        }
    }
}
