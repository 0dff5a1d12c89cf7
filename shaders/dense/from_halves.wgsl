// Operands in f16, whose rows are whole vectors.

@group(0) @binding(0) var<storage, read> a: array<vec2<u32>>;
@group(0) @binding(1) var<storage, read> b: array<vec2<u32>>;

// Four numbers from `at` on, all of which are there.
fn a_four(at: u32, left: u32) -> vec4<f32> { return widened(a[at / 4u]); }
fn b_four(at: u32, left: u32) -> vec4<f32> { return widened(b[at / 4u]); }

fn widened(words: vec2<u32>) -> vec4<f32> { return vec4(unpack2x16float(words.x), unpack2x16float(words.y)); }
