// Radix sort, first step of a pass, where each tile of a row is one invocation's: how often each digit occurs in the tile.
//   counts[row, digit, tile]
// Invocation g owns tile g % tiles of row g / tiles.
// Loops: the tile and the digits, 16384 + 2048, by src/segmented/radix.rs.
// Bounds: elements are within the row; counts holds rows * DIGITS * tiles.

@group(0) @binding(3) var<storage, read_write> counts: array<u32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

var<private> count_of: array<u32, DIGITS>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.rows * p.tiles { return; }
    let row = g / p.tiles;
    let tile = g % p.tiles;
    let length = length_of(row);
    for (var i = tile * p.tile; i < min((tile + 1u) * p.tile, p.n); i++) {
        count_of[digit_of(item(row * p.n, i, length).key)]++;
    }
    for (var digit = 0u; digit < DIGITS; digit++) {
        counts[(row * DIGITS + digit) * p.tiles + tile] = count_of[digit];
    }
}
