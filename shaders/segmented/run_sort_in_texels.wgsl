// As run_sort.wgsl for runs of 64, of rows in a texture. An element is one number of 64 bits, its key above its payload, with the highest bit
// turned over: drivers compare signed numbers faster.
// Invocation g owns run g % tiles of row g / tiles; what a run lacks of a row sorts behind it. Where elements begin in their run does not matter.
// Loops: none. Bounds: what is beyond a row reads the last element there is, and is not stored.

@group(0) @binding(3) var<storage, read_write> values: array<u32>;
@group(0) @binding(4) var<storage, read_write> order: array<u32>;
@group(0) @binding(5) var<storage, read_write> items: array<u64>;
@group(0) @binding(6) var<uniform> parameters: Parameters;

override BY_FOUR: bool = false; // rows begin with a texel

alias Four = vec4<i64>;

var<private> begin: u32; // of the row
var<private> first: u32; // of the run, in the row
var<private> length: u32; // of the row

fn whole(it: Item) -> i64 { return bitcast<i64>((u64(it.key ^ SIGN) << 32u) | u64(it.payload)); }

fn one(i: u32, number: u32) -> i64 {
    var it = Item(BEHIND, payload_of(i, 0u));
    if i < p.n { it = item_of_number(begin, i, length, number); }
    return whole(it);
}

fn four(k: u32) -> Four {
    let i = first + 4u * k;
    let at = p.source_first + begin;
    let last = p.source_first + p.rows * p.n - 1u;
    var numbers: vec4<u32>;
    if BY_FOUR {
        numbers = texel(min(at + i, last) >> 2u);
    } else {
        for (var c = 0u; c < 4u; c++) { numbers[c] = number_at(min(at + i + c, last)); }
    }
    return Four(one(i, numbers.x), one(i + 1u, numbers.y), one(i + 2u, numbers.z), one(i + 3u, numbers.w));
}

fn store_one(i: u32, it: i64) {
    let bits = bitcast<u64>(it);
    if i < p.n { store(begin + i, Item(u32(bits >> 32u) ^ SIGN, u32(bits))); }
}

fn store_four(k: u32, it: Four) {
    store_one(first + k, it.x);
    store_one(first + 16u + k, it.y);
    store_one(first + 32u + k, it.z);
    store_one(first + 48u + k, it.w);
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let g = workgroup_index(id, count) * WORKGROUP + local;
    if g >= p.rows * p.tiles { return; }
    begin = g / p.tiles * p.n;
    first = g % p.tiles * 64u;
    length = length_of(g / p.tiles);
    u0 = four(0u);
    u1 = four(1u);
    u2 = four(2u);
    u3 = four(3u);
    u4 = four(4u);
    u5 = four(5u);
    u6 = four(6u);
    u7 = four(7u);
    u8 = four(8u);
    u9 = four(9u);
    u10 = four(10u);
    u11 = four(11u);
    u12 = four(12u);
    u13 = four(13u);
    u14 = four(14u);
    u15 = four(15u);
    sort_runs();
    store_four(0u, u0);
    store_four(1u, u1);
    store_four(2u, u2);
    store_four(3u, u3);
    store_four(4u, u4);
    store_four(5u, u5);
    store_four(6u, u6);
    store_four(7u, u7);
    store_four(8u, u8);
    store_four(9u, u9);
    store_four(10u, u10);
    store_four(11u, u11);
    store_four(12u, u12);
    store_four(13u, u13);
    store_four(14u, u14);
    store_four(15u, u15);
}
