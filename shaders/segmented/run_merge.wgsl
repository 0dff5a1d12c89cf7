// Short rows, later steps: sixteen sorted runs that follow each other become one. Of equal keys the one of the earlier run goes first.
// Invocation g owns group g % tiles of row g / tiles: runs of p.tile elements, of which the last ones may be shorter or missing.
// The first elements of all runs are in registers: a step finds the least of them by comparing, stores it, and loads the one behind it.
// Loops: once over the group, 16384 at most by src/segmented/runs.rs. Bounds: elements are clamped to their row.

@group(0) @binding(3) var<storage, read_write> values: array<u32>; // or keys
@group(0) @binding(4) var<storage, read_write> order: array<u32>;  // or payloads
@group(0) @binding(5) var<uniform> parameters: Parameters;

const MERGED = 16u;

var<private> row: u32; // where the row begins

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.rows * p.tiles { return; }
    row = g / p.tiles * p.n;
    let begin = g % p.tiles * MERGED * p.tile;
    // Run 4 c + k has its first element that is not out yet at component c of at_k, and its key there in keys_k.
    var at_0 = vec4(begin) + vec4(0u, 4u, 8u, 12u) * p.tile;
    var at_1 = at_0 + p.tile;
    var at_2 = at_1 + p.tile;
    var at_3 = at_2 + p.tile;
    var keys_0 = first_keys(at_0);
    var keys_1 = first_keys(at_1);
    var keys_2 = first_keys(at_2);
    var keys_3 = first_keys(at_3);
    for (var i = begin; i < min(begin + MERGED * p.tile, p.n); i++) {
        let first = keys_0 <= keys_1;
        let second = keys_2 <= keys_3;
        let front = select(keys_1, keys_0, first);
        let back = select(keys_3, keys_2, second);
        let lower = front <= back;
        let least = select(back, front, lower); // of each component
        let place = select(select(at_3, at_2, second), select(at_1, at_0, first), lower);
        let left = least.x <= least.y;
        let right = least.z <= least.w;
        let low = select(least.y, least.x, left);
        let high = select(least.w, least.z, right);
        let lowest = low <= high;
        let at = select(select(place.w, place.z, right), select(place.y, place.x, left), lowest);
        store(row + i, Item(select(high, low, lowest), beside[row + at]));

        let is_component = vec4(lowest && left, lowest && !left, !lowest && right, !lowest && !right);
        let is_0 = is_component & lower & first;
        let is_1 = is_component & lower & !first;
        let is_2 = is_component & !lower & second;
        let is_3 = is_component & !lower & !second;
        let next = vec4(next_key(at + 1u));
        keys_0 = select(keys_0, next, is_0);
        keys_1 = select(keys_1, next, is_1);
        keys_2 = select(keys_2, next, is_2);
        keys_3 = select(keys_3, next, is_3);
        at_0 += select(vec4(0u), vec4(1u), is_0);
        at_1 += select(vec4(0u), vec4(1u), is_1);
        at_2 += select(vec4(0u), vec4(1u), is_2);
        at_3 += select(vec4(0u), vec4(1u), is_3);
    }
}

fn first_keys(at: vec4<u32>) -> vec4<u32> {
    return vec4(key_or_none(at.x), key_or_none(at.y), key_or_none(at.z), key_or_none(at.w));
}

// A run ends where the next one begins, at a multiple of its length, which is a power of two.
fn next_key(i: u32) -> u32 {
    return select(key_or_none(i), BEHIND, (i & (p.tile - 1u)) == 0u);
}

fn key_or_none(i: u32) -> u32 {
    return select(BEHIND, source[row + min(i, p.n - 1u)], i < p.n);
}
