// Sums of rows, or of products of two, 32 elements at a time; the host goes on with the sums until there is one for each row.
//   out[r, c] = factor sum over the elements i of chunk c of a[r, i] b[r, i]     0 times infinity is 0
// a, b [rows, n] -> out [rows, chunks]
// Invocation g owns chunk g % chunks of row g / chunks.
// Loops: once over the chunk. Bounds: rows and elements are clamped to those that there are.

override PRODUCTS: bool = false; // else b is all ones

struct Params {
    rows: u32,
    n: u32,
    chunks: u32,
    a_first: u32,
    b_first: u32,
    out_first: u32,
    factor: f32,
    padding: u32,
}

@group(0) @binding(0) var<storage, read> a_in: array<f32>;
@group(0) @binding(1) var<storage, read> b_in: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

const CHUNK = 32u;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let row = g / p.chunks;
    if row >= p.rows { return; }
    let first = g % p.chunks * CHUNK;
    var sum = 0.0;
    for (var i = first; i < min(first + CHUNK, p.n); i++) {
        let a = a_in[p.a_first + row * p.n + i];
        if !PRODUCTS {
            sum += a;
        } else {
            let b = b_in[p.b_first + row * p.n + i];
            if b != 0.0 { sum += a * b; }
        }
    }
    out[p.out_first + g] = sum * p.factor;
}
