//! DTW, the limit for gamma = 0: the recursion with a minimum, and a walk back along one best path.

use super::job::Job;
use super::params::PairParams;
use super::plan::{Layout, MAX_ITERATIONS, Part, dispatches};
use super::sum_pairs::PairGradients;
use super::{Alignment, ValueAndGrad};
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Gpu, Kernel, Recorder, Tensor, shader};

/// Bytes of the border row of one block.
const ROW_BYTES: u64 = 16;
/// Bytes of the steps of one tile: two bits a cell.
const STEP_BYTES: u64 = 8;
/// Bytes of what a lane carries from one dispatch to the next: a column and a corner.
const CARRY_BYTES: u64 = 48;
/// Bytes of a position on a path.
const POSITION_BYTES: u64 = 8;
/// Invocations of a workgroup of the walk.
const WALK_WORKGROUP: u32 = 64;

/// Values only.
pub(super) fn value(rec: &mut Recorder<'_>, job: &Job, value: &Tensor<f32>) -> Result<()> {
    let pair_bytes = u64::from(job.blocks()) * ROW_BYTES;
    for part in Part::split(rec.gpu(), job, pair_bytes.max(carry_bytes(rec.gpu(), job)))? {
        let steps = forward(rec, job, &part, value, false)?;
        rec.release(steps);
    }
    Ok(())
}

/// Values and a subgradient.
pub(super) fn value_and_grad(rec: &mut Recorder<'_>, job: &Job, result: &ValueAndGrad) -> Result<()> {
    let pair_bytes = steps_bytes(rec.gpu(), job).max(PairGradients::bytes(job));
    for part in Part::split(rec.gpu(), job, pair_bytes)? {
        let steps = forward(rec, job, &part, &result.value, true)?;
        let gradients = PairGradients::new(rec, job, &part, result)?;
        gradients.clear(rec, job, &part, result)?;
        let (x, y, params) = part.bind(rec.gpu(), job);
        let params = PairParams {
            out_first: gradients.x_first,
            grad_y_first: gradients.y_first,
            unscale: 2.0 * job.cost_factor,
            ..params
        };
        let before = [x, y, steps.clone()];
        let after = [gradients.x.clone(), gradients.y.clone()];
        walk(rec, job, &part, &shader::DTW_GRADIENT, &before, &after, params)?;
        rec.release(steps);
        gradients.sum(rec, job, &part, result)?;
    }
    Ok(())
}

/// Values and alignments of zeros and ones.
pub(super) fn alignment(rec: &mut Recorder<'_>, job: &Job, result: &Alignment) -> Result<()> {
    let cells = u64::from(job.n) * u64::from(job.m);
    for part in Part::split(rec.gpu(), job, steps_bytes(rec.gpu(), job).max(cells * 4))? {
        let steps = forward(rec, job, &part, &result.value, true)?;
        let (_, _, params) = part.bind(rec.gpu(), job);
        let (out, out_first) = Binding::range(rec.gpu(), &result.expected, part.pair_range(job, cells));
        rec.clear(&result.expected, part.pair_range(job, cells))?;
        let params = PairParams { out_first, ..params };
        walk(rec, job, &part, &shader::DTW_ALIGNMENT, std::slice::from_ref(&steps), &[out], params)?;
        rec.release(steps);
    }
    Ok(())
}

/// Bytes that the largest scratch buffer of a forward pass that keeps steps needs for one pair.
fn steps_bytes(gpu: &Gpu, job: &Job) -> u64 {
    carry_bytes(gpu, job).max(job.tiles() * STEP_BYTES)
}

fn carry_bytes(gpu: &Gpu, job: &Job) -> u64 {
    u64::from(Layout::new(gpu, job).lanes) * CARRY_BYTES
}

/// Records the forward pass of a part and returns the steps of the best paths, if they are kept.
fn forward(rec: &mut Recorder<'_>, job: &Job, part: &Part, value: &Tensor<f32>, keep_steps: bool) -> Result<Binding> {
    let gpu = rec.gpu().clone();
    let layout = Layout::new(&gpu, job);
    let pairs = u64::from(part.pairs);
    let rows = rec.scratch(u64::from(job.blocks()) * pairs * ROW_BYTES)?;
    let steps = rec.scratch(if keep_steps { job.tiles() * pairs * STEP_BYTES } else { STEP_BYTES })?;
    let carry = rec.scratch(pairs * u64::from(layout.lanes) * CARRY_BYTES)?;
    let (x, y, params) = part.bind(&gpu, job);
    let (out, out_first) = Binding::range(&gpu, value, part.pair_range(job, 1));
    let bindings = [x, y, rows.clone(), steps.clone(), carry.clone(), out];
    let kernel = Kernel::new(&shader::DTW_FORWARD, layout.constants(job).into_iter().chain([u32::from(keep_steps)]));
    for tiles in dispatches(job, layout, 1) {
        let params = PairParams { out_first, scale: job.cost_factor, ..params.with_tiles(&tiles) };
        rec.dispatch(&Dispatch { kernel, bindings: &bindings, params, workgroups: layout.workgroups(part.pairs) })?;
    }
    rec.release(carry);
    rec.release(rows);
    Ok(steps)
}

/// Walks the best paths; a long path takes several dispatches. The kernel binds `before`, its position, and `after`.
fn walk(
    rec: &mut Recorder<'_>,
    job: &Job,
    part: &Part,
    shader: &'static shader::Shader,
    before: &[Binding],
    after: &[Binding],
    params: PairParams,
) -> Result<()> {
    let position = rec.scratch(u64::from(part.pairs) * POSITION_BYTES)?;
    let bindings = [before, std::slice::from_ref(&position), after].concat();
    // Each step's loop over the channels counts once more when it ends.
    let steps = (MAX_ITERATIONS / (2 + u64::from(job.dim))).max(1);
    let path = u64::from(job.n) + u64::from(job.m) - 1;
    for dispatch in 0..path.div_ceil(steps) {
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(shader, [WALK_WORKGROUP, 1, u32::from(job.all_pairs)]),
            bindings: &bindings,
            params: PairParams { steps: steps as u32, strip_begin: dispatch as u32, ..params },
            workgroups: u64::from(part.pairs.div_ceil(WALK_WORKGROUP)),
        })?;
    }
    rec.release(position);
    Ok(())
}
