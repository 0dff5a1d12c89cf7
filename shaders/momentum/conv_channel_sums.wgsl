// Sums over the pixels of each channel of each image, over some pixels at a time; with FACTOR of products with another array.
//   out[b, k, c] = sum over i = k CHUNK .. of a[b, c, i] (x[b, c, i])
// a, x [images, channels, height, width] -> out [images, chunks, channels]
// Invocation g owns element g of the output.
// Loops: CHUNK. Bounds: g < images chunks channels, i < height width.

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

override FACTOR: bool = false;

const CHUNK = 256u; // as in src/momentum/conv/stage.rs

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.images * p.chunks * p.channels { return; }
    let image = g / p.channels / p.chunks * p.channels + g % p.channels; // one channel of one
    let begin = g / p.channels % p.chunks * CHUNK;
    let end = min(pixels(), begin + CHUNK);
    var sum = 0.0;
    for (var i = begin; i < end; i++) {
        let e = image * pixels() + i;
        var term = a[p.other_first + e];
        if FACTOR { term *= x[p.x_first + e]; }
        sum += term;
    }
    out[g] = sum;
}
