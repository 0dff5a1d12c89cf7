// A matrix in a texture.

@group(0) @binding(0) var a: texture_2d<f32>;

fn number_at(row: u32, column: u32) -> f32 {
    return textureLoad(a, texel_at(p.a_first + row * p.a_stride + column / 4u), 0)[column % 4u];
}
