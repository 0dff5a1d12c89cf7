// The values of a long row, once its fit is whole: as project.wgsl writes them.
// s, w, order, counts as in project.wgsl, blocks and folds of bridge.wgsl -> out, bits
// Invocation g owns stretch g.
// Loops: once over the stretch. Bounds: rows and elements are clamped to those that there are; order < n is the host's.

@group(0) @binding(3) var<storage, read> counts: array<u32>;
@group(0) @binding(5) var<storage, read_write> folds: array<u32>;
@group(0) @binding(6) var<storage, read_write> bits: array<u32>;
@group(0) @binding(7) var<storage, read_write> out: array<f32>;
@group(0) @binding(8) var<uniform> parameters: Parameters;

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
    let first = list * p.stretch;
    if first < p.n { emit_stretch(first, min(first + p.stretch, p.n), folds[record(list) + COVER], list_of(list)); }
}
