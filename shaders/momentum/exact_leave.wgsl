// A layer in fixed point backward, once f is known: v = (v' - (1 - gamma) f) / gamma, with the digits that the buffer has kept.
// f, state [elements], v, buffer [elements], replaced -> velocity [elements], v as f32
// With `spills` the low words of the buffers come back from spilled [elements].
// Invocation g owns element g.
// Loops: none. Bounds: g < elements.

@group(0) @binding(0) var<storage, read> f: array<f32>;
@group(0) @binding(1) var<storage, read> state: array<f32>;
@group(0) @binding(2) var<storage, read> spilled: array<u32>;
@group(0) @binding(3) var<storage, read_write> v: array<i32>;
@group(0) @binding(4) var<storage, read_write> buffer: array<vec2<u32>>;
@group(0) @binding(5) var<storage, read_write> velocity: array<f32>;
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
    let more = added(f[p.f_first + g], state[p.state_first + g]);
    let own = scaled(v[g] - more.value, buffer[g], p.denominator, p.numerator);
    var digits = own.buffer;
    if p.spills == 1u { digits = vec2(spilled[p.spilled_first + g], digits.x); }
    v[g] = own.c;
    buffer[g] = digits;
    velocity[p.velocity_first + g] = f32(own.c) * p.unit;
}
