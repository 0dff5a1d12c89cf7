// A tile of 64 x 64 of product_by_workgroup.wgsl, for matrices of some hundreds.

const ROWS_EACH = 8u;    // of an invocation
const COLUMNS_EACH = 4u;
const LANES_M = 8u;     // invocations of a workgroup, over rows and over columns
const LANES_N = 16u;
const DEPTH = 16u;       // of what is in workgroup memory
const BUFFERS = 2u;      // what is read and what is written next, or one for both
