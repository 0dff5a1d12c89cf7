//! Pairs of few tiles on software drivers: an invocation does all of a pair in one dispatch, with the borders of tiles in arrays of its own.

use super::backward::goes_over_flows;
use super::forward::Ends;
use super::job::Job;
use super::layout::{COLUMNS, Layout, MAX_CHANNEL_LOOPS, MAX_ITERATIONS, iterations, tile_iterations};
use super::params::PairParams;
use super::shaders;
use super::wave::{CONSTANTS, Tangent, Wave};
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Gpu, Recorder};

/// Rows of the tiles of which arrays hold the borders, as in `shaders/soft_dtw/borders_in_arrays.wgsl`.
const ALL_ROWS: u32 = 4096;

/// Which pairs of a call are worked on so. Nothing that changes with its parts decides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Capacity {
    /// Rows of a tile.
    rows: u32,
    /// Borders of all tiles are kept for the backward pass, in the same dispatch.
    both_passes: bool,
    /// Loop iterations of a tile.
    tile: u64,
}

impl Capacity {
    /// For values.
    pub(super) fn of_values(gpu: &Gpu, job: &Job, rows: u32, tangent: Tangent<'_>) -> Option<Self> {
        Self::new(gpu, job, rows, tangent, false)
    }

    /// For values and gradients.
    pub(super) fn of_gradients(gpu: &Gpu, job: &Job, rows: u32, tangent: Tangent<'_>) -> Option<Self> {
        Self::new(gpu, job, rows, tangent, true)
    }

    fn new(gpu: &Gpu, job: &Job, rows: u32, tangent: Tangent<'_>, both_passes: bool) -> Option<Self> {
        let suit = gpu.capabilities().own_arrays
            && !job.checked_shaders
            && !job.costs.given
            && !tangent.is_some()
            && Layout::new(gpu, job, rows).lanes == 1;
        suit.then(|| Self { rows, both_passes, tile: tile_iterations(job, MAX_CHANNEL_LOOPS) })
    }

    /// Whether arrays hold a pair of such lengths.
    pub(super) fn holds(&self, n: u32, m: u32) -> bool {
        let (strips, blocks) = (n.div_ceil(self.rows), m.div_ceil(COLUMNS));
        let (strips_kept, passes) = if self.both_passes { (strips, 2) } else { (1, 1) };
        u64::from(strips_kept) * u64::from(blocks) <= u64::from(ALL_ROWS / self.rows)
            && passes * iterations(self.tile, strips, blocks) <= MAX_ITERATIONS
    }
}

/// Records values of a part.
pub(super) fn value(rec: &mut Recorder<'_>, wave: &Wave<'_>, ends: Ends<'_>) -> Result<()> {
    let (value, params) = outputs(rec, wave, ends, wave.params);
    let [x, y, plan] = wave.inputs.clone();
    rec.dispatch(&Dispatch {
        kernel: wave.kernel(&shaders::VALUE_IN_ARRAYS, CONSTANTS, &[false]).with_own_arrays(),
        bindings: &[x, y, plan, wave.extra.clone(), value],
        params,
        workgroups: u64::from(wave.layout.groups(params.stacks)),
    })
}

/// Records values and gradients of a part; `params` are those of the backward pass.
pub(super) fn gradient(
    rec: &mut Recorder<'_>,
    wave: &Wave<'_>,
    ends: Ends<'_>,
    extra: Binding,
    [grad_x, grad_y]: [Binding; 2],
    params: PairParams,
) -> Result<()> {
    let (value, params) = outputs(rec, wave, ends, params);
    let [x, y, plan] = wave.inputs.clone();
    let constants = [true, false, goes_over_flows(wave.job)];
    rec.dispatch(&Dispatch {
        kernel: wave.kernel(&shaders::GRADIENT_IN_ARRAYS, CONSTANTS, &constants).with_own_arrays(),
        bindings: &[x, y, plan, extra, value, grad_x, grad_y],
        params: PairParams { rows_kept: 1, ..params },
        workgroups: u64::from(wave.layout.groups(params.stacks)),
    })
}

/// Where values go, and parameters with that, for the one panel that there is.
fn outputs(rec: &Recorder<'_>, wave: &Wave<'_>, ends: Ends<'_>, params: PairParams) -> (Binding, PairParams) {
    let (values, each, numbers) = ends.parts();
    let (value, value_first) = Binding::range(rec.gpu(), values, wave.part.pair_range(each));
    let part = wave.part;
    let params = PairParams {
        value_first,
        value_scale: wave.job.per_bit(),
        ends: u32::from(numbers),
        panels: 1,
        panel_strips: part.strips,
        panel_blocks: part.blocks,
        strip_end: part.strips,
        ..params
    };
    (value, params)
}
