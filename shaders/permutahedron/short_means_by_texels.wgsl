// What short_means.wgsl reads and writes, where rows begin at multiples of four elements: as in short_by_texels.wgsl.

@group(0) @binding(0) var in_: texture_storage_2d<rgba32float, read_write>;
@group(0) @binding(1) var shares: texture_storage_2d<rgba32float, read_write>;
@group(0) @binding(2) var order: texture_storage_2d<rgba32float, read_write>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4<f32>>;

fn half(four: vec4<f32>, at: u32) -> vec2<f32> { return select(four.xy, four.zw, (at & 2u) != 0u); }

// Elements `at` and `at` + 1, the first of which is even; `last` is a row's last element.
fn in_pair(at: u32, last: u32) -> vec2<f32> {
    let first = min(at, last);
    return half(textureLoad(in_, texel_at(first >> 2u)), first);
}

fn share_pair(at: u32, last: u32) -> vec2<f32> {
    let first = min(at, last);
    return half(textureLoad(shares, texel_at(first >> 2u)), first);
}

fn order_pair(at: u32, last: u32) -> vec2<u32> {
    let first = min(at, last);
    return bitcast<vec2<u32>>(half(textureLoad(order, texel_at(first >> 2u)), first));
}
