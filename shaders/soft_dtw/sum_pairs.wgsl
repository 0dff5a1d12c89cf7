// All pairs: the gradient in a series is the sum of its gradients over all pairs that it is part of.
//   out[s, e] += sum over q of in[s * series_stride + q * other_stride, e], q ascending from the previous sum on
// in [pairs, elements] -> out [series, elements]. One order of summation, however the pairs are split into parts.
// Invocation g owns element g of out.
// Loops: others <= 32768, by src/soft_dtw/parts.rs and sums.rs.
// Bounds: g < series * elements; in holds pairs * elements.

struct Params {
    series: u32,        // series of out
    others: u32,        // series of the other side in this part
    elements: u32,      // elements of one series: length * dim
    series_stride: u32, // pairs from one series of this side to the next
    other_stride: u32,
    in_first: u32,      // elements of the binding of in before the first pair
    out_first: u32,     // elements of the binding of out before the first series
    add: u32,           // 0 for the first part: out holds nothing yet
}

@group(0) @binding(0) var<storage, read> gradients: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.series * p.elements { return; }
    let series = g / p.elements;
    let element = g % p.elements;
    var sum = 0.0;
    if p.add != 0u { sum = out[p.out_first + g]; }
    for (var other = 0u; other < p.others; other++) {
        let pair = series * p.series_stride + other * p.other_stride;
        sum += gradients[p.in_first + pair * p.elements + element];
    }
    out[p.out_first + g] = sum;
}
