// What block_means.wgsl reads, in storage buffers.

@group(0) @binding(0) var<storage, read> in_: array<f32>;
@group(0) @binding(1) var<storage, read> shares: array<f32>;
@group(0) @binding(2) var<storage, read> in_order: array<u32>;
@group(0) @binding(3) var<storage, read> out_order: array<u32>;

fn input_at(at: u32) -> f32 { return in_[at]; }

fn share_at(at: u32) -> f32 { return shares[at]; }

fn in_order_at(at: u32) -> u32 { return in_order[at]; }

fn out_order_at(at: u32) -> u32 { return out_order[at]; }
