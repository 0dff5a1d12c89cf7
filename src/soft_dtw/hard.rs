//! DTW, the limit for gamma = 0: the recursion with a minimum, and a walk back along one best path.

use super::forward::Ends;
use super::job::Job;
use super::layout::MAX_ITERATIONS;
use super::params::PairParams;
use super::parts::{Needs, Part};
use super::sums::{Gradients, PairGradients};
use super::wave::{Tangent, Wave};
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, Tensor, shader};

/// Constants of the forward kernel that all wavefront kernels have.
const CONSTANTS: usize = 7;
/// Bytes of the border row of one block.
const ROW_BYTES: u64 = 16;
/// Bytes of the steps of one tile: two bits a cell.
const STEP_BYTES: u64 = 8;
/// Bytes of what a strip hands from one panel to the next: a column and a corner.
const CARRY_BYTES: u64 = 48;
/// Bytes of a position on a path.
const POSITION_BYTES: u64 = 8;
/// Invocations of a workgroup of the walk.
const WALK_WORKGROUP: u32 = 64;

/// Scratch memory of values.
pub(super) fn needs(ends: Ends<'_>) -> Needs {
    Needs { row: ROW_BYTES, strip: CARRY_BYTES, output: ends.parts().1 * 4, ..Needs::default() }
}

/// As `needs`, and the steps of each tile.
fn needs_with_steps(job: &Job, ends: Ends<'_>) -> Needs {
    let steps =
        u64::from(job.n.div_ceil(super::layout::ROWS)) * u64::from(job.m.div_ceil(super::layout::COLUMNS)) * STEP_BYTES;
    Needs { pair: steps + POSITION_BYTES, largest: steps, ..needs(ends) }
}

/// Values only.
pub(super) fn value(rec: &mut Recorder<'_>, job: &Job, ends: Ends<'_>) -> Result<()> {
    for part in &Part::split(rec.gpu(), job, &needs(ends))? {
        let wave = Wave::new(rec, job, part, Tangent::None)?;
        let steps = forward(rec, &wave, ends, false)?;
        rec.release(steps);
    }
    Ok(())
}

/// Values and a subgradient.
pub(super) fn gradient(rec: &mut Recorder<'_>, job: &Job, ends: Ends<'_>, result: &Gradients<'_>) -> Result<()> {
    PairGradients::begin(rec, job, result)?;
    for part in &Part::split(rec.gpu(), job, &gradient_needs(job, ends))? {
        let wave = Wave::new(rec, job, part, Tangent::None)?;
        let steps = forward(rec, &wave, ends, true)?;
        let gradients = PairGradients::new(rec, job, part, result)?;
        gradients.clear(rec, job, part)?;
        let (extra, extra_first) = match result.cotangent {
            Some(cotangent) => Binding::range(rec.gpu(), cotangent, part.pair_range(1)),
            None => (wave.extra.clone(), 0),
        };
        let params = PairParams {
            out_first: gradients.x_first,
            grad_y_first: gradients.y_first,
            extra_first,
            unscale: job.costs.slope * result.factor,
            ..wave.params
        };
        let [x, y, plan] = wave.inputs.clone();
        let before = [x, y, plan, extra, steps.clone()];
        let after = [gradients.x.clone(), gradients.y.clone()];
        let constants = wave.walk_constants(WALK_WORKGROUP);
        let [workgroup, lanes, all_pairs, listed, band] = constants;
        let univariate = u32::from(job.dim == 1);
        let constants = [workgroup, lanes, univariate, all_pairs, listed, band, u32::from(result.cotangent.is_some())];
        let kernel = Kernel::filled(&shader::DTW_GRADIENT, constants, job.costs.fill.clone());
        walk(rec, &wave, &kernel, &before, &after, params)?;
        rec.release(steps);
        gradients.sum(rec, job, part, result)?;
    }
    Ok(())
}

