// Merges the fits of neighbouring nodes of a long row: `span` stretches on each side, of which the right side may be cut off.
// Merging two fits pools blocks around the junction into one, the bridge: a is the last block of the left side whose predecessor is still
// above the bridge from a on, and that reaches to the first block of the right side that is below it. Both are found by bisection, since
// each test is true on one side of its answer and false on the other: the values of a fit are slopes of a hull, and the bridge is the common
// tangent of two.
// s, w, counts as in project.wgsl -> folds (records.wgsl, merges.wgsl), blocks
// A workgroup owns a merge, and its lanes test candidates for a side by side. What it comes to for stretches is left to join.wgsl.
// Loops: log(blocks) / log(WORKGROUP) rounds of two bisections each, whose steps go over a group of blocks.
// Bounds: as in tile.wgsl.

@group(0) @binding(2) var<storage, read> counts: array<u32>;
@group(0) @binding(3) var<storage, read_write> folds: array<u32>;
@group(0) @binding(5) var<uniform> parameters: Parameters;

// The bridge from a candidate on, and the last block that it takes in.
struct Bridge {
    block: Block,
    last: u32,
}

var<private> node: Node;
var<workgroup> low: u32;
var<workgroup> high: u32;
var<workgroup> fits: array<u32, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let nodes = nodes_of_row();
    let index = workgroup_index(id, count);
    find_row(index / nodes);
    begin_row();
    node = node_of_row(index % nodes);
    // The same for all invocations of a workgroup.
    let junction = node.middle * p.stretch;
    if index / nodes >= p.rows || !is_merge(node) { return; }

    let merges = !is_border(junction) && !in_order(load_last(node.middle - 1u), load_block(slot_of(cover_of(node.middle))));
    var slot = NOWHERE;
    if merges {
        // The last stretch of whose first element the block is still a candidate; the first one of all always is.
        let list = search(local, node.first, node.middle, false, 0u);
        let own = list_of(list);
        // And the last block of its list; LIST_FIRST stands for the block before.
        slot = candidate(search(local, own.first, own.to + 1u, true, list), true, list);
    }
    if local == 0u {
        let merge = merge_record(index % nodes);
        folds[merge + BRIDGE_SLOT] = slot;
        if merges { put(merge, slot); }
        store_fold(merge + LEFT_SUM, side_sum(node.first, node.middle));
        store_fold(merge + LEFT_SUM + fold_size(), side_sum(node.middle, node.end));
    }
}

fn cover_of(list: u32) -> u32 { return folds[record(list) + COVER]; }

// The last block that begins before a stretch ends.
fn last_before_end(list: u32) -> u32 {
    let own = list_of(list);
    return select(own.to - 1u, cover_of(list), own.first == own.to);
}

fn load_last(list: u32) -> Block { return load_block(slot_of(last_before_end(list))); }

// Candidates: the block that a stretch begins in, or one of a list after that.
fn candidate(index: u32, in_list: bool, list: u32) -> u32 {
    if !in_list { return cover_of(index); }
    let own = list_of(list);
    let covering = cover_of(list);
    // The list may begin with the covering block itself.
    if index == own.first { return covering; }
    return index - 1u;
}

// The last candidate of [first, end) that fits, which the first one does.
fn search(local: u32, first: u32, end: u32, in_list: bool, list: u32) -> u32 {
    if local == 0u {
        low = first;
        high = end;
    }
    workgroupBarrier();
    // Both ends are the same for all invocations, as the barriers need.
    var at = workgroupUniformLoad(&low);
    var to = workgroupUniformLoad(&high);
    while to - at > 1u {
        let step = max((to - at) / (WORKGROUP + 1u), 1u);
        let tested = at + step * (local + 1u);
        var fit = 0u;
        if tested < to { fit = select(0u, 1u, is_in_order(candidate(tested, in_list, list))); }
        fits[local] = fit;
        workgroupBarrier();
        if local == 0u {
            var known = at;
            var beyond = to;
            for (var i = 0u; i < WORKGROUP; i++) {
                let tried = at + step * (i + 1u);
                if tried >= to { break; }
                if fits[i] == 0u { beyond = tried; break; }
                known = tried;
            }
            low = known;
            high = beyond;
        }
        workgroupBarrier();
        at = workgroupUniformLoad(&low);
        to = workgroupUniformLoad(&high);
    }
    workgroupBarrier();
    return at;
}

// Whether the block before a candidate is above the bridge from that on.
fn is_in_order(slot: u32) -> bool {
    let a = load_block(slot_of(slot));
    if a.first <= node.first * p.stretch || a.first <= last_border() { return true; }
    let home = (a.first - 1u) / p.stretch;
    var before = last_before_end(home);
    // It may be that the block before begins in the same stretch.
    if home == slot / p.stretch { before = select(slot - 1u, cover_of(home), slot == list_of(home).first); }
    return in_order(load_block(slot_of(before)), bridge_from(slot).block);
}

