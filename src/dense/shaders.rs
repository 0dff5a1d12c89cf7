//! The shaders of products of matrices, and the parts that each is put together from.

use crate::gpu::shader::{
    Access::{Read, ReadWrite, Texels},
    Constant, Part, SLOT, Shader, part,
};
use crate::gpu::shaders::{
    ACTIVATION, ACTIVATIONS, DERIVATIVE, DISPATCH, EXPONENTIAL, FLAG, NON_FINITE, TEXEL_AT, WORKGROUP_OF_8,
    WORKGROUP_OF_64,
};

const WORKGROUP_OF_128: Constant = Constant { name: "WORKGROUP", values: &[128] };

/// As many as the tile of a product needs.
const WORKGROUP_OF_TILE: Constant = Constant { name: "WORKGROUP", values: &[64, 128, 256] };

const FINISH: Part = part!("dense/finish.wgsl");
const VECTORS_OUT: Part = part!("dense/vectors.wgsl");
const NUMBERS_OUT: Part = part!("dense/numbers.wgsl");
const VECTORS_IN: Part = part!("dense/from_vectors.wgsl");
const NUMBERS_IN: Part = part!("dense/from_numbers.wgsl");
const HALVES_IN: Part = part!("dense/from_halves.wgsl");
const BEFORE: Part = part!("dense/before_from_storage.wgsl");
const WRITTEN_OUT: Part = part!("dense/depth_written_out.wgsl");
const DEPTH_LOOP: Part = part!("dense/depth_loop.wgsl");
const TILE_32: Part = part!("dense/tile_32.wgsl");
const TILE_64: Part = part!("dense/tile_64.wgsl");
const TILE_128_64: Part = part!("dense/tile_128_64.wgsl");
const TILE_128: Part = part!("dense/tile_128.wgsl");

/// What products write to, and for workgroups also the tile and what they read.
pub(crate) static VECTORS: &[Part] = &[VECTORS_OUT];
pub(crate) static NUMBERS: &[Part] = &[NUMBERS_OUT];
pub(crate) static TILE_32_VECTORS: &[Part] = &[TILE_32, WRITTEN_OUT, VECTORS_IN, VECTORS_OUT];
pub(crate) static TILE_32_NUMBERS: &[Part] = &[TILE_32, WRITTEN_OUT, NUMBERS_IN, NUMBERS_OUT];
pub(crate) static TILE_32_LOOP_VECTORS: &[Part] = &[TILE_32, DEPTH_LOOP, VECTORS_IN, VECTORS_OUT];
pub(crate) static TILE_32_LOOP_NUMBERS: &[Part] = &[TILE_32, DEPTH_LOOP, NUMBERS_IN, NUMBERS_OUT];
pub(crate) static TILE_32_LOOP_HALVES_VECTORS: &[Part] = &[TILE_32, DEPTH_LOOP, HALVES_IN, VECTORS_OUT];
pub(crate) static TILE_32_LOOP_HALVES_NUMBERS: &[Part] = &[TILE_32, DEPTH_LOOP, HALVES_IN, NUMBERS_OUT];
pub(crate) static TILE_64_HALVES_VECTORS: &[Part] = &[TILE_64, WRITTEN_OUT, HALVES_IN, VECTORS_OUT];
pub(crate) static TILE_64_HALVES_NUMBERS: &[Part] = &[TILE_64, WRITTEN_OUT, HALVES_IN, NUMBERS_OUT];
pub(crate) static TILE_64_VECTORS: &[Part] = &[TILE_64, WRITTEN_OUT, VECTORS_IN, VECTORS_OUT];
pub(crate) static TILE_64_NUMBERS: &[Part] = &[TILE_64, WRITTEN_OUT, NUMBERS_IN, NUMBERS_OUT];
pub(crate) static TILE_128_64_VECTORS: &[Part] = &[TILE_128_64, WRITTEN_OUT, VECTORS_IN, VECTORS_OUT];
pub(crate) static TILE_128_64_NUMBERS: &[Part] = &[TILE_128_64, WRITTEN_OUT, NUMBERS_IN, NUMBERS_OUT];
pub(crate) static TILE_128_VECTORS: &[Part] = &[TILE_128, WRITTEN_OUT, VECTORS_IN, VECTORS_OUT];
pub(crate) static TILE_128_NUMBERS: &[Part] = &[TILE_128, WRITTEN_OUT, NUMBERS_IN, NUMBERS_OUT];

