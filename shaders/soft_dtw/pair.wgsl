// What all kernels over pairs of series share: the parameters, which two series a pair is made of, and the tiles of
// its matrix of costs.

// Mirrored by `PairParams` in src/soft_dtw/params.rs.
struct Params {
    pairs: u32,        // pairs of this dispatch
    stacks: u32,       // stacks of them; each pair is one of its own unless LISTED
    y_count: u32,      // all pairs: pair p is series p / y_count of x and p % y_count of y; else 0
    n: u32,            // length of each series of x with its padding, at least 1
    m: u32,            // length of each series of y with its padding, at least 1
    dim: u32,          // channels, at least 1
    x_first: u32,      // elements of the binding of x before the first series
    y_first: u32,
    out_first: u32,    // elements of the binding of the output, but values, before the first pair's
    out_stride: u32,   // all pairs: elements from one series of x to the next in an output [A, B]
    grad_y_first: u32, // as out_first, for the gradient in y
    extra_first: u32,  // as out_first, for `extra`
    panels: u32,       // panels of this dispatch
    panel_first: u32,  // the row of the first of them
    diagonal: u32,     // row + column of each of them
    panel_strips: u32, // strips of a panel
    panel_blocks: u32, // blocks of a panel
    strip_begin: u32,  // the section: the strips that `rows` and `columns` hold
    strip_end: u32,
    rows_kept: u32,    // 1 where `rows` holds the row above every strip; 0 where it holds one, in place
    steps: u32,        // DTW: steps of the path that one dispatch traces at most
    resume: u32,       // DTW: 0 where a walk begins, 1 where it goes on
    scale: f32,        // from what `cost` returns to the recursion's cost
    unscale: f32,      // factor of gradients
    direction_scale: f32, // from `extra` to the recursion's direction
    expected_weight: f32, // what is emitted: this times E ...
    tangent_weight: f32,  // ... and this times its tangent
    gamma: f32,
    carry_first: u32,     // entries of `columns` before those that one panel hands to the next
    block_stride: u32,    // blocks from one strip to the next in `rows`, `columns` and DTW's steps
    value_first: u32,     // elements of the binding of values before the first pair's
    group_stacks: u32,    // stacks of one workgroup of a wavefront kernel
    ends: u32,            // 1: what the recursion ends with, as four numbers of each pair; 0: its value
    cotangent: u32,       // 1: `extra` holds a factor for each pair's gradients
    direct: u32,          // 1: a pair's gradients stand where its value does; 0: in the order of the dispatch
    value_scale: f32,     // from the recursion's result to the value
    zero: u32,            // 0, which no compiler knows
    padding0: u32,
    padding1: u32,
    padding2: u32,
}

override LANES: u32 = 1u;         // invocations that share a stack, each on a strip of its own
override LISTED: bool = false;    // `plan` says which series a pair is made of, and how long they are
override BAND: bool = false;      // `plan` says which cells a path may use; only where LISTED

// LISTED. First an entry for each stack: (its first pair, the one after its last, its strips, where its group stands).
// Then two for each pair: (series of x, series of y, n, m), and (index in outputs, where its rows stand, strips above it
// in its stack, its stack).
// A group is what one workgroup works on: (strips of its tallest stack, blocks of its widest pair, tiles of one row of all
// groups before it, all their tiles), and then the blocks from begin to end of two strips an entry.
// Rows, with BAND: first and last allowed column of two rows of the matrix an entry.
@group(0) @binding(2) var<storage, read> plan: array<vec4<u32>>;

// The n x m cells of a pair are worked on in tiles of ROWS x COLUMNS cells: a strip is ROWS rows (`rows_*.wgsl`),
// a block is COLUMNS columns. Tiles at the lower and right edges may reach beyond the last cell.
const COLUMNS = 4u;
const CELLS = ROWS * COLUMNS;

struct Pair {
    n: u32,
    m: u32,
    x: u32,     // series of x
    y: u32,     // series of y
    value: u32, // index of its value in the binding of values, and of `extra` where that has their shape
    cells: u32, // index of its matrix among those of an output [pairs, n, m]
    rows: u32,  // BAND: its rows in `plan`
    item: u32,  // its number among the pairs of this dispatch
    top: u32,   // strips above it in its stack
    stack: u32,
}

