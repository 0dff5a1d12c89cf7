// Series as entries of four elements of one channel: the last entry of a series is filled up with its last element.
// x [series, n, dim] -> entries [series, ceil(n / 4), dim]
// Invocation g makes entry g. Loops: four turns.
// Bounds: g < entries; each element is one of the entry's own series.

struct Params {
    entries: u32,
    n: u32,
    dim: u32,
    x_first: u32,
    out_first: u32,
    padding0: u32,
    padding1: u32,
    padding2: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var out: texture_storage_2d<rgba32float, read_write>;
@group(0) @binding(2) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.entries { return; }
    let each = (p.n + 3u) / 4u * p.dim;
    let series = g / each;
    let first = (g - series * each) / p.dim * 4u;
    var entry: vec4<f32>;
    for (var t = 0u; t < 4u; t++) {
        entry[t] = x[p.x_first + (series * p.n + min(first + t, p.n - 1u)) * p.dim + g % p.dim];
    }
    textureStore(out, texel_at(p.out_first + g), entry);
}
