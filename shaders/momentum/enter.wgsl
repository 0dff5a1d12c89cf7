// A layer backward, before f is known: the cotangent of f, and when activations are not stored the layer's own state.
//   x = x' - v',  c = (1 - gamma) (grad_x + grad_v)
// x, v, grad_x, grad_v [elements] -> c [elements]; with REVERSED x, with its low part (pair.wgsl), is replaced.
// Invocation g owns element g.
// Loops: none. Bounds: g < elements.

struct Params {
    elements: u32,
    v_first: u32,
    grad_x_first: u32,
    grad_v_first: u32,
    x_first: u32,
    c_first: u32,
    gamma: vec2<f32>, // its first 12 bits, and the others
    zero: u32,
    padding0: u32,
    padding1: u32,
    padding2: u32,
}

@group(0) @binding(0) var<storage, read> v: array<f32>;
@group(0) @binding(1) var<storage, read> grad_x: array<f32>;
@group(0) @binding(2) var<storage, read> grad_v: array<f32>;
@group(0) @binding(3) var<storage, read> v_low: array<f32>;
@group(0) @binding(4) var<storage, read_write> x: array<f32>;
@group(0) @binding(5) var<storage, read_write> x_low: array<f32>;
@group(0) @binding(6) var<storage, read_write> c: array<f32>;
@group(0) @binding(7) var<uniform> parameters: Parameters;

override REVERSED: bool = false;
override COTANGENT: bool = false; // else only x is wanted

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.elements { return; }
    if REVERSED {
        let state = plus(vec2(x[p.x_first + g], x_low[g]), -vec2(v[p.v_first + g], v_low[g]));
        x[p.x_first + g] = state.x;
        x_low[g] = state.y;
    }
    if COTANGENT { c[p.c_first + g] = (1.0 - (p.gamma.x + p.gamma.y)) * (grad_x[p.grad_x_first + g] + grad_v[p.grad_v_first + g]); }
}
