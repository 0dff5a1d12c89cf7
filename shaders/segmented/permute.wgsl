// Rows put into an order, or back out of it: elements are bits of any kind.
//   out[i] = in[order[i]], or with BACK out[order[i]] = in[i]; with COUNTED 0 in the place of sorted elements from counts[row] on
// in, order, out [rows, n], counts [rows]. Invocation g owns element g.
// Loops: none. Bounds: g < total; order is a permutation of each row, clamped to it here since a caller may have written it.

struct Params {
    total: u32, // rows * n
    n: u32,
    in_first: u32,
    order_first: u32,
    counts_first: u32,
    out_first: u32,
    padding0: u32,
    padding1: u32,
}

@group(0) @binding(0) var<storage, read> in_: array<u32>;
@group(0) @binding(1) var<storage, read> order: array<u32>;
@group(0) @binding(2) var<storage, read> counts: array<u32>;
@group(0) @binding(3) var<storage, read_write> out: array<u32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

override BACK: bool = false;
override COUNTED: bool = false;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.total { return; }
    let row = g / p.n;
    let other = row * p.n + min(order[p.order_first + g], p.n - 1u);
    var takes_part = true;
    if COUNTED { takes_part = g - row * p.n < counts[p.counts_first + row]; }
    let it = in_[p.in_first + select(other, g, BACK)];
    out[p.out_first + select(g, other, BACK)] = select(0u, it, takes_part);
}
