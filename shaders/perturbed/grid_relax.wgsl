// Shortest paths, see grid_sweeps.wgsl, of grids in memory.
// parameters [items, h, w] -> distances, parents [items, h, w] (a parent is a vertex of the same grid), states [items], and
// pending [items, h, 2]
// Invocation g owns grid g.
// Loops: those of `pairs` pairs of sweeps; the host gives as many as keep below 32768, and goes on with another dispatch: what is done returns
// at once.
// Bounds: g < items, columns by the width, rows by the height; what is before the first row is neither read nor written.

struct Params {
    items: u32,
    height: u32,
    width: u32,
    pairs: u32,
    row_stride: u32, // elements from one row to the next; rows may be the grid's columns
    stride: u32,     // and within a row
    padding0: u32,
    padding1: u32,
}

@group(0) @binding(0) var<storage, read> parameters_in: array<f32>;
@group(0) @binding(1) var<storage, read_write> distances: array<f32>;
@group(0) @binding(2) var<storage, read_write> parents: array<u32>;
@group(0) @binding(3) var<storage, read_write> states: array<u32>;
@group(0) @binding(4) var<storage, read_write> pendings: array<u32>;
@group(0) @binding(5) var<uniform> parameters: Parameters;

var<private> base: u32; // of the grid
var<private> of_rows: u32;

fn parameter_of(at: u32) -> f32 { return parameters_in[base + at]; }

fn distance_of(at: u32) -> f32 { return distances[base + at]; }

fn set_distance(at: u32, new_: f32) { distances[base + at] = new_; }

fn set_parent(at: u32, parent: u32) { parents[base + at] = parent; }

fn pending_of(row: u32, way: u32) -> u32 { return pendings[of_rows + 2u * row + way]; }

fn set_pending(row: u32, way: u32, columns: u32) { pendings[of_rows + 2u * row + way] = columns; }

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.items { return; }
    base = g * p.height * p.width;
    of_rows = 2u * g * p.height;
    states[g] = sweep(states[g], p.pairs);
}
