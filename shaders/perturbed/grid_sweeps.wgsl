// Shortest paths from the first vertex of a grid to all others, by sweeps over its rows, down and up, until nothing changes.
//   distance[v] = cost[v] + min over the neighbours u of distance[u],   cost = max(-parameter, 0)
// In a row a vertex is reached from the row before it and from its left, then from its right; only where the row before has changed since the
// last time, and as far as that goes. A sweep finds what a path does between two turns of its vertical direction, so that there are no more
// pairs of sweeps than such turns, whatever the costs. Of equally short paths the one found first stays: a vertex is given another parent
// only where that makes it nearer, which leaves no cycle where costs are not negative, rounding included.
// The kernel has `parameter_of`, `distance_of` and `set_distance` of a vertex, `set_parent`, a vertex too, and `pending_of` and `set_pending`: the columns of
// a row that have changed and of which the row below (0), or the row above (1), has not heard.
// A pair of sweeps is all rows twice, in each of which w / 4 turns twice.

override EIGHT: bool = true; // neighbours of a vertex; else four

const UNREACHED = 3.4e38f;
const NEW = 0u;
const RUNNING = 1u;
const DONE = 2u;
const BAD = 3u; // a parameter is no number: there are no sweeps

const NO_COLUMNS = 0xffffu; // the first in the lower half, the last in the upper one

// The columns of the row that have changed.
var<private> lowest: u32;
var<private> highest: u32;

// Distances of the vertices around one.
struct Near {
    beside: f32,  // in the row
    before: f32,  // in the row before, one column back, ...
    across: f32,  // ... in this column ...
    ahead: f32,   // ... and one column on
}

var<private> near: Near;

// So many pairs of sweeps at most; returns the state after them.
fn sweep(begun: u32, pairs: u32) -> u32 {
    var state = begun;
    for (var pair = 0u; pair < pairs && state <= RUNNING; pair++) {
        var busy = false;
        for (var k = 0u; k < 2u * p.height; k++) {
            let up = k >= p.height;
            let row = select(k, 2u * p.height - 1u - k, up);
            let first = k == 0u || k == p.height; // of the sweep: there is no row before it
            let before = select(row - 1u, row + 1u, up);
            let way = select(0u, 1u, up);
            var columns = NO_COLUMNS;
            if !first { columns = pending_of(before, way); }
            let begins = state == NEW;
            if columns != NO_COLUMNS || begins {
                state = RUNNING;
                busy = true;
                if !first { set_pending(before, way, NO_COLUMNS); }
                // The first vertex of all has not come from anywhere.
                lowest = select(0xffffu, 0u, begins);
                highest = 0u;
                let range = select(vec2(columns & 0xffffu, columns >> 16u), vec2(0u), begins);
                to_the_right(row * p.row_stride, before * p.row_stride, first, range);
                to_the_left(row * p.row_stride);
                tell(row, 0u);
                tell(row, 1u);
            }
        }
        if !busy { state = DONE; }
    }
    return state;
}

// Adds what has changed to what a neighbouring row has to hear.
fn tell(row: u32, way: u32) {
    if lowest > highest { return; }
    let old = pending_of(row, way);
    set_pending(row, way, min(lowest, old & 0xffffu) | (max(highest, old >> 16u) << 16u));
}

// From the columns of the row before, if there is one, and their neighbours; and from the left, as far as that makes vertices nearer.
fn to_the_right(row: u32, before: u32, first: bool, range: vec2<u32>) {
    let begin = max(range.x, 1u) - 1u;
    near = Near(UNREACHED, UNREACHED, UNREACHED, UNREACHED);
    if !first {
        near.across = distance_of(before + begin * p.stride);
        if begin > 0u { near.before = distance_of(before + (begin - 1u) * p.stride); }
    }
    var last = min(range.y + 1u, p.width - 1u);
    for (var c = begin; c <= last; c += 4u) {
        last = visit(row, before, c, last, first);
        last = visit(row, before, c + 1u, last, first);
        last = visit(row, before, c + 2u, last, first);
        last = visit(row, before, c + 3u, last, first);
    }
}

// Returns how far it goes on.
fn visit(row: u32, before: u32, column: u32, last: u32, first: bool) -> u32 {
    if column > last { return last; }
    let c = column * p.stride;
    let own = parameter_of(row + c);
    near.ahead = UNREACHED;
    if !first && column + 1u < p.width { near.ahead = distance_of(before + c + p.stride); }
    var nearest = near.beside;
    var parent = row + c - p.stride;
    if near.across < nearest {
        nearest = near.across;
        parent = before + c;
    }
    if EIGHT && near.before < nearest {
        nearest = near.before;
        parent = before + c - p.stride;
    }
    if EIGHT && near.ahead < nearest {
        nearest = near.ahead;
        parent = before + c + p.stride;
    }
    let nearer = reach(row + c, nearest, parent, own);
    near.before = near.across;
    near.across = near.ahead;
    if !nearer { return last; }
    lowest = min(lowest, column);
    highest = max(highest, column);
    return max(last, min(column + 1u, p.width - 1u));
}

// From the right, as far as that makes vertices nearer: all that has changed, and what is to the left of it.
fn to_the_left(row: u32) {
    if lowest > highest { return; }
    near.beside = distance_of(row + highest * p.stride);
    for (var column = highest; column + 1u > lowest && column > 0u; column -= min(4u, column)) {
        visit_back(row, column, 1u);
        visit_back(row, column, 2u);
        visit_back(row, column, 3u);
        visit_back(row, column, 4u);
    }
}

// The vertex so many columns back.
fn visit_back(row: u32, column: u32, back: u32) {
    if column < back || column - back + 1u < lowest { return; }
    let at = row + (column - back) * p.stride;
    if reach(at, near.beside, at + p.stride, parameter_of(at)) { lowest = min(lowest, column - back); }
}

// Whether a neighbour makes a vertex nearer; its distance is then beside the next one.
fn reach(at: u32, nearest: f32, parent: u32, own: f32) -> bool {
    let old = distance_of(at);
    let new_ = nearest + max(-own, 0.0);
    let nearer = new_ < old;
    near.beside = select(old, new_, nearer);
    if nearer {
        set_distance(at, new_);
        set_parent(at, parent);
    }
    return nearer;
}
