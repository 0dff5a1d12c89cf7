// As stretch_count.wgsl, of rows in a texture, with counters of the invocation's own: two to a word, since drivers compile half as many in a third
// of the time.
// Invocation g owns tile g % tiles of row g / tiles.
// Loops: the digits. Bounds: counts holds rows * DIGITS * tiles; counters stay below 2^16, by src/segmented/radix.rs.

@group(0) @binding(3) var<storage, read_write> counts: array<u32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

var<private> counted: array<u32, 128>;

fn visit(it: Item) {
    let digit = digit_of(it.key, p.shift);
    counted[digit >> 1u] += 1u << (16u * (digit & 1u));
}

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
    visit_tile(row, tile);
    let first = row * DIGITS * p.tiles + tile;
    for (var digit = 0u; digit < DIGITS; digit++) {
        counts[first + digit * p.tiles] = (counted[digit >> 1u] >> (16u * (digit & 1u))) & 0xffffu;
    }
}
