// Sums of chunks added to sums of rows, in the order of the chunks, so that it does not matter in how many dispatches they come.
//   sums[r, i] += partial[r, 0, i] + partial[r, 1, i] + ...
// partial [rows, chunks, width] -> sums [rows, width]
// Invocation g owns element g of the sums.
// Loops: chunks, 4096 at most by the host. Bounds: g < rows width.

struct Params {
    rows: u32,
    width: u32,
    chunks: u32,
    padding: u32,
}

@group(0) @binding(0) var<storage, read> partial: array<f32>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;
@group(0) @binding(2) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let row = g / p.width;
    if row >= p.rows { return; }
    var sum = sums[g];
    for (var chunk = 0u; chunk < p.chunks; chunk++) {
        sum += partial[(row * p.chunks + chunk) * p.width + g % p.width];
    }
    sums[g] = sum;
}
