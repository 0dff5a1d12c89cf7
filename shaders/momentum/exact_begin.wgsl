// States in fixed point, from f32.
// state, velocity [elements] -> x, v, with empty buffers; overflows[0] counts what does not fit
// Invocation g owns element g.
// Loops: none. Bounds: g < elements.

@group(0) @binding(0) var<storage, read> state: array<f32>;
@group(0) @binding(1) var<storage, read> velocity: array<f32>;
@group(0) @binding(2) var<storage, read_write> x: array<i32>;
@group(0) @binding(3) var<storage, read_write> v: array<i32>;
@group(0) @binding(4) var<storage, read_write> buffer: array<vec2<u32>>;
@group(0) @binding(5) var<storage, read_write> overflows: array<atomic<u32>>;
@group(0) @binding(6) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.elements { return; }
    let of_x = fixed(state[p.state_first + g]);
    let of_v = fixed(velocity[p.velocity_first + g]);
    x[g] = of_x.value;
    v[g] = of_v.value;
    buffer[g] = vec2(0u);
    if !of_x.fits || !of_v.fits { atomicAdd(&overflows[0], 1u); }
}
