//! The shaders that sort, and the parts that each is put together from.

use crate::gpu::shader::{
    Access::{Read, ReadWrite, ReadWriteTexels},
    Constant, Part, Shader, part,
};
use crate::gpu::shaders::{COLUMNS, COUNTED, DISPATCH, FLAG, TEXEL_AT, WORKGROUP, WORKGROUP_OF_8};

pub(crate) const KEY: Part = part!("segmented/key.wgsl");
const SOURCE: Part = part!("segmented/source.wgsl");
const SOURCE_IN_BUFFERS: Part = part!("segmented/source_in_buffers.wgsl");
const SOURCE_IN_TEXELS: Part = part!("segmented/source_in_texels.wgsl");
const SINK: Part = part!("segmented/sink.wgsl");
const KEEP_IN_BUFFERS: Part = part!("segmented/keep_in_buffers.wgsl");
const KEEP_FOR_TEXELS: Part = part!("segmented/keep_for_texels.wgsl");
pub(crate) const COMPARATORS_WHOLE: Part = part!("segmented/comparators_whole.wgsl");
pub(crate) const MERGE_TREE: Part = part!("segmented/merge_tree.wgsl");
pub(crate) const NETWORK: Part = part!("segmented/network.wgsl");
const DIGIT: Part = part!("segmented/digit.wgsl");
const STRETCH_IN_TEXELS: Part = part!("segmented/stretch_in_texels.wgsl");
const WORKGROUP_SUM: Part = part!("segmented/workgroup_sum.wgsl");

const WORKGROUP_OF_256: Constant = Constant { name: "WORKGROUP", values: &[256] };
const FIRST: Constant = Constant { name: "FIRST", values: FLAG };
pub(crate) const COLUMNS_OF_4: Constant = Constant { name: "COLUMNS", values: &[4] };
const BY_FOUR: Constant = Constant { name: "BY_FOUR", values: FLAG };
const SIZE: Constant = Constant { name: "SIZE", values: &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048] };
const LENGTHS: Constant = Constant { name: "LENGTHS", values: FLAG };
const KEYS: Constant = Constant { name: "KEYS", values: FLAG };
const LAST: Constant = Constant { name: "LAST", values: FLAG };
const VALUES: Constant = Constant { name: "VALUES", values: FLAG };
const ORDER: Constant = Constant { name: "ORDER", values: FLAG };
const MASKED: Constant = Constant { name: "MASKED", values: FLAG };
const BACK: Constant = Constant { name: "BACK", values: FLAG };

/// Radix sort, a tile of a row to an invocation: how often each digit occurs.
pub(crate) static STRETCH_COUNT: Shader = Shader {
    name: "segmented/stretch_count",
    parts: &[DISPATCH, KEY, SOURCE, SOURCE_IN_BUFFERS, DIGIT, part!("segmented/stretch_count.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, FIRST, MASKED],
};

/// Radix sort, a tile of a row to an invocation: sums over tiles.
pub(crate) static STRETCH_SCAN: Shader = Shader {
    name: "segmented/stretch_scan",
    parts: &[DISPATCH, DIGIT, part!("segmented/stretch_scan.wgsl")],
    fills: &[],
    bindings: &[ReadWrite],
    constants: &[WORKGROUP],
};

/// Radix sort, a tile of a row to an invocation: elements to their places.
pub(crate) static STRETCH_SCATTER: Shader = Shader {
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
pub(crate) static TILE_COUNT: Shader = Shader {
    name: "segmented/tile_count",
    parts: &[DISPATCH, KEY, SOURCE, SOURCE_IN_BUFFERS, DIGIT, part!("segmented/tile_count.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP_OF_256, FIRST, MASKED],
};

/// Radix sort, a tile of a row to a workgroup: sums over tiles.
pub(crate) static TILE_SCAN: Shader = Shader {
    name: "segmented/tile_scan",
    parts: &[DISPATCH, DIGIT, WORKGROUP_SUM, part!("segmented/tile_scan.wgsl")],
    fills: &[],
    bindings: &[ReadWrite],
    constants: &[WORKGROUP_OF_256],
};

/// Radix sort, a tile of a row to a workgroup: elements to their places.
pub(crate) static TILE_SCATTER: Shader = Shader {
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
pub(crate) static TILE_SORT: Shader = Shader {
    name: "segmented/tile_sort",
    parts: &[DISPATCH, KEY, SOURCE, SOURCE_IN_BUFFERS, SINK, KEEP_IN_BUFFERS, part!("segmented/tile_sort.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_256, SIZE, FIRST, MASKED, LAST, VALUES, ORDER],
};

/// Short rows: runs that an invocation sorts in registers.
pub(crate) static RUN_SORT: Shader = Shader {
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
pub(crate) static RUN_MERGE: Shader = Shader {
    name: "segmented/run_merge",
    parts: &[DISPATCH, KEY, SOURCE, SOURCE_IN_BUFFERS, SINK, KEEP_IN_BUFFERS, part!("segmented/run_merge.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP, FIRST, MASKED, LAST, VALUES, ORDER],
};

/// Short rows in a texture, an invocation to each run.
pub(crate) static RUN_SORT_IN_TEXELS: Shader = Shader {
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
pub(crate) static RUN_MERGE_IN_TEXELS: Shader = Shader {
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
pub(crate) static STRETCH_COUNT_IN_TEXELS: Shader = Shader {
    name: "segmented/stretch_count_in_texels",
    parts: &[
        DISPATCH,
        TEXEL_AT,
        KEY,
        SOURCE,
        SOURCE_IN_TEXELS,
        DIGIT,
        STRETCH_IN_TEXELS,
        part!("segmented/stretch_count_in_texels.wgsl"),
    ],
    fills: &[],
    bindings: &[ReadWriteTexels, Read, Read, ReadWrite],
    constants: &[WORKGROUP_OF_8, FIRST, MASKED, KEYS],
};

/// Radix sort of rows in a texture, a tile of a row to an invocation: elements to their places.
pub(crate) static STRETCH_SCATTER_IN_TEXELS: Shader = Shader {
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
        STRETCH_IN_TEXELS,
        part!("segmented/stretch_scatter_in_texels.wgsl"),
    ],
    fills: &[],
    bindings: &[ReadWriteTexels, Read, Read, ReadWriteTexels, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_8, FIRST, MASKED, KEYS, LAST, VALUES, ORDER],
};

/// Rows put into an order, or back out of it.
pub(crate) static PERMUTE: Shader = Shader {
    name: "segmented/permute",
    parts: &[DISPATCH, part!("segmented/permute.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, BACK, COUNTED],
};

/// How many elements of each row take part in the sort.
pub(crate) static TAKE_PART: Shader = Shader {
    name: "segmented/take_part",
    parts: &[DISPATCH, part!("segmented/take_part.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP, LENGTHS, MASKED],
};

/// All of them.
pub(crate) static ALL: &[&Shader] = &[
    &STRETCH_COUNT,
    &STRETCH_SCAN,
    &STRETCH_SCATTER,
    &TILE_COUNT,
    &TILE_SCAN,
    &TILE_SCATTER,
    &TILE_SORT,
    &RUN_SORT,
    &RUN_MERGE,
    &RUN_SORT_IN_TEXELS,
    &RUN_MERGE_IN_TEXELS,
    &STRETCH_COUNT_IN_TEXELS,
    &STRETCH_SCATTER_IN_TEXELS,
    &PERMUTE,
    &TAKE_PART,
];
