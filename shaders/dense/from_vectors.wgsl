// Operands whose rows are whole vectors, and begin at such.

@group(0) @binding(0) var<storage, read> a: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> b: array<vec4<f32>>;

// Four numbers from `at` on, all of which are there.
fn a_four(at: u32, left: u32) -> vec4<f32> { return a[at / 4u]; }
fn b_four(at: u32, left: u32) -> vec4<f32> { return b[at / 4u]; }
