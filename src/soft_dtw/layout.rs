//! How the wavefront kernels are laid out: lanes per pair, and the panels of one dispatch.

use std::ops::Range;

use super::job::Job;
use crate::gpu::{Gpu, cores};

/// Rows of a tile, as in `shaders/soft_dtw/rows_8.wgsl`.
pub(super) const ROWS: u32 = 8;
/// Rows of a high tile, as in `shaders/soft_dtw/rows_16.wgsl`.
pub(super) const HIGH_ROWS: u32 = 16;
/// Columns of a tile, as in `shaders/soft_dtw/pair.wgsl`.
pub(super) const COLUMNS: u32 = 4;

/// Iterations of loops that one invocation may run in one dispatch: llvmpipe stops a shader's loops, silently, after
/// 65,535 of them, and GPUs with a watchdog want short dispatches too. Half of it leaves room for inner loops.
pub(super) const MAX_ITERATIONS: u64 = 32_768;

/// Loops over the channels within one tile: one for costs, and in the backward pass one for gradients.
pub(super) const MAX_CHANNEL_LOOPS: u64 = 2;

/// The most channels for which one tile fits one dispatch.
pub(super) const MAX_CHANNELS: u32 = (MAX_ITERATIONS / MAX_CHANNEL_LOOPS - 2) as u32;

/// With run-time checks a tile's own loops are not unrolled: costs, factors, both passes and gradients each run over
/// its 32 cells.
const CHECKED_TILE_ITERATIONS: u64 = 384;

/// How the work of a call is laid out on the GPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strategy {
    /// Chosen by the number of pairs, their lengths and the adapter.
    #[default]
    Auto,
    /// Each pair by one invocation: best for many pairs.
    InvocationPerPair,
    /// Each pair by the lanes of a workgroup, along a wavefront: best for few or long pairs.
    WorkgroupPerPair,
}

/// Invocations of a workgroup on a GPU, which packs small ones.
const GPU_WORKGROUP: u32 = 64;

/// Invocations of a workgroup on a software driver: it runs a workgroup on one core, in vectors of about eight
/// invocations, so that small workgroups spread better over the cores.
const SOFTWARE_WORKGROUP: u32 = 8;

/// Invocations that keep a GPU busy: it hides the latency of each behind the others.
const GPU_INVOCATIONS: u64 = 16_384;

/// Scratch memory for each core that a software driver's work is cut to: what goes forward and back within it stays in the
/// processor's caches, which is some percent faster, and less memory.
const SOFTWARE_CACHE: u64 = 8 << 20;

/// Parts into which a call is cut for the sake of that.
const MAX_NEAR_PARTS: u64 = 64;

/// The layout of the wavefront kernels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// Rows of a tile.
    pub(super) rows: u32,
    /// Invocations of a workgroup.
    pub(super) workgroup: u32,
    /// Invocations that share a pair; divides `workgroup`.
    pub(super) lanes: u32,
    /// Borders of tiles are in arrays of an invocation's own, and so each pair is a stack of its own.
    pub(super) in_arrays: bool,
    /// Workgroups that keep the device busy.
    busy: u64,
    /// Bytes that stay near a processor; 0 where that is of no use.
    cache: u64,
}

impl Layout {
    /// Lanes only where pairs alone do not keep the device busy: each lane idles while the wavefront passes by.
    pub(super) fn new(gpu: &Gpu, job: &Job, rows: u32) -> Self {
        let software = gpu.capabilities().software;
        let workgroup = if software { SOFTWARE_WORKGROUP } else { GPU_WORKGROUP };
        // The last lane begins one step for each lane late; with many channels, that alone can fill a dispatch.
        let steps = MAX_ITERATIONS / tile_iterations(job, MAX_CHANNEL_LOOPS);
        let strips = job.n.div_ceil(rows);
        let most = strips.next_power_of_two().min(workgroup).min(previous_power_of_two((steps / 2) as u32));
        let lanes = match job.strategy {
            Strategy::InvocationPerPair => 1,
            Strategy::WorkgroupPerPair => most,
            Strategy::Auto if software => {
                if job.pairs() < u64::from(SOFTWARE_WORKGROUP) * cores() {
                    most
                } else {
                    1
                }
            }
            Strategy::Auto => {
                let per_pair = (GPU_INVOCATIONS / job.pairs().max(1)).max(1) as u32;
                per_pair.next_power_of_two().min(most)
            }
        };
        let busy = if software { cores() } else { GPU_INVOCATIONS / u64::from(workgroup) };
        Self {
            rows,
            workgroup,
            lanes,
            in_arrays: false,
            busy,
            cache: if software { SOFTWARE_CACHE * cores() } else { 0 },
        }
    }

    /// The same, with borders of tiles in arrays or not.
    pub(super) fn in_arrays(self, in_arrays: bool) -> Self {
        Self { in_arrays, ..self }
    }

    /// The most bytes of scratch memory, of `all`, that are worked on at once, if they are to go forward and back while they are near, and
    /// the parts are to stay few.
    pub(super) fn near_bytes(self, all: u64) -> u64 {
        if self.cache == 0 { u64::MAX } else { self.cache.max(all / MAX_NEAR_PARTS) }
    }

    /// The most pairs of `bytes` bytes each that are worked on at once, of `all`, for the sake of that; enough to keep the device busy.
    pub(super) fn near(self, bytes: u64, all: u64) -> u64 {
        let unit = self.busy_stacks() as u64;
        let parts = all.div_ceil((self.near_bytes(all.saturating_mul(bytes)) / bytes.max(1)).max(unit)).max(1);
        all.div_ceil(parts).next_multiple_of(unit)
    }

