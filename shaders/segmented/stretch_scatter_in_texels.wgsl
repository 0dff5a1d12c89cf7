// As stretch_scatter.wgsl, with what is read in textures and the places of digits in an array of the invocation's own.
// Invocation g owns tile g % tiles of row g / tiles.
// Loops: the digits.
// Bounds: the places of a row's elements are a permutation of the row; counts holds rows * DIGITS * (tiles + 1).

@group(0) @binding(3) var counts: texture_storage_2d<rgba32float, read_write>;
@group(0) @binding(4) var<storage, read_write> values: array<u32>;
@group(0) @binding(5) var<storage, read_write> order: array<u32>;
@group(0) @binding(6) var<storage, read_write> items: array<u64>;
@group(0) @binding(7) var<uniform> parameters: Parameters;

var<private> places: array<u32, DIGITS>;

fn visit(it: Item) {
    let digit = digit_of(it.key, p.shift);
    let place = places[digit];
    places[digit] = place + 1u;
    if KEYS && !LAST {
        values[place] = it.key;
    } else {
        store(place, it);
    }
}

fn count_at(at: u32) -> u32 { return bitcast<u32>(textureLoad(counts, texel_at(at >> 2u))[at & 3u]); }

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
    let first = row * DIGITS * p.tiles + tile;
    var smaller = row * p.n;
    for (var digit = 0u; digit < DIGITS; digit++) {
        places[digit] = smaller + count_at(first + digit * p.tiles);
        smaller += count_at(totals + digit);
    }
    visit_tile(row, tile);
}
