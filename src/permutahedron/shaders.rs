//! The shaders of projections onto the permutahedron, and the parts that each is put together from.

use crate::gpu::shader::{
    Access::{Read, ReadWrite, ReadWriteTexels},
    Constant, Part, SLOT, Shader, part,
};
use crate::gpu::shaders::{
    COLUMNS, COMPONENT, COUNTED, DERIVATIVE, DISPATCH, EXTENDED, FLAG, NON_FINITE, PRODUCTS, ROW_LANES, SCALED,
    SCALED_PRODUCTS, TEXEL_AT, WIDE, WORKGROUP, WORKGROUP_OF_8,
};
use crate::segmented::shaders::{COLUMNS_OF_4, COMPARATORS_WHOLE, KEY, MERGE_TREE, NETWORK};

const ROW: Part = part!("permutahedron/row.wgsl");
const ROW_IN_BUFFERS: Part = part!("permutahedron/row_in_buffers.wgsl");
const BLOCKS_IN_BUFFERS: Part = part!("permutahedron/blocks_in_buffers.wgsl");
const BLOCKS_IN_TEXELS: Part = part!("permutahedron/blocks_in_texels.wgsl");
const ROW_IN_TEXELS: Part = part!("permutahedron/row_in_texels.wgsl");
const ORDER_IN_BUFFERS: Part = part!("permutahedron/order_in_buffers.wgsl");
const ORDER_IN_TEXELS: Part = part!("permutahedron/order_in_texels.wgsl");
const GAPS: Part = part!("permutahedron/gaps.wgsl");
const FALLING: Part = part!("permutahedron/falling.wgsl");
const FIT: Part = part!("permutahedron/fit.wgsl");
const STRETCH: Part = part!("permutahedron/stretch.wgsl");
const EMIT: Part = part!("permutahedron/emit.wgsl");
const TILE_PASS: Part = part!("permutahedron/tile.wgsl");
const RECORDS: Part = part!("permutahedron/records.wgsl");
const MERGES: Part = part!("permutahedron/merges.wgsl");
const L2_VALUE: Part = part!("permutahedron/l2.wgsl");
const KL_VALUE: Part = part!("permutahedron/kl.wgsl");
const POSITION: Part = part!("permutahedron/position.wgsl");
const KL_POSITION: Part = part!("permutahedron/kl_positions.wgsl");

/// The regularizations of projections onto the permutahedron; for rows over several tiles with sums over parts of them.
pub(crate) static L2: &[Part] = &[WIDE, L2_VALUE];
pub(crate) static L2_FOLDS: &[Part] = &[WIDE, L2_VALUE, part!("permutahedron/l2_folds.wgsl")];
pub(crate) static KL: &[Part] = &[WIDE, SCALED, POSITION, KL_POSITION, KL_VALUE];
pub(crate) static KL_FOLDS: &[Part] =
    &[WIDE, SCALED, POSITION, KL_POSITION, KL_VALUE, part!("permutahedron/kl_folds.wgsl")];
pub(crate) static KL_POSITIONS: &[Part] = &[WIDE, POSITION, KL_POSITION];

const ISOTONIC: Part = part!("permutahedron/isotonic.wgsl");
const ISOTONIC_FOLDS: Part = part!("permutahedron/isotonic_folds.wgsl");
const WEIGHTED: Part = part!("permutahedron/isotonic_l2.wgsl");
const LOGARITHMIC: Part = part!("permutahedron/isotonic_kl.wgsl");

/// The same for isotonic regression of rows in any order.
pub(crate) static ISOTONIC_L2: &[Part] = &[SCALED, SCALED_PRODUCTS, ISOTONIC, WEIGHTED];
pub(crate) static ISOTONIC_L2_FOLDS: &[Part] = &[SCALED, SCALED_PRODUCTS, ISOTONIC, WEIGHTED, ISOTONIC_FOLDS];
pub(crate) static ISOTONIC_KL: &[Part] = &[SCALED, ISOTONIC, LOGARITHMIC];
pub(crate) static ISOTONIC_KL_FOLDS: &[Part] = &[SCALED, ISOTONIC, LOGARITHMIC, ISOTONIC_FOLDS];
const REGULARIZATIONS: &[&[Part]] = &[L2, KL, ISOTONIC_L2, ISOTONIC_KL];
const FOLDED_REGULARIZATIONS: &[&[Part]] = &[L2_FOLDS, KL_FOLDS, ISOTONIC_L2_FOLDS, ISOTONIC_KL_FOLDS];

