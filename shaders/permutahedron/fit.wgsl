// Isotonic regression of a row, or a tile of one, by pooling adjacent violators: the blocks on which the fit is constant.
//   v non-increasing, and on each block v = value(block)   (Blondel, Teboul, Berthet & Djolonga 2020, section 5)
// Each lane pools its own stretch, from left to right; then neighbours are merged in pairs, in log2(LANES) rounds. Merging
// two fits pools blocks around the junction into one, if any, and leaves the others as they are.
// A block stands in the list of the stretch in which it begins.

var<workgroup> lists: array<List, WORKGROUP>;

// The last list of [first, end) with blocks, or `end`.
fn last_list(first: u32, end: u32) -> u32 {
    for (var list = end; list > first; list--) {
        if !is_empty(lists[list - 1u]) { return list - 1u; }
    }
    return end;
}

// The first one, or `end`.
fn first_list(first: u32, end: u32) -> u32 {
    for (var list = first; list < end; list++) {
        if !is_empty(lists[list]) { return list; }
    }
    return end;
}

// Merges the fits of lists [first, middle) and [middle, end).
fn merge(first: u32, middle: u32, end: u32) {
    var left = last_list(first, middle);
    var right = first_list(middle, end);
    if left == middle || right == end { return; }
    var below = load_block(slot_of(lists[left].to - 1u));
    var above = load_block(slot_of(lists[right].first));
    if in_order(below, above) { return; }
    var pooled = plus(below, above);
    var home = left; // of the pooled block
    lists[left].to -= 1u;
    lists[right].first += 1u;
    // Each turn takes a block away: at most one turn for each element.
    loop {
        left = last_list(first, home + 1u);
        if left <= home {
            below = load_block(slot_of(lists[left].to - 1u));
            if !in_order(below, pooled) {
                pooled = plus(below, pooled);
                home = left;
                lists[left].to -= 1u;
                continue;
            }
        }
        right = first_list(right, end);
        if right == end { break; }
        above = load_block(slot_of(lists[right].first));
        if in_order(pooled, above) { break; }
        pooled = plus(pooled, above);
        lists[right].first += 1u;
    }
    store_block(slot_of(lists[home].to), pooled);
    lists[home].to += 1u;
}

// Fits the stretches of lanes that share a row, this one's being [first, to). All invocations of a workgroup come here.
fn fit_stretches(local: u32, first: u32, to: u32) {
    lists[local] = fit_stretch(first, to);
    let lane = local % LANES;
    // `span` is the same for all invocations, as the barriers need.
    for (var span = 1u; span < LANES; span *= 2u) {
        workgroupBarrier();
        await_blocks();
        if lane % (2u * span) == 0u { merge(local, local + span, local + 2u * span); }
    }
    workgroupBarrier();
    await_blocks();
}
