// Element i of the row's arrays, in storage buffers.

@group(0) @binding(0) var<storage, read> s_in: array<f32>;
@group(0) @binding(1) var<storage, read> w_in: array<f32>;

fn s_number(i: u32) -> f32 { return s_in[q.s + i]; }

fn w_number(i: u32) -> f32 { return w_in[q.w + i]; }
