// Adds one array to another: out[i] += in[i].
// Invocation g owns element g.
// Loops: none. Bounds: g < count; both hold first + count.

struct Params {
    in_first: u32,
    out_first: u32,
    count: u32,
    padding: u32,
}

@group(0) @binding(0) var<storage, read> in_: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.count { return; }
    out[p.out_first + g] += in_[p.in_first + g];
}
