// Writes what a lane's stretch of a fit comes to: values, and bits for the derivatives.

override ORDERED: bool = false; // values go where `order` says; else they stay as sorted

const NAN_ROW = 0xffffffffu; // in the place of a block's start: derivatives of the row are NaN

// Elements [first, to) of the row. `cover` is the slot of the block that the first one is in, and `list` the lane's own.
fn emit_stretch(first: u32, to: u32, cover: u32, list: List) {
    var slot = list.first;
    var end = first; // of the block that an element is in
    var state: Emission;
    var start = first;
    var nan = q.nan;
    if first < q.n {
        let block = load_block(slot_of(cover));
        start = block.first;
        nan = nan || is_bad(block);
        if start < first {
            end = block.to;
            state = emission(block);
        }
    }
    bits[q.bits + 2u * p.words + first / p.stretch] = select(start, NAN_ROW, nan);
    let used = max(first, min(to, q.n));
    for (var begin = first; begin < to; begin += 32u) {
        var starts = 0u;
        // Element by element, not block by block: the lanes of a software driver would wait for each other's blocks.
        for (var i = begin; i < min(begin + 32u, used); i++) {
            if i == end {
                let block = load_block(slot_of(slot));
                slot += 1u;
                end = block.to;
                state = emission(block);
                starts |= 1u << (i - begin);
            }
            var value = emit(state, i) * p.out_factor;
            if nan { value = not_a_number(); }
            write(i, value);
        }
        bits[q.bits + begin / 16u] = starts;
        bits[q.bits + begin / 16u + 1u] = bits_below(q.end, begin) & ~bits_below(q.begin, begin);
    }
    for (var i = used; i < to; i++) { write(i, 0.0); }
    if KEYS == OF_W && !nan {
        keep_infinite(first, min(used, q.begin));
        keep_infinite(max(first, q.end), used);
    }
}

fn keep_infinite(first: u32, to: u32) {
    for (var i = first; i < to; i++) { write(i, key(i)); }
}

// The bits of the word from element `begin` on that stand for elements before `end`.
fn bits_below(end: u32, begin: u32) -> u32 {
    let count = max(end, begin) - begin;
    return select((1u << (count & 31u)) - 1u, 0xffffffffu, count >= 32u);
}

fn write(i: u32, value: f32) {
    if ORDERED {
        out[q.out + order_number(i)] = value;
    } else {
        out[q.out + i] = value;
    }
}
