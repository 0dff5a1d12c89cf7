// What a kernel sorts, in storage buffers.

@group(0) @binding(0) var<storage, read> source: array<u32>; // the rows' numbers as bits; later on keys
@group(0) @binding(1) var<storage, read> beside: array<u32>; // the mask; later on payloads
@group(0) @binding(2) var<storage, read> lengths: array<u32>;

fn number_at(at: u32) -> u32 { return source[at]; }

fn item_at(at: u32) -> Item { return Item(source[at], beside[at]); }
