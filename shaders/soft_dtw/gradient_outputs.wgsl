// What emit_gradient.wgsl writes to, where a forward pass has left borders and values.

@group(0) @binding(6) var<storage, read_write> grad_x: array<f32>;
@group(0) @binding(7) var<storage, read_write> grad_y: array<f32>;
@group(0) @binding(8) var<uniform> parameters: Parameters;
