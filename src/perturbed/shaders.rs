//! The shaders of perturbed optimizers, and the parts that each is put together from.

use crate::gpu::shader::{
    Access::{Read, ReadWrite},
    Constant, Part, SLOT, Shader, part,
};
use crate::gpu::shaders::{
    COUNTED, DISPATCH, EXTENDED, FLAG, LOGARITHM, NON_FINITE, PHILOX, PRODUCT_HALVES, PRODUCT_WIDE, PRODUCTS,
    ROW_LANES, WORKGROUP, WORKGROUP_OF_64,
};

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
pub(crate) static ARGMAX: Shader = Shader {
    name: "perturbed/argmax",
    parts: &[DISPATCH, EXTENDED, NON_FINITE, LOGARITHM, SLOT, PHILOX, DRAW, part!("perturbed/argmax.wgsl")],
    fills: NOISES_BY_ROWS,
    bindings: &[Read, Read, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, MULTIPLICATIVE, ANTITHETIC, SAMPLES, PRODUCTS],
};

/// Perturbed top k: the winners of each sample.
pub(crate) static TOP: Shader = Shader {
    name: "perturbed/top",
    parts: &[DISPATCH, EXTENDED, NON_FINITE, LOGARITHM, SLOT, PHILOX, DRAW, part!("perturbed/top.wgsl")],
    fills: NOISES_BY_ROWS,
    bindings: &[Read, Read, ReadWrite, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, MULTIPLICATIVE, ANTITHETIC, K, PRODUCTS],
};

/// Perturbed parameters in memory.
pub(crate) static PERTURB: Shader = Shader {
    name: "perturbed/perturb",
    parts: &[DISPATCH, EXTENDED, LOGARITHM, SLOT, PHILOX, DRAW, part!("perturbed/perturb.wgsl")],
    fills: NOISES,
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP, MULTIPLICATIVE, ANTITHETIC],
};

/// Scalar products for each sample.
pub(crate) static DOTS: Shader = Shader {
    name: "perturbed/dots",
    parts: &[DISPATCH, EXTENDED, LOGARITHM, SLOT, PHILOX, DRAW, part!("perturbed/dots.wgsl")],
    fills: NOISES,
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, MULTIPLICATIVE, ANTITHETIC, ROW_LANES, DOTS_OF, BASED],
};

/// Sums of scores over samples.
pub(crate) static SCORE_SUMS: Shader = Shader {
    name: "perturbed/score_sums",
    parts: &[DISPATCH, EXTENDED, LOGARITHM, SLOT, PHILOX, DRAW, part!("perturbed/score_sums.wgsl")],
    fills: NOISES_BY_ROWS,
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP, MULTIPLICATIVE, ANTITHETIC, PLAIN],
};

