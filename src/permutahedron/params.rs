//! Host mirrors of the shaders' parameter structs.

/// `Params` of `shaders/permutahedron/row.wgsl`.
#[derive(Debug, Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(super) struct FitParams {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) stretch: u32,
    pub(super) words: u32,
    pub(super) ones: u32,
    pub(super) w_stride: u32,
    pub(super) s_first: u32,
    pub(super) w_first: u32,
    pub(super) order_first: u32,
    pub(super) counts_first: u32,
    pub(super) out_first: u32,
    pub(super) bits_first: u32,
    pub(super) s_factor: f32,
    pub(super) w_factor: f32,
    pub(super) s_cap: f32,
    pub(super) w_cap: f32,
    pub(super) out_factor: f32,
    pub(super) exponent: f32,
    pub(super) lists: u32,
    pub(super) span: u32,
    pub(super) centred: f32,
    pub(super) group: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
}

/// `Params` of `shaders/permutahedron/walks.wgsl`.
#[derive(Debug, Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(super) struct WalkParams {
    pub(super) rows: u32,
    pub(super) tiles: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
}

/// `Params` of `shaders/permutahedron/block_means.wgsl`.
#[derive(Debug, Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(super) struct BlockMeansParams {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) stretch: u32,
    pub(super) words: u32,
    pub(super) in_first: u32,
    pub(super) shares_first: u32,
    pub(super) in_order_first: u32,
    pub(super) out_order_first: u32,
    pub(super) counts_first: u32,
    pub(super) bits_first: u32,
    pub(super) out_first: u32,
    pub(super) in_stride: u32,
    pub(super) shares_stride: u32,
    pub(super) in_order_stride: u32,
    pub(super) out_order_stride: u32,
    pub(super) lists: u32,
    pub(super) lanes: u32,
    pub(super) shares_factor: f32,
    pub(super) factor: f32,
    pub(super) padding: u32,
}

/// `Params` of `shaders/permutahedron/tile_means.wgsl`.
#[derive(Debug, Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(super) struct TileMeansParams {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) tile: u32,
    pub(super) tiles: u32,
    pub(super) sums_first: u32,
    pub(super) counts_first: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
}

/// `Params` of `shaders/permutahedron/short_params.wgsl`.
#[derive(Debug, Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(super) struct ShortParams {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) source_first: u32,
    pub(super) out_first: u32,
    pub(super) order_first: u32,
    pub(super) bits_first: u32,
    pub(super) flip: u32,
    pub(super) ones: u32,
    pub(super) factor: f32,
    pub(super) step: f32,
    pub(super) cap: f32,
    pub(super) centre: f32,
}

/// `Params` of `shaders/permutahedron/short_means.wgsl`.
#[derive(Debug, Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(super) struct ShortMeansParams {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) in_first: u32,
    pub(super) shares_first: u32,
    pub(super) order_first: u32,
    pub(super) bits_first: u32,
    pub(super) out_first: u32,
    pub(super) factor: f32,
}

/// `Params` of `shaders/permutahedron/pointwise.wgsl`.
#[derive(Debug, Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(super) struct PointwiseParams {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) a_first: u32,
    pub(super) b_first: u32,
    pub(super) c_first: u32,
    pub(super) a_stride: u32,
    pub(super) b_stride: u32,
    pub(super) c_stride: u32,
    pub(super) row_first: u32,
    pub(super) row_stride: u32,
    pub(super) order_first: u32,
    pub(super) counts_first: u32,
    pub(super) out_first: u32,
    pub(super) k: u32,
    pub(super) q: u32,
    pub(super) factor: f32,
}

/// `Params` of `shaders/permutahedron/row_dots.wgsl`.
#[derive(Debug, Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(super) struct RowDotsParams {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) chunks: u32,
    pub(super) a_first: u32,
    pub(super) b_first: u32,
    pub(super) out_first: u32,
    pub(super) factor: f32,
    pub(super) padding: u32,
}

/// `Params` of `shaders/permutahedron/correlation.wgsl`.
#[derive(Debug, Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(super) struct CorrelationParams {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) counts_first: u32,
    pub(super) value_first: u32,
    pub(super) rounding: f32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
    pub(super) padding2: u32,
}

/// `Params` of `shaders/permutahedron/rank.wgsl`.
#[derive(Debug, Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(super) struct RankParams {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) sorted_first: u32,
    pub(super) order_first: u32,
    pub(super) counts_first: u32,
    pub(super) out_first: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
}

/// `Params` of `shaders/permutahedron/sum_rows.wgsl`.
#[derive(Debug, Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(super) struct SumRowsParams {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) in_first: u32,
    pub(super) out_first: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::shader::layout_test;
    use crate::permutahedron::shaders::{
        BLOCK_MEANS, CORRELATION, OWN_PROJECT, POINTWISE, PROJECT, RANK, ROW_DOTS, SHORT_MEANS, SHORT_PROJECT,
        SUM_ROWS, TILE_MEANS, WALKS,
    };

    #[test]
    fn host_structs_match_the_shaders() {
        layout_test!(PROJECT[0], FitParams: rows, n, stretch, words, ones, w_stride, s_first, w_first,
            order_first, counts_first, out_first, bits_first, s_factor, w_factor, s_cap, w_cap, out_factor, exponent,
            lists, span, centred, group, padding0, padding1);
        layout_test!(WALKS, WalkParams: rows, tiles, padding0, padding1);
        layout_test!(BLOCK_MEANS, BlockMeansParams: rows, n, stretch, words, in_first, shares_first,
            in_order_first, out_order_first, counts_first, bits_first, out_first, in_stride, shares_stride, in_order_stride,
            out_order_stride, lists, lanes, shares_factor, factor, padding);
        layout_test!(TILE_MEANS, TileMeansParams: rows, n, tile, tiles, sums_first, counts_first, padding0, padding1);
        for shader in [&SHORT_PROJECT, &OWN_PROJECT] {
            layout_test!(shader, ShortParams: rows, n, source_first, out_first, order_first, bits_first, flip, ones, factor, step, cap, centre);
        }
        layout_test!(SHORT_MEANS, ShortMeansParams: rows, n, in_first, shares_first, order_first, bits_first, out_first, factor);
        layout_test!(POINTWISE, PointwiseParams: rows, n, a_first, b_first, c_first, a_stride, b_stride, c_stride, row_first, row_stride, order_first, counts_first, out_first, k, q, factor);
        layout_test!(ROW_DOTS, RowDotsParams: rows, n, chunks, a_first, b_first, out_first, factor, padding);
        layout_test!(CORRELATION, CorrelationParams: rows, n, counts_first, value_first, rounding, padding0, padding1, padding2);
        layout_test!(RANK, RankParams: rows, n, sorted_first, order_first, counts_first, out_first, padding0, padding1);
        layout_test!(SUM_ROWS, SumRowsParams: rows, n, in_first, out_first);
    }
}
