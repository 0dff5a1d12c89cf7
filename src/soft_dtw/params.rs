//! Host mirrors of the kernels' parameter structs; `tests/shaders.rs` checks them against naga's layout.

use super::plan::Tiles;
use bytemuck::{Pod, Zeroable};

/// `Params` of `shaders/soft_dtw/pair.wgsl`, where each field is explained.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct PairParams {
    pub(super) pairs: u32,
    pub(super) y_count: u32,
    pub(super) n: u32,
    pub(super) m: u32,
    pub(super) dim: u32,
    pub(super) x_first: u32,
    pub(super) y_first: u32,
    pub(super) out_first: u32,
    pub(super) out_stride: u32,
    pub(super) grad_y_first: u32,
    pub(super) strip_begin: u32,
    pub(super) strip_end: u32,
    pub(super) block_begin: u32,
    pub(super) block_end: u32,
    pub(super) row_stride: u32,
    pub(super) steps: u32,
    pub(super) scale: f32,
    pub(super) unscale: f32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
}

impl PairParams {
    /// The same for one dispatch's tiles.
    pub(super) fn with_tiles(self, tiles: &Tiles) -> Self {
        Self {
            strip_begin: tiles.strips.start,
            strip_end: tiles.strips.end,
            block_begin: tiles.blocks.start,
            block_end: tiles.blocks.end,
            ..self
        }
    }
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
    pub(super) out_first: u32,
    pub(super) add: u32,
    pub(super) padding: u32,
}

/// `Params` of `shaders/soft_dtw/divergence.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct DivergenceParams {
    pub(super) total: u32,
    pub(super) y_count: u32,
    pub(super) value_first: u32,
    pub(super) xx_first: u32,
    pub(super) yy_first: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
    pub(super) padding2: u32,
}

#[cfg(test)]
mod tests {
    use super::{DivergenceParams, PairParams, SumPairsParams};
    use crate::gpu::shader::{SOFT_DTW_DIVERGENCE, SOFT_DTW_FORWARD, SOFT_DTW_SUM_PAIRS, layout_test};

    #[test]
    fn host_structs_match_the_shaders() {
        layout_test!(
            SOFT_DTW_FORWARD,
            PairParams: pairs, y_count, n, m, dim, x_first, y_first, out_first, out_stride, grad_y_first, strip_begin,
            strip_end, block_begin, block_end, row_stride, steps, scale, unscale, padding0, padding1
        );
        layout_test!(
            SOFT_DTW_SUM_PAIRS,
            SumPairsParams: series, others, elements, series_stride, other_stride, out_first, add, padding
        );
        layout_test!(
            SOFT_DTW_DIVERGENCE,
            DivergenceParams: total, y_count, value_first, xx_first, yy_first, padding0, padding1, padding2
        );
    }
}
