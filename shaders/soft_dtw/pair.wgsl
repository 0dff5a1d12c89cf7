// What all kernels over pairs of series share: the parameters, and which two series a pair is made of.

// Mirrored by `PairParams` in src/soft_dtw/params.rs.
struct Params {
    pairs: u32,       // pairs of this dispatch
    y_count: u32,     // all pairs: pair p is series p / y_count of x and p % y_count of y
    n: u32,           // length of each series of x, at least 1
    m: u32,           // length of each series of y, at least 1
    dim: u32,         // channels, at least 1
    x_first: u32,     // elements of the binding of x before the first series
    y_first: u32,
    out_first: u32,   // elements of the binding of the output before the first pair's
    out_stride: u32,  // all pairs: elements from one series of x to the next in an output [A, B]
    grad_y_first: u32, // as out_first, for the gradient in y
    strip_begin: u32, // the strips that this dispatch works on
    strip_end: u32,
    block_begin: u32, // the blocks; all of them, or some of those of LANES strips
    block_end: u32,
    row_stride: u32,  // blocks from one strip's row to the next in `rows`; 0 keeps one row, in place
    steps: u32,       // DTW: steps of the path that one dispatch traces at most
    scale: f32,       // from |x - y|^2 to the recursion's cost
    unscale: f32,     // from the recursion's result to the value; for gradients, d cost / d |x - y|^2 * 2
    padding0: u32,
    padding1: u32,
}

override LANES: u32 = 1u;         // invocations that share a pair, each on a strip of its own
override ALL_PAIRS: bool = false; // every series of x with every series of y, instead of one with one

fn x_series(pair: u32) -> u32 {
    if ALL_PAIRS { return pair / p.y_count; }
    return pair;
}

fn y_series(pair: u32) -> u32 {
    if ALL_PAIRS { return pair % p.y_count; }
    return pair;
}

// Where a pair's value stands in the binding of the values.
fn value_index(pair: u32) -> u32 {
    if ALL_PAIRS { return p.out_first + x_series(pair) * p.out_stride + y_series(pair); }
    return p.out_first + pair;
}

// The n x m cells of a pair are worked on in tiles of ROWS x COLUMNS cells: a strip is ROWS rows,
// a block is COLUMNS columns. Tiles at the lower and right edges may reach beyond the last cell.
const ROWS = 8u;
const COLUMNS = 4u;
const CELLS = 32u;

fn strip_count() -> u32 { return (p.n + ROWS - 1u) / ROWS; }
fn block_count() -> u32 { return (p.m + COLUMNS - 1u) / COLUMNS; }
