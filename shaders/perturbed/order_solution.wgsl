// Solutions from the order of perturbed parameters.
//   TOP      1 for the first k of the order, else 0
//   RANKS    the place in the order, counted from 1
// order [items, n], ascending for ranks and descending for the first k, of values [items, n] -> solutions [items, n]
// Where the last of the first k is -infinity there are too few to choose from: the first one is made no number.
// Invocation g owns element g of the order.
// Loops: none. Bounds: g < items n; order is below n.

struct Params {
    items: u32,
    n: u32,
    k: u32,
    padding: u32,
}

@group(0) @binding(0) var<storage, read> order: array<u32>;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read_write> solutions: array<f32>;
@group(0) @binding(3) var<uniform> parameters: Parameters;

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
    let item = g - place;
    var value = f32(place + 1u);
    if !RANKS {
        let last = values[item + order[item + p.k - 1u]];
        value = select(0.0, 1.0, place < p.k);
        if place == 0u && is_infinite(last) && last < 0.0 { value = not_a_number(); }
    }
    solutions[item + order[g]] = value;
}
