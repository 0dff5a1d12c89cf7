// Both passes of pairs whose borders are in arrays of an invocation's own: the value, and gradients in both series.

@group(0) @binding(4) var<storage, read_write> value: array<f32>;
@group(0) @binding(5) var<storage, read_write> grad_x: array<f32>;
@group(0) @binding(6) var<storage, read_write> grad_y: array<f32>;
@group(0) @binding(7) var<uniform> parameters: Parameters;

fn passes(panel: Panel, lane: u32, stack: u32) {
    begin_arrays();
    forward_pass(panel, lane, stack);
    backward(panel, lane, stack);
}
