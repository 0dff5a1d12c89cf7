// Pools adjacent violators of a short row. A block is known by its first element; its sum is the difference of two of `sums`.
// Arrays cost a software driver more than bits do: what is read in a turn is one sum, and nothing is written.

fn sum_from(i: u32) -> f64 { return select(0.0lf, sums[i & 63u], i < p.n); }

// The first start after i, or n.
fn next_start(i: u32) -> u32 {
    let above = 0xfffffffeu << (i & 31u);
    let low = starts.x & select(0u, above, i < 32u);
    let high = starts.y & select(0xffffffffu, above, i >= 32u);
    let bit = firstTrailingBit(select(high, low, low != 0u));
    return select(select(bit + 32u, bit, low != 0u), p.n, (low | high) == 0u);
}

// The last start before i > 0.
fn previous_start(i: u32) -> u32 {
    let below = (1u << (i & 31u)) - 1u;
    let low = starts.x & select(0xffffffffu, below, i < 32u);
    let high = starts.y & select(0u, below, i >= 32u);
    let bit = firstLeadingBit(select(low, high, high != 0u));
    return select(bit, bit + 32u, high != 0u);
}

// Each turn pools two neighbours or goes on to the next block, so that no lane waits for another one: twice the blocks that there are at first.
fn pool() {
    var below = 0u; // the block before `top`, if top > 0
    var top = 0u;   // up to `end`
    var end = next_start(0u);
    var from_below = own_sums[0];
    var from_top = own_sums[0];
    var from_end = sum_from(end);
    loop {
        let in_order = (from_below - from_top) * weight(top, end) > (from_top - from_end) * weight(below, top);
        let back = top > 0u && !in_order;
        if !back && end >= p.n { break; }
        starts &= ~bit_if(top, back);
        let other = select(next_start(end), previous_start(below), back);
        let from_other = sum_from(other);
        if back {
            top = below;
            from_top = from_below;
            below = other; // anything where top is 0
            from_below = from_other;
        } else {
            below = top;
            from_below = from_top;
            top = end;
            from_top = from_end;
            end = other;
            from_end = from_other;
        }
    }
}
