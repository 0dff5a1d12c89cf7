// Radix sort, first step of a pass, where each tile of a row is a workgroup's: how often each digit occurs in the tile.
//   counts[row, digit, tile]
// Workgroup w owns tile w % tiles of row w / tiles; WORKGROUP is DIGITS.
// Loops: TILE / WORKGROUP. Barriers: outside all loops. Bounds: elements are within the row; counts holds rows * DIGITS * tiles.

@group(0) @binding(3) var<storage, read_write> counts: array<u32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

const TILE = 2048u;

// Whole numbers: any order of additions gives the same sums.
var<workgroup> count_of: array<atomic<u32>, DIGITS>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let w = workgroup_index(id, count);
    let row = w / p.tiles;
    let tile = w % p.tiles;
    atomicStore(&count_of[local], 0u);
    workgroupBarrier();
    // A dispatch over two dimensions has workgroups beyond the last row.
    if row < p.rows {
        let length = length_of(row);
        for (var i = tile * TILE + local; i < min((tile + 1u) * TILE, p.n); i += WORKGROUP) {
            atomicAdd(&count_of[digit_of(item(row * p.n, i, length).key, p.shift)], 1u);
        }
    }
    workgroupBarrier();
    if row < p.rows { counts[(row * DIGITS + local) * p.tiles + tile] = atomicLoad(&count_of[local]); }
}
