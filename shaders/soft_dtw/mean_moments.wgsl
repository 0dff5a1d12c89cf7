// Mean cost of all pairs, squared costs, first step: of each series of the other side, its centre and its spread under the mean M of
// all alignments, seen from each element i of this side.
//   weight[i] = sum_j M[i,j] >= 1,  centre[s,i,k] = sum_j M[i,j] y[s,j,k] / weight[i],  spread[s,i,k] = sum_j M[i,j] (y[s,j,k] - centre)^2
// M [n, m] or its transpose, y [series, m, dim] -> moments: pairs (centre, spread) [series, n, dim], then (weight, 0) [n].
// Invocation g owns element g of the moments; those beyond the series own a weight each. The first loop finds the centre up to
// its rounding, the second one what that left: the spread has no large numbers in it, however far from 0 a series is.
// Loops: 2 m <= 32768, by src/soft_dtw/mean_cost.rs. Bounds: g < (series * dim + 1) * n.

struct Params {
    series: u32,
    n: u32,
    m: u32,
    dim: u32,
    y_first: u32,    // elements of the binding of y before the first series
    row_stride: u32, // elements of M from one i to the next
    column_stride: u32,
    padding: u32,
}

@group(0) @binding(0) var<storage, read> mean: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> moments: array<vec2<f32>>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let elements = p.series * p.n * p.dim;
    if g >= elements + p.n { return; }
    let series = g / (p.n * p.dim);
    let i = select((g / p.dim) % p.n, g - elements, g >= elements);
    let base = p.y_first + series * p.m * p.dim + g % p.dim;
    var weight = 0.0;
    var sum = 0.0;
    for (var j = 0u; j < p.m; j++) {
        let w = mean[i * p.row_stride + j * p.column_stride];
        weight += w;
        if g < elements { sum += w * y[base + j * p.dim]; }
    }
    if g >= elements {
        moments[g] = vec2(weight, 0.0);
        return;
    }
    let centre = sum / weight;
    var rest = vec2(0.0);
    for (var j = 0u; j < p.m; j++) {
        let d = y[base + j * p.dim] - centre;
        let weighted = mean[i * p.row_stride + j * p.column_stride] * d;
        rest += vec2(weighted, weighted * d);
    }
    let shift = rest.x / weight;
    moments[g] = vec2(centre + shift, rest.y - rest.x * shift);
}
