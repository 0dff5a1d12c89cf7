// Series as entries of four elements of one channel: the last entry of a series is filled up with its last element.
// x [series, n, dim], y [series, m, dim] -> entries [series, ceil(n / 4), dim], then [series, ceil(m / 4), dim]
// Invocation g makes entry g. Loops: four turns.
// Bounds: g < entries; each element is one of the entry's own series.

struct Params {
    x_entries: u32,
    entries: u32, // of x and y
    n: u32,
    m: u32,
    dim: u32,
    x_first: u32,
    y_first: u32,
    out_first: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var out: texture_storage_2d<rgba32float, read_write>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.entries { return; }
    let of_x = g < p.x_entries;
    let index = select(g - p.x_entries, g, of_x);
    let length = select(p.m, p.n, of_x);
    let each = (length + 3u) / 4u * p.dim;
    let series = index / each;
    let first = (index - series * each) / p.dim * 4u;
    var entry: vec4<f32>;
    for (var t = 0u; t < 4u; t++) {
        let element = (series * length + min(first + t, length - 1u)) * p.dim + index % p.dim;
        if of_x { entry[t] = x[p.x_first + element]; } else { entry[t] = y[p.y_first + element]; }
    }
    textureStore(out, texel_at(p.out_first + g), entry);
}
