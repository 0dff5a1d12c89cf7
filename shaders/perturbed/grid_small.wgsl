// Shortest paths, see grid_sweeps.wgsl, of grids that an invocation holds: to a software driver its own arrays are much nearer than buffers.
// parameters [items, h, w] -> solutions [items, h, w], 1 on the path and 0
// Where a parameter is no number or the last vertex is out of reach, the first one is made no number.
// Invocation g owns grid g.
// Loops: those of `pairs` pairs of sweeps, of which the host gives enough for the worst of grids and keeps to grids for which that is below 32768; and n three times.
// Bounds: g < items, columns by the width, rows by the height, of which there are 16 at most, and 192 vertices; parents are vertices.

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
@group(0) @binding(1) var<storage, read_write> solutions: array<f32>;
@group(0) @binding(2) var<uniform> parameters: Parameters;

var<private> own_parameters: array<f32, 192>;
var<private> distances: array<f32, 192>;
var<private> parents: array<u32, 192>;
var<private> pendings: array<u32, 32>;

fn parameter_of(at: u32) -> f32 { return own_parameters[at]; }

fn distance_of(at: u32) -> f32 { return distances[at]; }

fn set_distance(at: u32, new_: f32) { distances[at] = new_; }

fn set_parent(at: u32, parent: u32) { parents[at] = parent; }

fn pending_of(row: u32, way: u32) -> u32 { return pendings[2u * row + way]; }

fn set_pending(row: u32, way: u32, columns: u32) { pendings[2u * row + way] = columns; }

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.items { return; }
    let n = p.height * p.width;
    var bad = false;
    for (var at = 0u; at < n; at++) {
        own_parameters[at] = parameters_in[g * n + at];
        bad = bad || is_nan(own_parameters[at]);
        distances[at] = UNREACHED;
    }
    distances[0] = min(max(-own_parameters[0], 0.0), UNREACHED);
    for (var row = 0u; row < p.height; row++) {
        pendings[2u * row] = NO_COLUMNS;
        pendings[2u * row + 1u] = NO_COLUMNS;
    }
    _ = sweep(select(NEW, BAD, bad), p.pairs);
    let bad_end = bad || distances[n - 1u] >= UNREACHED;
    // Parameters are not needed any more: ones on the path take their place.
    for (var at = 0u; at < n; at++) { own_parameters[at] = 0.0; }
    var at = n - 1u;
    for (var step = 0u; step < n && !bad_end; step++) {
        own_parameters[at] = 1.0;
        if at == 0u { break; }
        at = parents[at];
    }
    for (var i = 0u; i < n; i++) { solutions[g * n + i] = own_parameters[i]; }
    if bad_end { solutions[g * n] = not_a_number(); }
}
