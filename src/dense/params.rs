//! Host mirrors of the shaders' parameter structs.

use bytemuck::{Pod, Zeroable};

/// `Params` of `shaders/dense/finish.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct ProductParams {
    pub(super) m: u32,
    pub(super) n: u32,
    pub(super) k_begin: u32,
    pub(super) k_end: u32,
    pub(super) a_first: u32,
    pub(super) a_stride: u32,
    pub(super) a_batch: u32,
    pub(super) b_first: u32,
    pub(super) b_stride: u32,
    pub(super) b_batch: u32,
    pub(super) tiles_m: u32,
    pub(super) tiles_n: u32,
    pub(super) out_first: u32,
    pub(super) kept_first: u32,
    pub(super) bias_first: u32,
    pub(super) before_first: u32,
    pub(super) before_stride: u32,
    pub(super) before_batch: u32,
    pub(super) k: u32,
    pub(super) padding: u32,
}

/// `Params` of `shaders/dense/round.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct RoundParams {
    pub(super) columns: u32,
    pub(super) words: u32,
    pub(super) first: u32,
    pub(super) all: u32,
}

/// `Params` of `shaders/dense/pad.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct PadParams {
    pub(super) batch: u32,
    pub(super) rows: u32,
    pub(super) columns: u32,
    pub(super) rows4: u32,
    pub(super) vectors: u32,
    pub(super) first: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
}

/// `Params` of `shaders/dense/column_sums.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct ColumnSumsParams {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) chunks: u32,
    pub(super) a_first: u32,
    pub(super) out_first: u32,
    pub(super) a_stride: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
}

#[cfg(test)]
mod tests {
    use crate::dense::shaders::{COLUMN_SUMS, PAD, PRODUCT_BY_TEXELS, ROUND};
    use crate::gpu::shader::layout_test;

    #[test]
    fn host_structs_match_the_shaders() {
        layout_test!(
            PRODUCT_BY_TEXELS,
            super::ProductParams: m,
            n,
            k_begin,
            k_end,
            a_first,
            a_stride,
            a_batch,
            b_first,
            b_stride,
            b_batch,
            tiles_m,
            tiles_n,
            out_first,
            kept_first,
            bias_first,
            before_first,
            before_stride,
            before_batch,
            k,
            padding
        );
        layout_test!(ROUND, super::RoundParams: columns, words, first, all);
        layout_test!(PAD, super::PadParams: batch, rows, columns, rows4, vectors, first, padding0, padding1);
        layout_test!(
            COLUMN_SUMS,
            super::ColumnSumsParams: rows,
            n,
            chunks,
            a_first,
            out_first,
            a_stride,
            padding0,
            padding1
        );
    }
}
