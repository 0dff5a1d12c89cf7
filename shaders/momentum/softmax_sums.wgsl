// What softmax divides by, over some columns of rows at a time.
//   m = max_k x_k,  s = sum_k exp(x_k - m)
// x [rows, columns] -> (m, s) [rows, chunks]; with OF_PAIRS of such pairs [rows, columns], each with the m of its own columns.
// Invocation g owns chunk g % chunks of row g / chunks.
// Loops: 2 CHUNK. Bounds: g < rows chunks, k < columns.

struct Params {
    rows: u32,
    columns: u32,
    chunks: u32,
    first: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> pairs: array<vec2<f32>>;
@group(0) @binding(2) var<storage, read_write> out: array<vec2<f32>>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

override OF_PAIRS: bool = false;

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
    let row = g / p.chunks * p.columns;
    let begin = row + g % p.chunks * CHUNK;
    let end = min(row + p.columns, begin + CHUNK);
    // The least finite number; also that of infinities below 0, whose differences from it are no NaN.
    var largest = -3.4028234663852886e38;
    for (var k = begin; k < end; k++) { largest = max(largest, pair_at(k).x); }
    var sum = 0.0;
    for (var k = begin; k < end; k++) {
        let pair = pair_at(k);
        sum += pair.y * exponential(pair.x - largest);
    }
    out[g] = vec2(largest, sum);
}

fn pair_at(k: u32) -> vec2<f32> {
    if OF_PAIRS { return pairs[k]; }
    return vec2(x[p.first + k], 1.0);
}
