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
    for (var begin = first; begin < to; begin += 32u) {
        var starts = 0u;
        var finite = 0u;
        for (var i = begin; i < min(begin + 32u, to); i++) {
            var value = 0.0;
            if i < q.n {
                if i == end {
                    let block = load_block(slot_of(slot));
                    slot += 1u;
                    end = block.to;
                    state = emission(block);
                    starts |= 1u << (i - begin);
                }
                let is_finite = i >= q.begin && i < q.end;
                if is_finite { finite |= 1u << (i - begin); }
                if is_finite || KEYS != OF_W { value = emit(state, i) * p.out_factor; } else { value = key(i); }
                if nan { value = not_a_number(); }
            }
            write(i, value);
        }
        bits[q.bits + begin / 16u] = starts;
        bits[q.bits + begin / 16u + 1u] = finite;
    }
}

fn write(i: u32, value: f32) {
    if ORDERED {
        out[q.out + order[q.order + i]] = value;
    } else {
        out[q.out + i] = value;
    }
}