const TRANSPOSE_A: Constant = Constant { name: "TRANSPOSE_A", values: FLAG };
const TRANSPOSE_B: Constant = Constant { name: "TRANSPOSE_B", values: FLAG };
const BIAS: Constant = Constant { name: "BIAS", values: FLAG };
const ADD_TO: Constant = Constant { name: "ADD", values: FLAG };
const KEEP: Constant = Constant { name: "KEEP", values: FLAG };

/// Products of matrices in textures.
pub(crate) static PRODUCT_BY_TEXELS: Shader = Shader {
    name: "dense/product_by_texels",
    parts: &[
        DISPATCH,
        NON_FINITE,
        TEXEL_AT,
        EXPONENTIAL,
        ACTIVATIONS,
        FINISH,
        SLOT,
        part!("dense/product_by_texels.wgsl"),
    ],
    fills: &[VECTORS, NUMBERS],
    bindings: &[Texels, Texels, Texels, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_8, TRANSPOSE_A, TRANSPOSE_B, BIAS, ADD_TO, KEEP, DERIVATIVE, ACTIVATION],
};

/// Products of matrices by workgroups.
pub(crate) static PRODUCT_BY_WORKGROUP: Shader = Shader {
    name: "dense/product_by_workgroup",
    parts: &[
        DISPATCH,
        NON_FINITE,
        EXPONENTIAL,
        ACTIVATIONS,
        FINISH,
        BEFORE,
        SLOT,
        part!("dense/product_by_workgroup.wgsl"),
    ],
    fills: &[
        TILE_32_VECTORS,
        TILE_32_NUMBERS,
        TILE_32_LOOP_VECTORS,
        TILE_32_LOOP_NUMBERS,
        TILE_32_LOOP_HALVES_VECTORS,
        TILE_32_LOOP_HALVES_NUMBERS,
        TILE_64_HALVES_VECTORS,
        TILE_64_HALVES_NUMBERS,
        TILE_64_VECTORS,
        TILE_64_NUMBERS,
        TILE_128_64_VECTORS,
        TILE_128_64_NUMBERS,
        TILE_128_VECTORS,
        TILE_128_NUMBERS,
    ],
    bindings: &[Read, Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_TILE, TRANSPOSE_A, TRANSPOSE_B, BIAS, ADD_TO, KEEP, DERIVATIVE, ACTIVATION],
};

/// Products of matrices in f16 by cooperative matrices.
pub(crate) static PRODUCT_BY_COOPERATIVE_MATRICES: Shader = Shader {
    name: "dense/product_by_cooperative_matrices",
    parts: &[
        part!("dense/enable_cooperative_matrices.wgsl"),
        DISPATCH,
        NON_FINITE,
        EXPONENTIAL,
        ACTIVATIONS,
        FINISH,
        BEFORE,
        SLOT,
        part!("dense/product_by_cooperative_matrices.wgsl"),
    ],
    fills: &[VECTORS, NUMBERS],
    bindings: &[Read, Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_128, TRANSPOSE_A, TRANSPOSE_B, BIAS, ADD_TO, KEEP, DERIVATIVE, ACTIVATION],
};

/// Matrices in f16.
pub(crate) static ROUND: Shader = Shader {
    name: "dense/round",
    parts: &[DISPATCH, part!("dense/round.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// Matrices filled up to whole vectors.
pub(crate) static PAD: Shader = Shader {
    name: "dense/pad",
    parts: &[DISPATCH, part!("dense/pad.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// Sums of columns.
pub(crate) static COLUMN_SUMS: Shader = Shader {
    name: "dense/column_sums",
    parts: &[DISPATCH, part!("dense/from_storage.wgsl"), part!("dense/column_sums.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// Sums of columns of a matrix in a texture.
pub(crate) static COLUMN_SUMS_OF_TEXELS: Shader = Shader {
    name: "dense/column_sums_of_texels",
    parts: &[DISPATCH, TEXEL_AT, part!("dense/from_texels.wgsl"), part!("dense/column_sums.wgsl")],
    fills: &[],
    bindings: &[Texels, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// All of them.
pub(crate) static ALL: &[&Shader] = &[
    &PRODUCT_BY_TEXELS,
    &PRODUCT_BY_WORKGROUP,
    &PRODUCT_BY_COOPERATIVE_MATRICES,
    &ROUND,
    &PAD,
    &COLUMN_SUMS,
    &COLUMN_SUMS_OF_TEXELS,
];
