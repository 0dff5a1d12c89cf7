// The isotonic fit of each tile of a long row, and the sums with which bridge.wgsl merges them.
// s, w, counts as in project.wgsl; walks [rows, tiles] of walks.wgsl -> blocks, folds (records.wgsl)
// A workgroup owns a tile, LANES = WORKGROUP stretches.
// Loops: each lane goes over its stretch twice, and once more for KL; merging takes one turn for each block of the tile that it removes.
// Bounds: rows and elements are clamped to those that there are; slots are counted like elements, records like stretches.

@group(0) @binding(2) var<storage, read> counts: array<u32>;
@group(0) @binding(3) var<storage, read> walks: array<vec4<u32>>;
@group(0) @binding(5) var<storage, read_write> folds: array<u32>;
@group(0) @binding(6) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let tiles = p.lists / LANES;
    let tile = workgroup_index(id, count);
    find_row(tile / tiles);
    if tile / tiles >= p.rows { q.n = 0u; }
    q.first_list = tile % tiles * LANES;
    let list = q.first_list + local;
    let first = min(list * p.stretch, q.n);
    let to = min(first + p.stretch, q.n);
    begin_row();
    enter_tile(walks[min(tile, p.rows * tiles - 1u)]);
    enter_stretch(local, list * p.stretch, to);
    fit_stretches(local, first, to);
    if tile / tiles < p.rows {
        keep(local, list);
    }
    storageBarrier();
    if tile / tiles < p.rows { keep_node(local, list); }
}

// What is kept of a stretch by itself: its record, and the sums of its groups of blocks.
fn keep(local: u32, list: u32) {
    let own = lists[local];
    let at = record(list);
    let tile_end = min((q.first_list + LANES) * p.stretch, q.n);
    // Its own blocks end where those of the next stretch begin.
    let next = first_list(local + 1u, LANES);
    var end = tile_end;
    if next < LANES { end = load_block(slot_of(lists[next].first)).first; }
    var begin = end;
    if !is_empty(own) { begin = load_block(slot_of(own.first)).first; }
    folds[at + LIST_FIRST] = own.first;
    folds[at + LIST_TO] = own.to;
    folds[at + BEGIN] = begin;
    folds[at + END] = end;
    var slot = own.first;
    if begin != list * p.stretch || is_empty(own) {
        let before = last_list(0u, local);
        slot = lists[min(before, WORKGROUP - 1u)].to - 1u;
    }
    folds[at + COVER] = slot;
    folds[at + OWN_FIRST] = own.first;
    folds[at + OWN_TO] = own.to;
    folds[at + REPLACED] = NOWHERE;
    var sum = nothing_at(begin);
    var group = List(own.first, own.first);
    while group.to < own.to {
        group = group_of(group.to, own);
        var part = load_block(slot_of(group.first));
        for (var i = group.first + 1u; i < group.to; i++) { part = joined(part, load_block(slot_of(i))); }
        store_fold(group_fold(group.first, false), sum);
        // In the place of the sum over what comes after it, for now.
        store_fold(group_fold(group.first, true), part);
        sum = joined(sum, part);
    }
    store_fold(record_sum(list, OWN), sum);
    sum = nothing_at(end);
    while group.first < group.to {
        let fold = group_fold(group.first, true);
        let part = load_fold(fold, load_block(slot_of(group.first)).first, sum.first);
        store_fold(fold, sum);
        sum = joined(part, sum);
        group = group_of(max(group.first, 1u) - 1u, List(own.first, group.first));
    }
}

fn own_sum(list: u32) -> Block {
    return load_fold(record_sum(list, OWN), folds[record(list) + BEGIN], folds[record(list) + END]);
}

// The sums over the tile's other stretches, from its first one and to its last one.
fn keep_node(local: u32, list: u32) {
    var sum = nothing_at(min(q.first_list * p.stretch, q.n));
    for (var other = q.first_list; other < list; other++) { sum = joined(sum, own_sum(other)); }
    store_fold(record_sum(list, BEFORE), sum);
    sum = nothing_at(min((q.first_list + LANES) * p.stretch, q.n));
    for (var other = q.first_list + LANES; other > list + 1u; other--) { sum = joined(own_sum(other - 1u), sum); }
    store_fold(record_sum(list, AFTER), sum);
}
