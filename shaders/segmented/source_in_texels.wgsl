// What a kernel sorts, in a texture, from which software drivers load faster than from a buffer; masks and lengths stay in buffers.

@group(0) @binding(0) var source: texture_storage_2d<rgba32float, read_write>; // four numbers to a texel; later on two keys with their payloads
@group(0) @binding(1) var<storage, read> beside: array<u32>; // the mask
@group(0) @binding(2) var<storage, read> lengths: array<u32>;

fn texel(index: u32) -> vec4<u32> { return bitcast<vec4<u32>>(textureLoad(source, texel_at(index))); }

fn number_at(at: u32) -> u32 {
    let four = texel(at >> 2u);
    let two = select(four.xy, four.zw, (at & 2u) != 0u);
    return select(two.x, two.y, (at & 1u) != 0u);
}

fn item_at(at: u32) -> Item {
    let two = texel(at >> 1u);
    let it = select(two.xy, two.zw, (at & 1u) != 0u);
    return Item(it.x, it.y);
}
