// Sums over any elements [first, to), which may be none: only the ratio of one is asked for.

fn nothing_at(i: u32) -> Block {
    return Block(i, i, NO_SUM, NO_SUM, Position(), Position(), 0.0, Ratio());
}

fn joined(a: Block, b: Block) -> Block {
    if b.first == b.to { return a; }
    if a.first == a.to { return b; }
    return plus(a, b);
}

fn fold_size() -> u32 { return select(3u, 6u, W == GIVEN); } // words of a stored sum

fn store_fold(at: u32, b: Block) {
    store_sum(at, b.s_sum);
    if W == GIVEN { store_sum(at + 3u, b.w_sum); }
}

fn load_fold(at: u32, first: u32, to: u32) -> Block {
    var w_sum: Scaled;
    if W == GIVEN { w_sum = load_sum(at + 3u); }
    return with_ratio(Block(first, to, load_sum(at), w_sum, Position(), Position(), 0.0, Ratio()));
}

fn store_sum(at: u32, sum: Scaled) {
    folds[at] = sum.high;
    folds[at + 1u] = sum.low;
    folds[at + 2u] = bitcast<u32>(sum.e);
}

fn load_sum(at: u32) -> Scaled { return Scaled(folds[at], folds[at + 1u], bitcast<i32>(folds[at + 2u])); }

// A sum with where its first element is, from a block that begins there.
fn with_position(sum: Block, first: Block) -> Block {
    var b = sum;
    b.s_position = first.s_position;
    b.w_position = first.w_position;
    b.s = first.s;
    return b;
}
