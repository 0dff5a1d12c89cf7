//! Values of a kind from what the recursions end with.

use super::Pairs;
use super::job::Job;
use super::layout::ranges;
use super::params::CombineParams;
use super::shaders;
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, Tensor};

/// Invocations of a workgroup.
const WORKGROUP: u32 = 64;

/// Numbers of each pair that the recursions end with.
pub(super) const NUMBERS: u32 = 4;

/// A sum of the two things that a recursion ends with: signs, and a factor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weights {
    /// Of the logarithm, to base 2, of the sum over all paths.
    pub(super) log: f32,
    /// Of its derivative in the tangent's direction; and DTW's value stands there.
    pub(super) tangent: f32,
    pub(super) scale: f32,
}

/// `value = f(ends)`, less half of `f` of either series with itself where these are given. Listed pairs are numbered by name, and one
/// binding holds all series with themselves (`Job::check_named`).
pub(super) fn record(
    rec: &mut Recorder<'_>,
    job: &Job,
    weights: Weights,
    ends: &Tensor<f32>,
    itself: Option<(&Tensor<f32>, &Tensor<f32>)>,
    value: &Tensor<f32>,
) -> Result<()> {
    let all_pairs = job.all_pairs() && itself.is_some();
    let (xx, yy) = itself.unwrap_or((ends, ends));
    let each = u64::from(NUMBERS);
    // One dispatch sees as many whole rows of `value` as one binding of their numbers holds, or else a piece of one row.
    let room = (rec.gpu().capabilities().max_range_bytes() / 4 / each).clamp(1, 1 << 28) as u32;
    let row = if all_pairs { job.y_count } else { 1 };
    let rows = if all_pairs { job.x_count } else { job.pairs() as u32 };
    let columns = row.min(room);
    for xs in ranges(rows, if columns == row { room / row.max(1) } else { 1 }) {
        for ys in ranges(row, columns) {
            let (first, last) = (u64::from(xs.start), u64::from(xs.end));
            let (begin, end) = (u64::from(ys.start), u64::from(ys.end));
            let values = first * u64::from(row) + begin..(last - 1) * u64::from(row) + end;
            let gpu = rec.gpu().clone();
            let (list, listed) = match &job.pairs {
                Pairs::List(list) if itself.is_some() => {
                    let pairs: Vec<[u32; 2]> =
                        list[values.start as usize..values.end as usize].iter().map(|&(x, y)| [x, y]).collect();
                    (rec.table(&pairs)?, true)
                }
                _ => (rec.nothing()?, false),
            };
            let whole = |tensor: &Tensor<f32>| 0..tensor.shape().elements();
            let of_x = if listed { whole(xx) } else { first * each..last * each };
            let of_y = match (listed, all_pairs) {
                (true, _) => whole(yy),
                (_, true) => begin * each..end * each,
                _ => first * each..last * each,
            };
            let (ends, ends_first) = Binding::range(&gpu, ends, values.start * each..values.end * each);
            let (xx, xx_first) = Binding::range(&gpu, xx, of_x);
            let (yy, yy_first) = Binding::range(&gpu, yy, of_y);
            let (value, value_first) = Binding::range(&gpu, value, values);
            let total = (last - first) * (end - begin);
            let flags = [listed, all_pairs, itself.is_some()].map(u32::from);
            rec.dispatch(&Dispatch {
                kernel: Kernel::new(&shaders::COMBINE, [WORKGROUP].into_iter().chain(flags)),
                bindings: &[ends, xx, yy, list, value],
                params: CombineParams {
                    total: total as u32,
                    y_count: (end - begin) as u32,
                    ends_first,
                    xx_first,
                    yy_first,
                    value_first,
                    log_sign: weights.log,
                    tangent_sign: weights.tangent,
                    scale: weights.scale,
                    ..CombineParams::default()
                },
                workgroups: total.div_ceil(u64::from(WORKGROUP)),
            })?;
        }
    }
    Ok(())
}
