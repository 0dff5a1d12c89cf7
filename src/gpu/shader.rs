//! The registry: every compute shader of the crate, and the parts that each is put together from.
//!
//! A shader's text is its parts one after the other; `override` constants make its variants. The tests
//! parse and validate every shader under every combination of the constants' values listed here.

/// One file of WGSL.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Path below `shaders/`.
    pub path: &'static str,
    /// The text.
    pub source: &'static str,
}

/// How a shader uses a storage buffer, or what else it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// `var<storage, read>`
    Read,
    /// `var<storage, read_write>`
    ReadWrite,
    /// `texture_2d<f32>`, see `shaders/shared/texels.wgsl`
    Texels,
    /// `texture_storage_2d<rgba32float, read_write>`, likewise
    ReadWriteTexels,
}

/// An `override` constant.
#[derive(Debug, Clone, Copy)]
pub struct Constant {
    /// Its name in the shader.
    pub name: &'static str,
    /// Every value that the crate asks for.
    pub values: &'static [u32],
}

/// A compute shader with the entry point `main`.
///
/// Group 0 holds textures and storage buffers in the order of `bindings`, then the parameters as a uniform buffer.
#[derive(Debug)]
pub struct Shader {
    /// The kernel's name, as profiles and error messages show it.
    pub name: &'static str,
    /// The parts, in order. A [`SLOT`] among them stands for one of `fills`.
    pub parts: &'static [Part],
    /// What may take the place of the slot; empty for a shader without one.
    pub fills: &'static [&'static [Part]],
    /// The textures and storage buffers.
    pub bindings: &'static [Access],
    /// The `override` constants.
    pub constants: &'static [Constant],
}

/// The place in a shader's list of parts that is filled with what a call chooses, such as a cost.
pub const SLOT: Part = Part { path: "", source: "" };

impl Shader {
    /// The whole text, with `fill` in the place of the slot.
    #[must_use]
    pub fn source(&self, fill: &str) -> String {
        let text = |part: &Part| if part.path.is_empty() { fill.to_owned() } else { part.source.to_owned() };
        self.parts.iter().map(text).collect::<Vec<_>>().join("\n")
    }
}

/// The text of several parts.
#[must_use]
pub fn joined(parts: &[Part]) -> String {
    parts.iter().map(|part| part.source).collect::<Vec<_>>().join("\n")
}

macro_rules! part {
    ($path:literal) => {
        Part { path: $path, source: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/shaders/", $path)) }
    };
}

use Access::{Read, ReadWrite, ReadWriteTexels, Texels};

const WIDE: Part = part!("shared/wide.wgsl");
const SCALED: Part = part!("shared/scaled.wgsl");
const EXTENDED: Part = part!("shared/extended.wgsl");
const DISPATCH: Part = part!("shared/dispatch.wgsl");
const TEXEL_AT: Part = part!("shared/texels.wgsl");
const COMPONENT: Part = part!("shared/component.wgsl");
const NON_FINITE: Part = part!("shared/non_finite.wgsl");
const PAIR: Part = part!("soft_dtw/pair.wgsl");
const PANEL: Part = part!("soft_dtw/panel.wgsl");
const COST: Part = part!("soft_dtw/cost.wgsl");
const TILE: Part = part!("soft_dtw/tile.wgsl");
const BORDERS: Part = part!("soft_dtw/borders.wgsl");
const IN_BUFFERS: Part = part!("soft_dtw/borders_in_buffers.wgsl");
const IN_TEXELS: Part = part!("soft_dtw/borders_in_texels.wgsl");
const SERIES_IN_BUFFERS: Part = part!("soft_dtw/series_in_buffers.wgsl");
const SERIES_IN_TEXELS: Part = part!("soft_dtw/series_in_texels.wgsl");
const FORWARD: Part = part!("soft_dtw/forward.wgsl");
const BACKWARD: Part = part!("soft_dtw/backward.wgsl");
const EMIT_GRADIENT: Part = part!("soft_dtw/emit_gradient.wgsl");
const EMIT_ALIGNMENT: Part = part!("soft_dtw/emit_alignment.wgsl");
const BETWEEN_SERIES: Part = part!("soft_dtw/costs/between_series.wgsl");
const ROWS_8: Part = part!("soft_dtw/rows_8.wgsl");
const ROWS_16: Part = part!("soft_dtw/rows_16.wgsl");

/// What a cost between elements of series is put into, a caller's own too.
pub(crate) static AROUND_COST: &[Part] = &[BETWEEN_SERIES, ROWS_8];

const SQUARED_COST: Part = part!("soft_dtw/costs/squared.wgsl");

/// The costs of soft-DTW, and the rows of its tiles.
pub(crate) static SQUARED: &[Part] = &[SQUARED_COST, BETWEEN_SERIES, ROWS_8];
pub(crate) static LOG_AUGMENTED: &[Part] = &[part!("soft_dtw/costs/log_augmented.wgsl"), BETWEEN_SERIES, ROWS_8];
pub(crate) static ABSOLUTE: &[Part] = &[part!("soft_dtw/costs/absolute.wgsl"), BETWEEN_SERIES, ROWS_8];
pub(crate) static COSINE: &[Part] = &[part!("soft_dtw/costs/cosine.wgsl"), BETWEEN_SERIES, ROWS_8];
pub(crate) static GIVEN: &[Part] = &[part!("soft_dtw/costs/given.wgsl"), ROWS_8];
pub(crate) static SQUARED_HIGH: &[Part] = &[SQUARED_COST, BETWEEN_SERIES, ROWS_16];

const SERIES_COSTS: &[&[Part]] = &[SQUARED, LOG_AUGMENTED, ABSOLUTE, COSINE];
const COSTS: &[&[Part]] = &[SQUARED, LOG_AUGMENTED, ABSOLUTE, COSINE, GIVEN];
/// What the kernels take that there are for high tiles too.
const FORWARD_COSTS: &[&[Part]] = &[SQUARED, LOG_AUGMENTED, ABSOLUTE, COSINE, GIVEN, SQUARED_HIGH];
const GRADIENT_COSTS: &[&[Part]] = &[SQUARED, LOG_AUGMENTED, ABSOLUTE, COSINE, SQUARED_HIGH];

const KEY: Part = part!("segmented/key.wgsl");
const SOURCE: Part = part!("segmented/source.wgsl");
const SOURCE_IN_BUFFERS: Part = part!("segmented/source_in_buffers.wgsl");
const SOURCE_IN_TEXELS: Part = part!("segmented/source_in_texels.wgsl");
const SINK: Part = part!("segmented/sink.wgsl");
const KEEP_IN_BUFFERS: Part = part!("segmented/keep_in_buffers.wgsl");
const KEEP_FOR_TEXELS: Part = part!("segmented/keep_for_texels.wgsl");
const COMPARATORS_WHOLE: Part = part!("segmented/comparators_whole.wgsl");
const NETWORK: Part = part!("segmented/network.wgsl");
const DIGIT: Part = part!("segmented/digit.wgsl");
const WORKGROUP_SUM: Part = part!("segmented/workgroup_sum.wgsl");

const FLAG: &[u32] = &[0, 1];
const WORKGROUP: Constant = Constant { name: "WORKGROUP", values: &[8, 64] };
const WORKGROUP_OF_8: Constant = Constant { name: "WORKGROUP", values: &[8] };
const WORKGROUP_OF_64: Constant = Constant { name: "WORKGROUP", values: &[64] };
const WORKGROUP_OF_128: Constant = Constant { name: "WORKGROUP", values: &[128] };
/// As many as the tile of a product needs.
const WORKGROUP_OF_TILE: Constant = Constant { name: "WORKGROUP", values: &[64, 128, 256] };
const WORKGROUP_OF_256: Constant = Constant { name: "WORKGROUP", values: &[256] };
const LANES: Constant = Constant { name: "LANES", values: &[1, 2, 4, 8, 16, 32, 64] };
const LANES_OF_8: Constant = Constant { name: "LANES", values: &[1, 2, 4, 8] };
const ALL_PAIRS: Constant = Constant { name: "ALL_PAIRS", values: FLAG };
const LISTED: Constant = Constant { name: "LISTED", values: FLAG };
const BAND: Constant = Constant { name: "BAND", values: FLAG };
const UNIVARIATE: Constant = Constant { name: "UNIVARIATE", values: FLAG };
const PADDED: Constant = Constant { name: "PADDED", values: FLAG };
const TANGENT: Constant = Constant { name: "TANGENT", values: FLAG };
const DIRECTION: Constant = Constant { name: "DIRECTION", values: FLAG };
const MEAN: Constant = Constant { name: "MEAN", values: FLAG };
const CHECKPOINTS: Constant = Constant { name: "CHECKPOINTS", values: FLAG };
const ENDS: Constant = Constant { name: "ENDS", values: FLAG };
const COTANGENT: Constant = Constant { name: "COTANGENT", values: FLAG };
const STEPS: Constant = Constant { name: "STEPS", values: FLAG };
const DIVERGENCE: Constant = Constant { name: "DIVERGENCE", values: FLAG };
const FIRST: Constant = Constant { name: "FIRST", values: FLAG };
const COLUMNS: Constant = Constant { name: "COLUMNS", values: &[1, 2, 4] };
const COLUMNS_OF_4: Constant = Constant { name: "COLUMNS", values: &[4] };
const BY_FOUR: Constant = Constant { name: "BY_FOUR", values: FLAG };
const SIZE: Constant = Constant { name: "SIZE", values: &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048] };
const LENGTHS: Constant = Constant { name: "LENGTHS", values: FLAG };
const LAST: Constant = Constant { name: "LAST", values: FLAG };
const VALUES: Constant = Constant { name: "VALUES", values: FLAG };
const ORDER: Constant = Constant { name: "ORDER", values: FLAG };
const MASKED: Constant = Constant { name: "MASKED", values: FLAG };
const BACK: Constant = Constant { name: "BACK", values: FLAG };
const COUNTED: Constant = Constant { name: "COUNTED", values: FLAG };

