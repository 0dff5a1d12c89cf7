// Blocks for KL: of which sum exp(s) / sum exp(w) counts, the exponential of the fitted value. For RANKS and ONES w is given by exp(w).
// Sums only ever grow (shared/scaled.wgsl), in powers of two below the row's first element (kl_positions.wgsl).

const LN_2 = 0.693147181f;

fn slot_size() -> u32 { return select(2u, 3u, W == GIVEN); } // vec4s of a stored block

struct Block {
    first: u32,
    to: u32,
    s_sum: Scaled,
    w_sum: Scaled, // GIVEN
    s_position: Position,
    w_position: Position,
    s: f32,        // RANKS, ONES: s[first]
    ratio: Ratio,
}

// m 2^e, with m from 1 to 2. Exponents exceed what an f32 counts.
struct Ratio {
    m: f32,
    e: i32,
}

// The next element.
fn single(i: u32) -> Block {
    move_to(i);
    let s_sum = scaled(inverse_power(0.0, fraction_of(s_walk.now)).m, s_walk.now.whole);
    var w_sum: Scaled;
    if W == GIVEN { w_sum = scaled(inverse_power(0.0, fraction_of(w_walk.now)).m, w_walk.now.whole); }
    return with_ratio(Block(i, i + 1u, s_sum, w_sum, s_walk.now, w_walk.now, s_at(i), Ratio()));
}

fn plus(a: Block, b: Block) -> Block {
    var w_sum: Scaled;
    if W == GIVEN { w_sum = scaled_plus(a.w_sum, b.w_sum); }
    return with_ratio(Block(a.first, b.to, scaled_plus(a.s_sum, b.s_sum), w_sum, a.s_position, a.w_position, a.s, Ratio()));
}

fn with_ratio(block: Block) -> Block {
    var b = block;
    let m = scaled_mantissa(b.s_sum);
    if W == GIVEN {
        b.ratio = ratio_of(m / scaled_mantissa(b.w_sum), b.s_sum.e - b.w_sum.e);
    } else {
        let weight = weight_of(b.first, b.to);
        b.ratio = ratio_of(m / max(weight, 1.0), b.s_sum.e);
        if weight == 0.0 { b.ratio = Ratio(1.0, 0x7fffffff); }
    }
    return b;
}

fn ratio_of(m: f32, e: i32) -> Ratio {
    let bits = bitcast<u32>(m);
    return Ratio(bitcast<f32>((bits & 0x007fffffu) | 0x3f800000u), e + i32(bits >> 23u) - 127);
}

// RANKS, ONES: the sum of exp(w) over elements [first, to).
fn weight_of(first: u32, to: u32) -> f32 {
    if W == ONES { return f32(min(to, p.ones) - min(first, p.ones)); }
    return 0.5 * f32(2u * q.n + 1u - first - to) * f32(to - first);
}

// Whether the value of a is above that of b, the next block.
fn in_order(a: Block, b: Block) -> bool {
    let above = a.ratio.e > b.ratio.e || (a.ratio.e == b.ratio.e && a.ratio.m > b.ratio.m);
    if is_border(b.first) { return true; }
    // Where weights are equal, s alone counts, of which two may differ by less than their exponentials show.
    if W == ONES && b.to <= p.ones { return s_at(a.to - 1u) != s_at(b.first); }
    // So it is for two elements alone, with differences that are exact, or nearly so. Of a long row many differ by less than exponentials show.
    let alone = a.to == a.first + 1u && b.to == b.first + 1u;
    if W == GIVEN && alone { return s_gap(s_at(a.first), s_at(b.first)) > w_gap(w_at(a.first), w_at(b.first)); }
    let rank = q.n - a.first;
    if W == RANKS && alone && rank > 4u { return s_gap(a.s, b.s) > rank_gap(rank); }
    return above;
}

// log(rank / (rank - 1)) for a rank above 4, as 2 atanh(x): not the difference of two logarithms.
fn rank_gap(rank: u32) -> f32 {
    let x = 1.0 / f32(2u * rank - 1u);
    let y = x * x;
    return 2.0 * x * (1.0 + y * (0.333333333 + y * (0.2 + y * 0.142857143)));
}

// Rows with a NaN are found by their ends.
fn is_bad(b: Block) -> bool { return false; }

fn store_block(slot: u32, b: Block) {
    let at = slot * slot_size();
    set_block_entry(at, vec4(b.first, b.s_sum.high, b.s_sum.low, bitcast<u32>(b.s_sum.e)));
    let last = select(bitcast<u32>(b.s), b.w_position.whole, W == GIVEN);
    set_block_entry(at + 1u, vec4(b.to, b.s_position.whole, b.s_position.fraction, last));
    if W == GIVEN { set_block_entry(at + 2u, vec4(b.w_sum.high, b.w_sum.low, bitcast<u32>(b.w_sum.e), b.w_position.fraction)); }
}

fn load_block(slot: u32) -> Block {
    let at = slot * slot_size();
    let sum = block_entry(at);
    let position = block_entry(at + 1u);
    let s_sum = Scaled(sum.y, sum.z, bitcast<i32>(sum.w));
    let s_position = Position(position.y, position.z);
    var w_sum: Scaled;
    var w_position: Position;
    if W == GIVEN {
        let v = block_entry(at + 2u);
        w_sum = Scaled(v.x, v.y, bitcast<i32>(v.z));
        w_position = Position(position.w, v.w);
    }
    return with_ratio(Block(sum.x, position.x, s_sum, w_sum, s_position, w_position, bitcast<f32>(position.w), Ratio()));
}

// The projection in a block, relative to its first element, for which the sums are those of exp(s - s[first]) and exp(w - w[first]).
//   GIVEN        P[i] = w[first] + log w_sum - log s_sum - (s[first] - s[i])
//   RANKS, ONES  exp(P[i]) = weight / s_sum * exp(-(s[first] - s[i]))
struct Emission {
    s: f32,
    top: f32,
}

fn emission(b: Block) -> Emission {
    let s_sum = relative(b.s_sum, b.s_position);
    if W == GIVEN {
        let logs = log2_of(Extended(relative(b.w_sum, b.w_position), 0.0)) - log2_of(Extended(s_sum, 0.0));
        // Not bounded, so that targets of -infinity are kept.
        return Emission(s_at(b.first), w_number(b.first) * p.w_factor + LN_2 * (logs.x + logs.y));
    }
    return Emission(s_at(b.first), weight_of(b.first, b.to) / s_sum);
}

// A sum as a multiple of the term at a position, exactly 1 for that alone.
fn relative(sum: Scaled, first: Position) -> f32 {
    let m = scaled_mantissa(sum) / inverse_power(0.0, fraction_of(first)).m;
    return m * power_of_two(f32(sum.e + i32(first.whole)));
}

fn emit(e: Emission, i: u32) -> f32 {
    let gap = s_gap(e.s, s_at(i));
    if W == GIVEN { return e.top - gap; }
    return e.top * inverse_power_of_two(min(gap * LOG2_E, 200.0));
}
