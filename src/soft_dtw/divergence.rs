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
    pairs: Pairs,
    value: &Tensor<f32>,
    xx: &Tensor<f32>,
    yy: &Tensor<f32>,
) -> Result<()> {
    let gpu = rec.gpu().clone();
    let all_pairs = pairs == Pairs::All;
    let [x_count, y_count] = [xx.shape().elements(), yy.shape().elements()];
    // One dispatch sees as many whole rows of `value` as one binding holds; a row always fits, as `yy` does.
    let row = if all_pairs { y_count } else { 1 };
    if row == 0 {
        return Ok(());
    }
    let room = gpu.capabilities().max_binding_bytes() / 4 - 64;
    for range in ranges(x_count as u32, (room / row).clamp(1, u64::from(u32::MAX)) as u32) {
        let (first, last) = (u64::from(range.start), u64::from(range.end));
        let (value, value_first) = Binding::range(&gpu, value, first * row..last * row);
        let (xx, xx_first) = Binding::range(&gpu, xx, first..last);
        let (yy, yy_first) = Binding::range(&gpu, yy, if all_pairs { 0..y_count } else { first..last });
        let total = (last - first) * row;
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shader::SOFT_DTW_DIVERGENCE, [WORKGROUP, u32::from(all_pairs)]),
            bindings: &[value, xx, yy],
            params: DivergenceParams {
                total: total as u32,
                y_count: y_count as u32,
                value_first,
                xx_first,
                yy_first,
                ..DivergenceParams::default()
            },
            workgroups: total.div_ceil(u64::from(WORKGROUP)),
        })?;
    }
    Ok(())
}
