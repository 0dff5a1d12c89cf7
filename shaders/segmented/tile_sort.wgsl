// Short rows in workgroup memory: a bitonic network over keys and payloads; equal keys keep the order of their payloads, so that it is stable.
// Workgroup w owns TILE / SIZE rows, each filled up to SIZE elements with what sorts behind it.
// Loops: log2(SIZE)^2 / 2 steps of TILE / 2 / WORKGROUP comparators. Barriers: all loops around one have constant bounds.
// Bounds: what is beyond a row or beyond the rows is neither read nor stored.

const TILE = 2048u;
override SIZE: u32 = 2048u; // a power of two, n at least and TILE at most

@group(0) @binding(3) var<storage, read_write> values: array<u32>;
@group(0) @binding(4) var<storage, read_write> order: array<u32>;
@group(0) @binding(5) var<uniform> parameters: Parameters;

var<workgroup> keys: array<u32, TILE>;
var<workgroup> payloads: array<u32, TILE>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let first_row = workgroup_index(id, count) * (TILE / SIZE);
    for (var slot = local; slot < TILE; slot += WORKGROUP) {
        let row = first_row + slot / SIZE;
        let i = slot % SIZE;
        var it = Item(BEHIND, payload_of(i, 0u));
        if row < p.rows && i < p.n { it = item(row * p.n, i, length_of(row)); }
        keys[slot] = it.key;
        payloads[slot] = it.payload;
    }
    workgroupBarrier();
    for (var run = 2u; run <= SIZE; run *= 2u) {
        // Two runs become one: first each from its beginning against the other from its end, then at half the distance each time.
        for (var distance = run / 2u; distance > 0u; distance /= 2u) {
            let across = select(distance, run - 1u, distance == run / 2u);
            for (var pair = local; pair < TILE / 2u; pair += WORKGROUP) {
                let a = 2u * pair - (pair & (distance - 1u));
                order_slots(a, a ^ across);
            }
            workgroupBarrier();
        }
    }
    for (var slot = local; slot < TILE; slot += WORKGROUP) {
        let row = first_row + slot / SIZE;
        let i = slot % SIZE;
        if row < p.rows && i < p.n { store(row * p.n + i, Item(keys[slot], payloads[slot])); }
    }
}

fn order_slots(a: u32, b: u32) {
    let x = Item(keys[a], payloads[a]);
    let y = Item(keys[b], payloads[b]);
    if x.key < y.key || (x.key == y.key && x.payload < y.payload) { return; }
    keys[a] = y.key;
    payloads[a] = y.payload;
    keys[b] = x.key;
    payloads[b] = x.payload;
}
