// Linear assignment: an entry in each row of a matrix, no two in a column, with the largest sum.
// By shortest augmenting paths (Jonker & Volgenant 1987; in the order of Crouse 2016, algorithm 1): rows are assigned one after the other. A
// search from the new row goes over columns in the order of their distance, in costs reduced by the duals u and v, through the rows that hold
// them, to the first column that no row holds; along the path to it, each row then moves on by one column.
// parameters [items, rows, columns] with rows <= columns, a cost with a minus each -> solutions [items, rows, columns], 1 and 0
// -infinity is an entry that is never taken. Where that leaves no assignment, or an entry is no number, the first one is made no number.
// A workgroup of 64 owns an item, an invocation every 64th column of it. Of columns equally far the first is taken.
// Loops: a search ends after as many steps as rows are assigned, and is followed by as many at most: rows (rows + 1), 16,512 at most, with EACH turns in the first half of them if a driver does not unroll these; and rows columns / 64.
// Bounds: rows and columns by their numbers, of which there are 128 at most. All loops with barriers have bounds that all invocations share: p, and what
// workgroupUniformLoad returns.

struct Params {
    items: u32,
    rows: u32,
    columns: u32,
    row_stride: u32, // elements from one row to the next; rows may be the matrix's columns
    stride: u32,     // and within a row
    padding0: u32,
    padding1: u32,
    padding2: u32,
}

@group(0) @binding(0) var<storage, read> parameters_in: array<f32>;
@group(0) @binding(1) var<storage, read_write> solutions: array<f32>;
@group(0) @binding(2) var<uniform> parameters: Parameters;

override EACH: u32 = 2u; // columns of an invocation

const MOST = 128u;
const UNREACHED = 3.4e38f;
const NONE = 0xffffffffu;

// The end of a step of a search: the nearest column, and the row that holds it.
struct Nearest {
    distance: f32,
    column: u32,
    row: u32,
    bad: u32, // whether an entry is no number
}

var<workgroup> nearest: array<Nearest, WORKGROUP>;
var<workgroup> holders: array<u32, MOST>;  // the row that holds a column
var<workgroup> held: array<u32, MOST>;     // the column that a row holds
var<workgroup> u: array<f32, MOST>;        // duals of rows
var<workgroup> reached_from: array<u32, MOST>; // the row from which a column is reached

// Of the invocation's own columns.
var<private> v: array<f32, 2>;            // duals
var<private> distances: array<f32, 2>;
var<private> parents: array<u32, 2>;      // rows from which they are reached
var<private> done: u32;                    // a bit for each that the search has passed

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let item = workgroup_index(id, count);
    if item >= p.items { return; } // all of a workgroup
    let base = item * p.rows * p.columns;
    for (var k = 0u; k < EACH; k++) {
        v[k] = 0.0;
        holders[k * WORKGROUP + local] = NONE;
        held[k * WORKGROUP + local] = NONE;
        u[k * WORKGROUP + local] = 0.0;
    }
    var solved = true;
    for (var row = 0u; row < p.rows && solved; row++) {
        solved = assign(base, row, local);
    }
    workgroupBarrier(); // for held
    for (var i = local; i < p.rows * p.columns; i += WORKGROUP) {
        let row = i / p.columns;
        let column = i % p.columns;
        solutions[base + row * p.row_stride + column * p.stride] = select(0.0, 1.0, held[row] == column);
    }
    if !solved && local == 0u { solutions[base] = not_a_number(); }
}

// Whether it can be.
fn assign(base: u32, row: u32, local: u32) -> bool {
    for (var k = 0u; k < EACH; k++) { distances[k] = UNREACHED; }
    done = 0u;
    var step = Nearest(0.0, NONE, row, 0u);
    workgroupBarrier(); // for holders and u
    while step.row != NONE && step.bad == 0u {
        step = search(base, step.row, step.distance, local);
    }
    if step.bad != 0u { return false; }
    move_duals(step.distance, local);
    if local == 0u { u[row] += step.distance; }
    workgroupBarrier();
    if local == 0u { move_rows(row, step.column); }
    return true;
}

// One step: distances by way of `row`, which is reached at `distance`; and the nearest column that the search has not passed.
fn search(base: u32, row: u32, distance: f32, local: u32) -> Nearest {
    let reduced = distance - u[row];
    var mine = Nearest(UNREACHED, NONE, NONE, 0u);
    var at = 0u;
    for (var k = 0u; k < EACH; k++) {
        let column = k * WORKGROUP + local;
        let here = column < p.columns && (done & (1u << k)) == 0u;
        let entry = parameters_in[base + row * p.row_stride + min(column, p.columns - 1u) * p.stride];
        if is_nan(entry) { mine.bad = 1u; }
        let by_row = select(UNREACHED, reduced - entry - v[k], entry > -UNREACHED);
        let nearer = here && by_row < distances[k];
        distances[k] = select(distances[k], by_row, nearer);
        parents[k] = select(parents[k], row, nearer);
        let best = here && distances[k] < mine.distance;
        mine.distance = select(mine.distance, distances[k], best);
        at = select(at, k, best);
    }
    if mine.distance < UNREACHED {
        mine.column = at * WORKGROUP + local;
        mine.row = holders[mine.column];
    }
    nearest[local] = mine;
    // Written out: a loop would count among those of the searches.
    fold(local, 32u);
    fold(local, 16u);
    fold(local, 8u);
    fold(local, 4u);
    fold(local, 2u);
    fold(local, 1u);
    let found = workgroupUniformLoad(&nearest[0]);
    if found.column == NONE { return Nearest(0.0, NONE, NONE, 1u); } // out of reach
    if found.column % WORKGROUP == local { done |= 1u << (found.column / WORKGROUP); }
    return found;
}

// The first ones of 2 span become the nearer of two.
fn fold(local: u32, span: u32) {
    workgroupBarrier();
    if local < span { nearest[local] = nearer_of(nearest[local], nearest[local + span]); }
}

fn nearer_of(a: Nearest, b: Nearest) -> Nearest {
    var found = a;
    if b.distance < a.distance || (b.distance == a.distance && b.column < a.column) { found = b; }
    found.bad = a.bad | b.bad;
    return found;
}

// Keeps reduced costs of taken entries at 0, and the others from falling below.
fn move_duals(distance: f32, local: u32) {
    for (var k = 0u; k < EACH; k++) {
        if (done & (1u << k)) != 0u {
            let column = k * WORKGROUP + local;
            let by = distance - distances[k];
            v[k] -= by;
            if holders[column] != NONE { u[holders[column]] += by; }
            reached_from[column] = parents[k];
        }
    }
}

// From the free column back to the new row.
fn move_rows(row: u32, free: u32) {
    var column = free;
    for (var i = 0u; i < p.rows; i++) {
        let holder = reached_from[column];
        holders[column] = holder;
        let next = held[holder];
        held[holder] = column;
        if holder == row { break; }
        column = next;
    }
}
