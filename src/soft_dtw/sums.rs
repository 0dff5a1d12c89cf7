//! Where the gradients of single pairs go: for aligned pairs they are the result; for all pairs and listed ones they are summed.

use super::Pairs;
use super::job::Job;
use super::layout::{MAX_ITERATIONS, ranges};
use super::listing::{Item, index};
use super::params::{SumListedParams, SumPairsParams};
use super::parts::{Needs, Part, Sizes};
use super::shaders;
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, Tensor};

/// Invocations of a workgroup.
const WORKGROUP: u32 = 64;

/// Where gradients go, and what they are multiplied by.
#[derive(Clone, Copy)]
pub(super) struct Gradients<'a> {
    pub(super) x: &'a Tensor<f32>,
    pub(super) y: &'a Tensor<f32>,
    /// A factor for each pair.
    pub(super) cotangent: Option<&'a Tensor<f32>>,
    /// A factor for all.
    pub(super) factor: f32,
}

impl Gradients<'_> {
    /// Sets both to zero.
    pub(super) fn clear(&self, rec: &mut Recorder<'_>) -> Result<()> {
        rec.clear(self.x, 0..self.x.shape().elements())?;
        rec.clear(self.y, 0..self.y.shape().elements())
    }
}

/// The gradients of a part's pairs: `[pairs, n, dim]` and `[pairs, m, dim]`.
pub(super) struct PairGradients {
    pub(super) x: Binding,
    pub(super) y: Binding,
    /// Elements of each binding before the first pair's.
    pub(super) x_first: u32,
    pub(super) y_first: u32,
    /// They are the result already.
    pub(super) direct: bool,
}

/// Whether gradients of pairs are those of series.
fn direct(job: &Job) -> bool {
    job.pairs == Pairs::Aligned
}

impl PairGradients {
    /// With what gradients take.
    pub(super) fn needs(job: &Job, needs: Needs) -> Needs {
        let bytes = [job.x_elements() * 4, job.y_elements() * 4];
        if direct(job) {
            Needs { output: needs.output.max(bytes[0]).max(bytes[1]), ..needs }
        } else {
            Needs { gradients: bytes, ..needs }
        }
    }

    /// Before the first part: what parts are added to begins with zero, and so does padding. Returns the memory for gradients of pairs
    /// that are yet to be summed.
    pub(super) fn begin(
        rec: &mut Recorder<'_>,
        job: &Job,
        parts: &[Part],
        needs: &Needs,
        result: &Gradients<'_>,
    ) -> Result<Option<[Binding; 2]>> {
        if job.listed() {
            result.clear(rec)?;
        }
        if direct(job) {
            return Ok(None);
        }
        let [x, y] = Sizes::peak(parts, needs, job.memory).gradients;
        Ok(Some([rec.scratch(x.max(4))?, rec.scratch(y.max(4))?]))
    }

    /// After the last part.
    pub(super) fn end(rec: &mut Recorder<'_>, scratch: Option<[Binding; 2]>) {
        scratch.into_iter().flatten().for_each(|binding| rec.release(binding));
    }

    pub(super) fn new(
        rec: &Recorder<'_>,
        job: &Job,
        part: &Part,
        scratch: Option<&[Binding; 2]>,
        result: &Gradients<'_>,
    ) -> Self {
        if let Some([x, y]) = scratch {
            return Self { x: x.clone(), y: y.clone(), x_first: 0, y_first: 0, direct: false };
        }
        let (x, x_first) = Binding::range(rec.gpu(), result.x, part.pair_range(job.x_elements()));
        let (y, y_first) = Binding::range(rec.gpu(), result.y, part.pair_range(job.y_elements()));
        Self { x, y, x_first, y_first, direct: true }
    }

    /// Sets both to zero where nobody did, and not a byte beside them.
    pub(super) fn clear(&self, rec: &mut Recorder<'_>, job: &Job, part: &Part) -> Result<()> {
        if self.direct && job.listed() {
            return Ok(());
        }
        let pairs = u64::from(part.pairs);
        rec.clear_binding(self.x.clone(), self.x_first, pairs * job.x_elements())?;
        rec.clear_binding(self.y.clone(), self.y_first, pairs * job.y_elements())
    }

    /// Adds this part's gradients to the result, where they are not part of it already.
    pub(super) fn sum(self, rec: &mut Recorder<'_>, job: &Job, part: &Part, result: &Gradients<'_>) -> Result<()> {
        if self.direct {
            return Ok(());
        }
        let (x, y) = (self.x, self.y);
        let to_x = Binding::series(rec.gpu(), result.x, &part.x, job.x_elements());
        let to_y = Binding::series(rec.gpu(), result.y, &part.y, job.y_elements());
        let [x_elements, y_elements] = [job.x_elements(), job.y_elements()].map(|elements| elements as u32);
        if let Some(stacks) = &part.stacks {
            let items = &stacks.items;
            sum_listed(rec, items, job.dim, true, &x, to_x, x_elements)?;
            sum_listed(rec, items, job.dim, false, &y, to_y, y_elements)?;
        } else {
            let (x_count, y_count) = (part.x.end - part.x.start, part.y.end - part.y.start);
            let over_y = SumPairsParams {
                series: x_count,
                others: y_count,
                elements: x_elements,
                series_stride: y_count,
                other_stride: 1,
                out_first: to_x.1,
                add: u32::from(part.y.start > 0),
                in_first: 0,
            };
            sum_pairs(rec, &x, to_x.0, over_y)?;
            let over_x = SumPairsParams {
                series: y_count,
                others: x_count,
                elements: y_elements,
                series_stride: 1,
                other_stride: y_count,
                out_first: to_y.1,
                add: u32::from(part.x.start > 0),
                in_first: 0,
            };
            sum_pairs(rec, &y, to_y.0, over_x)?;
        }
        Ok(())
    }
}

