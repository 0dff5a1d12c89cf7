// How often each coordinate of a row won, counted over units (see sample_sums.wgsl) in halves of a unit where these are pairs.
//   counts[r, i, 0] += sum over the units of the samples that i won, counts[r, i, 1] += sum of the squares of that
// winners [rows, samples, each] -> counts [rows, n, 2]
// Invocation g owns winner g % each of unit g / each: of a pair one of each sample. Sums of whole numbers do not depend on their order.
// Loops: each, for pairs. Bounds: g < rows units each; winners are below n.

struct Params {
    rows: u32,
    n: u32,
    samples: u32,
    each: u32, // winners of a sample, 16 at most
}

@group(0) @binding(0) var<storage, read> winners: array<u32>;
@group(0) @binding(1) var<storage, read_write> counts: array<atomic<u32>>;
@group(0) @binding(2) var<uniform> parameters: Parameters;

override ANTITHETIC: bool = false;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let units = p.samples / select(1u, 2u, ANTITHETIC);
    let row = g / (units * p.each);
    if row >= p.rows { return; }
    if ANTITHETIC {
        let of_pair = g / p.each * (2u * p.each);
        let mine = winners[of_pair + g % p.each];
        var both = false;
        for (var j = 0u; j < p.each; j++) { both = both || winners[of_pair + p.each + j] == mine; }
        won(row, mine, select(1u, 3u, both));
        won(row, winners[of_pair + p.each + g % p.each], 1u);
    } else {
        won(row, winners[g], 1u);
    }
}

// Of a coordinate that both samples of a pair have the squares are 2^2, in two parts.
fn won(row: u32, i: u32, square: u32) {
    atomicAdd(&counts[2u * (row * p.n + i)], 1u);
    atomicAdd(&counts[2u * (row * p.n + i) + 1u], square);
}
