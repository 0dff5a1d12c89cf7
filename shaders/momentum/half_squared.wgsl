// Half the squared error of each row, and the gradient of its mean.
//   partial[c, b] = 1/2 sum over k = c CHUNK .. of (y_b,k - t_b,k)^2,   grad_b,k = (y_b,k - t_b,k) / rows
// y, t [rows, columns] -> partial [chunks, rows], grad [rows, columns]
// Invocation g owns chunk g / rows of row g % rows.
// Loops: CHUNK. Bounds: g < rows chunks, k < columns.

struct Params {
    rows: u32,
    columns: u32,
    chunks: u32,
    y_first: u32,
    t_first: u32,
    grad_first: u32,
    share: f32, // 1 / rows
    padding: u32,
}

@group(0) @binding(0) var<storage, read> y: array<f32>;
@group(0) @binding(1) var<storage, read> t: array<f32>;
@group(0) @binding(2) var<storage, read_write> partial: array<f32>;
@group(0) @binding(3) var<storage, read_write> grad: array<f32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

const CHUNK = 256u; // as in src/momentum/loss.rs

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.rows * p.chunks { return; }
    let row = g % p.rows * p.columns;
    let begin = row + g / p.rows * CHUNK;
    let end = min(row + p.columns, begin + CHUNK);
    var sum = 0.0;
    for (var k = begin; k < end; k++) {
        let error = y[p.y_first + k] - t[p.t_first + k];
        sum += 0.5 * error * error;
        grad[p.grad_first + k] = p.share * error;
    }
    partial[g] = sum;
}