var<private> q: Pair;

fn find_pair(item: u32) {
    let pair = min(item, p.pairs - 1u); // those beyond the last do no work, but read
    q = Pair(p.n, p.m, pair, pair, pair, pair, 0u, pair, 0u, pair);
    if p.y_count > 0u {
        q.x = pair / p.y_count;
        q.y = pair % p.y_count;
        q.value = q.x * p.out_stride + q.y;
    }
    if LISTED {
        let series = plan[p.stacks + 2u * pair];
        let place = plan[p.stacks + 2u * pair + 1u];
        q = Pair(series.z, series.w, series.x, series.y, place.x, place.x, place.y, pair, place.z, place.w);
    }
}

// Pairs of unequal lengths stand in stacks, one below the other, so that all invocations of a workgroup have as much to do. A stack's
// strips are those of its pairs in turn; a strip's number counts from the top of the stack.
struct Stack {
    first: u32, // its pairs, from first to end
    end: u32,
    strips: u32,
    // Where its tiles stand in memory. The tiles of a workgroup stand together, in the order in which it works on them, which
    // caches and pages like.
    row_first: u32,  // tiles before the workgroup's, where each stack keeps one row
    tile_first: u32, // and where each keeps all of its strips
    blocks: u32,     // of the widest stack of the workgroup
    width: u32,      // stacks of the workgroup
    member: u32,     // which of them it is
}

var<private> home: Stack;

fn find_stack(index: u32) {
    let stack = min(index, p.stacks - 1u);
    let first = stack - stack % p.group_stacks;
    let width = min(p.group_stacks, p.stacks - first);
    let before = first * p.block_stride;
    let strips = (p.n + ROWS - 1u) / ROWS;
    home = Stack(stack, stack + 1u, strips, before, before * (p.strip_end - p.strip_begin), p.block_stride, width, stack - first);
    if LISTED {
        let s = plan[stack];
        let group = plan[s.w];
        home = Stack(s.x, s.y, s.z, group.z, group.w, group.y, width, stack - first);
    }
}

// Makes `q` the pair that a strip belongs to.
fn find_strip(strip: u32) {
    if LISTED {
        while q.item + 1u < home.end && strip >= q.top + strip_count() { find_pair(q.item + 1u); }
        while q.item > home.first && strip < q.top { find_pair(q.item - 1u); }
    }
}

// Where a tile stands in memory that holds all strips from p.strip_begin on.
fn tile_index(strip: u32, block: u32) -> u32 {
    return home.tile_first + ((strip - p.strip_begin) * home.blocks + block) * home.width + home.member;
}

// Where the row above a strip stands in memory that holds the row above every strip, or one in place.
fn border_index(strip: u32, block: u32) -> u32 {
    let above = home.tile_first + (strip - p.strip_begin) * home.blocks * home.width;
    return home.row_first + p.rows_kept * above + block * home.width + home.member;
}

fn strip_count() -> u32 { return (q.n + ROWS - 1u) / ROWS; }
fn block_count() -> u32 { return (q.m + COLUMNS - 1u) / COLUMNS; }
fn last_strip() -> u32 { return q.top + strip_count() - 1u; }
fn first_row(strip: u32) -> u32 { return (strip - q.top) * ROWS; }

// The blocks of a strip that a path may use, from begin to end.
fn strip_blocks(strip: u32) -> vec2<u32> {
    if !BAND { return vec2(0u, block_count()); }
    let first = min(first_row(strip), q.n - 1u);
    let last = min(first + ROWS, q.n) - 1u;
    return vec2(row_columns(first).x / COLUMNS, row_columns(last).y / COLUMNS + 1u);
}

// BAND: the first and last column that a path may use in row i.
fn row_columns(i: u32) -> vec2<u32> {
    let two = plan[q.rows + i / 2u];
    return select(two.zw, two.xy, i % 2u == 0u);
}
