// The end of soft_dtw/hard_alignment: `expected_weight` at every cell of the path. The host has cleared the rest.

@group(0) @binding(0) var<storage, read> x: array<f32>; // not needed
@group(0) @binding(1) var<storage, read> y: array<f32>; // not needed
@group(0) @binding(3) var<storage, read> steps: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read_write> position: array<vec2<u32>>;
@group(0) @binding(5) var<storage, read_write> alignment: array<f32>; // [pairs, n, m]
@group(0) @binding(6) var<uniform> parameters: Parameters;

fn begin_pair() {}

fn emit_cell(i: u32, j: u32, weight: f32) {
    alignment[p.out_first + (q.cells * p.n + i) * p.m + j] = weight * p.expected_weight;
}
