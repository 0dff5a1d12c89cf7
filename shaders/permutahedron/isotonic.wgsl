// Blocks of isotonic regression of rows in any order: three sums of numbers of very different sizes (shared/scaled.wgsl).
//   L2  v = sum(w y) / sum(w)                     up: of the positive terms, down: of the negative ones, weight: sum(w)
//   KL  v = log(sum(exp(s)) / sum(exp(w)))        up: sum(exp(s)), weight: sum(exp(w))
// s is y. What counts is `level`, a number that grows with v. An element that is no number is pooled with all others, so that its whole row
// is none: its sum has the exponent BAD, which no other reaches.

const ZERO_TARGETS = true;
const BAD = 0x20000000i;

struct Block {
    first: u32,
    to: u32,
    up: Scaled,
    down: Scaled,
    weight: Scaled,
    level: Level,
}

// Compared by e, and then by m.
struct Level {
    m: f32,
    e: i32,
}

fn slot_size() -> u32 { return 3u; } // vec4s of a stored block

fn begin_row() {}

// Nothing depends on the tiles and stretches before.
fn enter_tile(walk: vec4<u32>) {}

fn enter_stretch(local: u32, first: u32, to: u32) {}

fn single(i: u32) -> Block { return with_level(element(i, s_number(i), w_number(i))); }

fn plus(a: Block, b: Block) -> Block {
    let up = scaled_plus(a.up, b.up);
    let weight = scaled_plus(a.weight, b.weight);
    return with_level(Block(a.first, b.to, up, scaled_plus(a.down, b.down), weight, Level()));
}

fn with_level(block: Block) -> Block {
    var b = block;
    if is_bad(b) { b.level = Level(0.0, BAD); } else { b.level = level(b); }
    return b;
}

fn is_bad(b: Block) -> bool { return max(b.up.e, max(b.down.e, b.weight.e)) >= BAD; }

// Whether a is before b, the next block, in the direction: descending for a factor above 0.
fn in_order(a: Block, b: Block) -> bool {
    if is_bad(a) || is_bad(b) { return false; }
    if p.s_factor > 0.0 { return is_above(a.level, b.level); }
    return is_above(b.level, a.level);
}

fn is_above(a: Level, b: Level) -> bool { return a.e > b.e || (a.e == b.e && a.m > b.m); }

fn store_block(slot: u32, b: Block) {
    let at = slot * slot_size();
    set_block_entry(at, vec4(b.first, b.up.high, b.up.low, bitcast<u32>(b.up.e)));
    set_block_entry(at + 1u, vec4(b.to, b.down.high, b.down.low, bitcast<u32>(b.down.e)));
    set_block_entry(at + 2u, vec4(0u, b.weight.high, b.weight.low, bitcast<u32>(b.weight.e)));
}

fn load_block(slot: u32) -> Block {
    let at = slot * slot_size();
    let up = block_entry(at);
    let down = block_entry(at + 1u);
    return with_level(Block(up.x, down.x, sum_of(up), sum_of(down), sum_of(block_entry(at + 2u)), Level()));
}

fn sum_of(v: vec4<u32>) -> Scaled { return Scaled(v.y, v.z, bitcast<i32>(v.w)); }

struct Emission {
    v: f32,
}

fn emission(b: Block) -> Emission {
    if is_bad(b) { return Emission(not_a_number()); }
    return Emission(value(b.level));
}

fn emit(e: Emission, i: u32) -> f32 { return e.v; }
