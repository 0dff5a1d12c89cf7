// Numbers of short rows, where rows begin at multiples of four elements: read in pairs, as numbers of 64 bits, and written in fours. A software
// driver takes as long for a pair as for one number.

@group(0) @binding(0) var<storage, read> source: array<u64>;
@group(0) @binding(1) var<storage, read_write> out: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> order: array<vec4<u32>>;

// The bits of elements `at` and `at` + 1, the first of which is even; `last` is a row's last element.
fn source_pair(at: u32, last: u32) -> vec2<u32> {
    let pair = source[min(at, last) >> 1u];
    return vec2(u32(pair), u32(pair >> 32u));
}

// Four elements of the order, likewise.
fn store_order(at: u32, count: u32, four: vec4<u32>) {
    if count > 0u { order[at >> 2u] = four; }
}
