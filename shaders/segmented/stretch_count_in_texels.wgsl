// As stretch_count.wgsl, of rows in a texture, with counters of the invocation's own: two to a word, since drivers compile half as many in a third
// of the time.
// Invocation g owns tile g % tiles of row g / tiles.
// Loops: the tile and the digits, 16384 + 256, by src/segmented/radix.rs, which also keeps counters below 2^16.
// Bounds: elements are within the row; counts holds rows * DIGITS * tiles.

@group(0) @binding(3) var<storage, read_write> counts: array<u32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

var<private> counted: array<u32, 128>;

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
        let digit = digit_of(item(row * p.n, i, length).key, p.shift);
        counted[digit >> 1u] += 1u << (16u * (digit & 1u));
    }
    let first = row * DIGITS * p.tiles + tile;
    for (var digit = 0u; digit < DIGITS; digit++) {
        counts[first + digit * p.tiles] = (counted[digit >> 1u] >> (16u * (digit & 1u))) & 0xffffu;
    }
}
