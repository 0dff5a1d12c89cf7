// Element i of the row's arrays, in textures: four numbers to a texel, one after the other.

@group(0) @binding(0) var s_in: texture_storage_2d<rgba32float, read_write>;
@group(0) @binding(1) var w_in: texture_storage_2d<rgba32float, read_write>;

fn s_number(i: u32) -> f32 {
    let at = q.s + i;
    return component(textureLoad(s_in, texel_at(at >> 2u)), at);
}

fn w_number(i: u32) -> f32 {
    let at = q.w + i;
    return component(textureLoad(w_in, texel_at(at >> 2u)), at);
}
