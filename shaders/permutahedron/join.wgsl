// What the merges of bridge.wgsl come to for each stretch of a long row: the lists and covers of those under a bridge; and their sums over one
// side of a node, which take in the other side.
// s, w, counts as in project.wgsl, merges of bridge.wgsl -> folds (records.wgsl)
// Invocation g owns stretch g.
// Loops: none. Bounds: rows and stretches are clamped to those that there are; a stretch of a merge has a record of it.

@group(0) @binding(2) var<storage, read> counts: array<u32>;
@group(0) @binding(3) var<storage, read_write> folds: array<u32>;
@group(0) @binding(5) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.rows * p.lists { return; }
    find_row(g / p.lists);
    begin_row();
    let list = g % p.lists;
    let index = list / (2u * p.span);
    let node = node_of_row(index);
    if !is_merge(node) || list >= node.end { return; }
    let merge = merge_record(index);
    let slot = folds[merge + BRIDGE_SLOT];
    if slot != NOWHERE { cover(list, slot, folds[merge + BRIDGE_TO], folds[merge + BRIDGE_LAST]); }
    join_sums(list, node, merge);
}

// Takes away the blocks of a stretch that a bridge covers: one that begins in a stretch before.
fn cover(list: u32, slot: u32, to: u32, last: u32) {
    if list <= slot / p.stretch || list * p.stretch >= to { return; }
    let last_home = last / p.stretch;
    folds[record(list) + COVER] = slot;
    if list < last_home { folds[record(list) + LIST_TO] = folds[record(list) + LIST_FIRST]; }
    if list == last_home { folds[record(list) + LIST_FIRST] = last + 1u; }
}

fn join_sums(list: u32, node: Node, merge: u32) {
    let middle = node.middle * p.stretch;
    if list < node.middle {
        let at = record_sum(list, AFTER);
        let after = load_fold(at, folds[record(list) + END], folds[record(node.middle - 1u) + END]);
        let right = load_fold(merge + LEFT_SUM + fold_size(), middle, folds[record(node.end - 1u) + END]);
        store_fold(at, joined(after, right));
    } else {
        let at = record_sum(list, BEFORE);
        let left = load_fold(merge + LEFT_SUM, node.first * p.stretch, folds[record(node.middle - 1u) + END]);
        let before = load_fold(at, middle, folds[record(list) + BEGIN]);
        store_fold(at, joined(left, before));
    }
}
