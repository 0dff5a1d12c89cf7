// Numbers of short rows that begin at multiples of four elements: read from a texture, four to a texel, and written in fours.

@group(0) @binding(0) var source: texture_storage_2d<rgba32float, read_write>;
@group(0) @binding(1) var<storage, read_write> out: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> order: array<vec4<u32>>;

// As in short_by_four.wgsl.
fn source_pair(at: u32, last: u32) -> vec2<u32> {
    let first = min(at, last);
    let four = bitcast<vec4<u32>>(textureLoad(source, texel_at(first >> 2u)));
    return select(four.xy, four.zw, (first & 2u) != 0u);
}

fn store_order(at: u32, count: u32, four: vec4<u32>) {
    if count > 0u { order[at >> 2u] = four; }
}
