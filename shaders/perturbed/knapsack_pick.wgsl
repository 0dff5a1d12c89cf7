// The choices of knapsack.wgsl, from the last coordinate back to the first: 1 where one is taken, and 0.
// parameters [items, n], sums [items, states], taken [ceil(n / 32), items, states], costs [n] -> solutions [items, n]
// Where there is no choice, or a parameter is no number, the first coordinate is made no number.
// Invocation g owns item g.
// Loops: n, 16,384 at most by the host. Bounds: g < items; what is taken fits its state.

struct Params {
    items: u32,
    n: u32,
    states: u32,
    width: u32,
    first: u32,     // elements of the bindings before the first item's
    out_first: u32,
    padding0: u32,
    padding1: u32,
}

@group(0) @binding(0) var<storage, read> parameters_in: array<f32>;
@group(0) @binding(1) var<storage, read> sums: array<f32>;
@group(0) @binding(2) var<storage, read> taken: array<u32>;
@group(0) @binding(3) var<storage, read> costs: array<u32>;
@group(0) @binding(4) var<storage, read_write> solutions: array<f32>;
@group(0) @binding(5) var<uniform> parameters: Parameters;

override COUNTED: bool = false;

const NOTHING = -3.4e38f;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.items { return; }
    var state = p.states - 1u; // all of the budget
    var bad = !(sums[g * p.states + state] > NOTHING);
    for (var k = 0u; k < p.n; k++) {
        let i = p.n - 1u - k;
        let word = taken[i / 32u * (p.items * p.states) + g * p.states + state];
        let takes = ((word >> (i % 32u)) & 1u) == 1u;
        if takes { state -= costs[i] + select(0u, p.width, COUNTED); }
        solutions[p.out_first + g * p.n + i] = select(0.0, 1.0, takes);
        bad = bad || is_nan(parameters_in[p.first + g * p.n + i]);
    }
    if bad { solutions[p.out_first + g * p.n] = not_a_number(); }
}