/// The regularizations of rows that an invocation fits alone, by sums in textures.
pub(crate) static SUMS_L2: &[Part] = &[part!("permutahedron/sums_l2.wgsl")];
pub(crate) static SUMS_KL: &[Part] = &[FALLING, part!("permutahedron/sums_kl.wgsl")];
const SUMS_OF_BLOCKS_L2: Part = part!("permutahedron/sums_of_blocks_l2.wgsl");
pub(crate) static POOL_L2: &[Part] = &[SUMS_OF_BLOCKS_L2, part!("permutahedron/pool_l2.wgsl")];
pub(crate) static POOL_KL: &[Part] = &[FALLING, part!("permutahedron/pool_kl.wgsl")];

const ONE_OR_EIGHT_LANES: Constant = Constant { name: "LANES", values: &[1, 8] };
const EIGHT_LANES: Constant = Constant { name: "LANES", values: &[8] };
const ONE_LANE: Constant = Constant { name: "LANES", values: &[1] };
const S: Constant = Constant { name: "S", values: &[0, 1] };
const W: Constant = Constant { name: "W", values: &[0, 1, 2] };
const KEYS: Constant = Constant { name: "KEYS", values: &[0, 1, 2] };
const ORDERED: Constant = Constant { name: "ORDERED", values: FLAG };
const PASS: Constant = Constant { name: "PASS", values: &[0, 1, 2] };
const MODE: Constant = Constant { name: "MODE", values: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] };
const SUM_OR_MAXIMUM: Constant = Constant { name: "MODE", values: &[2, 10] };
const OPERATION: Constant = Constant { name: "MODE", values: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9] };
const AVERAGE: Constant = Constant { name: "AVERAGE", values: FLAG };
const IN_ORDERED: Constant = Constant { name: "IN_ORDERED", values: FLAG };
const OUT_ORDERED: Constant = Constant { name: "OUT_ORDERED", values: FLAG };
const ONE_ORDER: Constant = Constant { name: "ONE_ORDER", values: FLAG };
const FINITE: Constant = Constant { name: "FINITE", values: FLAG };

const POOLING: Part = part!("permutahedron/pooling.wgsl");
const SHORT_PARAMS: Part = part!("permutahedron/short_params.wgsl");
const SHORT_BY_ONE: Part = part!("permutahedron/short_by_one.wgsl");
const SHORT_BY_FOUR: Part = part!("permutahedron/short_by_four.wgsl");
const SHORT_STORE_BY_ONE: Part = part!("permutahedron/short_store_by_one.wgsl");
const SHORT_STORE_BY_FOUR: Part = part!("permutahedron/short_store_by_four.wgsl");
const SHORT_L2_VALUE: Part = part!("permutahedron/short_l2.wgsl");
const SHORT_KL_VALUE: Part = part!("permutahedron/short_kl.wgsl");
const SHORT_ITEMS: Part = part!("permutahedron/short_items.wgsl");
const SHORT_KEYS: Part = part!("permutahedron/short_keys.wgsl");
const SHORT_BY_TEXELS: Part = part!("permutahedron/short_by_texels.wgsl");

/// The regularizations of short rows that begin anywhere, and of those that begin at multiples of four elements; for L2 without the order too.
pub(crate) static SHORT_L2: [&[Part]; 2] = [
    &[SHORT_BY_ONE, SHORT_STORE_BY_ONE, SHORT_ITEMS, SHORT_L2_VALUE],
    &[SHORT_BY_FOUR, SHORT_STORE_BY_FOUR, SHORT_ITEMS, SHORT_L2_VALUE],
];
pub(crate) static SHORT_L2_KEYS: [&[Part]; 2] = [
    &[SHORT_BY_ONE, SHORT_STORE_BY_ONE, SHORT_KEYS, SHORT_L2_VALUE],
    &[SHORT_BY_FOUR, SHORT_STORE_BY_FOUR, SHORT_KEYS, SHORT_L2_VALUE],
];
pub(crate) static SHORT_KL: [&[Part]; 2] = [
    &[SHORT_BY_ONE, SHORT_STORE_BY_ONE, SHORT_ITEMS, SHORT_KL_VALUE],
    &[SHORT_BY_FOUR, SHORT_STORE_BY_FOUR, SHORT_ITEMS, SHORT_KL_VALUE],
];

