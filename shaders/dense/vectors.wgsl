// Outputs with rows of whole vectors.

@group(0) @binding(3) var<storage, read> bias: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> kept: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read_write> out: array<vec4<f32>>;

fn bias_at(column: u32) -> vec4<f32> { return bias[(p.bias_first + column) / 4u]; }
fn output_at(at: u32, column: u32) -> vec4<f32> { return out[at / 4u]; }
fn keep(at: u32, column: u32, z: vec4<f32>) { kept[at / 4u] = z; }
fn store(at: u32, column: u32, y: vec4<f32>) { out[at / 4u] = y; }
