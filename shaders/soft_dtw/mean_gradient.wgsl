// Mean cost of all pairs, squared costs: the gradient in the first side, a matrix product over the series of the other side,
//   grad[a,e] = scale * weight[i] sum_b w[a,b] (x[a,e] - centre[b,e]),  e = (i, k)
// with w the cotangents, or 1. x [A, n, dim], moments of B series (mean_moments.wgsl) -> grad [A, n, dim].
// Invocation g owns element g of grad.
// Loops: B <= 32768 a dispatch, by src/soft_dtw/mean_cost.rs. Bounds: g < x_count * elements.

struct Params {
    x_count: u32,
    y_count: u32,
    elements: u32, // n * dim
    dim: u32,
    x_first: u32,  // elements of the binding of x before the first series
    out_first: u32,
    cotangent_first: u32,
    x_stride: u32, // cotangents from one series of this side to the next
    y_stride: u32,
    add: u32,      // 0 for the first series of the other side: grad holds nothing yet
    last: u32,     // 0 where more series of the other side follow
    scale: f32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> moments: array<vec2<f32>>;
@group(0) @binding(2) var<storage, read> cotangent: array<f32>;
@group(0) @binding(3) var<storage, read_write> grad: array<f32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

override COTANGENT: bool = false;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.x_count * p.elements { return; }
    let a = g / p.elements;
    let e = g % p.elements;
    let own = x[p.x_first + g];
    var sum = 0.0;
    if p.add != 0u { sum = grad[p.out_first + g]; }
    for (var b = 0u; b < p.y_count; b++) {
        var w = 1.0;
        if COTANGENT { w = cotangent[p.cotangent_first + a * p.x_stride + b * p.y_stride]; }
        sum += w * (own - moments[b * p.elements + e].x);
    }
    // Kept as it is until the last one, so that it is the same however the series are split.
    if p.last != 0u { sum *= p.scale * moments[p.y_count * p.elements + e / p.dim].x; }
    grad[p.out_first + g] = sum;
}