/// The same of rows that begin at multiples of four elements, in a texture.
pub(crate) static SHORT_L2_IN_TEXELS: &[Part] = &[SHORT_BY_TEXELS, SHORT_STORE_BY_FOUR, SHORT_ITEMS, SHORT_L2_VALUE];
pub(crate) static SHORT_L2_KEYS_IN_TEXELS: &[Part] =
    &[SHORT_BY_TEXELS, SHORT_STORE_BY_FOUR, SHORT_KEYS, SHORT_L2_VALUE];
pub(crate) static SHORT_KL_IN_TEXELS: &[Part] = &[SHORT_BY_TEXELS, SHORT_STORE_BY_FOUR, SHORT_ITEMS, SHORT_KL_VALUE];

const SHORT_MODE: Constant = Constant { name: "MODE", values: &[0, 1, 2] };

/// Soft ranks and soft sorts of short rows in one pass.
pub(crate) static SHORT_PROJECT: Shader = Shader {
    name: "permutahedron/short_project",
    parts: &[
        DISPATCH,
        EXTENDED,
        NON_FINITE,
        KEY,
        COMPARATORS_WHOLE,
        NETWORK,
        SLOT,
        SHORT_PARAMS,
        part!("permutahedron/short_row.wgsl"),
        part!("permutahedron/short_fit.wgsl"),
        part!("permutahedron/short_project.wgsl"),
    ],
    fills: &[SHORT_L2[0], SHORT_L2[1], SHORT_L2_KEYS[0], SHORT_L2_KEYS[1], SHORT_KL[0], SHORT_KL[1]],
    bindings: &[Read, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_8, COLUMNS, W, DERIVATIVE],
};

/// The same of rows in a texture.
pub(crate) static SHORT_PROJECT_IN_TEXELS: Shader = Shader {
    name: "permutahedron/short_project_in_texels",
    parts: &[
        DISPATCH,
        TEXEL_AT,
        EXTENDED,
        NON_FINITE,
        KEY,
        COMPARATORS_WHOLE,
        NETWORK,
        SLOT,
        SHORT_PARAMS,
        part!("permutahedron/short_row.wgsl"),
        part!("permutahedron/short_fit.wgsl"),
        part!("permutahedron/short_project.wgsl"),
    ],
    fills: &[SHORT_L2_IN_TEXELS, SHORT_L2_KEYS_IN_TEXELS, SHORT_KL_IN_TEXELS],
    bindings: &[ReadWriteTexels, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_8, COLUMNS, W, DERIVATIVE],
};

const OWN_BY_ONE: Part = part!("permutahedron/own_by_one.wgsl");
const OWN_BY_FOUR: Part = part!("permutahedron/own_by_four.wgsl");
const OWN_L2: Part = part!("permutahedron/own_l2.wgsl");
const OWN_KL: Part = part!("permutahedron/own_kl.wgsl");

