// A tile of 128 x 64 of product_by_workgroup.wgsl, with fewer loads for each product.

const ROWS_EACH = 8u;    // of an invocation
const COLUMNS_EACH = 4u;
const LANES_M = 16u;     // invocations of a workgroup, over rows and over columns
const LANES_N = 16u;
const DEPTH = 16u;       // of what is in workgroup memory
const BUFFERS = 1u;      // what is read and what is written next, or one for both