/// Scratch memory that gradients need.
pub(super) fn gradient_needs(job: &Job, ends: Ends<'_>) -> Needs {
    let (pair, largest) = PairGradients::bytes(job);
    let needs = needs_with_steps(job, ends);
    Needs { pair: needs.pair + pair, largest: needs.largest.max(largest), ..needs }
}

/// Values and alignments of zeros and ones.
pub(super) fn alignment(rec: &mut Recorder<'_>, job: &Job, ends: Ends<'_>, result: &Tensor<f32>) -> Result<()> {
    let needs = needs_with_steps(job, ends);
    let needs = Needs { output: needs.output.max(job.cells() * 4), ..needs };
    rec.clear(result, 0..result.shape().elements())?;
    for part in &Part::split(rec.gpu(), job, &needs)? {
        let wave = Wave::new(rec, job, part, Tangent::None)?;
        let steps = forward(rec, &wave, ends, true)?;
        let (out, out_first) = Binding::range(rec.gpu(), result, part.pair_range(job.cells()));
        let params = PairParams { out_first, ..wave.params };
        let [x, y, plan] = wave.inputs.clone();
        let kernel = Kernel::new(&shader::DTW_ALIGNMENT, wave.walk_constants(WALK_WORKGROUP));
        walk(rec, &wave, &kernel, &[x, y, plan, steps.clone()], &[out], params)?;
        rec.release(steps);
    }
    Ok(())
}

/// Records the forward pass of a part and returns the steps of the best paths, if they are kept.
fn forward(rec: &mut Recorder<'_>, wave: &Wave<'_>, ends: Ends<'_>, keep_steps: bool) -> Result<Binding> {
    let part = wave.part;
    let [pairs, strips, blocks] = [part.pairs, part.strips, part.blocks].map(u64::from);
    let rows = rec.scratch(blocks * pairs * ROW_BYTES)?;
    let steps = rec.scratch(if keep_steps { strips * blocks * pairs } else { 1 } * STEP_BYTES)?;
    let side_by_side = wave.panels(&(0..part.strips)).side_by_side();
    let carry = rec.scratch(if side_by_side { strips * pairs } else { 1 } * CARRY_BYTES)?;
    let (values, each, numbers) = ends.parts();
    let (out, out_first) = Binding::range(rec.gpu(), values, part.pair_range(each));
    let [x, y, plan] = wave.inputs.clone();
    let bindings = [x, y, plan, rows.clone(), steps.clone(), carry.clone(), out];
    let kernel = wave.kernel(&shader::DTW_FORWARD, CONSTANTS, &[keep_steps, numbers]);
    let params = PairParams { out_first, ..wave.params };
    wave.dispatch(rec, &kernel, &bindings, params, &(0..part.strips), false)?;
    rec.release(carry);
    rec.release(rows);
    Ok(steps)
}

/// Walks the best paths; a long path takes several dispatches. The kernel binds `before`, its position, and `after`.
fn walk(
    rec: &mut Recorder<'_>,
    wave: &Wave<'_>,
    kernel: &Kernel,
    before: &[Binding],
    after: &[Binding],
    params: PairParams,
) -> Result<()> {
    let (job, part) = (wave.job, wave.part);
    let position = rec.scratch(u64::from(part.pairs) * POSITION_BYTES)?;
    let bindings = [before, std::slice::from_ref(&position), after].concat();
    // Each of the two loops over the channels counts once more when it ends.
    let steps = (MAX_ITERATIONS / (3 + 2 * u64::from(job.dim))).max(1);
    let path = u64::from(job.n) + u64::from(job.m) - 1;
    for dispatch in 0..path.div_ceil(steps) {
        rec.dispatch(&Dispatch {
            kernel: kernel.clone(),
            bindings: &bindings,
            params: PairParams { steps: steps as u32, resume: u32::from(dispatch > 0), ..params },
            workgroups: u64::from(part.pairs.div_ceil(WALK_WORKGROUP)),
        })?;
    }
    rec.release(position);
    Ok(())
}
