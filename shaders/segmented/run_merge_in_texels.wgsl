// As run_merge.wgsl, of runs in a texture: a load costs less there than what it takes to find where the least element of sixteen came from. So
// elements are in registers with their payloads, which say it.
// Invocation g owns group g % tiles of row g / tiles: runs of p.tile = 2^shift elements, of which the last ones may be shorter or missing.
// Loops: once over the group, 16384 at most by src/segmented/runs.rs. Bounds: elements are clamped to their row.

@group(0) @binding(3) var<storage, read_write> values: array<u32>;
@group(0) @binding(4) var<storage, read_write> order: array<u32>;
@group(0) @binding(5) var<storage, read_write> items: array<u64>;
@group(0) @binding(6) var<uniform> parameters: Parameters;

const MERGED = 16u;

// The first elements that are not out yet of four runs.
struct Heads {
    key: vec4<i32>, // with the highest bit turned over
    payload: vec4<u32>,
}

var<private> row: u32; // where the row begins
var<private> ahead: array<u32, 16>; // the element behind each run's head, in the row

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
    // Run 4 c + k is component c of heads k.
    var heads_0 = heads(begin, 0u);
    var heads_1 = heads(begin, 1u);
    var heads_2 = heads(begin, 2u);
    var heads_3 = heads(begin, 3u);
    for (var i = begin; i < min(begin + MERGED * p.tile, p.n); i++) {
        let each = lesser(lesser(heads_0, heads_1), lesser(heads_2, heads_3));
        let low = each.key.x <= each.key.y;
        let high = each.key.z <= each.key.w;
        let low_key = select(each.key.y, each.key.x, low);
        let high_key = select(each.key.w, each.key.z, high);
        let lowest = low_key <= high_key;
        let low_payload = select(each.payload.y, each.payload.x, low);
        let payload = select(select(each.payload.w, each.payload.z, high), low_payload, lowest);
        store(row + i, Item(bitcast<u32>(select(high_key, low_key, lowest)) ^ SIGN, payload));

        let run = (index_of(payload) >> p.shift) & (MERGED - 1u);
        let at = ahead[run];
        ahead[run] = at + 1u;
        let next = next_head(at);
        heads_0 = replaced(heads_0, run, 0u, next);
        heads_1 = replaced(heads_1, run, 1u, next);
        heads_2 = replaced(heads_2, run, 2u, next);
        heads_3 = replaced(heads_3, run, 3u, next);
    }
}

// Of equal keys those of the earlier runs.
fn lesser(a: Heads, b: Heads) -> Heads {
    let first = a.key <= b.key;
    return Heads(select(b.key, a.key, first), select(b.payload, a.payload, first));
}

fn replaced(a: Heads, run: u32, k: u32, next: Item) -> Heads {
    let here = vec4(run) == vec4(0u, 4u, 8u, 12u) + k;
    return Heads(select(a.key, vec4(bitcast<i32>(next.key)), here), select(a.payload, vec4(next.payload), here));
}

fn heads(begin: u32, k: u32) -> Heads {
    let x = first_head(begin, k);
    let y = first_head(begin, 4u + k);
    let z = first_head(begin, 8u + k);
    let w = first_head(begin, 12u + k);
    return Heads(bitcast<vec4<i32>>(vec4(x.key, y.key, z.key, w.key)), vec4(x.payload, y.payload, z.payload, w.payload));
}

fn first_head(begin: u32, run: u32) -> Item {
    let at = begin + run * p.tile;
    ahead[run] = at + 1u;
    return head(at, at < p.n);
}

// A run ends where the next one begins, at a multiple of its length.
fn next_head(at: u32) -> Item { return head(at, at < p.n && (at & (p.tile - 1u)) != 0u); }

fn head(at: u32, real: bool) -> Item {
    let it = item_at(row + min(at, p.n - 1u));
    return Item(select(BEHIND, it.key, real) ^ SIGN, it.payload);
}
