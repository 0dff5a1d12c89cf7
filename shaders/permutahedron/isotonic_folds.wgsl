// Sums over any elements [first, to), which may be none.

fn nothing_at(i: u32) -> Block { return Block(i, i, NO_SUM, NO_SUM, NO_SUM, Level()); }

fn joined(a: Block, b: Block) -> Block {
    if b.first == b.to { return a; }
    if a.first == a.to { return b; }
    return plus(a, b);
}

fn fold_size() -> u32 { return 9u; } // words of a stored sum

fn store_fold(at: u32, b: Block) {
    store_sum(at, b.up);
    store_sum(at + 3u, b.down);
    store_sum(at + 6u, b.weight);
}

fn load_fold(at: u32, first: u32, to: u32) -> Block {
    return with_level(Block(first, to, load_sum(at), load_sum(at + 3u), load_sum(at + 6u), Level()));
}

fn store_sum(at: u32, sum: Scaled) {
    folds[at] = sum.high;
    folds[at + 1u] = sum.low;
    folds[at + 2u] = bitcast<u32>(sum.e);
}

fn load_sum(at: u32) -> Scaled { return Scaled(folds[at], folds[at + 1u], bitcast<i32>(folds[at + 2u])); }

// Sums know where they begin.
fn with_position(sum: Block, first: Block) -> Block { return sum; }
