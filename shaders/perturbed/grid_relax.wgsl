// Shortest paths from the first vertex of a grid to all others, by sweeps over its rows, down and up, until nothing changes.
//   distance[v] = cost[v] + min over the neighbours u of distance[u],   cost = max(-parameter, 0)
// In a row a vertex is reached from the row before it and from its left, then from its right. A sweep finds what a path does between two turns
// of its vertical direction, so that there are no more pairs of sweeps than such turns, whatever the costs. Of equally short paths the one
// found first stays: a vertex is given another parent only where that makes it nearer, which leaves no cycle where costs are not negative,
// rounding included.
// parameters [items, h, w] -> distances, parents [items, h, w] (a parent is a vertex of the same grid), states [items]: 0 goes on, 1 is done,
// 2 has a NaN
// Invocation g owns grid g.
// Loops: pairs of sweeps, in each 2 rows times (w / 2 + 1); the host gives as many pairs as keep below 32768, and goes on with another dispatch:
// what is done returns at once.
// Bounds: g < items, columns by the width.

struct Params {
    items: u32,
    height: u32,
    width: u32,
    pairs: u32,
}

@group(0) @binding(0) var<storage, read> parameters_in: array<f32>;
@group(0) @binding(1) var<storage, read_write> distances: array<f32>;
@group(0) @binding(2) var<storage, read_write> parents: array<u32>;
@group(0) @binding(3) var<storage, read_write> states: array<u32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

override EIGHT: bool = true; // neighbours of a vertex; else four

const UNREACHED = 3.4e38f;
const RUNNING = 0u;
const DONE = 1u;
const BAD = 2u;

var<private> base: u32;     // of the grid
var<private> changed: bool;
var<private> bad: bool;

// The vertices that a pass has just been at, as (distance, vertex).
struct Near {
    beside: f32,  // in the row
    before: f32,  // in the row before, one column back, ...
    across: f32,  // ... in this column ...
    ahead: f32,   // ... and one column on
}

var<private> near: Near;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.items { return; }
    var state = states[g];
    base = g * p.height * p.width;
    for (var pair = 0u; pair < p.pairs && state == RUNNING; pair++) {
        changed = false;
        for (var k = 0u; k < 2u * p.height; k++) {
            let up = k >= p.height;
            let row = select(k, 2u * p.height - 1u - k, up);
            let first = k == 0u || k == p.height; // of the sweep
            let before = select(row - 1u, row + 1u, up);
            to_the_right(row * p.width, before * p.width, first);
            to_the_left(row * p.width);
        }
        if !changed { state = DONE; }
        if bad { state = BAD; }
    }
    states[g] = state;
}

// From the row before, of which there is none where this is the first, and from the left.
fn to_the_right(row: u32, before: u32, first: bool) {
    near = Near(UNREACHED, UNREACHED, UNREACHED, UNREACHED);
    if !first { near.across = distances[base + before]; }
    for (var c = 0u; c < p.width; c += 4u) {
        visit(row, before, c, first);
        visit(row, before, c + 1u, first);
        visit(row, before, c + 2u, first);
        visit(row, before, c + 3u, first);
    }
}

fn visit(row: u32, before: u32, c: u32, first: bool) {
    if c >= p.width { return; }
    let own = parameters_in[base + row + c];
    bad = bad || (bitcast<u32>(own) & 0x7fffffffu) > 0x7f800000u;
    near.ahead = UNREACHED;
    if !first && c + 1u < p.width { near.ahead = distances[base + before + c + 1u]; }
    var nearest = near.beside;
    var parent = row + c - 1u;
    if near.across < nearest {
        nearest = near.across;
        parent = before + c;
    }
    if EIGHT && near.before < nearest {
        nearest = near.before;
        parent = before + c - 1u;
    }
    if EIGHT && near.ahead < nearest {
        nearest = near.ahead;
        parent = before + c + 1u;
    }
    near.beside = reach(row + c, nearest, parent, own);
    near.before = near.across;
    near.across = near.ahead;
}

// From the right.
fn to_the_left(row: u32) {
    near.beside = UNREACHED;
    for (var c = 0u; c < p.width; c += 4u) {
        visit_back(row, c);
        visit_back(row, c + 1u);
        visit_back(row, c + 2u);
        visit_back(row, c + 3u);
    }
}

fn visit_back(row: u32, back: u32) {
    if back >= p.width { return; }
    let at = row + p.width - 1u - back;
    near.beside = reach(at, near.beside, at + 1u, parameters_in[base + at]);
}

// The distance of a vertex, by a neighbour if that is nearer.
fn reach(at: u32, nearest: f32, parent: u32, own: f32) -> f32 {
    let old = distances[base + at];
    let new_ = nearest + max(-own, 0.0);
    if new_ < old {
        distances[base + at] = new_;
        parents[base + at] = parent;
        changed = true;
        return new_;
    }
    return old;
}
