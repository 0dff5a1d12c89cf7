// Sums over any elements [first, to), which may be none: pooled or not, so that y may leave its range. It then stays at the end of it, from
// which the mean is out of reach of any block that is pooled.

fn nothing_at(i: u32) -> Block {
    let at = min(i, max(q.n, 1u) - 1u);
    return Block(i, i, Wide(), 0.0, s_at(at), w_at(at));
}

fn joined(a: Block, b: Block) -> Block {
    if b.first == b.to { return a; }
    if a.first == a.to { return b; }
    let gap = (s_gap(a.s, b.s) - w_gap(a.w, b.w)) * f32(b.to - b.first);
    let term = clamp(gap * scale, -LARGEST, LARGEST);
    let sum = wide_value(a.y) + wide_value(b.y) + term;
    var y = wide_plus(wide_plus(a.y, b.y), wide(term));
    if abs(sum) > LARGEST { y = wide(sign(sum) * LARGEST); }
    return with_mean(Block(a.first, b.to, y, 0.0, a.s, a.w));
}
const LARGEST = 536870912f; // 2^29, and so 2^61

fn fold_size() -> u32 { return 2u; } // words of a stored sum

fn store_fold(at: u32, b: Block) {
    folds[at] = b.y.low;
    folds[at + 1u] = b.y.high;
}

fn load_fold(at: u32, first: u32, to: u32) -> Block {
    let i = min(first, max(q.n, 1u) - 1u);
    return with_mean(Block(first, to, Wide(folds[at], folds[at + 1u]), 0.0, s_at(i), w_at(i)));
}

// Sums know where they begin.
fn with_position(sum: Block, first: Block) -> Block { return sum; }
