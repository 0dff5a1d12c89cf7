// Before grid_relax.wgsl: no vertex is reached but the first one of each grid, and a grid with a parameter that is no number is not gone over.
// parameters [items, n] -> distances [items, n], pending [items, rows, 2] of grid_relax.wgsl, and states [items], which the host has cleared: NEW
// Invocation g owns vertex g.
// Loops: none. Bounds: g < items n.

struct Params {
    items: u32,
    n: u32,
    rows: u32,
    padding: u32,
}

@group(0) @binding(0) var<storage, read> parameters_in: array<f32>;
@group(0) @binding(1) var<storage, read_write> distances: array<f32>;
@group(0) @binding(2) var<storage, read_write> states: array<atomic<u32>>;
@group(0) @binding(3) var<storage, read_write> pending: array<u32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

const UNREACHED = 3.4e38f;
const NO_COLUMNS = 0xffffu;
const BAD = 3u;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g / p.n >= p.items { return; }
    var distance = UNREACHED;
    let own = parameters_in[g];
    if g % p.n == 0u { distance = min(max(-own, 0.0), UNREACHED); }
    // Of all vertices: those behind walls are never come to.
    if is_nan(own) { atomicMax(&states[g / p.n], BAD); }
    distances[g] = distance;
    if g % p.n < p.rows {
        let at = 2u * (g / p.n * p.rows + g % p.n);
        pending[at] = NO_COLUMNS;
        pending[at + 1u] = NO_COLUMNS;
    }
}
