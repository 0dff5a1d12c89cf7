// Radix sort, second step of a pass, where each tile of a row is one invocation's: what comes before each tile's part of a digit.
//   counts[row, digit, tile] <- the sum over the tiles before; then totals[row, digit], the sum over all
// Invocation g owns digit g % DIGITS of row g / DIGITS.
// Loops: tiles, 16384 at most by src/segmented/radix.rs. Bounds: counts holds rows * DIGITS * (tiles + 1).

struct Params {
    rows: u32,
    tiles: u32,
    padding0: u32,
    padding1: u32,
}

@group(0) @binding(0) var<storage, read_write> counts: array<u32>;
@group(0) @binding(1) var<uniform> parameters: Parameters;

const DIGITS = 256u;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.rows * DIGITS { return; }
    var sum = 0u;
    for (var at = g * p.tiles; at < (g + 1u) * p.tiles; at++) {
        let here = counts[at];
        counts[at] = sum;
        sum += here;
    }
    counts[p.rows * DIGITS * p.tiles + g] = sum;
}
