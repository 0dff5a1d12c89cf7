// The best choice of coordinates within a budget: one step of dynamic programming, by one coordinate.
//   after[c, b] = max(before[c, b], before[c - 1, b - cost] + parameter)     the latter where it is taken: for c > 0 and b >= cost
// the best sum of c coordinates, up to this one, whose costs sum up to b at most; without COUNTED there is no c. Of equal sums the one without this coordinate stays.
// A state is c width + b. Whether the coordinate is taken is a bit of a word for 32 coordinates: taken [ceil(n / 32), items, states].
// parameters [items, n], before -> after [items, states], taken
// Invocation g owns state g % states of item g / states.
// Loops: none. Bounds: g < items states.

struct Params {
    items: u32,
    n: u32,
    states: u32,
    width: u32,      // budgets, from 0
    coordinate: u32,
    cost: u32,       // of the coordinate
    exact: u32,      // 1 where c coordinates are chosen, 0 where at most c are
    first: u32,      // elements of the parameters' binding before the first item's
}

@group(0) @binding(0) var<storage, read> parameters_in: array<f32>;
@group(0) @binding(1) var<storage, read> before: array<f32>;
@group(0) @binding(2) var<storage, read_write> after: array<f32>;
@group(0) @binding(3) var<storage, read_write> taken: array<u32>;
@group(0) @binding(4) var<uniform> parameters: Parameters;

override COUNTED: bool = false;

const NOTHING = -3.4e38f; // where so many coordinates cannot be chosen

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    let item = g / p.states;
    if item >= p.items { return; }
    let state = g % p.states;
    let counted = !COUNTED || state >= p.width; // whether one more may have been chosen
    var value = best(item, state);
    var takes = 0u;
    if counted && state % p.width >= p.cost {
        let rest = best(item, state - p.cost - select(0u, p.width, COUNTED));
        let sum = rest + parameters_in[p.first + item * p.n + p.coordinate];
        if rest > NOTHING && sum > value {
            value = sum;
            takes = 1u;
        }
    }
    after[g] = value;
    let at = p.coordinate / 32u * (p.items * p.states) + g;
    let bit = p.coordinate % 32u;
    var word = 0u;
    if bit > 0u { word = taken[at]; }
    taken[at] = word | (takes << bit);
}

// The best sum before this coordinate.
fn best(item: u32, state: u32) -> f32 {
    if p.coordinate > 0u { return before[item * p.states + state]; }
    return select(0.0, NOTHING, p.exact == 1u && state >= p.width);
}
