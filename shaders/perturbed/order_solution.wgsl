// Solutions from the order of perturbed parameters.
//   TOP      1 for the first k of the order, else 0
//   RANKS    the place in the order, counted from 1
// order [items, n], ascending for ranks and descending for the first k -> solutions [items, n]
// Invocation g owns element g of the order.
// Loops: none. Bounds: g < items n; order is below n.

struct Params {
    items: u32,
    n: u32,
    k: u32,
    padding: u32,
}

@group(0) @binding(0) var<storage, read> order: array<u32>;
@group(0) @binding(1) var<storage, read_write> solutions: array<f32>;
@group(0) @binding(2) var<uniform> parameters: Parameters;

override RANKS: bool = false; // else the first k

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g / p.n >= p.items { return; }
    let place = g % p.n;
    var value = select(0.0, 1.0, place < p.k);
    if RANKS { value = f32(place + 1u); }
    solutions[g - place + order[g]] = value;
}
