// The forward pass of pairs whose borders are in arrays of an invocation's own.

@group(0) @binding(4) var<storage, read_write> value: array<f32>;
@group(0) @binding(5) var<uniform> parameters: Parameters;

fn passes(panel: Panel, lane: u32, stack: u32) {
    begin_arrays();
    forward_pass(panel, lane, stack);
}
