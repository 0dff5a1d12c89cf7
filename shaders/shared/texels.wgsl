// Where a texel stands in a texture that holds numbers one after the other, four to a texel: `WIDTH` of src/gpu/texels.rs to a row.

fn texel_at(index: u32) -> vec2<u32> { return vec2(index & 4095u, index >> 12u); }
