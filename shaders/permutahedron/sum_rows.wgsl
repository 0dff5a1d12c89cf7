// Sums over rows, for what all of them share: 256 rows at a time; the host goes on with the sums until one row is left.
//   out[c, i] = sum over the rows r of chunk c of in[r, i]
// in [rows, n] -> out [chunks, n]
// Invocation g owns element g % n of chunk g / n.
// Loops: once over the chunk. Bounds: g < chunks n; rows are clamped to those that there are.

struct Params {
    rows: u32,
    n: u32,
    in_first: u32,
    out_first: u32,
}

@group(0) @binding(0) var<storage, read> in_: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<uniform> parameters: Parameters;

const CHUNK = 256u;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let first = g / p.n * CHUNK;
    if first >= p.rows { return; }
    var sum = 0.0;
    for (var row = first; row < min(first + CHUNK, p.rows); row++) {
        sum += in_[p.in_first + row * p.n + g % p.n];
    }
    out[p.out_first + g] = sum;
}
