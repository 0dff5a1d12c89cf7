// Integers as f32.
// integers [elements] -> state [elements]
// Invocation g owns element g.
// Loops: none. Bounds: g < elements.

@group(0) @binding(0) var<storage, read> integers: array<i32>;
@group(0) @binding(1) var<storage, read_write> state: array<f32>;
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
    state[p.state_first + g] = f32(integers[g]) * p.unit;
}