/// The regularizations of rows in arrays of an invocation's own, with the order of elements and without; of rows that begin anywhere, and of those that begin
/// at multiples of four elements.
pub(crate) static OWN_L2_ROWS: [&[Part]; 2] = [
    &[OWN_BY_ONE, SHORT_STORE_BY_ONE, SHORT_ITEMS, SUMS_OF_BLOCKS_L2, OWN_L2],
    &[OWN_BY_FOUR, SHORT_STORE_BY_FOUR, SHORT_ITEMS, SUMS_OF_BLOCKS_L2, OWN_L2],
];
pub(crate) static OWN_L2_KEYS: [&[Part]; 2] = [
    &[OWN_BY_ONE, SHORT_STORE_BY_ONE, SHORT_KEYS, SUMS_OF_BLOCKS_L2, OWN_L2],
    &[OWN_BY_FOUR, SHORT_STORE_BY_FOUR, SHORT_KEYS, SUMS_OF_BLOCKS_L2, OWN_L2],
];
pub(crate) static OWN_KL_ROWS: [&[Part]; 2] = [
    &[OWN_BY_ONE, SHORT_STORE_BY_ONE, SHORT_ITEMS, FALLING, OWN_KL],
    &[OWN_BY_FOUR, SHORT_STORE_BY_FOUR, SHORT_ITEMS, FALLING, OWN_KL],
];
pub(crate) static OWN_KL_KEYS: [&[Part]; 2] = [
    &[OWN_BY_ONE, SHORT_STORE_BY_ONE, SHORT_KEYS, FALLING, OWN_KL],
    &[OWN_BY_FOUR, SHORT_STORE_BY_FOUR, SHORT_KEYS, FALLING, OWN_KL],
];

/// Soft ranks and soft sorts of rows in arrays of an invocation's own, in one pass.
pub(crate) static OWN_PROJECT: Shader = Shader {
    name: "permutahedron/own_project",
    parts: &[
        DISPATCH,
        EXTENDED,
        NON_FINITE,
        KEY,
        COMPARATORS_WHOLE,
        NETWORK,
        MERGE_TREE,
        SLOT,
        SHORT_PARAMS,
        POOLING,
        part!("permutahedron/own_project.wgsl"),
    ],
    fills: &[
        OWN_L2_ROWS[0],
        OWN_L2_ROWS[1],
        OWN_L2_KEYS[0],
        OWN_L2_KEYS[1],
        OWN_KL_ROWS[0],
        OWN_KL_ROWS[1],
        OWN_KL_KEYS[0],
        OWN_KL_KEYS[1],
    ],
    bindings: &[Read, ReadWrite, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_8, COLUMNS_OF_4, W, DERIVATIVE],
};

/// How rows of [`SHORT_MEANS`] begin, likewise.
pub(crate) static SHORT_MEANS_ROWS: [&[Part]; 2] = [
    &[part!("permutahedron/short_means_by_one.wgsl"), SHORT_STORE_BY_ONE],
    &[part!("permutahedron/short_means_by_four.wgsl"), SHORT_STORE_BY_FOUR],
];

/// Derivatives of soft ranks and soft sorts of short rows.
pub(crate) static SHORT_MEANS: Shader = Shader {
    name: "permutahedron/short_means",
    parts: &[DISPATCH, NON_FINITE, SLOT, part!("permutahedron/short_means.wgsl")],
    fills: &SHORT_MEANS_ROWS,
    bindings: &[Read, Read, Read, ReadWrite, Read],
    constants: &[WORKGROUP_OF_8, COLUMNS, SHORT_MODE, IN_ORDERED, OUT_ORDERED],
};

/// The same of what is in textures.
pub(crate) static SHORT_MEANS_OF_TEXELS: Shader = Shader {
    name: "permutahedron/short_means_of_texels",
    parts: &[
        DISPATCH,
        TEXEL_AT,
        NON_FINITE,
        part!("permutahedron/short_means_by_texels.wgsl"),
        SHORT_STORE_BY_FOUR,
        part!("permutahedron/short_means.wgsl"),
    ],
    fills: &[],
    bindings: &[ReadWriteTexels, ReadWriteTexels, ReadWriteTexels, ReadWrite, Read],
    constants: &[WORKGROUP_OF_8, COLUMNS, SHORT_MODE, IN_ORDERED, OUT_ORDERED],
};

/// How a kernel of the fit binds something: what may be copied, the blocks, which are read and written, or what stays in buffers in any case.
macro_rules! access {
    (buffers Copied) => {
        Read
    };
    (texels Copied) => {
        ReadWriteTexels
    };
    (buffers Blocks) => {
        ReadWrite
    };
    (texels Blocks) => {
        ReadWriteTexels
    };
    (rows_in_texels Blocks) => {
        ReadWrite
    };
    (rows_in_texels Copied) => {
        ReadWriteTexels
    };
    ($memory:ident $access:ident) => {
        $access
    };
}

