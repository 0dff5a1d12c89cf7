//! The soft recursion, backward: gradients, expected alignments, Hessian products.

use super::Band;
use super::forward::{Ends, Memory, needs, record};
use super::job::Job;
use super::layout::ROWS;
use super::own_arrays::{self, Capacity};
use super::params::PairParams;
use super::parts::{Needs, Part};
use super::shaders;
use super::sums::{Gradients, PairGradients};
use super::wave::{CONSTANTS, Tangent, Wave};
use crate::error::Result;
use crate::gpu::{Binding, Gpu, Kernel, Recorder, Tensor};

/// What becomes of the expected alignment `E` and its derivative in the tangent's direction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weights {
    pub(super) expected: f32,
    pub(super) tangent: f32,
}

impl Weights {
    /// The expected alignment: the gradient of the soft minimum in the costs.
    pub(super) const EXPECTED: Self = Self { expected: 1.0, tangent: 0.0 };
    /// The gradient of `<E, C>` in the costs: `E` and the Hessian product with `C`.
    pub(super) const SHARP: Self = Self { expected: 1.0, tangent: std::f32::consts::LN_2 };
    /// The Hessian product. The tangent counts in bits.
    pub(super) const HESSIAN: Self = Self { expected: 0.0, tangent: std::f32::consts::LN_2 };
}

/// The ends of the recursion, and gradients in the series.
pub(super) fn gradient(
    rec: &mut Recorder<'_>,
    job: &Job,
    tangent: Tangent<'_>,
    weights: Weights,
    ends: Ends<'_>,
    result: &Gradients<'_>,
) -> Result<()> {
    let needs = gradient_needs(rec.gpu(), job, tangent, ends);
    let parts = Part::split(rec.gpu(), job, &needs)?;
    let mut memory = Memory::where_needed(rec, job, &parts, &needs)?;
    let scratch = PairGradients::begin(rec, job, &parts, &needs, result)?;
    for part in &parts {
        let mut wave = Wave::new(rec, job, part, tangent)?;
        let mut memory = memory.as_mut().filter(|_| !part.in_arrays);
        if let Some(memory) = &mut memory {
            memory.pack(rec, &mut wave)?;
        }
        let gradients = PairGradients::new(rec, job, part, scratch.as_ref(), result);
        let (extra, extra_first) = match result.cotangent {
            Some(cotangent) => Binding::range(rec.gpu(), cotangent, part.pair_range(1)),
            None => (wave.extra.clone(), wave.params.extra_first),
        };
        let params = PairParams {
            out_first: gradients.x_first,
            grad_y_first: gradients.y_first,
            extra_first,
            cotangent: u32::from(result.cotangent.is_some()),
            direct: u32::from(gradients.direct),
            unscale: job.costs.slope * result.factor,
            expected_weight: weights.expected,
            tangent_weight: weights.tangent,
            ..wave.params
        };
        let outputs = [gradients.x.clone(), gradients.y.clone()];
        if let Some(memory) = memory {
            let shader = memory.pick(&shaders::GRADIENT, &shaders::GRADIENT_IN_TEXELS);
            let over_flows = goes_over_flows(job) && wave.layout.lanes == 1 && part.is_whole();
            let constants = [hands_on_remainders(job, tangent), over_flows];
            let kernel = wave.kernel(shader, CONSTANTS, &constants);
            run(rec, &wave, memory, ends, &kernel, extra, &outputs, params)?;
        } else {
            own_arrays::gradient(rec, &wave, ends, extra, outputs, params)?;
        }
        gradients.sum(rec, job, part, result)?;
    }
    PairGradients::end(rec, scratch);
    if let Some(memory) = memory {
        memory.release(rec);
    }
    Ok(())
}

/// Length from which on flows are handed on with what rounding took from them: the backward pass then takes 1.4 times as long, and its error does not
/// grow with the length any more.
const LONG: u32 = 4096;

/// Whether the backward pass does so.
fn hands_on_remainders(job: &Job, tangent: Tangent<'_>) -> bool {
    job.n.max(job.m) >= LONG && !tangent.is_some()
}

