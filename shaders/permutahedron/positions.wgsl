// KL: how far each tile of a long row goes down its sequences.
// s, w, counts as in project.wgsl -> walks [rows, tiles]: of s and of w, a whole number and a fraction each (kl_positions.wgsl)
// A workgroup owns a tile, LANES = WORKGROUP stretches.
// Loops: each lane once over its stretch. Bounds: rows and elements are clamped to those that there are.

@group(0) @binding(2) var<storage, read> counts: array<u32>;
@group(0) @binding(3) var<storage, read_write> walks: array<vec4<u32>>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

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
    let first = (tile % tiles * LANES + local) * p.stretch;
    begin_stretch(first, Position(), Position());
    for (var i = first; i < min(first + p.stretch, q.n); i++) { move_to(i); }
    s_moved[local] = s_walk.now;
    w_moved[local] = w_walk.now;
    workgroupBarrier();
    if local == 0u && tile / tiles < p.rows {
        var s: Position;
        var w: Position;
        for (var lane = 0u; lane < LANES; lane++) {
            s = advanced(s, s_moved[lane]);
            w = advanced(w, w_moved[lane]);
        }
        walks[tile] = vec4(s.whole, s.fraction, w.whole, w.fraction);
    }
}
