//! The shaders of soft-DTW, and the parts that each is put together from.

use crate::gpu::shader::{
    Access::{Read, ReadWrite, ReadWriteTexels},
    Constant, Part, SLOT, Shader, part,
};
use crate::gpu::shaders::{
    COTANGENT, DISPATCH, EXACT_SUMS, EXTENDED, FLAG, NON_FINITE, TEXEL_AT, WORKGROUP, WORKGROUP_OF_8, WORKGROUP_OF_64,
};

const PAIR: Part = part!("soft_dtw/pair.wgsl");
const PANEL: Part = part!("soft_dtw/panel.wgsl");
const COST: Part = part!("soft_dtw/cost.wgsl");
const TILE: Part = part!("soft_dtw/tile.wgsl");
const BORDERS: Part = part!("soft_dtw/borders.wgsl");
const IN_BUFFERS: Part = part!("soft_dtw/borders_in_buffers.wgsl");
const IN_TEXELS: Part = part!("soft_dtw/borders_in_texels.wgsl");
const SERIES_IN_BUFFERS: Part = part!("soft_dtw/series_in_buffers.wgsl");
const SERIES_IN_ARRAYS: Part = part!("soft_dtw/series_in_arrays.wgsl");
const SERIES_IN_TEXELS: Part = part!("soft_dtw/series_in_texels.wgsl");
const IN_ARRAYS: Part = part!("soft_dtw/borders_in_arrays.wgsl");
const FORWARD_PASS: Part = part!("soft_dtw/forward.wgsl");
const BACKWARD_PASS: Part = part!("soft_dtw/backward.wgsl");
const ONLY_FORWARD: Part = part!("soft_dtw/only_forward.wgsl");
const ONLY_BACKWARD: Part = part!("soft_dtw/only_backward.wgsl");
const ONLY_FORWARD_IN_ARRAYS: Part = part!("soft_dtw/only_forward_in_arrays.wgsl");
const ONLY_GRADIENT: Part = part!("soft_dtw/only_gradient.wgsl");
const BACKWARD_OVER_FLOWS: Part = part!("soft_dtw/backward_over_flows.wgsl");
const BOTH_PASSES: Part = part!("soft_dtw/both_passes.wgsl");
const WAVEFRONT: Part = part!("soft_dtw/wavefront.wgsl");
const GRADIENT_OUTPUTS: Part = part!("soft_dtw/gradient_outputs.wgsl");
const EMIT_GRADIENT: Part = part!("soft_dtw/emit_gradient.wgsl");
const EMIT_ALIGNMENT: Part = part!("soft_dtw/emit_alignment.wgsl");
const BETWEEN_SERIES: Part = part!("soft_dtw/costs/between_series.wgsl");
const ROWS_8: Part = part!("soft_dtw/rows_8.wgsl");
const ROWS_16: Part = part!("soft_dtw/rows_16.wgsl");

/// What a cost between elements of series is put into, a caller's own too.
pub(crate) static AROUND_COST: &[Part] = &[BETWEEN_SERIES, ROWS_8];

pub(crate) const SQUARED_COST: Part = part!("soft_dtw/costs/squared.wgsl");

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

const LANES: Constant = Constant { name: "LANES", values: &[1, 2, 4, 8, 16, 32, 64] };
/// A flag that is not set here.
const fn never(name: &'static str) -> Constant {
    Constant { name, values: &[0] }
}

const ONE_LANE: Constant = Constant { name: "LANES", values: &[1] };
const LANES_OF_8: Constant = Constant { name: "LANES", values: &[1, 2, 4, 8] };
const ALL_PAIRS: Constant = Constant { name: "ALL_PAIRS", values: FLAG };
const LISTED: Constant = Constant { name: "LISTED", values: FLAG };
const BAND: Constant = Constant { name: "BAND", values: FLAG };
const UNIVARIATE: Constant = Constant { name: "UNIVARIATE", values: FLAG };
const PADDED: Constant = Constant { name: "PADDED", values: FLAG };
const TANGENT: Constant = Constant { name: "TANGENT", values: FLAG };
const DIRECTION: Constant = Constant { name: "DIRECTION", values: FLAG };
const MEAN: Constant = Constant { name: "MEAN", values: FLAG };
const PROCESSOR: Constant = Constant { name: "PROCESSOR", values: FLAG };
const REMAINDERS: Constant = Constant { name: "REMAINDERS", values: FLAG };
const OVER_FLOWS: Constant = Constant { name: "OVER_FLOWS", values: FLAG };
const CHECKPOINTS: Constant = Constant { name: "CHECKPOINTS", values: FLAG };
const ENDS: Constant = Constant { name: "ENDS", values: FLAG };
const STEPS: Constant = Constant { name: "STEPS", values: FLAG };
const DIVERGENCE: Constant = Constant { name: "DIVERGENCE", values: FLAG };

