// What block_means.wgsl reads, in textures: four numbers to a texel, one after the other.

@group(0) @binding(0) var in_: texture_storage_2d<rgba32float, read_write>;
@group(0) @binding(1) var shares: texture_storage_2d<rgba32float, read_write>;
@group(0) @binding(2) var in_order: texture_storage_2d<rgba32float, read_write>;
@group(0) @binding(3) var out_order: texture_storage_2d<rgba32float, read_write>;

fn input_at(at: u32) -> f32 { return component(textureLoad(in_, texel_at(at >> 2u)), at); }

fn share_at(at: u32) -> f32 { return component(textureLoad(shares, texel_at(at >> 2u)), at); }

fn in_order_at(at: u32) -> u32 { return bitcast<u32>(component(textureLoad(in_order, texel_at(at >> 2u)), at)); }

fn out_order_at(at: u32) -> u32 { return bitcast<u32>(component(textureLoad(out_order, texel_at(at >> 2u)), at)); }
