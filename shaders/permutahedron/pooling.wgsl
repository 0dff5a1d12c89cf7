// Pools adjacent violators of a row that an invocation has to itself. Blocks are bits, in an array of its own: what is read in a turn is one sum,
// and nothing is written to memory. `start_at` finds a sum, `is_above` says whether a block's mean is above that of the next one.

var<private> starts: array<u32, 64>; // a bit for each element with which a block begins

fn last_word() -> u32 { return (row_end() - 1u) / 32u; }

// What a search for the next start finds in a word, from `from_` on: a search goes on to the next word in the next turn of the loop that it is in,
// since of a loop in a loop each waits for its own last lane.
struct Found {
    i: u32,
    is_over: bool, // else there is nothing in this word
}

// The first start after i.
fn next_start(i: u32, word: u32) -> Found {
    let found = starts[word] & select(0xffffffffu, 0xfffffffeu << (i & 31u), word == i / 32u);
    let at = select(32u * word + firstTrailingBit(found), row_end(), found == 0u);
    return Found(at, found != 0u || word >= last_word());
}

// The last start before i > 0, or 0.
fn previous_start(i: u32, word: u32) -> Found {
    let found = starts[word] & select(0xffffffffu, (1u << (i & 31u)) - 1u, word == i / 32u);
    let at = select(32u * word + firstLeadingBit(found), 0u, found == 0u);
    return Found(at, found != 0u || word == 0u);
}

// Each turn pools two neighbours or goes on to the next block, or searches one word more, so that no lane waits for another one.
fn pool() {
    var below = start_at(0u); // of the block before `top`, if top.i > 0
    var top = below;
    var end = below; // `top` is a block of none at first
    var is_seeking = false;
    var back = false;
    var word = 0u;
    loop {
        if !is_seeking {
            back = top.i > 0u && !is_above(below, top, end);
            if !back && end.i >= row_end() { break; }
            let kept = select(0xffffffffu, ~(1u << (top.i & 31u)), back);
            starts[top.i / 32u] &= kept;
            word = select(end.i, below.i, back) / 32u;
        }
        let previous = previous_start(below.i, word);
        let next = next_start(end.i, word);
        is_seeking = !select(next.is_over, previous.is_over, back);
        word = select(word + 1u, word - 1u, back);
        if !is_seeking {
            let other = start_at(select(next.i, previous.i, back));
            let before = below;
            below = chosen_start(top, other, back);
            top = chosen_start(end, before, back);
            end = chosen_start(other, end, back);
        }
    }
}
