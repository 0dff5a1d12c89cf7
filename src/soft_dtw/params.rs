//! Host mirrors of the kernels' parameter structs; `tests/shaders.rs` checks them against naga's layout.

use bytemuck::{Pod, Zeroable};

/// `Params` of shaders/soft_dtw/pair.wgsl, where each field is explained.
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
    pub(super) row_stride: u32,
    pub(super) steps: u32,
    pub(super) scale: f32,
    pub(super) unscale: f32,
}

/// `Params` of shaders/soft_dtw/sum_pairs.wgsl.
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

/// `Params` of shaders/soft_dtw/divergence.wgsl.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct DivergenceParams {
    pub(super) total: u32,
    pub(super) y_count: u32,
    pub(super) value_first: u32,
    pub(super) xx_first: u32,
    pub(super) yy_first: u32,
    pub(super) padding: [u32; 3],
}
