// Where element i belongs, in a storage buffer.

@group(0) @binding(2) var<storage, read> order: array<u32>;

fn order_number(i: u32) -> u32 { return order[q.order + i]; }
