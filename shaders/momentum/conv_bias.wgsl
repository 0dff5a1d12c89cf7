// What convolutions are added to: out[b, c, y, x] = bias_c.
// bias [channels] -> out [images, channels, height, width]
// Invocation g owns element g.
// Loops: none. Bounds: g < images channels height width.

@group(0) @binding(0) var<storage, read> bias: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.images * p.channels * pixels() { return; }
    out[p.out_first + g] = bias[p.other_first + channel_of(g)];
}
