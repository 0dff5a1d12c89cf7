// How often each coordinate of a row won, counted over units (see sample_sums.wgsl) in halves of a unit where these are pairs.
//   counts[r, i, 0] += sum over the units of the samples that i won, counts[r, i, 1] += sum of the squares of that
// winners [rows, samples] -> counts [rows, n, 2]
// Invocation g owns unit g % units of row g / units. Sums of whole numbers do not depend on their order.
// Loops: none. Bounds: g < rows units; winners are below n.

struct Params {
    rows: u32,
    n: u32,
    samples: u32,
    padding: u32,
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
    let row = g / units;
    if row >= p.rows { return; }
    if ANTITHETIC {
        let a = winners[2u * g];
        let b = winners[2u * g + 1u];
        won(row, a, select(1u, 3u, a == b));
        won(row, b, 1u);
    } else {
        won(row, winners[g], 1u);
    }
}

// Of a pair with one winner the squares are 2^2, in two parts.
fn won(row: u32, i: u32, square: u32) {
    atomicAdd(&counts[2u * (row * p.n + i)], 1u);
    atomicAdd(&counts[2u * (row * p.n + i) + 1u], square);
}