fn sum_pairs(rec: &mut Recorder<'_>, gradients: &Binding, out: Binding, params: SumPairsParams) -> Result<()> {
    let elements = u64::from(params.series) * u64::from(params.elements);
    rec.dispatch(&Dispatch {
        kernel: Kernel::new(&shaders::SUM_PAIRS, [WORKGROUP]),
        bindings: &[gradients.clone(), out],
        params,
        workgroups: elements.div_ceil(u64::from(WORKGROUP)),
    })
}

fn sum_listed(
    rec: &mut Recorder<'_>,
    items: &[Item],
    dim: u32,
    first_side: bool,
    gradients: &Binding,
    (out, out_first): (Binding, u32),
    elements: u32,
) -> Result<()> {
    let (series, index) = index(items, dim, first_side);
    let index = rec.table(&index)?;
    rec.dispatch(&Dispatch {
        kernel: Kernel::new(&shaders::SUM_LISTED, [WORKGROUP]),
        bindings: &[index, gradients.clone(), out],
        params: SumListedParams { series, elements, in_first: 0, out_first },
        workgroups: (u64::from(series) * u64::from(elements)).div_ceil(u64::from(WORKGROUP)),
    })
}

/// How often each series of one side stands in the sum of all values, times the cotangents if there are any: a factor for
/// each series, or one for all.
pub(super) fn share_of_series(
    rec: &mut Recorder<'_>,
    job: &Job,
    cotangent: Option<&Tensor<f32>>,
    first_side: bool,
) -> Result<(Option<Tensor<f32>>, f32)> {
    let (own, others) = if first_side { (job.x_count, job.y_count) } else { (job.y_count, job.x_count) };
    match (&job.pairs, cotangent) {
        (Pairs::Aligned, cotangent) => Ok((cotangent.cloned(), 1.0)),
        (Pairs::All, None) => Ok((None, others as f32)),
        (Pairs::All, Some(cotangent)) => Ok((Some(sum_cotangents(rec, job, cotangent, first_side)?), 1.0)),
        (Pairs::List(list), None) => {
            let mut counts = vec![0.0_f32; own as usize];
            for &(x, y) in list.iter() {
                counts[if first_side { x } else { y } as usize] += 1.0;
            }
            Ok((Some(rec.constants(&counts)?), 1.0))
        }
        (Pairs::List(list), Some(cotangent)) => {
            let sums = rec.output([own])?;
            rec.clear(&sums, 0..u64::from(own))?;
            let mut begin = 0;
            for chunk in list.chunks(MAX_ITERATIONS as usize) {
                let end = begin + chunk.len() as u64;
                let item = |(&(x, y), rank): (&(u32, u32), u32)| Item { x, y, n: 1, m: 1, value: 0, rows: 1, rank };
                let items: Vec<Item> = chunk.iter().zip(0..).map(item).collect();
                let (series, entries) = index(&items, 1, first_side);
                let entries = rec.table(&entries)?;
                let (input, in_first) = Binding::range(rec.gpu(), cotangent, begin..end);
                let (out, out_first) = Binding::range(rec.gpu(), &sums, 0..u64::from(own));
                rec.dispatch(&Dispatch {
                    kernel: Kernel::new(&shaders::SUM_LISTED, [WORKGROUP]),
                    bindings: &[entries, input, out],
                    params: SumListedParams { series, elements: 1, in_first, out_first },
                    workgroups: u64::from(series.div_ceil(WORKGROUP)),
                })?;
                begin = end;
            }
            Ok((Some(sums), 1.0))
        }
    }
}

/// The sums of a matrix of cotangents, `[A, B]`, over one of its sides.
fn sum_cotangents(rec: &mut Recorder<'_>, job: &Job, cotangent: &Tensor<f32>, first_side: bool) -> Result<Tensor<f32>> {
    let sums = rec.output([if first_side { job.x_count } else { job.y_count }])?;
    let row = u64::from(job.y_count);
    // Pieces of few enough rows and columns for one binding and one loop.
    let columns = job.y_count.min(MAX_ITERATIONS as u32);
    let room = rec.gpu().capabilities().max_range_bytes() / 4;
    let rows = (room / row.max(1)).clamp(1, MAX_ITERATIONS) as u32;
    for xs in ranges(job.x_count, rows) {
        for ys in ranges(job.y_count, columns) {
            let first = u64::from(xs.start) * row + u64::from(ys.start);
            let last = u64::from(xs.end - 1) * row + u64::from(ys.end);
            let (input, in_first) = Binding::range(rec.gpu(), cotangent, first..last);
            let range = if first_side { &xs } else { &ys };
            let (out, out_first) = Binding::range(rec.gpu(), &sums, u64::from(range.start)..u64::from(range.end));
            let (x_count, y_count) = (xs.end - xs.start, ys.end - ys.start);
            let params = SumPairsParams { elements: 1, in_first, out_first, ..SumPairsParams::default() };
            let params = if first_side {
                let add = u32::from(ys.start > 0);
                SumPairsParams {
                    series: x_count,
                    others: y_count,
                    series_stride: job.y_count,
                    other_stride: 1,
                    add,
                    ..params
                }
            } else {
                let add = u32::from(xs.start > 0);
                SumPairsParams {
                    series: y_count,
                    others: x_count,
                    series_stride: 1,
                    other_stride: job.y_count,
                    add,
                    ..params
                }
            };
            sum_pairs(rec, &input, out, params)?;
        }
    }
    Ok(sums)
}
