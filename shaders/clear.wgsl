// Fills a range with zeros. Invocation g owns element g of the range.
// Loops: none. Bounds: g < count; out holds first + count elements.

struct Params {
    first: u32,
    count: u32,
    padding0: u32,
    padding1: u32,
}

@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g < p.count { out[p.first + g] = 0u; }
}
