// Positions in the row's sequences, in powers of two: element i counts 2^-t[i], where t is the sum of the differences between
// neighbours, a whole number and a fraction of 32 bits each. With RANKS and ONES differences count up to 64: blocks so far apart are
// never pooled, and outliers cost the others no digits.

const ZERO_TARGETS = true; // exp(-infinity)
const LOG2_E = 1.44269504f;

fn fraction_of(a: Position) -> f32 { return f32(a.fraction >> 8u) * 5.9604644775390625e-8; }

// Where a lane is in a sequence: the position of the element that it came to last; and of one that is less than a whole before it, from
// which that counts, so that roundings are as few as the wholes that it passes.
struct Walk {
    now: Position,
    anchor: Position,
    value: f32, // of the anchor
}

var<private> s_walk: Walk;
var<private> w_walk: Walk;

// Goes before element `first`, which is at a position.
fn begin_stretch(first: u32, s: Position, w: Position) {
    let before = max(min(first, q.n), 1u) - 1u;
    s_walk = Walk(s, s, s_at(before));
    w_walk = Walk(w, w, w_at(before));
}

fn begin_row() {}

// Goes on to element i.
fn move_to(i: u32) {
    let s = s_at(i);
    s_walk = moved(s_walk, s, s_gap(s_walk.value, s) * LOG2_E);
    if W == GIVEN {
        let w = w_at(i);
        w_walk = moved(w_walk, w, w_gap(w_walk.value, w) * LOG2_E);
    }
}

fn moved(a: Walk, value: f32, by: f32) -> Walk {
    let step = fixed_point(by);
    let now = advanced(a.anchor, Position(step.high, step.low));
    if step.high == 0u { return Walk(now, a.anchor, a.value); }
    return Walk(now, now, value);
}

// Where the tile begins.
var<private> s_base: Position;
var<private> w_base: Position;

// Goes before a tile, with the way over all tiles before it.
fn enter_tile(walk: vec4<u32>) {
    s_base = Position(walk.x, walk.y);
    w_base = Position(walk.z, walk.w);
}

var<workgroup> s_moved: array<Position, WORKGROUP>;
var<workgroup> w_moved: array<Position, WORKGROUP>;

// Goes before the stretch [first, to), which is at the way over all stretches before it. All invocations of a workgroup come here.
fn enter_stretch(local: u32, first: u32, to: u32) {
    begin_stretch(first, Position(), Position());
    if LANES == 1u { return; }
    for (var i = first; i < to; i++) { move_to(i); }
    s_moved[local] = s_walk.now;
    w_moved[local] = w_walk.now;
    workgroupBarrier();
    var s = s_base;
    var w = w_base;
    for (var other = local - local % LANES; other < local; other++) {
        s = advanced(s, s_moved[other]);
        w = advanced(w, w_moved[other]);
    }
    begin_stretch(first, s, w);
    workgroupBarrier();
}