/// A kernel of the soft recursion, twice: with borders of tiles in buffers, and for software drivers with borders and series in textures.
macro_rules! soft_recursion {
    (
        $(#[$doc:meta])*
        $in_buffers:ident, $in_texels:ident, $name:literal,
        parts: [$($part:expr),*], fills: $fills:expr, outputs: [$($output:expr),*], constants: [$($constant:expr),*]
    ) => {
        $(#[$doc])*
        pub static $in_buffers: Shader = Shader {
            name: $name,
            parts: &[
                DISPATCH, EXTENDED, PAIR, PANEL, SLOT, COST, TILE, BORDERS, IN_BUFFERS, SERIES_IN_BUFFERS, $($part),*
            ],
            fills: $fills,
            bindings: &[Read, Read, Read, Read, ReadWrite, ReadWrite, $($output),*],
            constants: &[
                WORKGROUP, LANES, UNIVARIATE, LISTED, BAND, PADDED, TANGENT, DIRECTION, MEAN, $($constant),*
            ],
        };

        $(#[$doc])*
        ///
        /// With borders and series in textures.
        pub static $in_texels: Shader = Shader {
            name: concat!($name, "_in_texels"),
            parts: &[
                DISPATCH, EXTENDED, PAIR, PANEL, SLOT, COST, TILE, TEXEL_AT, BORDERS, IN_TEXELS, SERIES_IN_TEXELS, $($part),*
            ],
            fills: $fills,
            bindings: &[Read, Read, Read, Read, ReadWriteTexels, ReadWriteTexels, $($output),*],
            constants: &[
                WORKGROUP_OF_8, LANES_OF_8, UNIVARIATE, LISTED, BAND, PADDED, TANGENT, DIRECTION, MEAN, $($constant),*
            ],
        };
    };
}

soft_recursion! {
    /// Soft-DTW, forward.
    SOFT_DTW_FORWARD, SOFT_DTW_FORWARD_IN_TEXELS, "soft_dtw/forward",
    parts: [FORWARD], fills: FORWARD_COSTS, outputs: [ReadWrite], constants: [CHECKPOINTS]
}

soft_recursion! {
    /// Soft-DTW, backward: gradients in both series.
    SOFT_DTW_GRADIENT, SOFT_DTW_GRADIENT_IN_TEXELS, "soft_dtw/gradient",
    parts: [BACKWARD, EMIT_GRADIENT], fills: GRADIENT_COSTS, outputs: [ReadWrite, ReadWrite], constants: []
}

soft_recursion! {
    /// Soft-DTW, backward: the expected alignment, the Hessian product, or the gradient in the costs.
    SOFT_DTW_ALIGNMENT, SOFT_DTW_ALIGNMENT_IN_TEXELS, "soft_dtw/alignment",
    parts: [BACKWARD, EMIT_ALIGNMENT], fills: COSTS, outputs: [ReadWrite], constants: []
}

/// Soft-DTW: series as entries of four elements, for kernels with borders in textures.
pub static SOFT_DTW_PACK: Shader = Shader {
    name: "soft_dtw/pack",
    parts: &[DISPATCH, TEXEL_AT, part!("soft_dtw/pack.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWriteTexels],
    constants: &[WORKGROUP_OF_64],
};

/// DTW (gamma 0), forward, with the steps of the best path.
pub static DTW_FORWARD: Shader = Shader {
    name: "soft_dtw/hard_forward",
    parts: &[DISPATCH, PAIR, PANEL, SLOT, COST, SERIES_IN_BUFFERS, part!("soft_dtw/hard_forward.wgsl")],
    fills: COSTS,
    bindings: &[Read, Read, Read, ReadWrite, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, LANES, UNIVARIATE, LISTED, BAND, PADDED, STEPS],
};

/// DTW (gamma 0), backward along the best path: gradients in both series.
pub static DTW_GRADIENT: Shader = Shader {
    name: "soft_dtw/hard_gradient",
    parts: &[
        DISPATCH,
        PAIR,
        SLOT,
        SERIES_IN_BUFFERS,
        part!("soft_dtw/hard_trace.wgsl"),
        part!("soft_dtw/hard_emit_gradient.wgsl"),
    ],
    fills: SERIES_COSTS,
    bindings: &[Read, Read, Read, Read, Read, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, LANES, UNIVARIATE, LISTED, BAND],
};

/// DTW (gamma 0), backward along the best path: the alignment as zeros and ones.
pub static DTW_ALIGNMENT: Shader = Shader {
    name: "soft_dtw/hard_alignment",
    parts: &[DISPATCH, ROWS_8, PAIR, part!("soft_dtw/hard_trace.wgsl"), part!("soft_dtw/hard_emit_alignment.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, LANES, LISTED, BAND],
};

/// All pairs: sums the gradients of pairs over one of the two sides.
pub static SOFT_DTW_SUM_PAIRS: Shader = Shader {
    name: "soft_dtw/sum_pairs",
    parts: &[DISPATCH, part!("soft_dtw/sum_pairs.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP],
};

/// Listed pairs: sums the gradients of pairs for each series of one side.
pub static SOFT_DTW_SUM_LISTED: Shader = Shader {
    name: "soft_dtw/sum_listed",
    parts: &[DISPATCH, part!("soft_dtw/sum_listed.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP],
};

/// Mean cost of all pairs: moments of series under the mean of all alignments.
pub static MEAN_MOMENTS: Shader = Shader {
    name: "soft_dtw/mean_moments",
    parts: &[DISPATCH, part!("soft_dtw/mean_moments.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP],
};

/// Mean cost of all pairs, as a matrix product.
pub static MEAN_VALUES: Shader = Shader {
    name: "soft_dtw/mean_values",
    parts: &[DISPATCH, part!("soft_dtw/mean_values.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP, ENDS],
};

/// Mean cost of all pairs: the gradient in one side, as a matrix product.
pub static MEAN_GRADIENT: Shader = Shader {
    name: "soft_dtw/mean_gradient",
    parts: &[DISPATCH, part!("soft_dtw/mean_gradient.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, COTANGENT],
};

/// Values of a kind from what the recursions end with.
pub static SOFT_DTW_COMBINE: Shader = Shader {
    name: "soft_dtw/combine",
    parts: &[DISPATCH, part!("soft_dtw/combine.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, LISTED, ALL_PAIRS, DIVERGENCE],
};

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
const EMIT: Part = part!("permutahedron/emit.wgsl");
const RECORDS: Part = part!("permutahedron/records.wgsl");
const L2: Part = part!("permutahedron/l2.wgsl");
const KL: Part = part!("permutahedron/kl.wgsl");
const KL_POSITIONS: Part = part!("permutahedron/kl_positions.wgsl");

/// The regularizations of projections onto the permutahedron; for rows over several tiles with sums over parts of them.
pub(crate) static PERMUTAHEDRON_L2: &[Part] = &[WIDE, L2];
pub(crate) static PERMUTAHEDRON_L2_FOLDS: &[Part] = &[WIDE, L2, part!("permutahedron/l2_folds.wgsl")];
pub(crate) static PERMUTAHEDRON_KL: &[Part] = &[WIDE, SCALED, KL_POSITIONS, KL];
pub(crate) static PERMUTAHEDRON_KL_FOLDS: &[Part] =
    &[WIDE, SCALED, KL_POSITIONS, KL, part!("permutahedron/kl_folds.wgsl")];
pub(crate) static PERMUTAHEDRON_KL_POSITIONS: &[Part] = &[WIDE, KL_POSITIONS];

const SCALED_PRODUCTS: Part = part!("shared/scaled_products.wgsl");
const ISOTONIC: Part = part!("permutahedron/isotonic.wgsl");
const ISOTONIC_FOLDS: Part = part!("permutahedron/isotonic_folds.wgsl");
const WEIGHTED: Part = part!("permutahedron/isotonic_l2.wgsl");
const LOGARITHMIC: Part = part!("permutahedron/isotonic_kl.wgsl");

/// The same for isotonic regression of rows in any order.
pub(crate) static ISOTONIC_L2: &[Part] = &[SCALED, SCALED_PRODUCTS, ISOTONIC, WEIGHTED];
pub(crate) static ISOTONIC_L2_FOLDS: &[Part] = &[SCALED, SCALED_PRODUCTS, ISOTONIC, WEIGHTED, ISOTONIC_FOLDS];
pub(crate) static ISOTONIC_KL: &[Part] = &[SCALED, ISOTONIC, LOGARITHMIC];
pub(crate) static ISOTONIC_KL_FOLDS: &[Part] = &[SCALED, ISOTONIC, LOGARITHMIC, ISOTONIC_FOLDS];

const REGULARIZATIONS: &[&[Part]] = &[PERMUTAHEDRON_L2, PERMUTAHEDRON_KL, ISOTONIC_L2, ISOTONIC_KL];
const FOLDED_REGULARIZATIONS: &[&[Part]] =
    &[PERMUTAHEDRON_L2_FOLDS, PERMUTAHEDRON_KL_FOLDS, ISOTONIC_L2_FOLDS, ISOTONIC_KL_FOLDS];

/// The regularizations of rows that an invocation fits alone, by sums in textures.
pub(crate) static PERMUTAHEDRON_SUMS_L2: &[Part] = &[part!("permutahedron/sums_l2.wgsl")];
pub(crate) static PERMUTAHEDRON_SUMS_KL: &[Part] = &[FALLING, part!("permutahedron/sums_kl.wgsl")];
pub(crate) static PERMUTAHEDRON_POOL_L2: &[Part] = &[part!("permutahedron/pool_l2.wgsl")];
pub(crate) static PERMUTAHEDRON_POOL_KL: &[Part] = &[FALLING, part!("permutahedron/pool_kl.wgsl")];

const ONE_OR_EIGHT_LANES: Constant = Constant { name: "LANES", values: &[1, 8] };
const EIGHT_LANES: Constant = Constant { name: "LANES", values: &[8] };
const ONE_LANE: Constant = Constant { name: "LANES", values: &[1] };
const ROW_LANES: Constant = Constant { name: "LANES", values: &[1, 2, 4, 8, 16, 32, 64] };
const S: Constant = Constant { name: "S", values: &[0, 1] };
const W: Constant = Constant { name: "W", values: &[0, 1, 2] };
const KEYS: Constant = Constant { name: "KEYS", values: &[0, 1, 2] };
const ORDERED: Constant = Constant { name: "ORDERED", values: FLAG };
const PASS: Constant = Constant { name: "PASS", values: &[0, 1, 2, 3] };
const MODE: Constant = Constant { name: "MODE", values: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] };
const OPERATION: Constant = Constant { name: "MODE", values: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9] };
const PRODUCTS: Constant = Constant { name: "PRODUCTS", values: FLAG };
const AVERAGE: Constant = Constant { name: "AVERAGE", values: FLAG };
const IN_ORDERED: Constant = Constant { name: "IN_ORDERED", values: FLAG };
const OUT_ORDERED: Constant = Constant { name: "OUT_ORDERED", values: FLAG };
const ONE_ORDER: Constant = Constant { name: "ONE_ORDER", values: FLAG };
const FINITE: Constant = Constant { name: "FINITE", values: FLAG };

const SHORT_BY_ONE: Part = part!("permutahedron/short_by_one.wgsl");
const SHORT_BY_FOUR: Part = part!("permutahedron/short_by_four.wgsl");
const SHORT_STORE_BY_ONE: Part = part!("permutahedron/short_store_by_one.wgsl");
const SHORT_STORE_BY_FOUR: Part = part!("permutahedron/short_store_by_four.wgsl");
const SHORT_L2: Part = part!("permutahedron/short_l2.wgsl");
const SHORT_KL: Part = part!("permutahedron/short_kl.wgsl");

const SHORT_ITEMS: Part = part!("permutahedron/short_items.wgsl");
const SHORT_KEYS: Part = part!("permutahedron/short_keys.wgsl");

const SHORT_BY_TEXELS: Part = part!("permutahedron/short_by_texels.wgsl");

/// The regularizations of short rows that begin anywhere, and of those that begin at multiples of four elements; for L2 without the order too.
pub(crate) static PERMUTAHEDRON_SHORT_L2: [&[Part]; 2] = [
    &[SHORT_BY_ONE, SHORT_STORE_BY_ONE, SHORT_ITEMS, SHORT_L2],
    &[SHORT_BY_FOUR, SHORT_STORE_BY_FOUR, SHORT_ITEMS, SHORT_L2],
];
pub(crate) static PERMUTAHEDRON_SHORT_L2_KEYS: [&[Part]; 2] = [
    &[SHORT_BY_ONE, SHORT_STORE_BY_ONE, SHORT_KEYS, SHORT_L2],
    &[SHORT_BY_FOUR, SHORT_STORE_BY_FOUR, SHORT_KEYS, SHORT_L2],
];
pub(crate) static PERMUTAHEDRON_SHORT_KL: [&[Part]; 2] = [
    &[SHORT_BY_ONE, SHORT_STORE_BY_ONE, SHORT_ITEMS, SHORT_KL],
    &[SHORT_BY_FOUR, SHORT_STORE_BY_FOUR, SHORT_ITEMS, SHORT_KL],
];

/// The same of rows that begin at multiples of four elements, in a texture.
pub(crate) static PERMUTAHEDRON_SHORT_L2_IN_TEXELS: &[Part] =
    &[SHORT_BY_TEXELS, SHORT_STORE_BY_FOUR, SHORT_ITEMS, SHORT_L2];
pub(crate) static PERMUTAHEDRON_SHORT_L2_KEYS_IN_TEXELS: &[Part] =
    &[SHORT_BY_TEXELS, SHORT_STORE_BY_FOUR, SHORT_KEYS, SHORT_L2];
pub(crate) static PERMUTAHEDRON_SHORT_KL_IN_TEXELS: &[Part] =
    &[SHORT_BY_TEXELS, SHORT_STORE_BY_FOUR, SHORT_ITEMS, SHORT_KL];

const DERIVATIVE: Constant = Constant { name: "DERIVATIVE", values: FLAG };
const SHORT_MODE: Constant = Constant { name: "MODE", values: &[0, 1, 2] };

/// Soft ranks and soft sorts of short rows in one pass.
pub static PERMUTAHEDRON_SHORT_PROJECT: Shader = Shader {
    name: "permutahedron/short_project",
    parts: &[
        DISPATCH,
        EXTENDED,
        NON_FINITE,
        KEY,
        COMPARATORS_WHOLE,
        NETWORK,
        SLOT,
        part!("permutahedron/short_row.wgsl"),
        part!("permutahedron/short_fit.wgsl"),
        part!("permutahedron/short_project.wgsl"),
    ],
    fills: &[
        PERMUTAHEDRON_SHORT_L2[0],
        PERMUTAHEDRON_SHORT_L2[1],
        PERMUTAHEDRON_SHORT_L2_KEYS[0],
        PERMUTAHEDRON_SHORT_L2_KEYS[1],
        PERMUTAHEDRON_SHORT_KL[0],
        PERMUTAHEDRON_SHORT_KL[1],
    ],
    bindings: &[Read, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_8, COLUMNS, W, DERIVATIVE],
};

/// The same of rows in a texture.
pub static PERMUTAHEDRON_SHORT_PROJECT_IN_TEXELS: Shader = Shader {
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
        part!("permutahedron/short_row.wgsl"),
        part!("permutahedron/short_fit.wgsl"),
        part!("permutahedron/short_project.wgsl"),
    ],
    fills: &[PERMUTAHEDRON_SHORT_L2_IN_TEXELS, PERMUTAHEDRON_SHORT_L2_KEYS_IN_TEXELS, PERMUTAHEDRON_SHORT_KL_IN_TEXELS],
    bindings: &[ReadWriteTexels, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_8, COLUMNS, W, DERIVATIVE],
};

/// How rows of [`PERMUTAHEDRON_SHORT_MEANS`] begin, likewise.
pub(crate) static PERMUTAHEDRON_SHORT_MEANS_ROWS: [&[Part]; 2] = [
    &[part!("permutahedron/short_means_by_one.wgsl"), SHORT_STORE_BY_ONE],
    &[part!("permutahedron/short_means_by_four.wgsl"), SHORT_STORE_BY_FOUR],
];

/// Derivatives of soft ranks and soft sorts of short rows.
pub static PERMUTAHEDRON_SHORT_MEANS: Shader = Shader {
    name: "permutahedron/short_means",
    parts: &[DISPATCH, NON_FINITE, SLOT, part!("permutahedron/short_means.wgsl")],
    fills: &PERMUTAHEDRON_SHORT_MEANS_ROWS,
    bindings: &[Read, Read, Read, ReadWrite, Read],
    constants: &[WORKGROUP_OF_8, COLUMNS, SHORT_MODE, IN_ORDERED, OUT_ORDERED],
};

/// The same of what is in textures.
pub static PERMUTAHEDRON_SHORT_MEANS_OF_TEXELS: Shader = Shader {
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

/// Projections onto the permutahedron.
pub static PERMUTAHEDRON_PROJECT: Shader = Shader {
    name: "permutahedron/project",
    parts: &[
        DISPATCH,
        EXTENDED,
        NON_FINITE,
        ROW,
        ROW_IN_BUFFERS,
        BLOCKS_IN_BUFFERS,
        SLOT,
        FIT,
        EMIT,
        ORDER_IN_BUFFERS,
        part!("permutahedron/project.wgsl"),
    ],
    fills: REGULARIZATIONS,
    bindings: &[Read, Read, Read, Read, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, ROW_LANES, S, W, KEYS, COUNTED, ORDERED],
};

/// Projections onto the permutahedron. In textures.
pub static PERMUTAHEDRON_PROJECT_IN_TEXELS: Shader = Shader {
    name: "permutahedron/project_in_texels",
    parts: &[
        DISPATCH,
        TEXEL_AT,
        COMPONENT,
        EXTENDED,
        NON_FINITE,
        ROW,
        ROW_IN_TEXELS,
        BLOCKS_IN_TEXELS,
        SLOT,
        FIT,
        EMIT,
        ORDER_IN_TEXELS,
        part!("permutahedron/project.wgsl"),
    ],
    fills: &[PERMUTAHEDRON_L2, PERMUTAHEDRON_KL],
    bindings: &[ReadWriteTexels, ReadWriteTexels, ReadWriteTexels, Read, ReadWriteTexels, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_8, ONE_OR_EIGHT_LANES, S, W, KEYS, COUNTED, ORDERED],
};

/// Rows that an invocation fits alone: sums from each element on.
pub static PERMUTAHEDRON_SUMS: Shader = Shader {
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
    fills: &[PERMUTAHEDRON_SUMS_L2, PERMUTAHEDRON_SUMS_KL],
    bindings: &[ReadWriteTexels, ReadWriteTexels, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_8, ONE_LANE, S, W, KEYS, COUNTED],
};

/// Rows that an invocation fits alone: pooled by those sums.
pub static PERMUTAHEDRON_POOL: Shader = Shader {
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
        part!("permutahedron/pool.wgsl"),
    ],
    fills: &[PERMUTAHEDRON_POOL_L2, PERMUTAHEDRON_POOL_KL],
    bindings: &[ReadWriteTexels, ReadWriteTexels, ReadWriteTexels, ReadWriteTexels, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_8, ONE_LANE, S, W, KEYS, COUNTED, ORDERED],
};

/// Rows over several tiles: how far each tile goes down its sequences.
pub static PERMUTAHEDRON_POSITIONS: Shader = Shader {
    name: "permutahedron/positions",
    parts: &[DISPATCH, EXTENDED, NON_FINITE, ROW, ROW_IN_BUFFERS, SLOT, part!("permutahedron/positions.wgsl")],
    fills: &[PERMUTAHEDRON_KL_POSITIONS],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, ROW_LANES, S, W, KEYS, COUNTED],
};

/// Rows over several tiles: how far each tile goes down its sequences. In textures.
pub static PERMUTAHEDRON_POSITIONS_IN_TEXELS: Shader = Shader {
    name: "permutahedron/positions_in_texels",
    parts: &[
        DISPATCH,
        TEXEL_AT,
        COMPONENT,
        EXTENDED,
        NON_FINITE,
        ROW,
        ROW_IN_TEXELS,
        SLOT,
        part!("permutahedron/positions.wgsl"),
    ],
    fills: &[PERMUTAHEDRON_KL_POSITIONS],
    bindings: &[ReadWriteTexels, ReadWriteTexels, Read, ReadWrite],
    constants: &[WORKGROUP_OF_8, EIGHT_LANES, S, W, KEYS, COUNTED],
};

/// Rows over several tiles: the fit of each tile.
pub static PERMUTAHEDRON_TILE: Shader = Shader {
    name: "permutahedron/tile",
    parts: &[
        DISPATCH,
        EXTENDED,
        NON_FINITE,
        ROW,
        ROW_IN_BUFFERS,
        BLOCKS_IN_BUFFERS,
        SLOT,
        FIT,
        RECORDS,
        part!("permutahedron/tile.wgsl"),
    ],
    fills: FOLDED_REGULARIZATIONS,
    bindings: &[Read, Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, ROW_LANES, S, W, KEYS, COUNTED],
};

/// Rows over several tiles: the fit of each tile. In textures.
pub static PERMUTAHEDRON_TILE_IN_TEXELS: Shader = Shader {
    name: "permutahedron/tile_in_texels",
    parts: &[
        DISPATCH,
        TEXEL_AT,
        COMPONENT,
        EXTENDED,
        NON_FINITE,
        ROW,
        ROW_IN_TEXELS,
        BLOCKS_IN_TEXELS,
        SLOT,
        FIT,
        RECORDS,
        part!("permutahedron/tile.wgsl"),
    ],
    fills: &[PERMUTAHEDRON_L2_FOLDS, PERMUTAHEDRON_KL_FOLDS],
    bindings: &[ReadWriteTexels, ReadWriteTexels, Read, Read, ReadWriteTexels, ReadWrite],
    constants: &[WORKGROUP_OF_8, EIGHT_LANES, S, W, KEYS, COUNTED],
};

/// Rows over several tiles: the fits of neighbours merged.
pub static PERMUTAHEDRON_BRIDGE: Shader = Shader {
    name: "permutahedron/bridge",
    parts: &[
        DISPATCH,
        EXTENDED,
        NON_FINITE,
        ROW,
        ROW_IN_BUFFERS,
        BLOCKS_IN_BUFFERS,
        SLOT,
        RECORDS,
        part!("permutahedron/bridge.wgsl"),
    ],
    fills: FOLDED_REGULARIZATIONS,
    bindings: &[Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, ROW_LANES, S, W, KEYS, COUNTED],
};

/// Rows over several tiles: the fits of neighbours merged. In textures.
pub static PERMUTAHEDRON_BRIDGE_IN_TEXELS: Shader = Shader {
    name: "permutahedron/bridge_in_texels",
    parts: &[
        DISPATCH,
        TEXEL_AT,
        COMPONENT,
        EXTENDED,
        NON_FINITE,
        ROW,
        ROW_IN_TEXELS,
        BLOCKS_IN_TEXELS,
        SLOT,
        RECORDS,
        part!("permutahedron/bridge.wgsl"),
    ],
    fills: &[PERMUTAHEDRON_L2_FOLDS, PERMUTAHEDRON_KL_FOLDS],
    bindings: &[ReadWriteTexels, ReadWriteTexels, Read, ReadWrite, ReadWriteTexels],
    constants: &[WORKGROUP_OF_8, EIGHT_LANES, S, W, KEYS, COUNTED],
};

/// Rows over several tiles: the values.
pub static PERMUTAHEDRON_SPREAD: Shader = Shader {
    name: "permutahedron/spread",
    parts: &[
        DISPATCH,
        EXTENDED,
        NON_FINITE,
        ROW,
        ROW_IN_BUFFERS,
        BLOCKS_IN_BUFFERS,
        SLOT,
        EMIT,
        ORDER_IN_BUFFERS,
        RECORDS,
        part!("permutahedron/spread.wgsl"),
    ],
    fills: FOLDED_REGULARIZATIONS,
    bindings: &[Read, Read, Read, Read, ReadWrite, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, ROW_LANES, S, W, KEYS, COUNTED, ORDERED],
};

/// Rows over several tiles: the values. In textures.
pub static PERMUTAHEDRON_SPREAD_IN_TEXELS: Shader = Shader {
    name: "permutahedron/spread_in_texels",
    parts: &[
        DISPATCH,
        TEXEL_AT,
        COMPONENT,
        EXTENDED,
        NON_FINITE,
        ROW,
        ROW_IN_TEXELS,
        BLOCKS_IN_TEXELS,
        SLOT,
        EMIT,
        ORDER_IN_TEXELS,
        RECORDS,
        part!("permutahedron/spread.wgsl"),
    ],
    fills: &[PERMUTAHEDRON_L2_FOLDS, PERMUTAHEDRON_KL_FOLDS],
    bindings: &[
        ReadWriteTexels,
        ReadWriteTexels,
        ReadWriteTexels,
        Read,
        ReadWriteTexels,
        ReadWrite,
        ReadWrite,
        ReadWrite,
    ],
    constants: &[WORKGROUP_OF_8, EIGHT_LANES, S, W, KEYS, COUNTED, ORDERED],
};

const BLOCK_MEANS: Part = part!("permutahedron/block_means.wgsl");

/// Projections onto the permutahedron: their derivatives.
pub static PERMUTAHEDRON_BLOCK_MEANS: Shader = Shader {
    name: "permutahedron/block_means",
    parts: &[DISPATCH, EXTENDED, NON_FINITE, part!("permutahedron/means_of_buffers.wgsl"), BLOCK_MEANS],
    fills: &[],
    bindings: &[Read, Read, Read, Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, PASS, MODE, IN_ORDERED, OUT_ORDERED, ONE_ORDER, COUNTED, FINITE],
};

/// The same of what is in textures.
pub static PERMUTAHEDRON_BLOCK_MEANS_OF_TEXELS: Shader = Shader {
    name: "permutahedron/block_means_of_texels",
    parts: &[
        DISPATCH,
        TEXEL_AT,
        COMPONENT,
        EXTENDED,
        NON_FINITE,
        part!("permutahedron/means_of_texels.wgsl"),
        BLOCK_MEANS,
    ],
    fills: &[],
    bindings: &[ReadWriteTexels, ReadWriteTexels, ReadWriteTexels, ReadWriteTexels, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_8, PASS, MODE, IN_ORDERED, OUT_ORDERED, ONE_ORDER, COUNTED, FINITE],
};

/// Steps between sorting, ranking and their derivatives.
pub static PERMUTAHEDRON_POINTWISE: Shader = Shader {
    name: "permutahedron/pointwise",
    parts: &[DISPATCH, EXTENDED, NON_FINITE, part!("permutahedron/pointwise.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, OPERATION, ORDERED, COUNTED],
};

/// Sums of rows, and of products of two.
pub static PERMUTAHEDRON_ROW_DOTS: Shader = Shader {
    name: "permutahedron/row_dots",
    parts: &[DISPATCH, part!("permutahedron/row_dots.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP, PRODUCTS],
};

/// Spearman's coefficient from sums.
pub static PERMUTAHEDRON_CORRELATION: Shader = Shader {
    name: "permutahedron/correlation",
    parts: &[DISPATCH, NON_FINITE, part!("permutahedron/correlation.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, COUNTED],
};

/// Hard ranks.
pub static PERMUTAHEDRON_RANK: Shader = Shader {
    name: "permutahedron/rank",
    parts: &[DISPATCH, NON_FINITE, part!("permutahedron/rank.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, COUNTED, AVERAGE],
};

/// Sums over rows.
pub static PERMUTAHEDRON_SUM_ROWS: Shader = Shader {
    name: "permutahedron/sum_rows",
    parts: &[DISPATCH, part!("permutahedron/sum_rows.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP],
};

pub(crate) const PHILOX: Part = part!("shared/philox.wgsl");
const LOGARITHM: Part = part!("shared/logarithm.wgsl");
pub(crate) const PRODUCT_HALVES: Part = part!("shared/product_halves.wgsl");
pub(crate) const PRODUCT_WIDE: Part = part!("shared/product_wide.wgsl");
const DRAW: Part = part!("perturbed/draw.wgsl");
const NORMAL: Part = part!("perturbed/normal.wgsl");
const GUMBEL: Part = part!("perturbed/gumbel.wgsl");
const CUSTOM: Part = part!("perturbed/custom_noise.wgsl");
const ROW_BY_LANE: Part = part!("perturbed/row_by_lane.wgsl");
const ROW_BY_SUBGROUP: Part = part!("perturbed/row_by_subgroup.wgsl");

/// Noise, on a device with whole numbers of 64 bits or without; [`NORMAL_NOISE`] and so on are indexed by that, and where rows are read eight
/// elements at a time by whether a subgroup shares them.
pub(crate) static NORMAL_NOISE: [&[Part]; 2] = [&[PRODUCT_HALVES, NORMAL], &[PRODUCT_WIDE, NORMAL]];
pub(crate) static GUMBEL_NOISE: [&[Part]; 2] = [&[PRODUCT_HALVES, GUMBEL], &[PRODUCT_WIDE, GUMBEL]];
pub(crate) static NORMAL_ROWS: [[&[Part]; 2]; 2] = [
    [&[PRODUCT_HALVES, NORMAL, ROW_BY_LANE], &[PRODUCT_HALVES, NORMAL, ROW_BY_SUBGROUP]],
    [&[PRODUCT_WIDE, NORMAL, ROW_BY_LANE], &[PRODUCT_WIDE, NORMAL, ROW_BY_SUBGROUP]],
];
pub(crate) static GUMBEL_ROWS: [[&[Part]; 2]; 2] = [
    [&[PRODUCT_HALVES, GUMBEL, ROW_BY_LANE], &[PRODUCT_HALVES, GUMBEL, ROW_BY_SUBGROUP]],
    [&[PRODUCT_WIDE, GUMBEL, ROW_BY_LANE], &[PRODUCT_WIDE, GUMBEL, ROW_BY_SUBGROUP]],
];
/// What follows a caller's own noise.
pub(crate) static CUSTOM_NOISE: [&[Part]; 2] = [&[CUSTOM, PRODUCT_HALVES], &[CUSTOM, PRODUCT_WIDE]];
pub(crate) static CUSTOM_ROWS: [[&[Part]; 2]; 2] = [
    [&[CUSTOM, PRODUCT_HALVES, ROW_BY_LANE], &[CUSTOM, PRODUCT_HALVES, ROW_BY_SUBGROUP]],
    [&[CUSTOM, PRODUCT_WIDE, ROW_BY_LANE], &[CUSTOM, PRODUCT_WIDE, ROW_BY_SUBGROUP]],
];
const NOISES: &[&[Part]] = &[NORMAL_NOISE[0], NORMAL_NOISE[1], GUMBEL_NOISE[0], GUMBEL_NOISE[1]];
const NOISES_BY_ROWS: &[&[Part]] = &[
    NORMAL_ROWS[0][0],
    NORMAL_ROWS[0][1],
    NORMAL_ROWS[1][0],
    NORMAL_ROWS[1][1],
    GUMBEL_ROWS[0][0],
    GUMBEL_ROWS[0][1],
    GUMBEL_ROWS[1][0],
    GUMBEL_ROWS[1][1],
];

const MULTIPLICATIVE: Constant = Constant { name: "MULTIPLICATIVE", values: FLAG };
const ANTITHETIC: Constant = Constant { name: "ANTITHETIC", values: FLAG };
const SAMPLES: Constant = Constant { name: "SAMPLES", values: &[2, 8] };
const K: Constant = Constant { name: "K", values: &[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] };
const OWN: Constant = Constant { name: "OWN", values: FLAG };
const PLAIN: Constant = Constant { name: "PLAIN", values: FLAG };
const BASED: Constant = Constant { name: "BASED", values: FLAG };
const COUNTS: Constant = Constant { name: "COUNTS", values: FLAG };
const ERROR: Constant = Constant { name: "ERROR", values: FLAG };
const OF: Constant = Constant { name: "OF", values: &[0, 1, 2] };
const DOTS_OF: Constant = Constant { name: "OF", values: &[0, 1, 2, 3] };
const BASELINE: Constant = Constant { name: "MODE", values: &[0, 1, 2, 3] };
const DIVIDED: Constant = Constant { name: "DIVIDED", values: FLAG };
const RANKS: Constant = Constant { name: "RANKS", values: FLAG };

/// Perturbed argmax: the winner of each sample.
pub static PERTURBED_ARGMAX: Shader = Shader {
    name: "perturbed/argmax",
    parts: &[DISPATCH, EXTENDED, NON_FINITE, LOGARITHM, SLOT, PHILOX, DRAW, part!("perturbed/argmax.wgsl")],
    fills: NOISES_BY_ROWS,
    bindings: &[Read, Read, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, MULTIPLICATIVE, ANTITHETIC, SAMPLES, PRODUCTS],
};

/// Perturbed top k: the winners of each sample.
pub static PERTURBED_TOP: Shader = Shader {
    name: "perturbed/top",
    parts: &[DISPATCH, EXTENDED, NON_FINITE, LOGARITHM, SLOT, PHILOX, DRAW, part!("perturbed/top.wgsl")],
    fills: NOISES_BY_ROWS,
    bindings: &[Read, Read, ReadWrite, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, MULTIPLICATIVE, ANTITHETIC, K, PRODUCTS],
};

/// Perturbed parameters in memory.
pub static PERTURBED_PERTURB: Shader = Shader {
    name: "perturbed/perturb",
    parts: &[DISPATCH, EXTENDED, LOGARITHM, SLOT, PHILOX, DRAW, part!("perturbed/perturb.wgsl")],
    fills: NOISES,
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP, MULTIPLICATIVE, ANTITHETIC],
};

/// Scalar products for each sample.
pub static PERTURBED_DOTS: Shader = Shader {
    name: "perturbed/dots",
    parts: &[DISPATCH, EXTENDED, LOGARITHM, SLOT, PHILOX, DRAW, part!("perturbed/dots.wgsl")],
    fills: NOISES,
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, MULTIPLICATIVE, ANTITHETIC, ROW_LANES, DOTS_OF, BASED],
};

/// Sums of scores over samples.
pub static PERTURBED_SCORE_SUMS: Shader = Shader {
    name: "perturbed/score_sums",
    parts: &[DISPATCH, EXTENDED, LOGARITHM, SLOT, PHILOX, DRAW, part!("perturbed/score_sums.wgsl")],
    fills: NOISES_BY_ROWS,
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP, MULTIPLICATIVE, ANTITHETIC, PLAIN],
};

/// Sums of chunks added to sums of rows.
pub static PERTURBED_FOLD: Shader = Shader {
    name: "perturbed/fold",
    parts: &[DISPATCH, part!("perturbed/fold.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP],
};

/// Moments over samples of a number that each has.
pub static PERTURBED_SAMPLE_SUMS: Shader = Shader {
    name: "perturbed/sample_sums",
    parts: &[DISPATCH, part!("perturbed/sample_sums.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP, ANTITHETIC, BASED],
};

/// Moments over samples of solutions.
pub static PERTURBED_SOLUTION_SUMS: Shader = Shader {
    name: "perturbed/solution_sums",
    parts: &[DISPATCH, part!("perturbed/solution_sums.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, ANTITHETIC, OF],
};

/// Means and standard errors.
pub static PERTURBED_MOMENTS: Shader = Shader {
    name: "perturbed/moments",
    parts: &[DISPATCH, NON_FINITE, part!("perturbed/moments.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, COUNTS, ERROR],
};

/// How often each coordinate won.
pub static PERTURBED_COUNT: Shader = Shader {
    name: "perturbed/count",
    parts: &[DISPATCH, part!("perturbed/count.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP, ANTITHETIC],
};

/// What a vector has at the winners.
pub static PERTURBED_PICK: Shader = Shader {
    name: "perturbed/pick",
    parts: &[DISPATCH, part!("perturbed/pick.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, BASED],
};

/// What samples have, added up at the winners.
pub static PERTURBED_SCATTER: Shader = Shader {
    name: "perturbed/scatter",
    parts: &[DISPATCH, part!("perturbed/scatter.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP, OWN],
};

/// Sums over samples made a derivative.
pub static PERTURBED_COMBINE: Shader = Shader {
    name: "perturbed/combine",
    parts: &[DISPATCH, NON_FINITE, part!("perturbed/combine.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, BASELINE, DIVIDED],
};

/// Solutions from orders.
pub static PERTURBED_ORDER_SOLUTION: Shader = Shader {
    name: "perturbed/order_solution",
    parts: &[DISPATCH, NON_FINITE, part!("perturbed/order_solution.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP, RANKS],
};

const GRID_SWEEPS: Part = part!("perturbed/grid_sweeps.wgsl");
const EIGHT: Constant = Constant { name: "EIGHT", values: FLAG };

/// Grids before any vertex is reached.
pub static PERTURBED_GRID_BEGIN: Shader = Shader {
    name: "perturbed/grid_begin",
    parts: &[DISPATCH, NON_FINITE, part!("perturbed/grid_begin.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP],
};

/// Shortest paths on grids: distances.
pub static PERTURBED_GRID_RELAX: Shader = Shader {
    name: "perturbed/grid_relax",
    parts: &[DISPATCH, GRID_SWEEPS, part!("perturbed/grid_relax.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, EIGHT],
};

/// Shortest paths on grids that an invocation holds.
pub static PERTURBED_GRID_SMALL: Shader = Shader {
    name: "perturbed/grid_small",
    parts: &[DISPATCH, NON_FINITE, GRID_SWEEPS, part!("perturbed/grid_small.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP, EIGHT],
};

/// Shortest paths on grids: the paths.
pub static PERTURBED_GRID_PATH: Shader = Shader {
    name: "perturbed/grid_path",
    parts: &[DISPATCH, NON_FINITE, part!("perturbed/grid_path.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP],
};

/// Linear assignments, an invocation to a matrix.
pub static PERTURBED_ASSIGN_BY_INVOCATION: Shader = Shader {
    name: "perturbed/assign_by_invocation",
    parts: &[DISPATCH, NON_FINITE, part!("perturbed/assign_by_invocation.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP],
};

/// Linear assignments, a workgroup to a matrix.
pub static PERTURBED_ASSIGN_BY_WORKGROUP: Shader = Shader {
    name: "perturbed/assign_by_workgroup",
    parts: &[DISPATCH, NON_FINITE, part!("perturbed/assign_by_workgroup.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP_OF_64, Constant { name: "EACH", values: &[1, 2] }],
};

/// Choices within a budget: one coordinate.
pub static PERTURBED_KNAPSACK: Shader = Shader {
    name: "perturbed/knapsack",
    parts: &[DISPATCH, part!("perturbed/knapsack.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, COUNTED],
};

/// Choices within a budget: what is chosen.
pub static PERTURBED_KNAPSACK_PICK: Shader = Shader {
    name: "perturbed/knapsack_pick",
    parts: &[DISPATCH, NON_FINITE, part!("perturbed/knapsack_pick.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, COUNTED],
};

/// The Fenchel-Young loss and its gradient.
pub static PERTURBED_LOSS: Shader = Shader {
    name: "perturbed/loss",
    parts: &[DISPATCH, part!("perturbed/loss.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP],
};

const EXPONENTIAL: Part = part!("shared/exponential.wgsl");
const ACTIVATIONS: Part = part!("shared/activation.wgsl");
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

const ACTIVATION: Constant = Constant { name: "ACTIVATION", values: &[0, 1, 2, 3, 4] };
const TRANSPOSE_A: Constant = Constant { name: "TRANSPOSE_A", values: FLAG };
const TRANSPOSE_B: Constant = Constant { name: "TRANSPOSE_B", values: FLAG };
const BIAS: Constant = Constant { name: "BIAS", values: FLAG };
const ADD_TO: Constant = Constant { name: "ADD", values: FLAG };
const KEEP: Constant = Constant { name: "KEEP", values: FLAG };

/// Products of matrices in textures.
pub static DENSE_PRODUCT_BY_TEXELS: Shader = Shader {
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
pub static DENSE_PRODUCT_BY_WORKGROUP: Shader = Shader {
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
pub static DENSE_PRODUCT_BY_COOPERATIVE_MATRICES: Shader = Shader {
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
pub static DENSE_ROUND: Shader = Shader {
    name: "dense/round",
    parts: &[DISPATCH, part!("dense/round.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// Matrices filled up to whole vectors.
pub static DENSE_PAD: Shader = Shader {
    name: "dense/pad",
    parts: &[DISPATCH, part!("dense/pad.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// Sums of columns.
pub static DENSE_COLUMN_SUMS: Shader = Shader {
    name: "dense/column_sums",
    parts: &[DISPATCH, part!("dense/from_storage.wgsl"), part!("dense/column_sums.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// Sums of columns of a matrix in a texture.
pub static DENSE_COLUMN_SUMS_OF_TEXELS: Shader = Shader {
    name: "dense/column_sums_of_texels",
    parts: &[DISPATCH, TEXEL_AT, part!("dense/from_texels.wgsl"), part!("dense/column_sums.wgsl")],
    fills: &[],
    bindings: &[Texels, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

const VELOCITY: Part = part!("momentum/pair.wgsl");
const RESIDUAL: Constant = Constant { name: "RESIDUAL", values: FLAG };
const REVERSED: Constant = Constant { name: "REVERSED", values: FLAG };
const GRADIENTS: Constant = Constant { name: "GRADIENTS", values: FLAG };
const CHANGE: Constant = Constant { name: "CHANGE", values: &[0, 1, 2, 3] };

/// A layer of a momentum network, forward.
pub static MOMENTUM_STEP: Shader = Shader {
    name: "momentum/step",
    parts: &[DISPATCH, VELOCITY, part!("momentum/step.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64, RESIDUAL],
};

/// A layer of a momentum network, backward, before its function is known.
pub static MOMENTUM_ENTER: Shader = Shader {
    name: "momentum/enter",
    parts: &[DISPATCH, VELOCITY, part!("momentum/enter.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, Read, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64, REVERSED, COTANGENT],
};

/// A layer of a momentum network, backward, once its function is known.
pub static MOMENTUM_LEAVE: Shader = Shader {
    name: "momentum/leave",
    parts: &[DISPATCH, VELOCITY, part!("momentum/leave.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite, ReadWrite, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64, RESIDUAL, CHANGE, GRADIENTS],
};

const FIXED: Part = part!("momentum/fixed.wgsl");

/// States in fixed point.
pub static MOMENTUM_EXACT_BEGIN: Shader = Shader {
    name: "momentum/exact_begin",
    parts: &[DISPATCH, NON_FINITE, FIXED, part!("momentum/exact_begin.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64, RESIDUAL],
};

/// Integers in fixed point as f32.
pub static MOMENTUM_EXACT_VALUES: Shader = Shader {
    name: "momentum/exact_values",
    parts: &[DISPATCH, NON_FINITE, FIXED, part!("momentum/exact_values.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP_OF_64, RESIDUAL],
};

/// A layer of a momentum network in fixed point, forward.
pub static MOMENTUM_EXACT_STEP: Shader = Shader {
    name: "momentum/exact_step",
    parts: &[DISPATCH, NON_FINITE, FIXED, part!("momentum/exact_step.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite, ReadWrite, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64, RESIDUAL],
};

/// A layer of a momentum network in fixed point, backward, before its function is known.
pub static MOMENTUM_EXACT_ENTER: Shader = Shader {
    name: "momentum/exact_enter",
    parts: &[DISPATCH, NON_FINITE, FIXED, part!("momentum/exact_enter.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64, RESIDUAL],
};

/// A layer of a momentum network in fixed point, backward, once its function is known.
pub static MOMENTUM_EXACT_LEAVE: Shader = Shader {
    name: "momentum/exact_leave",
    parts: &[DISPATCH, NON_FINITE, FIXED, part!("momentum/exact_leave.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64, RESIDUAL],
};

const OF_PAIRS: Constant = Constant { name: "OF_PAIRS", values: FLAG };

/// What softmax divides by.
pub static MOMENTUM_SOFTMAX_SUMS: Shader = Shader {
    name: "momentum/softmax_sums",
    parts: &[DISPATCH, NON_FINITE, EXPONENTIAL, part!("momentum/softmax_sums.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP_OF_64, OF_PAIRS],
};

/// The cross-entropy of softmax, and its gradient.
pub static MOMENTUM_CROSS_ENTROPY: Shader = Shader {
    name: "momentum/cross_entropy",
    parts: &[DISPATCH, NON_FINITE, EXPONENTIAL, LOGARITHM, part!("momentum/cross_entropy.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// Half the squared error, and its gradient.
pub static MOMENTUM_HALF_SQUARED: Shader = Shader {
    name: "momentum/half_squared",
    parts: &[DISPATCH, part!("momentum/half_squared.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// Numbers times a factor.
pub static MOMENTUM_SCALE: Shader = Shader {
    name: "momentum/scale",
    parts: &[DISPATCH, part!("momentum/scale.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// A step of gradient descent.
pub static MOMENTUM_SGD: Shader = Shader {
    name: "momentum/sgd",
    parts: &[DISPATCH, part!("momentum/sgd.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// A step of Adam.
pub static MOMENTUM_ADAM: Shader = Shader {
    name: "momentum/adam",
    parts: &[DISPATCH, part!("momentum/adam.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// Products for random words, on a device with whole numbers of 64 bits or without; indexed by that.
pub(crate) static WORD_PRODUCTS: [&[Part]; 2] = [&[PRODUCT_HALVES], &[PRODUCT_WIDE]];

/// Dropout.
pub static MOMENTUM_DROPOUT: Shader = Shader {
    name: "momentum/dropout",
    parts: &[DISPATCH, SLOT, PHILOX, part!("momentum/dropout.wgsl")],
    fills: &[WORD_PRODUCTS[0], WORD_PRODUCTS[1]],
    bindings: &[ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

const CONV: Part = part!("momentum/conv.wgsl");
const CONV_KERNEL: Constant = Constant { name: "KERNEL", values: &[1, 3] };
const FACTOR: Constant = Constant { name: "FACTOR", values: FLAG };

/// Columns of images, for convolutions.
pub static MOMENTUM_CONV_UNFOLD: Shader = Shader {
    name: "momentum/conv_unfold",
    parts: &[DISPATCH, NON_FINITE, EXPONENTIAL, ACTIVATIONS, CONV, part!("momentum/conv_unfold.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP_OF_64, CONV_KERNEL, ACTIVATION],
};

/// Gradients in images, of those in their columns.
pub static MOMENTUM_CONV_FOLD: Shader = Shader {
    name: "momentum/conv_fold",
    parts: &[DISPATCH, NON_FINITE, EXPONENTIAL, ACTIVATIONS, CONV, part!("momentum/conv_fold.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64, CONV_KERNEL, ACTIVATION],
};

/// Sums over the pixels of channels.
pub static MOMENTUM_CONV_CHANNEL_SUMS: Shader = Shader {
    name: "momentum/conv_channel_sums",
    parts: &[DISPATCH, CONV, part!("momentum/conv_channel_sums.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP_OF_64, FACTOR],
};

/// Biases of convolutions.
pub static MOMENTUM_CONV_BIAS: Shader = Shader {
    name: "momentum/conv_bias",
    parts: &[DISPATCH, CONV, part!("momentum/conv_bias.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// States with extra inputs.
pub static MOMENTUM_JOIN: Shader = Shader {
    name: "momentum/join",
    parts: &[DISPATCH, part!("momentum/join.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// Gradients in states and in extra inputs.
pub static MOMENTUM_TAKE_APART: Shader = Shader {
    name: "momentum/take_apart",
    parts: &[DISPATCH, part!("momentum/take_apart.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// Radix sort, a tile of a row to an invocation: how often each digit occurs.
pub static STRETCH_COUNT: Shader = Shader {
    name: "segmented/stretch_count",
    parts: &[DISPATCH, KEY, SOURCE, SOURCE_IN_BUFFERS, DIGIT, part!("segmented/stretch_count.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, FIRST, MASKED],
};

/// Radix sort, a tile of a row to an invocation: sums over tiles.
pub static STRETCH_SCAN: Shader = Shader {
    name: "segmented/stretch_scan",
    parts: &[DISPATCH, DIGIT, part!("segmented/stretch_scan.wgsl")],
    fills: &[],
    bindings: &[ReadWrite],
    constants: &[WORKGROUP],
};

/// Radix sort, a tile of a row to an invocation: elements to their places.
pub static STRETCH_SCATTER: Shader = Shader {
    name: "segmented/stretch_scatter",
    parts: &[
        DISPATCH,
        KEY,
        SOURCE,
        SOURCE_IN_BUFFERS,
        SINK,
        KEEP_IN_BUFFERS,
        DIGIT,
        part!("segmented/stretch_scatter.wgsl"),
    ],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, FIRST, MASKED, LAST, VALUES, ORDER],
};

/// Radix sort, a tile of a row to a workgroup: how often each digit occurs.
pub static TILE_COUNT: Shader = Shader {
    name: "segmented/tile_count",
    parts: &[DISPATCH, KEY, SOURCE, SOURCE_IN_BUFFERS, DIGIT, part!("segmented/tile_count.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP_OF_256, FIRST, MASKED],
};

/// Radix sort, a tile of a row to a workgroup: sums over tiles.
pub static TILE_SCAN: Shader = Shader {
    name: "segmented/tile_scan",
    parts: &[DISPATCH, DIGIT, WORKGROUP_SUM, part!("segmented/tile_scan.wgsl")],
    fills: &[],
    bindings: &[ReadWrite],
    constants: &[WORKGROUP_OF_256],
};

/// Radix sort, a tile of a row to a workgroup: elements to their places.
pub static TILE_SCATTER: Shader = Shader {
    name: "segmented/tile_scatter",
    parts: &[
        DISPATCH,
        KEY,
        SOURCE,
        SOURCE_IN_BUFFERS,
        SINK,
        KEEP_IN_BUFFERS,
        DIGIT,
        WORKGROUP_SUM,
        part!("segmented/tile_scatter.wgsl"),
    ],
    fills: &[],
    bindings: &[Read, Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_256, FIRST, MASKED, LAST, VALUES, ORDER],
};

/// Short rows, several to a workgroup, sorted in its memory.
pub static TILE_SORT: Shader = Shader {
    name: "segmented/tile_sort",
    parts: &[DISPATCH, KEY, SOURCE, SOURCE_IN_BUFFERS, SINK, KEEP_IN_BUFFERS, part!("segmented/tile_sort.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_256, SIZE, FIRST, MASKED, LAST, VALUES, ORDER],
};

/// Short rows: runs that an invocation sorts in registers.
pub static RUN_SORT: Shader = Shader {
    name: "segmented/run_sort",
    parts: &[
        DISPATCH,
        KEY,
        SOURCE,
        SOURCE_IN_BUFFERS,
        SINK,
        KEEP_IN_BUFFERS,
        part!("segmented/comparators.wgsl"),
        NETWORK,
        part!("segmented/run_sort.wgsl"),
    ],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, COLUMNS, FIRST, MASKED, LAST, VALUES, ORDER],
};

/// Short rows: sixteen runs become one.
pub static RUN_MERGE: Shader = Shader {
    name: "segmented/run_merge",
    parts: &[DISPATCH, KEY, SOURCE, SOURCE_IN_BUFFERS, SINK, KEEP_IN_BUFFERS, part!("segmented/run_merge.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, FIRST, MASKED, LAST, VALUES, ORDER],
};

/// Short rows in a texture, an invocation to each run.
pub static RUN_SORT_IN_TEXELS: Shader = Shader {
    name: "segmented/run_sort_in_texels",
    parts: &[
        DISPATCH,
        TEXEL_AT,
        KEY,
        SOURCE,
        SOURCE_IN_TEXELS,
        SINK,
        KEEP_FOR_TEXELS,
        COMPARATORS_WHOLE,
        NETWORK,
        part!("segmented/run_sort_in_texels.wgsl"),
    ],
    fills: &[],
    bindings: &[ReadWriteTexels, Read, Read, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_8, COLUMNS_OF_4, FIRST, MASKED, LAST, VALUES, ORDER, BY_FOUR],
};

/// Runs in a texture, merged by sixteens.
pub static RUN_MERGE_IN_TEXELS: Shader = Shader {
    name: "segmented/run_merge_in_texels",
    parts: &[
        DISPATCH,
        TEXEL_AT,
        KEY,
        SOURCE,
        SOURCE_IN_TEXELS,
        SINK,
        KEEP_FOR_TEXELS,
        part!("segmented/run_merge_in_texels.wgsl"),
    ],
    fills: &[],
    bindings: &[ReadWriteTexels, Read, Read, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_8, FIRST, MASKED, LAST, VALUES, ORDER],
};

/// Radix sort of rows in a texture, a tile of a row to an invocation: how often each digit occurs.
pub static STRETCH_COUNT_IN_TEXELS: Shader = Shader {
    name: "segmented/stretch_count_in_texels",
    parts: &[DISPATCH, TEXEL_AT, KEY, SOURCE, SOURCE_IN_TEXELS, DIGIT, part!("segmented/stretch_count_in_texels.wgsl")],
    fills: &[],
    bindings: &[ReadWriteTexels, Read, Read, ReadWrite],
    constants: &[WORKGROUP_OF_8, FIRST, MASKED],
};

/// Radix sort of rows in a texture, a tile of a row to an invocation: elements to their places.
pub static STRETCH_SCATTER_IN_TEXELS: Shader = Shader {
    name: "segmented/stretch_scatter_in_texels",
    parts: &[
        DISPATCH,
        TEXEL_AT,
        KEY,
        SOURCE,
        SOURCE_IN_TEXELS,
        SINK,
        KEEP_FOR_TEXELS,
        DIGIT,
        part!("segmented/stretch_scatter_in_texels.wgsl"),
    ],
    fills: &[],
    bindings: &[ReadWriteTexels, Read, Read, ReadWriteTexels, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_8, FIRST, MASKED, LAST, VALUES, ORDER],
};

/// Rows put into an order, or back out of it.
pub static PERMUTE: Shader = Shader {
    name: "segmented/permute",
    parts: &[DISPATCH, part!("segmented/permute.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, BACK, COUNTED],
};

/// How many elements of each row take part in the sort.
pub static TAKE_PART: Shader = Shader {
    name: "segmented/take_part",
    parts: &[DISPATCH, part!("segmented/take_part.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, LENGTHS, MASKED],
};

/// Fills a range with zeros.
pub static CLEAR: Shader = Shader {
    name: "clear",
    parts: &[DISPATCH, part!("clear.wgsl")],
    fills: &[],
    bindings: &[ReadWrite],
    constants: &[WORKGROUP],
};

/// Adds one array to another.
pub static ADD: Shader = Shader {
    name: "add",
    parts: &[DISPATCH, part!("add.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP],
};

/// Every shader of the crate.
pub static ALL: &[&Shader] = &[
    &CLEAR,
    &ADD,
    &SOFT_DTW_FORWARD,
    &SOFT_DTW_GRADIENT,
    &SOFT_DTW_ALIGNMENT,
    &SOFT_DTW_FORWARD_IN_TEXELS,
    &SOFT_DTW_GRADIENT_IN_TEXELS,
    &SOFT_DTW_ALIGNMENT_IN_TEXELS,
    &SOFT_DTW_PACK,
    &DTW_FORWARD,
    &DTW_GRADIENT,
    &DTW_ALIGNMENT,
    &SOFT_DTW_SUM_PAIRS,
    &SOFT_DTW_SUM_LISTED,
    &MEAN_MOMENTS,
    &MEAN_VALUES,
    &MEAN_GRADIENT,
    &SOFT_DTW_COMBINE,
    &PERMUTAHEDRON_PROJECT,
    &PERMUTAHEDRON_PROJECT_IN_TEXELS,
    &PERMUTAHEDRON_SUMS,
    &PERMUTAHEDRON_POOL,
    &PERMUTAHEDRON_POSITIONS,
    &PERMUTAHEDRON_POSITIONS_IN_TEXELS,
    &PERMUTAHEDRON_TILE,
    &PERMUTAHEDRON_TILE_IN_TEXELS,
    &PERMUTAHEDRON_BRIDGE,
    &PERMUTAHEDRON_BRIDGE_IN_TEXELS,
    &PERMUTAHEDRON_SPREAD,
    &PERMUTAHEDRON_SPREAD_IN_TEXELS,
    &PERMUTAHEDRON_BLOCK_MEANS,
    &PERMUTAHEDRON_BLOCK_MEANS_OF_TEXELS,
    &PERMUTAHEDRON_SHORT_PROJECT,
    &PERMUTAHEDRON_SHORT_PROJECT_IN_TEXELS,
    &PERMUTAHEDRON_SHORT_MEANS,
    &PERMUTAHEDRON_SHORT_MEANS_OF_TEXELS,
    &PERMUTAHEDRON_POINTWISE,
    &PERMUTAHEDRON_ROW_DOTS,
    &PERMUTAHEDRON_CORRELATION,
    &PERMUTAHEDRON_RANK,
    &PERMUTAHEDRON_SUM_ROWS,
    &RUN_SORT,
    &RUN_MERGE,
    &RUN_SORT_IN_TEXELS,
    &RUN_MERGE_IN_TEXELS,
    &TILE_SORT,
    &TILE_COUNT,
    &TILE_SCAN,
    &TILE_SCATTER,
    &STRETCH_COUNT,
    &STRETCH_SCAN,
    &STRETCH_SCATTER,
    &STRETCH_COUNT_IN_TEXELS,
    &STRETCH_SCATTER_IN_TEXELS,
    &PERMUTE,
    &TAKE_PART,
    &PERTURBED_ARGMAX,
    &PERTURBED_TOP,
    &PERTURBED_PERTURB,
    &PERTURBED_DOTS,
    &PERTURBED_SCORE_SUMS,
    &PERTURBED_FOLD,
    &PERTURBED_SAMPLE_SUMS,
    &PERTURBED_SOLUTION_SUMS,
    &PERTURBED_MOMENTS,
    &PERTURBED_COUNT,
    &PERTURBED_PICK,
    &PERTURBED_SCATTER,
    &PERTURBED_COMBINE,
    &PERTURBED_ORDER_SOLUTION,
    &PERTURBED_GRID_BEGIN,
    &PERTURBED_GRID_RELAX,
    &PERTURBED_GRID_SMALL,
    &PERTURBED_GRID_PATH,
    &PERTURBED_ASSIGN_BY_INVOCATION,
    &PERTURBED_ASSIGN_BY_WORKGROUP,
    &PERTURBED_KNAPSACK,
    &PERTURBED_KNAPSACK_PICK,
    &PERTURBED_LOSS,
    &DENSE_PRODUCT_BY_TEXELS,
    &DENSE_PRODUCT_BY_WORKGROUP,
    &DENSE_PRODUCT_BY_COOPERATIVE_MATRICES,
    &DENSE_ROUND,
    &DENSE_PAD,
    &DENSE_COLUMN_SUMS,
    &DENSE_COLUMN_SUMS_OF_TEXELS,
    &MOMENTUM_STEP,
    &MOMENTUM_ENTER,
    &MOMENTUM_LEAVE,
    &MOMENTUM_EXACT_BEGIN,
    &MOMENTUM_EXACT_VALUES,
    &MOMENTUM_EXACT_STEP,
    &MOMENTUM_EXACT_ENTER,
    &MOMENTUM_EXACT_LEAVE,
    &MOMENTUM_SOFTMAX_SUMS,
    &MOMENTUM_CROSS_ENTROPY,
    &MOMENTUM_HALF_SQUARED,
    &MOMENTUM_SCALE,
    &MOMENTUM_SGD,
    &MOMENTUM_ADAM,
    &MOMENTUM_DROPOUT,
    &MOMENTUM_CONV_UNFOLD,
    &MOMENTUM_CONV_FOLD,
    &MOMENTUM_CONV_CHANNEL_SUMS,
    &MOMENTUM_CONV_BIAS,
    &MOMENTUM_JOIN,
    &MOMENTUM_TAKE_APART,
];

/// Names and offsets of the fields of `Params` in a shader, and its size, by naga.
#[cfg(test)]
pub(crate) fn params_layout(shader: &Shader) -> (Vec<(String, usize)>, usize) {
    let module =
        naga::front::wgsl::parse_str(&shader.source(&shader.fills.first().map_or(String::new(), |fill| joined(fill))))
            .unwrap();
    let found = module.types.iter().find(|(_, ty)| ty.name.as_deref() == Some("Params"));
    let naga::TypeInner::Struct { members, span } = &found.unwrap().1.inner else { panic!("not a struct") };
    let fields = members.iter().map(|m| (m.name.clone().unwrap(), m.offset as usize)).collect();
    (fields, *span as usize)
}

/// Asserts that a host struct has the fields of a shader's `Params` at the same offsets, and its size.
#[cfg(test)]
macro_rules! layout_test {
    ($shader:expr, $host:ty: $($field:ident),*) => {
        assert_eq!(
            $crate::gpu::shader::params_layout(&$shader),
            (
                vec![$((stringify!($field).to_owned(), std::mem::offset_of!($host, $field))),*],
                size_of::<$host>(),
            )
        );
    };
}
#[cfg(test)]
pub(crate) use layout_test;
