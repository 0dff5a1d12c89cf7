// The shortest path of each grid, from the last vertex back to the first: 1 on it, and 0.
// distances, parents [items, n], states [items] of grid_relax.wgsl -> solutions [items, n], which the host has cleared
// Where a parameter is no number or the last vertex is out of reach, the first one is made no number.
// Invocation g owns grid g.
// Loops: n at most. Bounds: g < items; parents are vertices.

struct Params {
    items: u32,
    n: u32,
    rows: u32, // not used here
    padding: u32,
}

@group(0) @binding(0) var<storage, read> distances: array<f32>;
@group(0) @binding(1) var<storage, read> parents: array<u32>;
@group(0) @binding(2) var<storage, read> states: array<u32>;
@group(0) @binding(3) var<storage, read_write> solutions: array<f32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

const UNREACHED = 3.4e38f;
const BAD = 3u;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.items { return; }
    let base = g * p.n;
    var at = p.n - 1u;
    if states[g] == BAD || distances[base + at] >= UNREACHED {
        solutions[base] = not_a_number();
        return;
    }
    for (var step = 0u; step < p.n; step++) {
        solutions[base + at] = 1.0;
        if at == 0u { break; }
        at = parents[base + at];
    }
}
