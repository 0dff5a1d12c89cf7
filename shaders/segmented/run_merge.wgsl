// Short rows, later steps: four sorted runs that follow each other become one. Of equal keys the one of the earlier run goes first.
// Invocation g owns group g % tiles of row g / tiles: runs of p.tile elements, of which the last ones may be shorter or missing.
// Loops: once over the group, 8192 at most by src/segmented/runs.rs. Bounds: elements are clamped to their row.

@group(0) @binding(3) var<storage, read_write> values: array<u32>; // or keys
@group(0) @binding(4) var<storage, read_write> order: array<u32>;  // or payloads
@group(0) @binding(5) var<uniform> parameters: Parameters;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.rows * p.tiles { return; }
    let row = g / p.tiles * p.n;
    let begin = g % p.tiles * 4u * p.tile;
    // The first element of each run that is not out yet, and where the run ends.
    var at = vec4(begin) + vec4(0u, 1u, 2u, 3u) * p.tile;
    let end = min(at + p.tile, vec4(p.n));
    var keys = select(vec4(BEHIND), vec4(key(row, at.x), key(row, at.y), key(row, at.z), key(row, at.w)), at < end);
    for (var i = begin; i < min(begin + 4u * p.tile, p.n); i++) {
        let first = keys.x <= keys.y;
        let second = keys.z <= keys.w;
        let least = vec2(select(keys.y, keys.x, first), select(keys.w, keys.z, second));
        let lower = least.x <= least.y;
        let it = vec4(lower && first, lower && !first, !lower && second, !lower && !second);
        let place = select(select(at.w, at.z, second), select(at.y, at.x, first), lower);
        let limit = select(select(end.w, end.z, second), select(end.y, end.x, first), lower);
        store(row + i, Item(select(least.y, least.x, lower), beside[row + place]));
        let next = select(BEHIND, key(row, place + 1u), place + 1u < limit);
        at += select(vec4(0u), vec4(1u), it);
        keys = select(keys, vec4(next), it);
    }
}

fn key(row: u32, i: u32) -> u32 {
    return source[row + min(i, p.n - 1u)];
}
