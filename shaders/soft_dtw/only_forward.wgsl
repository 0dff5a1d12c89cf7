// The forward pass alone.

@group(0) @binding(6) var<storage, read_write> value: array<f32>;
@group(0) @binding(7) var<uniform> parameters: Parameters;

fn passes(panel: Panel, lane: u32, stack: u32) { forward_pass(panel, lane, stack); }
