//! Host mirrors of the kernels' parameter structs; checked against naga's layout below.

use bytemuck::{Pod, Zeroable};

/// `Params` of `shaders/soft_dtw/pair.wgsl`, where each field is explained.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct PairParams {
    pub(super) pairs: u32,
    pub(super) stacks: u32,
    pub(super) y_count: u32,
    pub(super) n: u32,
    pub(super) m: u32,
    pub(super) dim: u32,
    pub(super) x_first: u32,
    pub(super) y_first: u32,
    pub(super) out_first: u32,
    pub(super) out_stride: u32,
    pub(super) grad_y_first: u32,
    pub(super) extra_first: u32,
    pub(super) panels: u32,
    pub(super) panel_first: u32,
    pub(super) diagonal: u32,
    pub(super) panel_strips: u32,
    pub(super) panel_blocks: u32,
    pub(super) strip_begin: u32,
    pub(super) strip_end: u32,
    pub(super) rows_kept: u32,
    pub(super) steps: u32,
    pub(super) resume: u32,
    pub(super) scale: f32,
    pub(super) unscale: f32,
    pub(super) direction_scale: f32,
    pub(super) expected_weight: f32,
    pub(super) tangent_weight: f32,
    pub(super) gamma: f32,
    pub(super) carry_first: u32,
    pub(super) block_stride: u32,
    pub(super) value_first: u32,
    pub(super) group_stacks: u32,
    pub(super) ends: u32,
    pub(super) cotangent: u32,
    pub(super) direct: u32,
    pub(super) value_scale: f32,
    pub(super) zero: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
    pub(super) padding2: u32,
}

/// `Params` of `shaders/soft_dtw/pack.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct PackParams {
    pub(super) entries: u32,
    pub(super) n: u32,
    pub(super) dim: u32,
    pub(super) x_first: u32,
    pub(super) out_first: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
    pub(super) padding2: u32,
}

/// `Params` of `shaders/soft_dtw/sum_pairs.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct SumPairsParams {
    pub(super) series: u32,
    pub(super) others: u32,
    pub(super) elements: u32,
    pub(super) series_stride: u32,
    pub(super) other_stride: u32,
    pub(super) in_first: u32,
    pub(super) out_first: u32,
    pub(super) add: u32,
}

/// `Params` of `shaders/soft_dtw/sum_listed.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct SumListedParams {
    pub(super) series: u32,
    pub(super) elements: u32,
    pub(super) in_first: u32,
    pub(super) out_first: u32,
}

/// `Params` of `shaders/soft_dtw/combine.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct CombineParams {
    pub(super) total: u32,
    pub(super) y_count: u32,
    pub(super) ends_first: u32,
    pub(super) xx_first: u32,
    pub(super) yy_first: u32,
    pub(super) value_first: u32,
    pub(super) log_sign: f32,
    pub(super) tangent_sign: f32,
    pub(super) scale: f32,
    pub(super) zero: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
}

/// `Params` of `shaders/soft_dtw/mean_moments.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct MeanMomentsParams {
    pub(super) series: u32,
    pub(super) n: u32,
    pub(super) m: u32,
    pub(super) dim: u32,
    pub(super) y_first: u32,
    pub(super) row_stride: u32,
    pub(super) column_stride: u32,
    pub(super) padding: u32,
}

/// `Params` of `shaders/soft_dtw/mean_values.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct MeanValuesParams {
    pub(super) x_count: u32,
    pub(super) y_count: u32,
    pub(super) elements: u32,
    pub(super) dim: u32,
    pub(super) x_first: u32,
    pub(super) out_first: u32,
    pub(super) out_stride: u32,
    pub(super) element_begin: u32,
    pub(super) element_end: u32,
    pub(super) add: u32,
    pub(super) scale: f32,
    pub(super) zero: u32,
}

/// `Params` of `shaders/soft_dtw/mean_gradient.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct MeanGradientParams {
    pub(super) x_count: u32,
    pub(super) y_count: u32,
    pub(super) elements: u32,
    pub(super) dim: u32,
    pub(super) x_first: u32,
    pub(super) out_first: u32,
    pub(super) cotangent_first: u32,
    pub(super) x_stride: u32,
    pub(super) y_stride: u32,
    pub(super) add: u32,
    pub(super) last: u32,
    pub(super) scale: f32,
}

#[cfg(test)]
mod tests {
    use super::{
        CombineParams, MeanGradientParams, MeanMomentsParams, MeanValuesParams, PackParams, PairParams,
        SumListedParams, SumPairsParams,
    };
    use crate::gpu::shader::layout_test;
    use crate::soft_dtw::shaders::{
        COMBINE, FORWARD, MEAN_GRADIENT, MEAN_MOMENTS, MEAN_VALUES, PACK, SUM_LISTED, SUM_PAIRS,
    };

    #[test]
    fn host_structs_match_the_shaders() {
        layout_test!(
            FORWARD,
            PairParams: pairs, stacks, y_count, n, m, dim, x_first, y_first, out_first, out_stride, grad_y_first,
            extra_first, panels, panel_first, diagonal, panel_strips, panel_blocks, strip_begin, strip_end, rows_kept,
            steps, resume, scale, unscale, direction_scale, expected_weight, tangent_weight, gamma, carry_first,
            block_stride, value_first, group_stacks, ends, cotangent, direct, value_scale,
            zero, padding0, padding1, padding2
        );
        layout_test!(PACK, PackParams: entries, n, dim, x_first, out_first, padding0, padding1, padding2);
        layout_test!(
            SUM_PAIRS,
            SumPairsParams: series, others, elements, series_stride, other_stride, in_first, out_first, add
        );
        layout_test!(SUM_LISTED, SumListedParams: series, elements, in_first, out_first);
        layout_test!(
            COMBINE,
            CombineParams: total, y_count, ends_first, xx_first, yy_first, value_first, log_sign, tangent_sign, scale, zero, padding0,
            padding1
        );
        layout_test!(MEAN_MOMENTS, MeanMomentsParams: series, n, m, dim, y_first, row_stride, column_stride, padding);
        layout_test!(MEAN_VALUES, MeanValuesParams: x_count, y_count, elements, dim, x_first, out_first, out_stride, element_begin, element_end, add, scale, zero);
        layout_test!(MEAN_GRADIENT, MeanGradientParams: x_count, y_count, elements, dim, x_first, out_first, cotangent_first, x_stride, y_stride, add, last, scale);
    }
}