// The border at or before the junction, and the first one after it: no bridge goes beyond.
fn last_border() -> u32 {
    let junction = node.middle * p.stretch;
    return select(select(0u, q.begin, q.begin <= junction), q.end, q.end <= junction);
}

fn next_border() -> u32 {
    let junction = node.middle * p.stretch;
    return select(select(q.n, q.end, q.end > junction), q.begin, q.begin > junction);
}

// The bridge from block `slot` of the left side on.
fn bridge_from(slot: u32) -> Bridge {
    let home = slot / p.stretch;
    let a = load_block(slot_of(slot));
    let own = own_from(home, slot, a);
    let rest = load_fold(record_sum(home, AFTER), folds[record(home) + END], node.middle * p.stretch);
    var left = joined(own, rest);
    left = with_position(left, a);
    // The last stretch whose first element's block the bridge takes in.
    var at = node.middle;
    var to = node.end;
    if !takes_in(left, cover_of(at)) { return Bridge(left, slot); }
    while to - at > 1u {
        let middle = (at + to) / 2u;
        if takes_in(left, cover_of(middle)) { at = middle; } else { to = middle; }
    }
    // And the last block of its list.
    var last = cover_of(at);
    let list = list_of(at);
    var low_slot = list.first;
    var high_slot = list.to;
    while low_slot < high_slot {
        let middle = (low_slot + high_slot) / 2u;
        if takes_in(left, middle) { last = middle; low_slot = middle + 1u; } else { high_slot = middle; }
    }
    return Bridge(with_position(joined(joined(left, right_sum(last)), load_block(slot_of(last))), a), last);
}

// Sums from the junction to a block of the right side.
fn right_sum(slot: u32) -> Block {
    let home = slot / p.stretch;
    let begin = folds[record(home) + BEGIN];
    let b = load_block(slot_of(slot));
    let before = load_fold(record_sum(home, BEFORE), node.middle * p.stretch, begin);
    return joined(before, own_before(home, slot, b));
}

// A block as it was before merges.
fn own_block(home: u32, slot: u32) -> Block {
    return load_block(select(slot_of(slot), kept_slot(home), folds[record(home) + REPLACED] == slot));
}

// Where that of a bridge is kept: behind all others.
fn kept_slot(home: u32) -> u32 { return p.rows * p.n + q.index * p.lists + home; }

// Sums over a stretch's own blocks: before the one in a slot, and from that on. `block` is what the slot holds now.
fn own_before(home: u32, slot: u32, block: Block) -> Block {
    var i = slot;
    var to = block.first;
    // On a GPU groups are of one block, and loads that wait for others cost the most.
    if p.group > 0u {
        i = group_of(slot, own_list_of(home)).first;
        to = own_block(home, i).first;
    }
    var sum = load_fold(group_fold(slot, false), folds[record(home) + BEGIN], to);
    for (; i < slot; i++) { sum = joined(sum, own_block(home, i)); }
    return sum;
}

fn own_from(home: u32, slot: u32, block: Block) -> Block {
    var sum = block;
    if folds[record(home) + REPLACED] == slot { sum = load_block(kept_slot(home)); }
    if p.group > 0u {
        let to = group_of(slot, own_list_of(home)).to;
        for (var i = slot + 1u; i < to; i++) { sum = joined(sum, own_block(home, i)); }
    }
    return joined(sum, load_fold(group_fold(slot, true), sum.to, folds[record(home) + END]));
}

// Whether the bridge from the left side goes on over a block of the right side.
fn takes_in(left: Block, slot: u32) -> bool {
    let b = load_block(slot_of(slot));
    if b.first >= node.end * p.stretch || b.first >= next_border() { return false; }
    return !in_order(joined(left, right_sum(slot)), b);
}

// Puts the bridge in the place of the block with which it begins.
fn put(merge: u32, slot: u32) {
    let bridge = bridge_from(slot);
    let home = slot / p.stretch;
    let before = folds[record(home) + REPLACED];
    if before != slot {
        // A bridge of before was the last block of its list, which this one takes in.
        if before != NOWHERE { store_block(slot_of(before), load_block(kept_slot(home))); }
        store_block(kept_slot(home), load_block(slot_of(slot)));
        folds[record(home) + REPLACED] = slot;
    }
    store_block(slot_of(slot), bridge.block);
    folds[record(home) + LIST_TO] = slot + 1u;
    folds[merge + BRIDGE_TO] = bridge.block.to;
    folds[merge + BRIDGE_LAST] = bridge.last;
}

// The sum over the stretches [first, end) of a side.
fn side_sum(first: u32, end: u32) -> Block {
    let begin = folds[record(end - 1u) + BEGIN];
    let before = load_fold(record_sum(end - 1u, BEFORE), first * p.stretch, begin);
    return joined(before, load_fold(record_sum(end - 1u, OWN), begin, folds[record(end - 1u) + END]));
}
