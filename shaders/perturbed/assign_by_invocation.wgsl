// As assign_by_workgroup.wgsl, a matrix to an invocation, for drivers to which barriers are dear. One loop, each turn of which does the next few columns of
// a search or the next step back along a path, whatever an invocation is at: else all would wait for the longest search of each row.
// The dual of a row is what makes the reduced cost of the entry that it holds 0, and is not kept. The duals of the columns that a search has passed move when the next
// one starts.
// parameters [items, rows, columns], states [items, 5 columns + STATE] -> solutions [items, rows, columns], which the host has cleared
// Invocation g owns item g.
// Loops: `turns`, by the host; rows; and columns twice. What is not done by then is left in states, from which the next dispatch goes on.
// Bounds: g < items; rows and columns by their numbers, of which there are 128 at most.

struct Params {
    items: u32,
    rows: u32,
    columns: u32,
    row_stride: u32, // elements from one row to the next; rows may be the matrix's columns
    stride: u32,     // and within a row
    turns: u32,
    begins: u32,     // 1 for the first dispatch
    keeps: u32,      // 1 for all but the last one
}

@group(0) @binding(0) var<storage, read> parameters_in: array<f32>;
@group(0) @binding(1) var<storage, read_write> states: array<u32>;
@group(0) @binding(2) var<storage, read_write> solutions: array<f32>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

const MOST = 128u;
const UNREACHED = 3.4e38f;
const NONE = 0xffffffffu;
const STATE = 16u; // words of a state beside the columns' ones

// What an invocation is at.
const SEARCH = 0u;
const MOVE = 1u;
const SOLVED = 2u;
const FAILED = 3u;

var<private> at: u32;
var<private> new_row: u32;          // that is to hold a column
var<private> starts: bool;          // a search
var<private> row: u32;              // by way of which columns are reached
var<private> reduced: f32;          // its distance less its dual
var<private> column: u32;           // the next one
var<private> nearest: f32;          // distance of those that are not passed
var<private> nearest_column: u32;
var<private> passed: vec4<u32>;     // a bit for each column that this search has passed, or where it starts the last one
var<private> ended_at: f32;         // the distance at which that ended
var<private> bad: bool;             // an entry is no number

var<private> v: array<f32, MOST>;   // duals of columns
var<private> distances: array<f32, MOST>;
var<private> parents: array<u32, MOST>; // rows from which columns are reached
var<private> holders: array<u32, MOST>; // rows that hold columns
var<private> held: array<u32, MOST>;    // and columns that rows hold

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.items { return; }
    let base = g * p.rows * p.columns;
    let state = g * (5u * p.columns + STATE);
    if p.begins == 1u { begin(); } else { load(state); }
    if at > MOVE { return; }
    for (var turn = 0u; turn < p.turns && at <= MOVE; turn++) {
        if at == SEARCH { search(base); } else { move_row(); }
    }
    if at == SOLVED {
        for (var r = 0u; r < p.rows; r++) {
            solutions[base + r * p.row_stride + held[r] * p.stride] = 1.0;
        }
    } else if at == FAILED {
        solutions[base] = not_a_number();
    }
    if p.keeps == 1u { save(state); }
}

fn begin() {
    for (var c = 0u; c < p.columns; c++) { holders[c] = NONE; }
    new_row = 0u;
    start();
}

// The search for the new row.
fn start() {
    at = SEARCH;
    starts = true;
    go_over_columns(new_row, 0.0);
}

fn go_over_columns(by_row: u32, by_reduced: f32) {
    row = by_row;
    reduced = by_reduced;
    column = 0u;
    nearest = UNREACHED;
    nearest_column = NONE;
}

// Four columns; after the last one the search passes the nearest.
fn search(base: u32) {
    // Four bits of one word.
    let word = select(select(passed.x, passed.y, column >= 32u), select(passed.z, passed.w, column >= 96u), column >= 64u);
    let bits = word >> (column % 32u);
    visit(base, column, (bits & 1u) != 0u);
    visit(base, column + 1u, (bits & 2u) != 0u);
    visit(base, column + 2u, (bits & 4u) != 0u);
    visit(base, column + 3u, (bits & 8u) != 0u);
    column += 4u;
    if column >= p.columns { pass_nearest(base); }
}

