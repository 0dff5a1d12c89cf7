// Rows of states, each followed by one of an extra input.
// x [rows, width], extra [rows, extra_width] -> joined [rows, width + extra_width]
// Invocation g owns element g of the output.
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

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> extra: array<f32>;
@group(0) @binding(2) var<storage, read_write> joined: array<f32>;
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
        joined[g] = x[p.x_first + row * p.width + k];
    } else {
        joined[g] = extra[p.extra_first + row * p.extra_width + k - p.width];
    }
}
