// What samples have, added up where each was won.
//   sums[r, i] += sum over the samples that i won of values[r, s], or with OWN of values[r, s, j] where i is winner j
// winners [rows, samples, each], values [rows, samples], or [rows, samples, each] -> sums [rows, n]
// Invocation g owns row g: sums of f32 depend on their order, which is that of the samples.
// Loops: samples each, 16384 at most by the host. Bounds: g < rows; winners are below n.

struct Params {
    rows: u32,
    n: u32,
    samples: u32,
    each: u32, // winners of a sample
}

@group(0) @binding(0) var<storage, read> winners: array<u32>;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

override OWN: bool = false; // each winner has a value

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let row = workgroup_index(id, count) * WORKGROUP + local;
    if row >= p.rows { return; }
    let count_of_row = p.samples * p.each;
    for (var w = row * count_of_row; w < (row + 1u) * count_of_row; w++) {
        sums[row * p.n + winners[w]] += values[select(w / p.each, w, OWN)];
    }
}