fn visit(base: u32, c: u32, is_passed: bool) {
    if c >= p.columns { return; }
    let entry = parameters_in[base + row * p.row_stride + c * p.stride];
    bad = bad || is_nan(entry);
    var dual = v[c];
    var distance = distances[c];
    if starts {
        if is_passed { // by the last search
            dual -= ended_at - distance;
            v[c] = dual;
        }
        distance = UNREACHED;
    }
    if starts || !is_passed {
        let by_row = select(UNREACHED, reduced - entry - dual, entry > -UNREACHED);
        if by_row < distance { parents[c] = row; }
        distance = min(by_row, distance);
        distances[c] = distance;
        if distance < nearest {
            nearest = distance;
            nearest_column = c;
        }
    }
}

// Goes on by way of the row that holds the nearest column, or ends where none does.
fn pass_nearest(base: u32) {
    if starts { passed = vec4(0u); }
    starts = false;
    if bad || nearest >= UNREACHED {
        at = FAILED;
        return;
    }
    let c = nearest_column;
    let bit = 1u << (c % 32u);
    passed |= select(vec4(0u), vec4(bit), vec4(c / 32u) == vec4(0u, 1u, 2u, 3u));
    let holder = holders[c];
    if holder == NONE {
        at = MOVE;
        ended_at = nearest;
        column = c;
    } else {
        let entry = parameters_in[base + holder * p.row_stride + c * p.stride];
        go_over_columns(holder, nearest + entry + v[c]);
    }
}

// From the free column back to the new row, each row moves on by one column.
fn move_row() {
    let holder = parents[column];
    holders[column] = holder;
    let next = held[holder];
    held[holder] = column;
    column = next;
    if holder == new_row {
        new_row++;
        if new_row < p.rows { start(); } else { at = SOLVED; }
    }
}

fn save(state: u32) {
    states[state] = at;
    if at > MOVE { return; }
    states[state + 1u] = new_row;
    states[state + 2u] = select(0u, 1u, starts);
    states[state + 3u] = row;
    states[state + 4u] = bitcast<u32>(reduced);
    states[state + 5u] = column;
    states[state + 6u] = bitcast<u32>(nearest);
    states[state + 7u] = nearest_column;
    states[state + 8u] = bitcast<u32>(ended_at);
    states[state + 9u] = select(0u, 1u, bad);
    for (var k = 0u; k < 4u; k++) { states[state + 10u + k] = passed[k]; }
    for (var c = 0u; c < p.columns; c++) {
        let own = state + STATE + 5u * c;
        states[own] = bitcast<u32>(v[c]);
        states[own + 1u] = bitcast<u32>(distances[c]);
        states[own + 2u] = parents[c];
        states[own + 3u] = holders[c];
        states[own + 4u] = held[c];
    }
}

fn load(state: u32) {
    at = states[state];
    if at > MOVE { return; }
    new_row = states[state + 1u];
    starts = states[state + 2u] == 1u;
    row = states[state + 3u];
    reduced = bitcast<f32>(states[state + 4u]);
    column = states[state + 5u];
    nearest = bitcast<f32>(states[state + 6u]);
    nearest_column = states[state + 7u];
    ended_at = bitcast<f32>(states[state + 8u]);
    bad = states[state + 9u] == 1u;
    for (var k = 0u; k < 4u; k++) { passed[k] = states[state + 10u + k]; }
    for (var c = 0u; c < p.columns; c++) {
        let own = state + STATE + 5u * c;
        v[c] = bitcast<f32>(states[own]);
        distances[c] = bitcast<f32>(states[own + 1u]);
        parents[c] = states[own + 2u];
        holders[c] = states[own + 3u];
        held[c] = states[own + 4u];
    }
}
