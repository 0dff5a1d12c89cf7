// What a row's other vector has at the winners of each sample.
//   weights[r, s] = sum_j other[r, winners[r, s, j]] - other[r, plain[r, j]]     the latter with BASED: where there is no noise
// winners [rows, samples, each], plain [rows, each], other [rows, n] -> weights [rows, samples]
// Invocation g owns sample g % samples of row g / samples.
// Loops: each. Bounds: g < rows samples; winners are below n.

struct Params {
    rows: u32,
    n: u32,
    samples: u32,
    other_first: u32,
    each: u32, // winners of a sample, 16 at most
    padding0: u32,
    padding1: u32,
    padding2: u32,
}

@group(0) @binding(0) var<storage, read> winners: array<u32>;
@group(0) @binding(1) var<storage, read> plain: array<u32>;
@group(0) @binding(2) var<storage, read> other: array<f32>;
@group(0) @binding(3) var<storage, read_write> weights: array<f32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

override BASED: bool = false;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let row = g / p.samples;
    if row >= p.rows { return; }
    let at = p.other_first + row * p.n;
    var weight = 0.0;
    for (var j = 0u; j < p.each; j++) {
        weight += other[at + winners[g * p.each + j]];
        if BASED { weight -= other[at + plain[row * p.each + j]]; }
    }
    weights[g] = weight;
}
