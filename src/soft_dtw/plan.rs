//! How a call is laid out: lanes per pair, parts of the batch, tiles per dispatch.

use std::ops::Range;
use std::sync::OnceLock;

use super::job::Job;
use super::params::PairParams;
use crate::error::{Error, Result};
use crate::gpu::{Binding, Gpu, Tensor};

/// Rows and columns of a tile, as in `shaders/soft_dtw/pair.wgsl`.
pub(super) const ROWS: u32 = 8;
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
const CHECKED_TILE_ITERATIONS: u64 = 256;

/// The most that one scratch buffer takes; a larger batch is worked through in parts.
const MAX_SCRATCH_BYTES: u64 = 256 << 20;

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

/// The layout of the wavefront kernels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// Invocations of a workgroup.
    pub(super) workgroup: u32,
    /// Invocations that share a pair; divides `workgroup`.
    pub(super) lanes: u32,
}

impl Layout {
    /// Lanes only where pairs alone do not keep the device busy: each lane idles while the wavefront passes by.
    pub(super) fn new(gpu: &Gpu, job: &Job) -> Self {
        let software = gpu.capabilities().software;
        let workgroup = if software { SOFTWARE_WORKGROUP } else { GPU_WORKGROUP };
        // The last lane begins one step for each lane late; with many channels, that alone can fill a dispatch.
        let steps = MAX_ITERATIONS / tile_iterations(job, MAX_CHANNEL_LOOPS);
        let most = job.strips().next_power_of_two().min(workgroup).min(previous_power_of_two((steps / 2) as u32));
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
        Self { workgroup, lanes }
    }

    /// The constants that all wavefront kernels have, in the registry's order.
    pub(super) fn constants(self, job: &Job) -> [u32; 5] {
        let padded = !job.n.is_multiple_of(ROWS) || !job.m.is_multiple_of(COLUMNS);
        let [univariate, all_pairs, padded] = [job.dim == 1, job.all_pairs, padded].map(u32::from);
        [self.workgroup, self.lanes, univariate, all_pairs, padded]
    }

    /// Workgroups for `pairs` pairs.
    pub(super) fn workgroups(self, pairs: u32) -> u64 {
        u64::from(pairs.div_ceil(self.workgroup / self.lanes))
    }
}

/// A part of the batch: some series of `x` with some of `y`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) x: Range<u32>,
    pub(super) y: Range<u32>,
    pub(super) pairs: u32,
}

impl Part {
    /// Splits a call into parts in which no binding is too large. `pair_bytes` are the bytes that the
    /// largest per-pair buffer needs for one pair.
    pub(super) fn split(gpu: &Gpu, job: &Job, pair_bytes: u64) -> Result<impl Iterator<Item = Self> + use<>> {
        let room = gpu.capabilities().max_range_bytes();
        let fits = |bytes_each: u64, what: &str| {
            let count = room.min(MAX_SCRATCH_BYTES.max(bytes_each)) / bytes_each;
            if count == 0 {
                return Err(Error::LimitExceeded {
                    what: format!("{what} of lengths {} and {}", job.n, job.m),
                    limit: "max_storage_buffer_binding_size",
                    asked: bytes_each,
                    have: room,
                    remedy: "use shorter series, or an adapter with a larger limit",
                });
            }
            Ok(count.min(u64::from(u32::MAX)) as u32)
        };
        let pairs = fits(pair_bytes, "the scratch memory of one pair")?;
        let xs = fits(job.x_elements() * 4, "one series of `x`")?;
        let ys = fits(job.y_elements() * 4, "one series of `y`")?;
        let (all_pairs, x_count) = (job.all_pairs, job.x_count);
        let (y_count, x_step, y_step) = if all_pairs {
            // Whole rows of the matrix of pairs where they fit, else pieces of one row.
            let y_step = ys.min(pairs).min(job.y_count.max(1)).min(MAX_ITERATIONS as u32);
            let x_step = if y_step == job.y_count { xs.min(pairs / y_step).min(MAX_ITERATIONS as u32) } else { 1 };
            (job.y_count, x_step, y_step)
        } else {
            (1, pairs.min(xs).min(ys), 1)
        };
        Ok(ranges(x_count, x_step).flat_map(move |x| {
            ranges(y_count, y_step).map(move |y| {
                let y = if all_pairs { y } else { x.clone() };
                let pairs = if all_pairs { (x.end - x.start) * (y.end - y.start) } else { x.end - x.start };
                Self { x: x.clone(), y, pairs }
            })
        }))
    }

