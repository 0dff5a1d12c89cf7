// Numbers times a factor: out = factor x.
// Invocation g owns element g.
// Loops: none. Bounds: g < elements.

struct Params {
    elements: u32,
    x_first: u32,
    factor: f32,
    padding: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
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
    if g >= p.elements { return; }
    out[g] = p.factor * x[p.x_first + g];
}
