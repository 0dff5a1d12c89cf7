// Blocks for L2: of which the mean of s - w counts.
//   y = sum over the block of (s[first] - s[i]) - (w[first] - w[i]),  m = y / count,  mean = s[first] - w[first] - m
// Differences from the block's own first element are small, whatever the row's offset and outliers are. Sums are fixed-point numbers of 64
// bits (shared/wide.wgsl), so that a million additions round no more than one. In a block that is pooled no difference of s exceeds twice
// that of w, which bounds the sum.

const ZERO_TARGETS = false; // -infinity is no target

fn slot_size() -> u32 { return 1u; } // vec4s of a stored block

struct Block {
    first: u32,
    to: u32,
    y: Wide,
    m: f32,
    s: f32, // s[first], w[first]
    w: f32,
}

var<private> scale: f32;   // 2^(k - 32), where y counts in 2^-k
var<private> unscale: f32;

fn begin_row() {
    var exponent = p.exponent;
    if W == GIVEN {
        let last = max(q.end, q.begin + 1u) - 1u;
        let range = w_gap(w_at(q.begin), w_at(last));
        exponent = f32(i32(exponent_bits(range) >> 23u) - 126);
    }
    // |y| < n * 2 * 2^exponent < 2^(58 - k), well below what `joined` ends with; n < 2^25.
    let log_n = f32(firstLeadingBit(max(p.n, 1u)) + 1u);
    let k = clamp(25.0 - log_n - exponent, -126.0, 126.0);
    scale = power_of_two(k);
    unscale = power_of_two(-k);
}

// Nothing depends on the tiles and stretches before.
fn enter_tile(walk: vec4<u32>) {}

fn enter_stretch(local: u32, first: u32, to: u32) {}

fn single(i: u32) -> Block { return Block(i, i + 1u, Wide(), 0.0, s_at(i), w_at(i)); }

fn plus(a: Block, b: Block) -> Block {
    let gap = (s_gap(a.s, b.s) - w_gap(a.w, b.w)) * f32(b.to - b.first);
    return with_mean(Block(a.first, b.to, wide_plus(wide_plus(a.y, b.y), wide(gap * scale)), 0.0, a.s, a.w));
}

fn with_mean(block: Block) -> Block {
    var b = block;
    b.m = wide_value(b.y) * unscale / f32(max(b.to - b.first, 1u));
    return b;
}

// Whether the mean of a is above that of b, the next block.
fn in_order(a: Block, b: Block) -> bool {
    return is_border(b.first) || s_gap(a.s, b.s) - w_gap(a.w, b.w) > a.m - b.m;
}

// Rows with a NaN are found by their ends.
fn is_bad(b: Block) -> bool { return false; }

fn store_block(slot: u32, b: Block) {
    set_block_entry(slot, vec4(b.first, b.to, b.y.low, b.y.high));
}

fn load_block(slot: u32) -> Block {
    let v = block_entry(slot);
    return with_mean(Block(v.x, v.y, Wide(v.z, v.w), 0.0, s_at(v.x), w_at(v.x)));
}

// The projection in a block: P[i] = w[first] + m - (s[first] - s[i]).
struct Emission {
    s: f32,
    top: f32,
}

fn emission(b: Block) -> Emission {
    let centre = 0.5 * f32(q.n + 1u) * p.centred;
    return Emission(b.s, (b.w * p.w_factor - centre) + b.m);
}

fn emit(e: Emission, i: u32) -> f32 { return e.top - s_gap(e.s, s_at(i)); }
