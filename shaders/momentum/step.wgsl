// One layer of a momentum residual network, once f is known.
//   v' = gamma v + (1 - gamma) f,  x' = x + v'       (Sander, Ablin, Blondel & Peyre 2021, equation 2)
// where f is what the layer computed, less x with RESIDUAL (the layer computes x + f(x)).
// f, x, v [elements]; x and v, each with its low part (pair.wgsl), are replaced.
// Invocation g owns element g.
// Loops: none. Bounds: g < elements.

struct Params {
    elements: u32,
    f_first: u32,
    x_first: u32,
    v_first: u32,
    gamma: vec2<f32>, // its first 12 bits, and the others
    zero: u32,
    padding: u32,
}

@group(0) @binding(0) var<storage, read> f: array<f32>;
@group(0) @binding(1) var<storage, read_write> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> v: array<f32>;
@group(0) @binding(3) var<storage, read_write> x_low: array<f32>;
@group(0) @binding(4) var<storage, read_write> v_low: array<f32>;
@group(0) @binding(5) var<uniform> parameters: Parameters;

override RESIDUAL: bool = false;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.elements { return; }
    let before = x[p.x_first + g];
    var residual = f[p.f_first + g];
    if RESIDUAL { residual -= before; }
    let velocity = next_velocity(vec2(v[p.v_first + g], v_low[g]), residual);
    let state = plus(vec2(before, x_low[g]), velocity);
    v[p.v_first + g] = velocity.x;
    v_low[g] = velocity.y;
    x[p.x_first + g] = state.x;
    x_low[g] = state.y;
}
