// What samples have, added up where each was won, a chunk of samples at a time.
//   partial[r, c, i] += sum over the samples of chunk c that i won of values[r, s], or with OWN of values[r, s, j] where i is winner j
// winners [rows, samples, each], values [rows, samples], or [rows, samples, each] -> partial [rows, chunks, n], which the host has cleared
// Invocation g owns chunk g % chunks of row g / chunks: sums of f32 depend on their order, which is that of the samples.
// Loops: CHUNK each, 16384 at most. Bounds: g < rows chunks; samples by their number; winners are below n.

struct Params {
    rows: u32,
    n: u32,
    samples: u32,
    each: u32, // winners of a sample, 16 at most
}

@group(0) @binding(0) var<storage, read> winners: array<u32>;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read_write> partial: array<f32>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

override OWN: bool = false; // each winner has a value

const CHUNK = 1024u;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let chunks = (p.samples + CHUNK - 1u) / CHUNK;
    let row = g / chunks;
    if row >= p.rows { return; }
    let of_row = row * p.samples;
    let end = of_row + min((g % chunks + 1u) * CHUNK, p.samples);
    for (var w = (of_row + g % chunks * CHUNK) * p.each; w < end * p.each; w++) {
        partial[g * p.n + winners[w]] += values[select(w / p.each, w, OWN)];
    }
}
