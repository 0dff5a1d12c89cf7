// What short_means.wgsl reads and writes, where rows begin anywhere.

@group(0) @binding(0) var<storage, read> in_: array<f32>;
@group(0) @binding(1) var<storage, read> shares: array<f32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

// Elements `at` and `at` + 1; `last` is a row's last element.
fn in_pair(at: u32, last: u32) -> vec2<f32> { return vec2(in_[min(at, last)], in_[min(at + 1u, last)]); }

fn share_pair(at: u32, last: u32) -> vec2<f32> { return vec2(shares[min(at, last)], shares[min(at + 1u, last)]); }

fn order_pair(at: u32, last: u32) -> vec2<u32> { return vec2(order[min(at, last)], order[min(at + 1u, last)]); }
