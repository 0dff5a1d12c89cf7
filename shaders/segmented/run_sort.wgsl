// Short rows, first step: runs of 16 COLUMNS elements, each sorted by one invocation in registers.
// Invocation g owns 4 / COLUMNS runs of the rows * tiles that there are, numbered row by row; what a run lacks of a row sorts behind it.
// Loops: none. Bounds: what is beyond a row or beyond the rows reads the last element there is, and is not stored.

@group(0) @binding(3) var<storage, read_write> values: array<u32>; // or keys
@group(0) @binding(4) var<storage, read_write> order: array<u32>;  // or payloads
@group(0) @binding(5) var<uniform> parameters: Parameters;

// Where the element in row k of column c belongs.
struct Place {
    begin: u32,  // of the row
    i: u32,      // in the row
    length: u32, // of the row
    real: bool,
}

fn place_of(g: u32, k: u32, c: u32) -> Place {
    let run = g * (4u / COLUMNS) + c / COLUMNS;
    let row = min(run / p.tiles, p.rows - 1u);
    let i = (run % p.tiles * COLUMNS + c % COLUMNS) * 16u + k;
    return Place(row * p.n, i, length_of(row), i < p.n && run < p.rows * p.tiles);
}

fn one(g: u32, k: u32, c: u32) -> vec2<i32> {
    let at = place_of(g, k, c);
    let it = item(at.begin, min(at.i, p.n - 1u), at.length);
    let key = select(BEHIND, it.key, at.real);
    return vec2(i32(key ^ 0x80000000u), i32(it.payload));
}

fn four(g: u32, k: u32) -> Four {
    let x = one(g, k, 0u);
    let y = one(g, k, 1u);
    let z = one(g, k, 2u);
    let w = one(g, k, 3u);
    return Four(vec4(x.x, y.x, z.x, w.x), vec4(x.y, y.y, z.y, w.y));
}

fn store_one(g: u32, k: u32, c: u32, key: i32, payload: i32) {
    let at = place_of(g, k, c);
    if at.real { store(at.begin + at.i, Item(u32(key) ^ 0x80000000u, u32(payload))); }
}

fn store_four(g: u32, k: u32, it: Four) {
    store_one(g, k, 0u, it.key.x, it.payload.x);
    store_one(g, k, 1u, it.key.y, it.payload.y);
    store_one(g, k, 2u, it.key.z, it.payload.z);
    store_one(g, k, 3u, it.key.w, it.payload.w);
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g * (4u / COLUMNS) >= p.rows * p.tiles { return; }
    u0 = four(g, 0u);
    u1 = four(g, 1u);
    u2 = four(g, 2u);
    u3 = four(g, 3u);
    u4 = four(g, 4u);
    u5 = four(g, 5u);
    u6 = four(g, 6u);
    u7 = four(g, 7u);
    u8 = four(g, 8u);
    u9 = four(g, 9u);
    u10 = four(g, 10u);
    u11 = four(g, 11u);
    u12 = four(g, 12u);
    u13 = four(g, 13u);
    u14 = four(g, 14u);
    u15 = four(g, 15u);
    sort_runs();
    store_four(g, 0u, u0);
    store_four(g, 1u, u1);
    store_four(g, 2u, u2);
    store_four(g, 3u, u3);
    store_four(g, 4u, u4);
    store_four(g, 5u, u5);
    store_four(g, 6u, u6);
    store_four(g, 7u, u7);
    store_four(g, 8u, u8);
    store_four(g, 9u, u9);
    store_four(g, 10u, u10);
    store_four(g, 11u, u11);
    store_four(g, 12u, u12);
    store_four(g, 13u, u13);
    store_four(g, 14u, u14);
    store_four(g, 15u, u15);
}
