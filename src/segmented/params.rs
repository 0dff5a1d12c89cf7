//! Host mirrors of the kernels' parameter structs; checked against naga's layout below.

use bytemuck::{Pod, Zeroable};

/// `Params` of `shaders/segmented/source.wgsl`, where each field is explained.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct SortParams {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) tiles: u32,
    pub(super) tile: u32,
    pub(super) shift: u32,
    pub(super) source_first: u32,
    pub(super) mask_first: u32,
    pub(super) lengths_first: u32,
    pub(super) values_first: u32,
    pub(super) order_first: u32,
    pub(super) flip: u32,
    pub(super) has_lengths: u32,
}

/// `Params` of `shaders/segmented/stretch_scan.wgsl` and `tile_scan.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct ScanParams {
    pub(super) rows: u32,
    pub(super) tiles: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
}

/// `Params` of `shaders/segmented/permute.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct PermuteParams {
    pub(super) total: u32,
    pub(super) n: u32,
    pub(super) in_first: u32,
    pub(super) order_first: u32,
    pub(super) counts_first: u32,
    pub(super) out_first: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
}

/// `Params` of `shaders/segmented/take_part.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct TakePartParams {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) order_first: u32,
    pub(super) lengths_first: u32,
    pub(super) mask_first: u32,
    pub(super) counts_first: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::shader::layout_test;
    use crate::segmented::shaders::{
        PERMUTE, RUN_MERGE, RUN_MERGE_IN_TEXELS, RUN_SORT, RUN_SORT_IN_TEXELS, STRETCH_COUNT, STRETCH_COUNT_IN_TEXELS,
        STRETCH_SCAN, STRETCH_SCATTER, STRETCH_SCATTER_IN_TEXELS, TAKE_PART, TILE_COUNT, TILE_SCAN, TILE_SCATTER,
        TILE_SORT,
    };

    #[test]
    fn host_structs_match_the_shaders() {
        for shader in [
            &STRETCH_COUNT,
            &STRETCH_SCATTER,
            &TILE_COUNT,
            &TILE_SCATTER,
            &TILE_SORT,
            &RUN_SORT,
            &RUN_MERGE,
            &RUN_SORT_IN_TEXELS,
            &RUN_MERGE_IN_TEXELS,
            &STRETCH_COUNT_IN_TEXELS,
            &STRETCH_SCATTER_IN_TEXELS,
        ] {
            layout_test!(
                shader,
                SortParams: rows, n, tiles, tile, shift, source_first, mask_first, lengths_first, values_first, order_first, flip, has_lengths
            );
        }
        for shader in [&STRETCH_SCAN, &TILE_SCAN] {
            layout_test!(shader, ScanParams: rows, tiles, padding0, padding1);
        }
        layout_test!(
            PERMUTE,
            PermuteParams: total, n, in_first, order_first, counts_first, out_first, padding0, padding1
        );
        layout_test!(
            TAKE_PART,
            TakePartParams: rows, n, order_first, lengths_first, mask_first, counts_first, padding0, padding1
        );
    }
}
