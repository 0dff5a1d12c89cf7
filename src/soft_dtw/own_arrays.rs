//! Pairs of few tiles on software drivers: an invocation does all of a pair in one dispatch, with the borders of tiles in arrays of its own.

use super::forward::Ends;
use super::job::Job;
use super::layout::{COLUMNS, Layout, MAX_ITERATIONS, iterations};
use super::params::PairParams;
use super::parts::Needs;
use super::shaders;
use super::wave::{CONSTANTS, Tangent, Wave};
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Gpu, Recorder};

/// Rows of the tiles of which arrays hold the borders, as in `shaders/soft_dtw/borders_in_arrays.wgsl`.
const ALL_ROWS: u32 = 4096;

/// Whether values of a call's pairs are found so. Nothing that changes with its parts decides.
pub(super) fn suit_values(gpu: &Gpu, job: &Job, rows: u32, tangent: Tangent<'_>) -> bool {
    suit(gpu, job, rows, tangent, 1, 1)
}

/// Whether values and gradients are, in one dispatch, for which borders of all tiles are kept.
pub(super) fn suit_gradients(gpu: &Gpu, job: &Job, rows: u32, tangent: Tangent<'_>) -> bool {
    suit(gpu, job, rows, tangent, job.n.div_ceil(rows), 2)
}

fn suit(gpu: &Gpu, job: &Job, rows: u32, tangent: Tangent<'_>, strips_kept: u32, passes: u64) -> bool {
    let (strips, blocks) = (job.n.div_ceil(rows), job.m.div_ceil(COLUMNS));
    gpu.capabilities().own_arrays
        && !job.checked_shaders
        && !job.costs.given
        && !tangent.is_some()
        && u64::from(strips_kept) * u64::from(blocks) <= u64::from(ALL_ROWS / rows)
        && Layout::new(gpu, job, rows).lanes == 1
        && passes * iterations(job, strips, blocks) <= MAX_ITERATIONS
}

/// Scratch memory of those: none.
pub(super) fn needs(rows: u32, ends: Ends<'_>) -> Needs {
    Needs { rows, in_arrays: true, output: ends.parts().1 * 4, ..Needs::default() }
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
    rec.dispatch(&Dispatch {
        kernel: wave.kernel(&shaders::GRADIENT_IN_ARRAYS, CONSTANTS, &[true, false]).with_own_arrays(),
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
