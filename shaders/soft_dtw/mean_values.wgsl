// Mean cost of all pairs, squared costs, second step: a matrix product over the elements e = (i, k) of the first side,
//   value[a,b] = scale * sum_e weight[i] (x[a,e] - centre[b,e])^2 + spread[b,e]
// which is <M, C>. Not multiplied out: no term is negative, and far from 0 a centre is rounded as the series themselves are.
// x [A, n, dim], moments of B series (mean_moments.wgsl) -> value [A, B], or [A, B, 4] as forward.wgsl makes it: (0, 0, value, 0).
// Invocation g owns TILE x TILE pairs. Sums run in blocks of 32 terms, for fewer roundings one upon the other.
// Loops: n * dim * 33 / 32 <= 32768 a dispatch, by src/soft_dtw/mean_cost.rs.
// Bounds: pairs beyond the last ones repeat these and are not stored.

struct Params {
    x_count: u32,
    y_count: u32,
    elements: u32,   // n * dim
    dim: u32,
    x_first: u32,    // elements of the binding of x before the first series
    out_first: u32,
    out_stride: u32, // pairs from one series of x to the next in value
    element_begin: u32,
    element_end: u32,
    add: u32,        // 0 for the first elements: value holds nothing yet
    scale: f32,
    zero: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> moments: array<vec2<f32>>;
@group(0) @binding(2) var<storage, read_write> value: array<f32>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

override ENDS: bool = false;

const TILE = 4u;
const BLOCK = 32u;
const LARGEST = 3e38;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let columns = (p.y_count + TILE - 1u) / TILE;
    let a0 = g / columns * TILE;
    let b0 = g % columns * TILE;
    if a0 >= p.x_count { return; }
    let last_a = p.x_count - 1u;
    let last_b = p.y_count - 1u;
    let weights = p.y_count * p.elements;
    var sums = mat4x4<f32>(); // a column for each series of x
    for (var begin = p.element_begin; begin < p.element_end; begin += BLOCK) {
        var block = mat4x4<f32>();
        for (var e = begin; e < min(begin + BLOCK, p.element_end); e++) {
            let weight = moments[weights + e / p.dim].x;
            let m0 = moments[min(b0, last_b) * p.elements + e];
            let m1 = moments[min(b0 + 1u, last_b) * p.elements + e];
            let m2 = moments[min(b0 + 2u, last_b) * p.elements + e];
            let m3 = moments[min(b0 + 3u, last_b) * p.elements + e];
            let centre = vec4(m0.x, m1.x, m2.x, m3.x);
            let spread = vec4(m0.y, m1.y, m2.y, m3.y);
            for (var t = 0u; t < TILE; t++) {
                let d = x[p.x_first + min(a0 + t, last_a) * p.elements + e] - centre;
                block[t] += weight * d * d + spread;
            }
        }
        sums += block;
    }
    for (var t = 0u; t < TILE; t++) {
        for (var s = 0u; s < TILE; s++) {
            if a0 + t < p.x_count && b0 + s < p.y_count { store(a0 + t, b0 + s, sums[t][s] * p.scale); }
        }
    }
}

fn store(a: u32, b: u32, sum: f32) {
    let pair = a * p.out_stride + b;
    var at = p.out_first + pair;
    if ENDS { at = p.out_first + pair * 4u + 2u; }
    var total = sum;
    if p.add != 0u { total += value[at]; }
    // A series that is not finite: NaN, as from the recursions. (A constant NaN is no valid WGSL.)
    value[at] = select(bitcast<f32>(0x7fc00000u + p.zero), total, abs(total) < LARGEST);
    if ENDS {
        value[at - 2u] = 0.0;
        value[at - 1u] = 0.0;
        value[at + 1u] = 0.0;
    }
}
