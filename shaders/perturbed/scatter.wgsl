// What samples have, added up where each was won.
//   sums[r, i] += sum over the samples that i won of values[r, s]
// winners, values [rows, samples] -> sums [rows, n]
// Invocation g owns row g: sums of f32 depend on their order, which is that of the samples.
// Loops: samples, 16384 at most by the host. Bounds: g < rows; winners are below n.

struct Params {
    rows: u32,
    n: u32,
    samples: u32,
    padding: u32,
}

@group(0) @binding(0) var<storage, read> winners: array<u32>;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let row = workgroup_index(id, count) * WORKGROUP + local;
    if row >= p.rows { return; }
    for (var s = row * p.samples; s < (row + 1u) * p.samples; s++) {
        sums[row * p.n + winners[s]] += values[s];
    }
}
