// Rows in memory that begin anywhere.

@group(0) @binding(0) var<storage, read> source: array<u32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<storage, read_write> order: array<u32>;
@group(0) @binding(4) var<storage, read_write> sorted_out: array<f32>;

// The bits of four elements from `at` on; `last` is a row's last element.
fn source_four(at: u32, last: u32) -> vec4<u32> {
    return vec4(source[min(at, last)], source[min(at + 1u, last)], source[min(at + 2u, last)], source[min(at + 3u, last)]);
}

// Four elements of the order from `at` on, of which there are `count`.
fn store_order(at: u32, count: u32, four: vec4<u32>) {
    if count > 0u { order[at] = four.x; }
    if count > 1u { order[at + 1u] = four.y; }
    if count > 2u { order[at + 2u] = four.z; }
    if count > 3u { order[at + 3u] = four.w; }
}

// Four sorted elements, likewise.
fn store_sorted(at: u32, count: u32, four: vec4<f32>) {
    if count > 0u { sorted_out[at] = four.x; }
    if count > 1u { sorted_out[at + 1u] = four.y; }
    if count > 2u { sorted_out[at + 2u] = four.z; }
    if count > 3u { sorted_out[at + 3u] = four.w; }
}
