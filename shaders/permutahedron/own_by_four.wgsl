// Rows in memory that begin at multiples of four elements, and have whole fours of them.

@group(0) @binding(0) var<storage, read> source: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read_write> out: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> order: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read_write> sorted_out: array<vec4<f32>>;

// The bits of four elements from `at` on; `last` is a row's last element.
fn source_four(at: u32, last: u32) -> vec4<u32> { return source[min(at, last) >> 2u]; }

// Four elements of the order from `at` on, of which there are `count`.
fn store_order(at: u32, count: u32, four: vec4<u32>) {
    if count > 0u { order[at >> 2u] = four; }
}

// Four sorted elements, likewise.
fn store_sorted(at: u32, count: u32, four: vec4<f32>) {
    if count > 0u { sorted_out[at >> 2u] = four; }
}
