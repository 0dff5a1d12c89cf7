// Radix sort, last step of a pass, where each tile of a row is one invocation's: every element to its place.
//   place = smaller digits of the row + this digit in tiles before + this digit in the tile so far, so that equal digits keep their order
// Invocation g owns tile g % tiles of row g / tiles.
// Loops: the tile and the digits, 16384 + 2048, by src/segmented/radix.rs.
// Bounds: the places of a row's elements are a permutation of the row; counts holds rows * DIGITS * (tiles + 1).

@group(0) @binding(3) var<storage, read> counts: array<u32>;
@group(0) @binding(4) var<storage, read_write> values: array<u32>; // or keys
@group(0) @binding(5) var<storage, read_write> order: array<u32>;  // or payloads
@group(0) @binding(6) var<uniform> parameters: Parameters;

var<private> place_of: array<u32, DIGITS>;

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
    let totals = (p.rows * p.tiles + row) * DIGITS;
    var smaller = row * p.n;
    for (var digit = 0u; digit < DIGITS; digit++) {
        place_of[digit] = smaller + counts[(row * DIGITS + digit) * p.tiles + tile];
        smaller += counts[totals + digit];
    }
    let length = length_of(row);
    for (var i = tile * p.tile; i < min((tile + 1u) * p.tile, p.n); i++) {
        let it = item(row * p.n, i, length);
        let digit = digit_of(it.key);
        let place = place_of[digit];
        place_of[digit] = place + 1u;
        store(place, it);
    }
}
