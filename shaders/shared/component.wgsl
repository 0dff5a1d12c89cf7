// The one of a texel's four numbers that stands at an index, for numbers that follow each other.

fn component(four: vec4<f32>, at: u32) -> f32 {
    let two = select(four.xy, four.zw, (at & 2u) != 0u);
    return select(two.x, two.y, (at & 1u) != 0u);
}
