// One layer in fixed point, once f is known.
//   v' = gamma v + (1 - gamma) f,  x' = x + v'
// f [elements], x, v, buffer [elements], replaced -> state [elements], x' as f32; overflows[0] counts what does not fit
// With `spills` the low words of the buffers go to spilled [elements] before.
// Invocation g owns element g.
// Loops: none. Bounds: g < elements.

@group(0) @binding(0) var<storage, read> f: array<f32>;
@group(0) @binding(1) var<storage, read_write> x: array<i32>;
@group(0) @binding(2) var<storage, read_write> v: array<i32>;
@group(0) @binding(3) var<storage, read_write> buffer: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read_write> spilled: array<u32>;
@group(0) @binding(5) var<storage, read_write> state: array<f32>;
@group(0) @binding(6) var<storage, read_write> overflows: array<atomic<u32>>;
@group(0) @binding(7) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.elements { return; }
    var digits = buffer[g];
    if p.spills == 1u {
        spilled[p.spilled_first + g] = digits.x;
        digits = vec2(digits.y, 0u);
    }
    let own = scaled(v[g], digits, p.numerator, p.denominator);
    let more = added(f[p.f_first + g], state[p.state_first + g]);
    let velocity = own.c + more.value;
    let before = x[g];
    let after = before + velocity;
    x[g] = after;
    v[g] = velocity;
    buffer[g] = own.buffer;
    state[p.state_first + g] = f32(after) * p.unit;
    if !more.fits || sums_overflow(own.c, more.value, velocity) || sums_overflow(before, velocity, after) {
        atomicAdd(&overflows[0], 1u);
    }
}