    /// Stacks, or single pairs, that keep the device busy.
    pub(super) fn busy_stacks(self) -> usize {
        (self.busy * u64::from(self.stacks_per_workgroup())) as usize
    }

    /// Pairs of a stack from which on stacks are about as tall.
    pub(super) fn pairs_of_even_stacks(self) -> usize {
        if self.lanes > 1 || self.in_arrays { 1 } else { 16 }
    }

    /// Stacks of pairs, or single pairs, that one workgroup holds.
    pub(super) fn stacks_per_workgroup(self) -> u32 {
        self.workgroup / self.lanes
    }

    /// Workgroups that hold as many stacks.
    pub(super) fn groups(self, stacks: u32) -> u32 {
        stacks.div_ceil(self.stacks_per_workgroup())
    }

    /// Workgroups over which `pairs` pairs are stacked: as few as keep the device busy, since tall stacks balance best; and all that they
    /// need where each is alone.
    pub(super) fn stacked_groups(self, pairs: usize) -> usize {
        let needed = pairs.div_ceil(self.stacks_per_workgroup() as usize).max(1);
        if self.lanes > 1 || self.in_arrays { needed } else { needed.min(self.busy as usize) }
    }
}

/// How strips and blocks are cut into panels, and in which order these are worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Panels {
    /// Strips and blocks of one panel.
    pub(super) strips: u32,
    pub(super) blocks: u32,
    rows: u32,
    columns: u32,
}

/// The panels of one dispatch: those on an anti-diagonal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Diagonal {
    pub(super) index: u32,
    pub(super) first_row: u32,
    pub(super) panels: u32,
}

impl Panels {
    /// Panels for stacks of at most `strips` x `blocks` tiles: as large as the limit on iterations lets them be, unless the
    /// stacks alone do not keep the device busy.
    pub(super) fn new(job: &Job, layout: Layout, stacks: u32, strips: u32, blocks: u32) -> Self {
        let (lanes, tile) = (u64::from(layout.lanes), tile_iterations(job, MAX_CHANNEL_LOOPS));
        // A group's loop over its steps ends, and the loop over groups goes on. The gradient's last loop runs over the blocks.
        let group = |blocks: u32| (u64::from(blocks) + lanes - 1) * (tile + 1) + 2;
        let room = |blocks: u32| MAX_ITERATIONS.saturating_sub(u64::from(blocks)) / group(blocks);
        // A panel's lanes idle at its sides, which is little if it is several times as wide as they are many.
        let groups = u64::from(layout.groups(stacks)).max(1);
        let even = groups >= 2 * layout.busy || groups.is_multiple_of(layout.busy);
        let wanted = if even { 1 } else { (4 * layout.busy).div_ceil(groups) };
        let widest = u64::from(blocks / (16 * layout.lanes));
        let columns = wanted.min(widest).min(u64::from(strips.div_ceil(layout.lanes))).max(1) as u32;
        let mut panel_blocks = blocks.div_ceil(columns).max(1);
        if room(panel_blocks) == 0 {
            // `Layout::new` leaves room for at least one block beside the lanes' delay.
            let most = (MAX_ITERATIONS / (tile + 2)).saturating_sub(lanes + 2).max(1) as u32;
            panel_blocks = panel_blocks.min(most);
        }
        let columns = blocks.div_ceil(panel_blocks);
        // Several times as many rows as columns of panels, so that most diagonals are full.
        let high = u64::from(strips).div_ceil(4 * u64::from(columns) * lanes);
        let groups_high = room(panel_blocks).min(if columns > 1 { high } else { u64::MAX }).max(1);
        let panel_strips = groups_high.saturating_mul(lanes).min(u64::from(strips)).max(1) as u32;
        Self { strips: panel_strips, blocks: panel_blocks, rows: strips.div_ceil(panel_strips), columns }
    }

    /// Whether panels hand something to the next one on their right.
    pub(super) fn side_by_side(self) -> bool {
        self.columns > 1
    }

    /// The dispatches in the order of the forward pass.
    pub(super) fn diagonals(self) -> impl DoubleEndedIterator<Item = Diagonal> {
        (0..self.rows + self.columns - 1).map(move |index| {
            let first_row = (index + 1).saturating_sub(self.columns);
            let last_row = index.min(self.rows - 1);
            Diagonal { index, first_row, panels: last_row + 1 - first_row }
        })
    }
}

/// Loop iterations of one invocation that goes through so many tiles of a pair, each of `tile` iterations, and through the blocks once more.
pub(super) fn iterations(tile: u64, strips: u32, blocks: u32) -> u64 {
    let strip = u64::from(blocks) * (tile + 1) + 2;
    u64::from(strips) * strip + u64::from(blocks)
}

/// Loop iterations for one tile of a kernel that runs `loops` loops over the channels; one channel needs none. A loop
/// counts once more when it ends.
pub(super) fn tile_iterations(job: &Job, loops: u64) -> u64 {
    let channels = if job.dim == 1 { 1 } else { 1 + loops * (1 + u64::from(job.dim)) };
    if job.checked_shaders { channels * CHECKED_TILE_ITERATIONS } else { channels }
}

/// The largest power of two up to `value`, and at least 1.
fn previous_power_of_two(value: u32) -> u32 {
    1 << value.max(1).ilog2()
}

/// `0..count` in pieces of `step`.
pub(super) fn ranges(count: u32, step: u32) -> impl DoubleEndedIterator<Item = Range<u32>> {
    let step = step.max(1);
    (0..count).step_by(step as usize).map(move |begin| begin..begin.saturating_add(step).min(count))
}
