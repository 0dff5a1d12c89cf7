// A matrix in a buffer.

@group(0) @binding(0) var<storage, read> a: array<f32>;

fn number_at(row: u32, column: u32) -> f32 { return a[p.a_first + row * p.a_stride + column]; }
