//! The soft recursion, backward: gradients and expected alignments.

use super::forward::{Checkpoints, checkpoint_bytes, record};
use super::job::Job;
use super::params::PairParams;
use super::plan::{Layout, MAX_CHANNEL_LOOPS, Part, dispatches};
use super::sum_pairs::PairGradients;
use super::{Alignment, ValueAndGrad};
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, shader};

/// Values and gradients.
pub(super) fn value_and_grad(rec: &mut Recorder<'_>, job: &Job, result: &ValueAndGrad) -> Result<()> {
    let pair_bytes = checkpoint_bytes(rec.gpu(), job).max(PairGradients::bytes(job));
    for part in Part::split(rec.gpu(), job, pair_bytes)? {
        let kept = record(rec, job, &part, &result.value, true)?;
        let gradients = PairGradients::new(rec, job, &part, result)?;
        let (x, y, params) = part.bind(rec.gpu(), job);
        let params = PairParams {
            out_first: gradients.x_first,
            grad_y_first: gradients.y_first,
            unscale: 2.0 * job.cost_factor,
            ..params
        };
        let bindings = [x, y, kept.rows.clone(), kept.columns.clone(), gradients.x.clone(), gradients.y.clone()];
        run(rec, job, &part, &kept, &shader::SOFT_DTW_GRADIENT, &bindings, params)?;
        kept.release(rec);
        gradients.sum(rec, job, &part, result)?;
    }
    Ok(())
}

/// Values and expected alignments.
pub(super) fn alignment(rec: &mut Recorder<'_>, job: &Job, result: &Alignment) -> Result<()> {
    let cells = u64::from(job.n) * u64::from(job.m);
    for part in Part::split(rec.gpu(), job, checkpoint_bytes(rec.gpu(), job).max(cells * 4))? {
        let kept = record(rec, job, &part, &result.value, true)?;
        let (x, y, params) = part.bind(rec.gpu(), job);
        let (out, out_first) = Binding::range(rec.gpu(), &result.expected, part.pair_range(job, cells));
        let params = PairParams { out_first, ..params };
        let bindings = [x, y, kept.rows.clone(), kept.columns.clone(), out];
        run(rec, job, &part, &kept, &shader::SOFT_DTW_ALIGNMENT, &bindings, params)?;
        kept.release(rec);
    }
    Ok(())
}

/// Dispatches a backward kernel over all strips, from the last to the first.
fn run(
    rec: &mut Recorder<'_>,
    job: &Job,
    part: &Part,
    kept: &Checkpoints,
    shader: &'static shader::Shader,
    bindings: &[Binding],
    params: PairParams,
) -> Result<()> {
    let layout = Layout::new(rec.gpu(), job);
    let kernel = Kernel::new(shader, layout.constants(job));
    for tiles in dispatches(job, layout, MAX_CHANNEL_LOOPS).rev() {
        let params = PairParams { row_stride: kept.row_stride, scale: job.soft_scale(), ..params.with_tiles(&tiles) };
        rec.dispatch(&Dispatch { kernel, bindings, params, workgroups: layout.workgroups(part.pairs) })?;
    }
    Ok(())
}
