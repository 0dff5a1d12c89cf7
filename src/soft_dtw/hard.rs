//! DTW, the limit for gamma = 0: the recursion with a minimum, and a walk back along one best path.

use super::forward::Ends;
use super::job::Job;
use super::layout::{MAX_ITERATIONS, ROWS};
use super::params::PairParams;
use super::parts::{Needs, Part, Sizes};
use super::shaders;
use super::sums::{Gradients, PairGradients};
use super::wave::{Tangent, Wave};
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, Tensor};

/// Constants of the forward kernel that all wavefront kernels have.
const CONSTANTS: usize = 6;
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
    Needs { rows: ROWS, row: ROW_BYTES, strip: CARRY_BYTES, output: ends.parts().1 * 4, ..Needs::default() }
}

/// As `needs`, and the steps of each tile.
fn needs_with_steps(ends: Ends<'_>) -> Needs {
    Needs { tile: STEP_BYTES, pair: POSITION_BYTES, ..needs(ends) }
}

/// Values only.
pub(super) fn value(rec: &mut Recorder<'_>, job: &Job, ends: Ends<'_>) -> Result<()> {
    let needs = needs(ends);
    let parts = Part::split(rec.gpu(), job, &needs)?;
    let memory = Memory::new(rec, &parts, &needs)?;
    for part in &parts {
        let wave = Wave::new(rec, job, part, Tangent::None)?;
        forward(rec, &wave, &memory, ends, false)?;
    }
    memory.release(rec);
    Ok(())
}

/// Values and a subgradient.
pub(super) fn gradient(rec: &mut Recorder<'_>, job: &Job, ends: Ends<'_>, result: &Gradients<'_>) -> Result<()> {
    let needs = gradient_needs(job, ends);
    let parts = Part::split(rec.gpu(), job, &needs)?;
    let memory = Memory::new(rec, &parts, &needs)?;
    let scratch = PairGradients::begin(rec, job, &parts, &needs, result)?;
    for part in &parts {
        let wave = Wave::new(rec, job, part, Tangent::None)?;
        forward(rec, &wave, &memory, ends, true)?;
        let gradients = PairGradients::new(rec, job, part, scratch.as_ref(), result);
        gradients.clear(rec, job, part)?;
        let (extra, extra_first) = match result.cotangent {
            Some(cotangent) => Binding::range(rec.gpu(), cotangent, part.pair_range(1)),
            None => (wave.extra.clone(), 0),
        };
        let params = PairParams {
            out_first: gradients.x_first,
            grad_y_first: gradients.y_first,
            extra_first,
            cotangent: u32::from(result.cotangent.is_some()),
            direct: u32::from(gradients.direct),
            unscale: job.costs.slope * result.factor,
            ..wave.params
        };
        let [x, y, plan] = wave.inputs.clone();
        let before = [x, y, plan, extra, memory.steps.clone()];
        let after = [gradients.x.clone(), gradients.y.clone()];
        let [workgroup, lanes, listed, band] = wave.walk_constants(WALK_WORKGROUP);
        let constants = [workgroup, lanes, u32::from(job.dim == 1), listed, band];
        let kernel = Kernel::filled(&shaders::DTW_GRADIENT, constants, job.costs.fill.clone());
        walk(rec, &wave, &memory, &kernel, &before, &after, params)?;
        gradients.sum(rec, job, part, result)?;
    }
    PairGradients::end(rec, scratch);
    memory.release(rec);
    Ok(())
}

/// Scratch memory that gradients need.
pub(super) fn gradient_needs(job: &Job, ends: Ends<'_>) -> Needs {
    PairGradients::needs(job, needs_with_steps(ends))
}

/// Values, and alignments of zeros and ones times a factor.
pub(super) fn alignment(
    rec: &mut Recorder<'_>,
    job: &Job,
    ends: Ends<'_>,
    (result, factor): (&Tensor<f32>, f32),
) -> Result<()> {
    let needs = needs_with_steps(ends);
    let needs = Needs { output: needs.output.max(job.cells() * 4), ..needs };
    rec.clear(result, 0..result.shape().elements())?;
    let parts = Part::split(rec.gpu(), job, &needs)?;
    let memory = Memory::new(rec, &parts, &needs)?;
    for part in &parts {
        let wave = Wave::new(rec, job, part, Tangent::None)?;
        forward(rec, &wave, &memory, ends, true)?;
        let (out, out_first) = Binding::range(rec.gpu(), result, part.pair_range(job.cells()));
        let params = PairParams { out_first, expected_weight: factor, ..wave.params };
        let [x, y, plan] = wave.inputs.clone();
        let kernel = Kernel::new(&shaders::DTW_ALIGNMENT, wave.walk_constants(WALK_WORKGROUP));
        walk(rec, &wave, &memory, &kernel, &[x, y, plan, memory.steps.clone()], &[out], params)?;
    }
    memory.release(rec);
    Ok(())
}

/// Scratch memory, for all parts of a call in turn.
struct Memory {
    rows: Binding,
    /// The steps of the best paths, where they are kept.
    steps: Binding,
    carry: Binding,
    /// Where a walk along a path has come to.
    position: Binding,
}

impl Memory {
    fn new(rec: &mut Recorder<'_>, parts: &[Part], needs: &Needs) -> Result<Self> {
        let sizes = Sizes::peak(parts, needs, u64::MAX);
        Ok(Self {
            rows: rec.scratch(sizes.rows.max(ROW_BYTES))?,
            steps: rec.scratch(sizes.columns.max(STEP_BYTES))?,
            carry: rec.scratch(sizes.carry.max(CARRY_BYTES))?,
            position: rec.scratch(sizes.pairs.max(POSITION_BYTES))?,
        })
    }

    fn release(self, rec: &mut Recorder<'_>) {
        for binding in [self.rows, self.steps, self.carry, self.position] {
            rec.release(binding);
        }
    }
}

/// Records the forward pass of a part, which leaves the steps of the best paths where they are kept.
fn forward(rec: &mut Recorder<'_>, wave: &Wave<'_>, memory: &Memory, ends: Ends<'_>, keep_steps: bool) -> Result<()> {
    let part = wave.part;
    let (values, each, numbers) = ends.parts();
    let (out, value_first) = Binding::range(rec.gpu(), values, part.pair_range(each));
    let [x, y, plan] = wave.inputs.clone();
    let bindings = [x, y, plan, memory.rows.clone(), memory.steps.clone(), memory.carry.clone(), out];
    let kernel = wave.kernel(&shaders::DTW_FORWARD, CONSTANTS, &[keep_steps]);
    let params = PairParams { value_first, ends: u32::from(numbers), ..wave.params };
    wave.dispatch(rec, &kernel, &bindings, params, &(0..part.strips), false)
}

/// Walks the best paths; a long path takes several dispatches. The kernel binds `before`, its position, and `after`.
fn walk(
    rec: &mut Recorder<'_>,
    wave: &Wave<'_>,
    memory: &Memory,
    kernel: &Kernel,
    before: &[Binding],
    after: &[Binding],
    params: PairParams,
) -> Result<()> {
    let (job, part) = (wave.job, wave.part);
    let bindings = [before, std::slice::from_ref(&memory.position), after].concat();
    let params = PairParams { strip_end: part.strips, ..params };
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
    Ok(())
}
