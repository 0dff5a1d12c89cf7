// The projection onto the permutahedron of w, and what its derivatives need: rows of sequences -> values, blocks.
//   P = s - v, with v the isotonic fit of s - w   (Blondel, Teboul, Berthet & Djolonga 2020, Propositions 3 and 4)
// s [rows, n], w [rows, n] or [n], descending; order [rows, n]: where element i of s belongs; counts [rows]
// -> out [rows, n]; bits [rows, 2 words + lists]: for each 32 elements of s where a block begins, and which are finite; and for each stretch
// where the block begins that its first element is in
// LANES invocations own a row, WORKGROUP / LANES rows a workgroup.
// Loops: each lane goes 3 times over its stretch, and once more for KL with several lanes; merging takes one turn for each block that it
// removes, log2(LANES) times a stretch of lanes at most.
// Bounds: rows and elements are clamped to those that there are; slots of `blocks` are counted like elements; order < n is the host's.

@group(0) @binding(3) var<storage, read> counts: array<u32>;
@group(0) @binding(5) var<storage, read_write> bits: array<u32>;
@group(0) @binding(6) var<storage, read_write> out: array<f32>;
@group(0) @binding(7) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let row = workgroup_index(id, count) * (WORKGROUP / LANES) + local / LANES;
    find_row(row);
    if row >= p.rows { q.n = 0u; }
    let lane = local % LANES;
    let first = lane * p.stretch;
    begin_row();
    enter_stretch(local, first, min(first + p.stretch, q.n));
    fit_stretches(local, min(first, q.n), min(first + p.stretch, q.n));
    if row < p.rows && first < p.n {
        let own = lists[local];
        emit_stretch(first, min(first + p.stretch, p.n), cover(local, first, own), own);
    }
}

// The slot of the block that a stretch begins in: the first one of its own list, or the last one of those before.
fn cover(local: u32, first: u32, own: List) -> u32 {
    if !is_empty(own) {
        if load_block(slot_of(own.first)).first == first { return own.first; }
    }
    let before = last_list(local - local % LANES, local);
    return lists[min(before, WORKGROUP - 1u)].to - 1u;
}
