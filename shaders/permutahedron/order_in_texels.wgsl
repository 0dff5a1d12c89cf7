// Where element i belongs, likewise.

@group(0) @binding(2) var order: texture_storage_2d<rgba32float, read_write>;

fn order_number(i: u32) -> u32 {
    let at = q.order + i;
    return bitcast<u32>(component(textureLoad(order, texel_at(at >> 2u)), at));
}