/// Where a kernel of the fit has rows and blocks, as an index into its forms: in buffers; for software drivers, of what was sorted here, in textures; and with
/// rows in textures and blocks in buffers, for processors that are slow to store to textures.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    Buffers,
    Texels,
    RowsInTexels,
}

/// A kernel of the fit in these three forms.
macro_rules! fit_kernel {
    (
        $(#[$doc:meta])*
        $forms:ident, $name:literal,
        parts: [$($part:expr),*], memory: [$($buffers:ident / $texels:ident / $between:ident),*],
        fills: $fills:expr, $fills_in_texels:expr, bindings: [$($access:ident),*], lanes: $lanes:expr, constants: [$($constant:expr),*]
    ) => {
        $(#[$doc])*
        pub(crate) static $forms: [Shader; 3] = [
            Shader {
                name: $name,
                parts: &[DISPATCH, EXTENDED, NON_FINITE, ROW, ROW_IN_BUFFERS, $($buffers,)* SLOT, $($part),*],
                fills: $fills,
                bindings: &[$(access!(buffers $access)),*],
                constants: &[WORKGROUP, ROW_LANES, S, W, KEYS, COUNTED, $($constant),*],
            },
            Shader {
                name: concat!($name, "_in_texels"),
                parts: &[
                    DISPATCH, TEXEL_AT, COMPONENT, EXTENDED, NON_FINITE, ROW, ROW_IN_TEXELS, $($texels,)* SLOT, $($part),*
                ],
                fills: $fills_in_texels,
                bindings: &[$(access!(texels $access)),*],
                constants: &[WORKGROUP_OF_8, $lanes, S, W, KEYS, COUNTED, $($constant),*],
            },
            Shader {
                name: concat!($name, "_of_rows_in_texels"),
                parts: &[
                    DISPATCH, TEXEL_AT, COMPONENT, EXTENDED, NON_FINITE, ROW, ROW_IN_TEXELS, $($between,)* SLOT, $($part),*
                ],
                fills: $fills_in_texels,
                bindings: &[$(access!(rows_in_texels $access)),*],
                constants: &[WORKGROUP_OF_8, $lanes, S, W, KEYS, COUNTED, $($constant),*],
            },
        ];
    };
}

fit_kernel! {
    /// Projections onto the permutahedron.
    PROJECT, "permutahedron/project",
    parts: [STRETCH, FIT, EMIT, part!("permutahedron/project.wgsl")],
    memory: [BLOCKS_IN_BUFFERS / BLOCKS_IN_TEXELS / BLOCKS_IN_BUFFERS, ORDER_IN_BUFFERS / ORDER_IN_TEXELS / ORDER_IN_TEXELS],
    fills: REGULARIZATIONS, &[L2, KL],
    bindings: [Copied, Copied, Copied, Read, Blocks, ReadWrite, ReadWrite], lanes: ONE_OR_EIGHT_LANES, constants: [ORDERED]
}

/// Rows that an invocation fits alone: sums from each element on.
pub(crate) static SUMS: Shader = Shader {
    name: "permutahedron/sums",
    parts: &[
        DISPATCH,
        TEXEL_AT,
        NON_FINITE,
        ROW,
        COMPONENT,
        ROW_IN_TEXELS,
        GAPS,
        SLOT,
        part!("permutahedron/sums.wgsl"),
    ],
    fills: &[SUMS_L2, SUMS_KL],
    bindings: &[ReadWriteTexels, ReadWriteTexels, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_8, ONE_LANE, S, W, KEYS, COUNTED],
};

/// Rows that an invocation fits alone: pooled by those sums.
pub(crate) static POOL: Shader = Shader {
    name: "permutahedron/pool",
    parts: &[
        DISPATCH,
        TEXEL_AT,
        EXTENDED,
        NON_FINITE,
        ROW,
        COMPONENT,
        ROW_IN_TEXELS,
        ORDER_IN_TEXELS,
        GAPS,
        SLOT,
        POOLING,
        part!("permutahedron/pool.wgsl"),
    ],
    fills: &[POOL_L2, POOL_KL],
    bindings: &[ReadWriteTexels, ReadWriteTexels, ReadWriteTexels, ReadWriteTexels, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_8, ONE_LANE, S, W, KEYS, COUNTED, ORDERED],
};

fit_kernel! {
    /// Rows over several tiles: how far each tile goes down its sequences.
    POSITIONS, "permutahedron/positions",
    parts: [part!("permutahedron/positions.wgsl")], memory: [],
    fills: &[KL_POSITIONS], &[KL_POSITIONS],
    bindings: [Copied, Copied, Read, ReadWrite], lanes: EIGHT_LANES, constants: []
}

/// Rows over several tiles: how far all tiles before each do.
pub(crate) static WALKS: Shader = Shader {
    name: "permutahedron/walks",
    parts: &[DISPATCH, POSITION, part!("permutahedron/walks.wgsl")],
    fills: &[],
    bindings: &[ReadWrite],
    constants: &[WORKGROUP],
};

fit_kernel! {
    /// Rows over several tiles: the fit of each tile.
    TILE, "permutahedron/tile",
    parts: [STRETCH, FIT, RECORDS, TILE_PASS], memory: [BLOCKS_IN_BUFFERS / BLOCKS_IN_TEXELS / BLOCKS_IN_BUFFERS],
    fills: FOLDED_REGULARIZATIONS, &[L2_FOLDS, KL_FOLDS],
    bindings: [Copied, Copied, Read, Read, Blocks, ReadWrite], lanes: EIGHT_LANES, constants: []
}

fit_kernel! {
    /// The same under L2, with what is summed of a stretch in an array of an invocation's own.
    TILE_IN_ARRAYS, "permutahedron/tile_in_arrays",
    parts: [GAPS, SUMS_OF_BLOCKS_L2, POOLING, part!("permutahedron/stretch_in_arrays.wgsl"), FIT, RECORDS, TILE_PASS],
    memory: [BLOCKS_IN_BUFFERS / BLOCKS_IN_TEXELS / BLOCKS_IN_BUFFERS],
    fills: &[L2_FOLDS], &[L2_FOLDS],
    bindings: [Copied, Copied, Read, Read, Blocks, ReadWrite], lanes: EIGHT_LANES, constants: []
}

fit_kernel! {
    /// Rows over several tiles: the fits of neighbours merged.
    BRIDGE, "permutahedron/bridge",
    parts: [RECORDS, MERGES, part!("permutahedron/bridge.wgsl")], memory: [BLOCKS_IN_BUFFERS / BLOCKS_IN_TEXELS / BLOCKS_IN_BUFFERS],
    fills: FOLDED_REGULARIZATIONS, &[L2_FOLDS, KL_FOLDS],
    bindings: [Copied, Copied, Read, ReadWrite, Blocks], lanes: EIGHT_LANES, constants: []
}

fit_kernel! {
    /// Rows over several tiles: what that comes to for each stretch.
    JOIN, "permutahedron/join",
    parts: [RECORDS, MERGES, part!("permutahedron/join.wgsl")], memory: [BLOCKS_IN_BUFFERS / BLOCKS_IN_TEXELS / BLOCKS_IN_BUFFERS],
    fills: FOLDED_REGULARIZATIONS, &[L2_FOLDS, KL_FOLDS],
    bindings: [Copied, Copied, Read, ReadWrite, Blocks], lanes: EIGHT_LANES, constants: []
}

fit_kernel! {
    /// Rows over several tiles: the values.
    SPREAD, "permutahedron/spread",
    parts: [EMIT, RECORDS, part!("permutahedron/spread.wgsl")],
    memory: [BLOCKS_IN_BUFFERS / BLOCKS_IN_TEXELS / BLOCKS_IN_BUFFERS, ORDER_IN_BUFFERS / ORDER_IN_TEXELS / ORDER_IN_TEXELS],
    fills: FOLDED_REGULARIZATIONS, &[L2_FOLDS, KL_FOLDS],
    bindings: [Copied, Copied, Copied, Read, Blocks, ReadWrite, ReadWrite, ReadWrite], lanes: EIGHT_LANES, constants: [ORDERED]
}

const BLOCK_SUMS: Part = part!("permutahedron/block_sums.wgsl");
const BLOCK_MEANS_PASS: Part = part!("permutahedron/block_means.wgsl");

/// Projections onto the permutahedron: their derivatives.
pub(crate) static BLOCK_MEANS: Shader = Shader {
    name: "permutahedron/block_means",
    parts: &[
        DISPATCH,
        EXTENDED,
        NON_FINITE,
        part!("permutahedron/means_of_buffers.wgsl"),
        BLOCK_SUMS,
        BLOCK_MEANS_PASS,
    ],
    fills: &[],
    bindings: &[Read, Read, Read, Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, PASS, MODE, IN_ORDERED, OUT_ORDERED, ONE_ORDER, COUNTED, FINITE],
};

/// The same of what is in textures.
pub(crate) static BLOCK_MEANS_OF_TEXELS: Shader = Shader {
    name: "permutahedron/block_means_of_texels",
    parts: &[
        DISPATCH,
        TEXEL_AT,
        COMPONENT,
        EXTENDED,
        NON_FINITE,
        part!("permutahedron/means_of_texels.wgsl"),
        BLOCK_SUMS,
        BLOCK_MEANS_PASS,
    ],
    fills: &[],
    bindings: &[ReadWriteTexels, ReadWriteTexels, ReadWriteTexels, ReadWriteTexels, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_8, PASS, MODE, IN_ORDERED, OUT_ORDERED, ONE_ORDER, COUNTED, FINITE],
};

/// Rows over several tiles: the means of blocks that reach beyond one.
pub(crate) static TILE_MEANS: Shader = Shader {
    name: "permutahedron/tile_means",
    parts: &[DISPATCH, BLOCK_SUMS, part!("permutahedron/tile_means.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP, SUM_OR_MAXIMUM, COUNTED],
};

/// Steps between sorting, ranking and their derivatives.
pub(crate) static POINTWISE: Shader = Shader {
    name: "permutahedron/pointwise",
    parts: &[DISPATCH, EXTENDED, NON_FINITE, part!("permutahedron/pointwise.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, OPERATION, ORDERED, COUNTED],
};

/// Sums of rows, and of products of two.
pub(crate) static ROW_DOTS: Shader = Shader {
    name: "permutahedron/row_dots",
    parts: &[DISPATCH, part!("permutahedron/row_dots.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP, PRODUCTS],
};

/// Spearman's coefficient from sums.
pub(crate) static CORRELATION: Shader = Shader {
    name: "permutahedron/correlation",
    parts: &[DISPATCH, NON_FINITE, part!("permutahedron/correlation.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, COUNTED],
};

/// Hard ranks.
pub(crate) static RANK: Shader = Shader {
    name: "permutahedron/rank",
    parts: &[DISPATCH, NON_FINITE, part!("permutahedron/rank.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, COUNTED, AVERAGE],
};

/// Sums over rows.
pub(crate) static SUM_ROWS: Shader = Shader {
    name: "permutahedron/sum_rows",
    parts: &[DISPATCH, part!("permutahedron/sum_rows.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP],
};

/// All of them.
pub(crate) static ALL: &[&Shader] = &[
    &OWN_PROJECT,
    &SHORT_PROJECT,
    &SHORT_PROJECT_IN_TEXELS,
    &SHORT_MEANS,
    &SHORT_MEANS_OF_TEXELS,
    &PROJECT[0],
    &PROJECT[1],
    &PROJECT[2],
    &SUMS,
    &POOL,
    &POSITIONS[0],
    &POSITIONS[1],
    &POSITIONS[2],
    &WALKS,
    &TILE[0],
    &TILE[1],
    &TILE[2],
    &TILE_IN_ARRAYS[0],
    &TILE_IN_ARRAYS[1],
    &TILE_IN_ARRAYS[2],
    &BRIDGE[0],
    &BRIDGE[1],
    &BRIDGE[2],
    &JOIN[0],
    &JOIN[1],
    &JOIN[2],
    &SPREAD[0],
    &SPREAD[1],
    &SPREAD[2],
    &BLOCK_MEANS,
    &BLOCK_MEANS_OF_TEXELS,
    &TILE_MEANS,
    &POINTWISE,
    &ROW_DOTS,
    &CORRELATION,
    &RANK,
    &SUM_ROWS,
];
