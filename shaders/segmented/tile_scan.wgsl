// Radix sort, second step of a pass, where each tile of a row is a workgroup's: what comes before each tile's part of a digit.
//   counts[row, digit, tile] <- the sum over the tiles before; then totals[row, digit], the sum over all
// Workgroup w owns digit w % DIGITS of row w / DIGITS, WORKGROUP tiles at a time.
// Loops: tiles / WORKGROUP. Barriers: the loop's bound is a parameter. Bounds: counts holds rows * DIGITS * (tiles + 1).

struct Params {
    rows: u32,
    tiles: u32,
    padding0: u32,
    padding1: u32,
}

@group(0) @binding(0) var<storage, read_write> counts: array<u32>;
@group(0) @binding(1) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let tiles = parameters.list[parameters.index.x].tiles;
    let w = workgroup_index(id, count);
    let real = w < p.rows * DIGITS;
    var before = 0u;
    for (var begin = 0u; begin < tiles; begin += WORKGROUP) {
        let tile = begin + local;
        let is_mine = real && tile < tiles;
        var mine = 0u;
        if is_mine { mine = counts[w * tiles + tile]; }
        let sum = sum_up_to(local, mine);
        if is_mine { counts[w * tiles + tile] = before + sum - mine; }
        before += sums[DIGITS - 1u];
        workgroupBarrier();
    }
    if real && local == 0u { counts[p.rows * DIGITS * tiles + w] = before; }
}
