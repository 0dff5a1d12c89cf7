//! The divergence from values of pairs and of each series with itself.

use super::Pairs;
use super::params::DivergenceParams;
use super::plan::ranges;
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, Tensor, shader};

/// Invocations of a workgroup.
const WORKGROUP: u32 = 64;

/// `value -= xx / 2 + yy / 2`, for `value` of `[batch]` or `[A, B]`.
pub(super) fn subtract(
    rec: &mut Recorder<'_>,
    pairs: &Pairs,
    value: &Tensor<f32>,
    xx: &Tensor<f32>,
    yy: &Tensor<f32>,
) -> Result<()> {
    let gpu = rec.gpu().clone();
    let all_pairs = *pairs == Pairs::All;
    // One dispatch sees as many whole rows of `value` as one binding holds, or else a piece of one row.
    let room = (gpu.capabilities().max_range_bytes() / 4).clamp(1, 1 << 30) as u32;
    let row = if all_pairs { yy.shape().elements() as u32 } else { 1 };
    let columns = row.min(room);
    for xs in ranges(xx.shape().elements() as u32, if columns == row { room / row.max(1) } else { 1 }) {
        for ys in ranges(row, columns) {
            let (first, last) = (u64::from(xs.start), u64::from(xs.end));
            let (begin, end) = (u64::from(ys.start), u64::from(ys.end));
            let values = first * u64::from(row) + begin..(last - 1) * u64::from(row) + end;
            let (value, value_first) = Binding::range(&gpu, value, values);
            let (xx, xx_first) = Binding::range(&gpu, xx, first..last);
            let (yy, yy_first) = Binding::range(&gpu, yy, if all_pairs { begin..end } else { first..last });
            let total = (last - first) * (end - begin);
            rec.dispatch(&Dispatch {
                kernel: Kernel::new(&shader::SOFT_DTW_DIVERGENCE, [WORKGROUP, u32::from(all_pairs)]),
                bindings: &[value, xx, yy],
                params: DivergenceParams {
                    total: total as u32,
                    y_count: (end - begin) as u32,
                    value_first,
                    xx_first,
                    yy_first,
                    ..DivergenceParams::default()
                },
                workgroups: total.div_ceil(u64::from(WORKGROUP)),
            })?;
        }
    }
    Ok(())
}