/// Whether the backward pass may leave out tiles that nothing flows into. On a GPU the invocations beside each other would read memory at places far from
/// each other.
pub(super) fn goes_over_flows(job: &Job) -> bool {
    job.software && job.dim == 1 && job.band == Band::None
}

/// Scratch memory that gradients in the series need.
pub(super) fn gradient_needs(gpu: &Gpu, job: &Job, tangent: Tangent<'_>, ends: Ends<'_>) -> Needs {
    let rows = job.rows(tangent);
    let arrays = Capacity::of_gradients(gpu, job, rows, tangent);
    let needs = Needs { arrays, sections: true, ..needs(job, rows, tangent, true, ends) };
    PairGradients::needs(job, needs)
}

/// Scratch memory that a matrix for each pair needs.
pub(super) fn alignment_needs(job: &Job, tangent: Tangent<'_>, ends: Ends<'_>) -> Needs {
    let output = (job.cells() * 4).max(ends.parts().1 * 4);
    Needs { sections: true, output, ..needs(job, ROWS, tangent, true, ends) }
}

/// The ends of the recursion, and a matrix for each pair.
pub(super) fn alignment(
    rec: &mut Recorder<'_>,
    job: &Job,
    tangent: Tangent<'_>,
    weights: Weights,
    ends: Ends<'_>,
    result: &Tensor<f32>,
) -> Result<()> {
    let needs = alignment_needs(job, tangent, ends);
    if job.listed() {
        // What is beyond a pair's own lengths or outside of its band is 0.
        rec.clear(result, 0..result.shape().elements())?;
    }
    let parts = Part::split(rec.gpu(), job, &needs)?;
    let mut memory = Memory::new(rec, job, &parts, &needs)?;
    for part in &parts {
        let mut wave = Wave::new(rec, job, part, tangent)?;
        memory.pack(rec, &mut wave)?;
        let (out, out_first) = Binding::range(rec.gpu(), result, part.pair_range(job.cells()));
        let params =
            PairParams { out_first, expected_weight: weights.expected, tangent_weight: weights.tangent, ..wave.params };
        let shader = memory.pick(&shaders::ALIGNMENT, &shaders::ALIGNMENT_IN_TEXELS);
        let kernel = wave.kernel(shader, CONSTANTS, &[hands_on_remainders(job, tangent)]);
        run(rec, &wave, &memory, ends, &kernel, wave.extra.clone(), &[out], params)?;
    }
    memory.release(rec);
    Ok(())
}

/// Both passes over one part. Where not all of its strips are kept at once, the forward pass first leaves the row above each
/// section, and runs again over a section just before the backward pass does.
#[expect(clippy::too_many_arguments, reason = "each is one thing that the kernel binds or is told")]
fn run(
    rec: &mut Recorder<'_>,
    wave: &Wave<'_>,
    memory: &Memory,
    ends: Ends<'_>,
    kernel: &Kernel,
    extra: Binding,
    outputs: &[Binding],
    params: PairParams,
) -> Result<()> {
    let sections = wave.part.sections();
    let (last, row) = (sections.len() as u64 - 1, memory.row(wave.part));
    for (s, section) in (0..last).zip(&sections) {
        record(rec, wave, memory, section, ends, false)?;
        rec.copy((&memory.rows, 0), (&memory.above, s * row), row);
    }
    let [x, y, plan] = wave.inputs.clone();
    let mut bindings = vec![x, y, plan, extra, memory.rows.clone(), memory.columns.clone()];
    bindings.extend_from_slice(outputs);
    let params = PairParams { rows_kept: 1, carry_first: memory.carry_first(wave.part), ..params };
    for (section, s) in sections.iter().rev().zip((0..=last).rev()) {
        // What the section below handed up goes below this one, once its forward pass no longer needs the place.
        if s < last {
            rec.copy((&memory.rows, 0), (&memory.handed, 0), row);
        }
        if s > 0 {
            rec.copy((&memory.above, (s - 1) * row), (&memory.rows, 0), row);
        }
        record(rec, wave, memory, section, ends, true)?;
        if s < last {
            let strips = u64::from(section.end - section.start);
            rec.copy((&memory.handed, 0), (&memory.rows, strips * row), row);
        }
        wave.dispatch(rec, kernel, &bindings, params, section, true)?;
    }
    Ok(())
}
