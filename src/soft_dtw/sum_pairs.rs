//! Where the gradients of single pairs go: for aligned pairs they are the result; for all pairs they are summed.

use super::ValueAndGrad;
use super::job::Job;
use super::params::SumPairsParams;
use super::plan::{Part, bind_series};
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, shader};

/// Invocations of a workgroup.
const WORKGROUP: u32 = 64;

/// The gradients of a part's pairs: `[pairs, n, dim]` and `[pairs, m, dim]`.
pub(super) struct PairGradients {
    pub(super) x: Binding,
    pub(super) y: Binding,
    /// Elements of each binding before the first pair's.
    pub(super) x_first: u32,
    pub(super) y_first: u32,
    /// All pairs: the memory behind `x` and `y`.
    scratch: Option<[Binding; 2]>,
}

impl PairGradients {
    /// Bytes of the larger of the two for one pair.
    pub(super) fn bytes(job: &Job) -> u64 {
        job.x_elements().max(job.y_elements()) * 4
    }

    pub(super) fn new(rec: &mut Recorder<'_>, job: &Job, part: &Part, result: &ValueAndGrad) -> Result<Self> {
        if job.all_pairs {
            let pairs = u64::from(part.pairs);
            let x = rec.scratch(pairs * job.x_elements() * 4)?;
            let y = rec.scratch(pairs * job.y_elements() * 4)?;
            return Ok(Self { x: x.clone(), y: y.clone(), x_first: 0, y_first: 0, scratch: Some([x, y]) });
        }
        let (x, x_first) = bind_series(rec.gpu(), &result.grad_x, &part.x, job.x_elements());
        let (y, y_first) = bind_series(rec.gpu(), &result.grad_y, &part.y, job.y_elements());
        Ok(Self { x, y, x_first, y_first, scratch: None })
    }

    /// Sets both to zero, and not a byte beside them.
    pub(super) fn clear(&self, rec: &mut Recorder<'_>, job: &Job, part: &Part, result: &ValueAndGrad) -> Result<()> {
        if self.scratch.is_some() {
            let pairs = u64::from(part.pairs);
            rec.clear_binding(self.x.clone(), 0, pairs * job.x_elements())?;
            rec.clear_binding(self.y.clone(), 0, pairs * job.y_elements())
        } else {
            rec.clear(&result.grad_x, part.pair_range(job, job.x_elements()))?;
            rec.clear(&result.grad_y, part.pair_range(job, job.y_elements()))
        }
    }

    /// All pairs: adds this part's gradients to the result.
    pub(super) fn sum(self, rec: &mut Recorder<'_>, job: &Job, part: &Part, result: &ValueAndGrad) -> Result<()> {
        let Some([x, y]) = self.scratch else { return Ok(()) };
        let (x_count, y_count) = (part.x.end - part.x.start, part.y.end - part.y.start);
        let to_x = SumPairsParams {
            series: x_count,
            others: y_count,
            elements: job.x_elements() as u32,
            series_stride: y_count,
            other_stride: 1,
            add: u32::from(part.y.start > 0),
            ..SumPairsParams::default()
        };
        let (out, out_first) = bind_series(rec.gpu(), &result.grad_x, &part.x, job.x_elements());
        add_up(rec, &x, out, SumPairsParams { out_first, ..to_x })?;
        let to_y = SumPairsParams {
            series: y_count,
            others: x_count,
            elements: job.y_elements() as u32,
            series_stride: 1,
            other_stride: y_count,
            add: u32::from(part.x.start > 0),
            ..SumPairsParams::default()
        };
        let (out, out_first) = bind_series(rec.gpu(), &result.grad_y, &part.y, job.y_elements());
        add_up(rec, &y, out, SumPairsParams { out_first, ..to_y })?;
        rec.release(x);
        rec.release(y);
        Ok(())
    }
}

fn add_up(rec: &mut Recorder<'_>, gradients: &Binding, out: Binding, params: SumPairsParams) -> Result<()> {
    let elements = u64::from(params.series) * u64::from(params.elements);
    rec.dispatch(&Dispatch {
        kernel: Kernel::new(&shader::SOFT_DTW_SUM_PAIRS, [WORKGROUP]),
        bindings: &[gradients.clone(), out],
        params,
        workgroups: elements.div_ceil(u64::from(WORKGROUP)),
    })
}