/// A kernel of the soft recursion, twice: with borders of tiles in buffers, and for software drivers with borders and series in textures.
macro_rules! soft_recursion {
    (
        $(#[$doc:meta])*
        $in_buffers:ident, $in_texels:ident, $name:literal,
        parts: [$($part:expr),*], fills: $fills:expr, outputs: [$($output:expr),*], constants: [$($constant:expr),*]
    ) => {
        $(#[$doc])*
        pub(crate) static $in_buffers: Shader = Shader {
            name: $name,
            parts: &[
                DISPATCH, EXTENDED, PAIR, PANEL, SLOT, COST, TILE, BORDERS, IN_BUFFERS, SERIES_IN_BUFFERS, $($part),*
            ],
            fills: $fills,
            bindings: &[Read, Read, Read, Read, ReadWrite, ReadWrite, $($output),*],
            constants: &[
                WORKGROUP, LANES, UNIVARIATE, LISTED, BAND, PADDED, TANGENT, DIRECTION, MEAN, PROCESSOR, $($constant),*
            ],
        };

        $(#[$doc])*
        ///
        /// With borders and series in textures.
        pub(crate) static $in_texels: Shader = Shader {
            name: concat!($name, "_in_texels"),
            parts: &[
                DISPATCH, EXTENDED, PAIR, PANEL, SLOT, COST, TILE, TEXEL_AT, BORDERS, IN_TEXELS, SERIES_IN_TEXELS, $($part),*
            ],
            fills: $fills,
            bindings: &[Read, Read, Read, Read, ReadWriteTexels, ReadWriteTexels, $($output),*],
            constants: &[
                WORKGROUP_OF_8, LANES_OF_8, UNIVARIATE, LISTED, BAND, PADDED, TANGENT, DIRECTION, MEAN, PROCESSOR, $($constant),*
            ],
        };
    };
}

soft_recursion! {
    /// Soft-DTW, forward.
    FORWARD, FORWARD_IN_TEXELS, "soft_dtw/forward",
    parts: [FORWARD_PASS, ONLY_FORWARD, WAVEFRONT], fills: FORWARD_COSTS, outputs: [ReadWrite], constants: [CHECKPOINTS]
}

soft_recursion! {
    /// Soft-DTW, backward: gradients in both series.
    GRADIENT, GRADIENT_IN_TEXELS, "soft_dtw/gradient",
    parts: [EXACT_SUMS, BACKWARD_PASS, BACKWARD_OVER_FLOWS, EMIT_GRADIENT, GRADIENT_OUTPUTS, ONLY_GRADIENT, WAVEFRONT], fills: GRADIENT_COSTS,
    outputs: [ReadWrite, ReadWrite], constants: [REMAINDERS, OVER_FLOWS]
}

soft_recursion! {
    /// Soft-DTW, backward: the expected alignment, the Hessian product, or the gradient in the costs.
    ALIGNMENT, ALIGNMENT_IN_TEXELS, "soft_dtw/alignment",
    parts: [EXACT_SUMS, BACKWARD_PASS, EMIT_ALIGNMENT, ONLY_BACKWARD, WAVEFRONT], fills: COSTS, outputs: [ReadWrite], constants: [REMAINDERS]
}

/// A kernel with borders in arrays of an invocation's own.
macro_rules! in_arrays {
    (
        $(#[$doc:meta])*
        $id:ident, $name:literal,
        parts: [$($part:expr),*], fills: $fills:expr, outputs: [$($output:expr),*], constants: [$($constant:expr),*]
    ) => {
        $(#[$doc])*
        pub(crate) static $id: Shader = Shader {
            name: $name,
            parts: &[
                DISPATCH, EXTENDED, PAIR, PANEL, SLOT, COST, TILE, BORDERS, IN_ARRAYS, SERIES_IN_ARRAYS, $($part),*, WAVEFRONT
            ],
            fills: $fills,
            bindings: &[Read, Read, Read, Read, $($output),*],
            constants: &[
                WORKGROUP_OF_8, ONE_LANE, UNIVARIATE, LISTED, BAND, PADDED, never("TANGENT"), never("DIRECTION"), never("MEAN"), PROCESSOR, $($constant),*
            ],
        };
    };
}

in_arrays! {
    /// Soft-DTW, forward, with borders in arrays.
    VALUE_IN_ARRAYS, "soft_dtw/value_in_arrays",
    parts: [FORWARD_PASS, ONLY_FORWARD_IN_ARRAYS], fills: GRADIENT_COSTS, outputs: [ReadWrite],
    constants: [never("CHECKPOINTS")]
}

in_arrays! {
    /// Soft-DTW, forward and backward, with borders in arrays: values, and gradients in both series.
    GRADIENT_IN_ARRAYS, "soft_dtw/gradient_in_arrays",
    parts: [FORWARD_PASS, EXACT_SUMS, BACKWARD_PASS, BACKWARD_OVER_FLOWS, EMIT_GRADIENT, BOTH_PASSES], fills: GRADIENT_COSTS,
    outputs: [ReadWrite, ReadWrite, ReadWrite], constants: [Constant { name: "CHECKPOINTS", values: &[1] }, never("REMAINDERS"), OVER_FLOWS]
}

/// Soft-DTW: series as entries of four elements, for kernels with borders in textures.
pub(crate) static PACK: Shader = Shader {
    name: "soft_dtw/pack",
    parts: &[DISPATCH, TEXEL_AT, part!("soft_dtw/pack.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWriteTexels],
    constants: &[WORKGROUP_OF_64],
};

/// DTW (gamma 0), forward, with the steps of the best path.
pub(crate) static DTW_FORWARD: Shader = Shader {
    name: "soft_dtw/hard_forward",
    parts: &[
        DISPATCH,
        NON_FINITE,
        PAIR,
        PANEL,
        SLOT,
        COST,
        SERIES_IN_BUFFERS,
        part!("soft_dtw/hard_forward.wgsl"),
        WAVEFRONT,
    ],
    fills: COSTS,
    bindings: &[Read, Read, Read, ReadWrite, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, LANES, UNIVARIATE, LISTED, BAND, PADDED, STEPS],
};

/// DTW (gamma 0), backward along the best path: gradients in both series.
pub(crate) static DTW_GRADIENT: Shader = Shader {
    name: "soft_dtw/hard_gradient",
    parts: &[
        DISPATCH,
        NON_FINITE,
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
pub(crate) static DTW_ALIGNMENT: Shader = Shader {
    name: "soft_dtw/hard_alignment",
    parts: &[
        DISPATCH,
        NON_FINITE,
        ROWS_8,
        PAIR,
        part!("soft_dtw/hard_trace.wgsl"),
        part!("soft_dtw/hard_emit_alignment.wgsl"),
    ],
    fills: &[],
    bindings: &[Read, Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, LANES, LISTED, BAND],
};

/// All pairs: sums the gradients of pairs over one of the two sides.
pub(crate) static SUM_PAIRS: Shader = Shader {
    name: "soft_dtw/sum_pairs",
    parts: &[DISPATCH, part!("soft_dtw/sum_pairs.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP],
};

/// Listed pairs: sums the gradients of pairs for each series of one side.
pub(crate) static SUM_LISTED: Shader = Shader {
    name: "soft_dtw/sum_listed",
    parts: &[DISPATCH, part!("soft_dtw/sum_listed.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP],
};

/// Mean cost of all pairs: moments of series under the mean of all alignments.
pub(crate) static MEAN_MOMENTS: Shader = Shader {
    name: "soft_dtw/mean_moments",
    parts: &[DISPATCH, part!("soft_dtw/mean_moments.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP],
};

/// Mean cost of all pairs, as a matrix product.
pub(crate) static MEAN_VALUES: Shader = Shader {
    name: "soft_dtw/mean_values",
    parts: &[DISPATCH, part!("soft_dtw/mean_values.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP, ENDS],
};

/// Mean cost of all pairs: the gradient in one side, as a matrix product.
pub(crate) static MEAN_GRADIENT: Shader = Shader {
    name: "soft_dtw/mean_gradient",
    parts: &[DISPATCH, part!("soft_dtw/mean_gradient.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, COTANGENT],
};

/// Values of a kind from what the recursions end with.
pub(crate) static COMBINE: Shader = Shader {
    name: "soft_dtw/combine",
    parts: &[DISPATCH, EXACT_SUMS, part!("soft_dtw/combine.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, LISTED, ALL_PAIRS, DIVERGENCE],
};

/// All of them.
pub(crate) static ALL: &[&Shader] = &[
    &FORWARD,
    &FORWARD_IN_TEXELS,
    &GRADIENT,
    &GRADIENT_IN_TEXELS,
    &ALIGNMENT,
    &ALIGNMENT_IN_TEXELS,
    &VALUE_IN_ARRAYS,
    &GRADIENT_IN_ARRAYS,
    &PACK,
    &DTW_FORWARD,
    &DTW_GRADIENT,
    &DTW_ALIGNMENT,
    &SUM_PAIRS,
    &SUM_LISTED,
    &MEAN_MOMENTS,
    &MEAN_VALUES,
    &MEAN_GRADIENT,
    &COMBINE,
];
