// Sums of columns, over some rows at a time.
//   out[c, j] = sum over i = c CHUNK .. of a[i, j]
// a [rows, n] -> out [chunks, n]
// Invocation g owns column g % n of chunk g / n.
// Loops: CHUNK. Bounds: g < chunks n, i < rows.

struct Params {
    rows: u32,
    n: u32,
    chunks: u32,
    a_first: u32,
    out_first: u32,
    a_stride: u32, // numbers, or texels, from one row to the next
    padding0: u32,
    padding1: u32,
}

@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<uniform> parameters: Parameters;

const CHUNK = 512u; // as in src/dense/column_sums.rs

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.chunks * p.n { return; }
    let column = g % p.n;
    let begin = g / p.n * CHUNK;
    let end = min(p.rows, begin + CHUNK);
    var sum = 0.0;
    for (var i = begin; i < end; i++) { sum += number_at(i, column); }
    out[p.out_first + g] = sum;
}
