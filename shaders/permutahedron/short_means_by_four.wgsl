// What short_means.wgsl reads and writes, where rows begin at multiples of four elements: as in short_by_four.wgsl.

@group(0) @binding(0) var<storage, read> in_: array<u64>;
@group(0) @binding(1) var<storage, read> shares: array<u64>;
@group(0) @binding(2) var<storage, read> order: array<u64>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4<f32>>;

fn halves(pair: u64) -> vec2<u32> { return vec2(u32(pair), u32(pair >> 32u)); }

// Elements `at` and `at` + 1, the first of which is even; `last` is a row's last element.
fn in_pair(at: u32, last: u32) -> vec2<f32> { return bitcast<vec2<f32>>(halves(in_[min(at, last) >> 1u])); }

fn share_pair(at: u32, last: u32) -> vec2<f32> { return bitcast<vec2<f32>>(halves(shares[min(at, last) >> 1u])); }

fn order_pair(at: u32, last: u32) -> vec2<u32> { return halves(order[min(at, last) >> 1u]); }
