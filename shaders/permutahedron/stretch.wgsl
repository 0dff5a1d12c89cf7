// The fit of a stretch, from left to right, with blocks in memory.

// Pools elements [first, to). Each turn pools two neighbours or goes on to the next element, so that no lane waits for another one: a software
// driver pays for all that stands in a loop, in every turn, and for the longest of its lanes.
fn fit_stretch(first: u32, to: u32) -> List {
    if first >= to { return List(first, first); }
    var below: Block; // the block before `top`, if depth > 0
    var top = single(first);
    var next: Block; // the element after it, if i < to
    var depth = 0u;
    var i = first + 1u;
    if i < to { next = single(i); }
    loop {
        let back = depth > 0u && !in_order(below, top);
        if !back && i >= to { break; }
        if back || !in_order(top, next) {
            var a = top;
            var b = next;
            if back { a = below; b = top; }
            top = plus(a, b);
        } else {
            if depth > 0u { store_block(slot_of(first + depth - 1u), below); }
            below = top;
            depth += 1u;
            top = next;
        }
        if back {
            depth -= 1u;
            if depth > 0u { below = load_block(slot_of(first + depth - 1u)); }
        } else {
            i += 1u;
            if i < to { next = single(i); }
        }
    }
    if depth > 0u { store_block(slot_of(first + depth - 1u), below); }
    store_block(slot_of(first + depth), top);
    return List(first, first + depth + 1u);
}
