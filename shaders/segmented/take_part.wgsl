// How many elements of each row take part, found in the order, where they come first.
// order [rows, n], lengths [rows], mask [rows, n] -> counts [rows]. Invocation g owns row g.
// Loops: log2(n) + 1. Bounds: g < rows; order < n, and n > 0.

struct Params {
    rows: u32,
    n: u32,
    order_first: u32,
    lengths_first: u32,
    mask_first: u32,
    counts_first: u32,
    padding0: u32,
    padding1: u32,
}

@group(0) @binding(0) var<storage, read> order: array<u32>;
@group(0) @binding(1) var<storage, read> lengths: array<u32>;
@group(0) @binding(2) var<storage, read> mask: array<u32>;
@group(0) @binding(3) var<storage, read_write> counts: array<u32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

override LENGTHS: bool = false;
override MASKED: bool = false;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let row = workgroup_index(id, count) * WORKGROUP + local;
    if row >= p.rows { return; }
    var most = p.n;
    if LENGTHS { most = min(lengths[p.lengths_first + row], p.n); }
    var least = 0u;
    if !MASKED { least = most; }
    while least < most {
        let middle = (least + most) / 2u;
        let i = order[p.order_first + row * p.n + middle];
        var takes_part = mask[p.mask_first + row * p.n + i] != 0u;
        if LENGTHS { takes_part = takes_part && i < lengths[p.lengths_first + row]; }
        if takes_part { least = middle + 1u; } else { most = middle; }
    }
    counts[p.counts_first + row] = least;
}
