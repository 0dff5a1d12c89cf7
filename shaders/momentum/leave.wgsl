// A layer backward, once f or its derivative is known. What the velocity's change is made of, by CHANGE:
//   REVERSED  f [elements] is what the layer computed (less x with RESIDUAL), and v, with its low part (pair.wgsl), is replaced by
//             (v - (1 - gamma) f) / gamma
//   STORED    f is the state after the layer, x the one before it, `low` the one before that; then v - f is (v - v') / (1 - gamma)
//   FIRST     the same of the first layer: `low` is v_0
//   KNOWN     f is what the layer computed, and `low` is v
// With GRADIENTS also
//   c = grad_x + grad_v,  grad_x += (1 - gamma) J^T c,  grad_v = gamma c,  grad_gamma = <c, v - f>
// where `jacobian` is (1 - gamma) J^T c of what the layer computes.
// Invocation g owns elements g, g + invocations, ..., STRETCH of them, over which it sums <c, v - f> into partial[g].
// Loops: STRETCH. Bounds: elements below `elements`; g < invocations.

struct Params {
    elements: u32,
    invocations: u32,
    f_first: u32,
    x_first: u32,
    low_first: u32,
    jacobian_first: u32,
    v_first: u32,
    grad_x_first: u32,
    grad_v_first: u32,
    zero: u32,
    gamma: vec2<f32>, // its first 12 bits, and the others
}

@group(0) @binding(0) var<storage, read> f: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> jacobian: array<f32>;
@group(0) @binding(3) var<storage, read_write> v: array<f32>;
@group(0) @binding(4) var<storage, read_write> low: array<f32>;
@group(0) @binding(5) var<storage, read_write> grad_x: array<f32>;
@group(0) @binding(6) var<storage, read_write> grad_v: array<f32>;
@group(0) @binding(7) var<storage, read_write> partial: array<f32>;
@group(0) @binding(8) var<uniform> parameters: Parameters;

override RESIDUAL: bool = false;
override CHANGE: u32 = 0u;
override GRADIENTS: bool = false;

const REVERSED = 0u;
const STORED = 1u;
const FIRST = 2u;
const KNOWN = 3u;

const STRETCH = 32u; // as in src/momentum/layer.rs

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.invocations { return; }
    var sum = 0.0;
    for (var s = 0u; s < STRETCH; s++) {
        let e = s * p.invocations + g;
        if e < p.elements {
            let change = change_at(e);
            if GRADIENTS { sum += pull_back(e) * change; }
        }
    }
    if GRADIENTS { partial[g] = sum; }
}

// v - f
fn change_at(e: u32) -> f32 {
    if CHANGE == STORED || CHANGE == FIRST {
        let here = x[p.x_first + e];
        var velocity = low[p.low_first + e];
        if CHANGE == STORED { velocity = here - velocity; }
        return (velocity - (f[p.f_first + e] - here)) / (1.0 - gamma());
    }
    var residual = f[p.f_first + e];
    if RESIDUAL { residual -= x[p.x_first + e]; }
    if CHANGE == KNOWN { return low[p.low_first + e] - residual; }
    let velocity = previous_velocity(vec2(v[p.v_first + e], low[p.low_first + e]), residual);
    v[p.v_first + e] = velocity.x;
    low[p.low_first + e] = velocity.y;
    return velocity.x - residual;
}

// Takes both gradients through the layer; returns c.
fn pull_back(e: u32) -> f32 {
    let gradient = grad_x[p.grad_x_first + e];
    let c = gradient + grad_v[p.grad_v_first + e];
    var own = jacobian[p.jacobian_first + e];
    if RESIDUAL { own -= (1.0 - gamma()) * c; }
    grad_x[p.grad_x_first + e] = gradient + own;
    grad_v[p.grad_v_first + e] = gamma() * c;
    return c;
}

fn gamma() -> f32 { return p.gamma.x + p.gamma.y; }
