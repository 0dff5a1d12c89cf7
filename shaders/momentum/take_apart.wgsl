// The other way round (join.wgsl): gradients in joined rows to those in states and in the extra input.
// joined [rows, width + extra_width] -> x [rows, width], extra [rows, extra_width]
// Invocation g owns element g of the joined rows.
// Loops: none. Bounds: g < rows (width + extra_width).

struct Params {
    rows: u32,
    width: u32,
    extra_width: u32,
    x_first: u32,
    extra_first: u32,
    padding0: u32,
    padding1: u32,
    padding2: u32,
}

@group(0) @binding(0) var<storage, read> joined: array<f32>;
@group(0) @binding(1) var<storage, read_write> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> extra: array<f32>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let n = p.width + p.extra_width;
    if g >= p.rows * n { return; }
    let row = g / n;
    let k = g % n;
    if k < p.width {
        x[p.x_first + row * p.width + k] = joined[g];
    } else {
        extra[p.extra_first + row * p.extra_width + k - p.width] = joined[g];
    }
}
