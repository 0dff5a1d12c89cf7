//! The soft recursion, backward: gradients, expected alignments, Hessian products.

use super::forward::{Ends, Memory, needs, record};
use super::job::Job;
use super::params::PairParams;
use super::parts::{Needs, Part};
use super::sums::{Gradients, PairGradients};
use super::wave::{Tangent, Wave};
use crate::error::Result;
use crate::gpu::{Binding, Kernel, Recorder, Tensor, shader};

/// Constants that all wavefront kernels of the soft recursion have.
const CONSTANTS: usize = 10;

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
    let needs = gradient_needs(job, tangent, ends);
    PairGradients::begin(rec, job, result)?;
    for part in &Part::split(rec.gpu(), job, &needs)? {
        let wave = Wave::new(rec, job, part, tangent)?;
        let gradients = PairGradients::new(rec, job, part, result)?;
        let (extra, extra_first) = match result.cotangent {
            Some(cotangent) => Binding::range(rec.gpu(), cotangent, part.pair_range(1)),
            None => (wave.extra.clone(), wave.params.extra_first),
        };
        let params = PairParams {
            out_first: gradients.x_first,
            grad_y_first: gradients.y_first,
            extra_first,
            unscale: job.costs.slope * result.factor,
            expected_weight: weights.expected,
            tangent_weight: weights.tangent,
            ..wave.params
        };
        let kernel = wave.kernel(&shader::SOFT_DTW_GRADIENT, CONSTANTS, &[result.cotangent.is_some()]);
        let outputs = [gradients.x.clone(), gradients.y.clone()];
        run(rec, &wave, tangent, ends, &kernel, extra, &outputs, params)?;
        gradients.sum(rec, job, part, result)?;
    }
    Ok(())
}

/// Scratch memory that gradients in the series need.
pub(super) fn gradient_needs(job: &Job, tangent: Tangent<'_>, ends: Ends<'_>) -> Needs {
    let (pair, largest) = PairGradients::bytes(job);
    Needs { pair, largest, sections: true, ..needs(tangent, true, ends) }
}

/// Scratch memory that a matrix for each pair needs.
pub(super) fn alignment_needs(job: &Job, tangent: Tangent<'_>, ends: Ends<'_>) -> Needs {
    let output = (job.cells() * 4).max(ends.parts().1 * 4);
    Needs { sections: true, output, ..needs(tangent, true, ends) }
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
    for part in &Part::split(rec.gpu(), job, &needs)? {
        let wave = Wave::new(rec, job, part, tangent)?;
        let (out, out_first) = Binding::range(rec.gpu(), result, part.pair_range(job.cells()));
        let params =
            PairParams { out_first, expected_weight: weights.expected, tangent_weight: weights.tangent, ..wave.params };
        let kernel = wave.kernel(&shader::SOFT_DTW_ALIGNMENT, CONSTANTS, &[]);
        run(rec, &wave, tangent, ends, &kernel, wave.extra.clone(), &[out], params)?;
    }
    Ok(())
}

/// Both passes over one part. Where not all of its strips are kept at once, the forward pass first leaves the row above each
/// section, and runs again over a section just before the backward pass does.
#[expect(clippy::too_many_arguments, reason = "each is one thing that the kernel binds or is told")]
fn run(
    rec: &mut Recorder<'_>,
    wave: &Wave<'_>,
    tangent: Tangent<'_>,
    ends: Ends<'_>,
    kernel: &Kernel,
    extra: Binding,
    outputs: &[Binding],
    params: PairParams,
) -> Result<()> {
    let memory = Memory::new(rec, wave, tangent, true)?;
    let sections = wave.part.sections();
    let last = sections.len() as u64 - 1;
    let above = rec.scratch((last * memory.row).max(16))?;
    for (s, section) in (0..last).zip(&sections) {
        record(rec, wave, &memory, section, ends, false)?;
        rec.copy((&memory.rows, 0), (&above, s * memory.row), memory.row);
    }
    let [x, y, plan] = wave.inputs.clone();
    let mut bindings = vec![x, y, plan, extra, memory.rows.clone(), memory.columns.clone()];
    bindings.extend_from_slice(outputs);
    let params = PairParams { rows_kept: 1, carry_first: memory.carry_first, ..params };
    for (section, s) in sections.iter().rev().zip((0..=last).rev()) {
        // What the section below handed up goes below this one, once its forward pass no longer needs the place.
        let handed = if s < last {
            let handed = rec.scratch(memory.row)?;
            rec.copy((&memory.rows, 0), (&handed, 0), memory.row);
            Some(handed)
        } else {
            None
        };
        if s > 0 {
            rec.copy((&above, (s - 1) * memory.row), (&memory.rows, 0), memory.row);
        }
        record(rec, wave, &memory, section, ends, true)?;
        if let Some(handed) = handed {
            let strips = u64::from(section.end - section.start);
            rec.copy((&handed, 0), (&memory.rows, strips * memory.row), memory.row);
            rec.release(handed);
        }
        wave.dispatch(rec, kernel, &bindings, params, section, true)?;
    }
    rec.release(above);
    memory.release(rec);
    Ok(())
}
