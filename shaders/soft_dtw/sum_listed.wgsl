// Listed pairs: the gradient in a series is the sum of its gradients over the listed pairs that it is part of.
//   out[s, e] += sum over its pairs q, in the order of their sizes, of in[q, e]
// in [pairs, elements] -> out [series, elements]. One order of summation, however little memory there is.
// Invocation g owns element g % elements of entry g / elements of the index.
// Loops: at most the part's pairs, 32768, by src/soft_dtw/parts.rs.
// Bounds: g < series * elements; in holds pairs * elements; out's series are within its binding.

struct Params {
    series: u32,    // entries of the index
    elements: u32,  // elements of one series: length * dim
    in_first: u32,  // elements of the binding of in before the first pair
    out_first: u32, // elements of the binding of out before the first series
}

// For each series (its number, where its pairs begin and end in what follows, its elements that count); then numbers
// of pairs, four an entry.
@group(0) @binding(0) var<storage, read> index: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read> gradients: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.series * p.elements { return; }
    let entry = index[g / p.elements];
    let element = g % p.elements;
    if element >= entry.w { return; }
    let at = p.out_first + entry.x * p.elements + element;
    var sum = out[at];
    for (var i = entry.y; i < entry.z; i++) {
        sum += gradients[p.in_first + index[p.series + i / 4u][i % 4u] * p.elements + element];
    }
    out[at] = sum;
}