/// Sums of chunks added to sums of rows.
pub(crate) static FOLD: Shader = Shader {
    name: "perturbed/fold",
    parts: &[DISPATCH, part!("perturbed/fold.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP],
};

/// Moments over samples of a number that each has.
pub(crate) static SAMPLE_SUMS: Shader = Shader {
    name: "perturbed/sample_sums",
    parts: &[DISPATCH, part!("perturbed/sample_sums.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP, ANTITHETIC, BASED],
};

/// Moments over samples of solutions.
pub(crate) static SOLUTION_SUMS: Shader = Shader {
    name: "perturbed/solution_sums",
    parts: &[DISPATCH, part!("perturbed/solution_sums.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, ANTITHETIC, OF],
};

/// Means and standard errors.
pub(crate) static MOMENTS: Shader = Shader {
    name: "perturbed/moments",
    parts: &[DISPATCH, NON_FINITE, part!("perturbed/moments.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, COUNTS, ERROR],
};

/// How often each coordinate won.
pub(crate) static COUNT: Shader = Shader {
    name: "perturbed/count",
    parts: &[DISPATCH, part!("perturbed/count.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP, ANTITHETIC],
};

/// What a vector has at the winners.
pub(crate) static PICK: Shader = Shader {
    name: "perturbed/pick",
    parts: &[DISPATCH, part!("perturbed/pick.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, BASED],
};

/// What samples have, added up at the winners.
pub(crate) static SCATTER: Shader = Shader {
    name: "perturbed/scatter",
    parts: &[DISPATCH, part!("perturbed/scatter.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP, OWN],
};

/// Sums over samples made a derivative.
pub(crate) static COMBINE: Shader = Shader {
    name: "perturbed/combine",
    parts: &[DISPATCH, NON_FINITE, part!("perturbed/combine.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, BASELINE, DIVIDED],
};

/// Solutions from orders.
pub(crate) static ORDER_SOLUTION: Shader = Shader {
    name: "perturbed/order_solution",
    parts: &[DISPATCH, NON_FINITE, part!("perturbed/order_solution.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP, RANKS],
};

const GRID_SWEEPS: Part = part!("perturbed/grid_sweeps.wgsl");

const EIGHT: Constant = Constant { name: "EIGHT", values: FLAG };

/// Grids before any vertex is reached.
pub(crate) static GRID_BEGIN: Shader = Shader {
    name: "perturbed/grid_begin",
    parts: &[DISPATCH, NON_FINITE, part!("perturbed/grid_begin.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP],
};

/// Shortest paths on grids: distances.
pub(crate) static GRID_RELAX: Shader = Shader {
    name: "perturbed/grid_relax",
    parts: &[DISPATCH, GRID_SWEEPS, part!("perturbed/grid_relax.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, EIGHT],
};

/// Shortest paths on grids that an invocation holds.
pub(crate) static GRID_SMALL: Shader = Shader {
    name: "perturbed/grid_small",
    parts: &[DISPATCH, NON_FINITE, GRID_SWEEPS, part!("perturbed/grid_small.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP, EIGHT],
};

/// Shortest paths on grids: the paths.
pub(crate) static GRID_PATH: Shader = Shader {
    name: "perturbed/grid_path",
    parts: &[DISPATCH, NON_FINITE, part!("perturbed/grid_path.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP],
};

/// Linear assignments, an invocation to a matrix.
pub(crate) static ASSIGN_BY_INVOCATION: Shader = Shader {
    name: "perturbed/assign_by_invocation",
    parts: &[DISPATCH, NON_FINITE, part!("perturbed/assign_by_invocation.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP],
};

/// Linear assignments, a workgroup to a matrix.
pub(crate) static ASSIGN_BY_WORKGROUP: Shader = Shader {
    name: "perturbed/assign_by_workgroup",
    parts: &[DISPATCH, NON_FINITE, part!("perturbed/assign_by_workgroup.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP_OF_64, Constant { name: "EACH", values: &[1, 2] }],
};

/// Choices within a budget: one coordinate.
pub(crate) static KNAPSACK: Shader = Shader {
    name: "perturbed/knapsack",
    parts: &[DISPATCH, part!("perturbed/knapsack.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, COUNTED],
};

/// Choices within a budget: what is chosen.
pub(crate) static KNAPSACK_PICK: Shader = Shader {
    name: "perturbed/knapsack_pick",
    parts: &[DISPATCH, NON_FINITE, part!("perturbed/knapsack_pick.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, COUNTED],
};

/// The Fenchel-Young loss and its gradient.
pub(crate) static LOSS: Shader = Shader {
    name: "perturbed/loss",
    parts: &[DISPATCH, part!("perturbed/loss.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP],
};

/// All of them.
pub(crate) static ALL: &[&Shader] = &[
    &ARGMAX,
    &TOP,
    &PERTURB,
    &DOTS,
    &SCORE_SUMS,
    &FOLD,
    &SAMPLE_SUMS,
    &SOLUTION_SUMS,
    &MOMENTS,
    &COUNT,
    &PICK,
    &SCATTER,
    &COMBINE,
    &ORDER_SOLUTION,
    &GRID_BEGIN,
    &GRID_RELAX,
    &GRID_SMALL,
    &GRID_PATH,
    &ASSIGN_BY_INVOCATION,
    &ASSIGN_BY_WORKGROUP,
    &KNAPSACK,
    &KNAPSACK_PICK,
    &LOSS,
];