    /// The elements of a tensor with `each` elements for every pair that belong to this part.
    pub(super) fn pair_range(&self, job: &Job, each: u64) -> Range<u64> {
        if !job.all_pairs {
            return u64::from(self.x.start) * each..u64::from(self.x.end) * each;
        }
        let first = u64::from(self.x.start) * u64::from(job.y_count) + u64::from(self.y.start);
        let last = u64::from(self.x.end - 1) * u64::from(job.y_count) + u64::from(self.y.end);
        first * each..last * each
    }

    /// The bindings of both inputs and the parameters that every kernel over this part's pairs needs.
    pub(super) fn bind(&self, gpu: &Gpu, job: &Job) -> (Binding, Binding, PairParams) {
        let (x, x_first) = bind_series(gpu, &job.x, &self.x, job.x_elements());
        let (y, y_first) = bind_series(gpu, &job.y, &self.y, job.y_elements());
        let params = PairParams {
            pairs: self.pairs,
            y_count: self.y.end - self.y.start,
            n: job.n,
            m: job.m,
            dim: job.dim,
            x_first,
            y_first,
            out_stride: job.y_count,
            ..PairParams::default()
        };
        (x, y, params)
    }
}

/// Binds series `range` of a tensor whose series have `elements` elements.
pub(super) fn bind_series(gpu: &Gpu, tensor: &Tensor<f32>, range: &Range<u32>, elements: u64) -> (Binding, u32) {
    Binding::range(gpu, tensor, u64::from(range.start) * elements..u64::from(range.end) * elements)
}

/// The tiles that one dispatch works on: these blocks of these strips.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tiles {
    pub(super) strips: Range<u32>,
    pub(super) blocks: Range<u32>,
}

/// Loop iterations for one tile of a kernel that runs `loops` loops over the channels; one channel needs none. A loop
/// counts once more when it ends.
pub(super) fn tile_iterations(job: &Job, loops: u64) -> u64 {
    let channels = if job.dim == 1 { 1 } else { 1 + loops * (1 + u64::from(job.dim)) };
    if job.checked_shaders { channels * CHECKED_TILE_ITERATIONS } else { channels }
}

/// The tiles of a pair, a dispatch's worth at a time and in the order of the forward pass: groups of `lanes` strips as
/// many as fit, or where not even one fits, one group's blocks piece by piece.
pub(super) fn dispatches(job: &Job, layout: Layout, loops: u64) -> impl DoubleEndedIterator<Item = Tiles> + use<> {
    let (strips, blocks) = (job.strips(), job.blocks());
    let (lanes, tile) = (u64::from(layout.lanes), tile_iterations(job, loops));
    // A group's loop over its steps ends, and the loop over groups goes on. The gradient's last loop runs over the blocks.
    let group = (u64::from(blocks) + lanes - 1) * tile + 2;
    let groups = MAX_ITERATIONS.saturating_sub(u64::from(blocks)) / group;
    let (strip_step, block_step) = if groups > 0 {
        (groups.saturating_mul(lanes).min(u64::from(strips)) as u32, blocks)
    } else {
        // `Layout::new` leaves room for at least one block beside the lanes' delay.
        (layout.lanes, (MAX_ITERATIONS / (tile + 1)).saturating_sub(lanes + 2).max(1) as u32)
    };
    ranges(strips, strip_step)
        .flat_map(move |strips| ranges(blocks, block_step).map(move |blocks| Tiles { strips: strips.clone(), blocks }))
}

/// Cores that a software driver runs on. Asked for once, since the answer takes reading files.
fn cores() -> u64 {
    static CORES: OnceLock<u64> = OnceLock::new();
    *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64))
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
