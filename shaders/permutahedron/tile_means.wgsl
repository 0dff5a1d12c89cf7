// The means of blocks that reach beyond a tile: of each tile's last block, from what block_means.wgsl summed of it and of the tiles after it.
// counts [rows] -> partials of block_means.wgsl
// A workgroup owns a row, and each lane as many of its tiles as the others.
// Loops: twice over a lane's tiles, once over the lanes after it.
// Bounds: rows and tiles are clamped to those that there are.

override COUNTED: bool = false; // `counts` holds how many elements of each row take part; else all do

struct Params {
    rows: u32,
    n: u32,
    tile: u32,         // elements of one
    tiles: u32,        // of a row
    sums_first: u32,   // where sums of tiles begin in `partials`
    counts_first: u32,
    padding0: u32,
    padding1: u32,
}

@group(0) @binding(0) var<storage, read> counts: array<u32>;
@group(0) @binding(1) var<storage, read_write> partials: array<vec4<f32>>;
@group(0) @binding(2) var<uniform> parameters: Parameters;

// What tiles begin with that belongs to a block before them; and whether it ends there.
struct Head {
    sum: vec2<f32>,
    ends: bool,
}

var<workgroup> of_lanes: array<Head, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let row = workgroup_index(id, count);
    var n = 0u;
    if row < p.rows {
        n = p.n;
        if COUNTED { n = min(counts[p.counts_first + row], p.n); }
    }
    // Sums of tiles in which nothing takes part were not written.
    let tiles = (n + p.tile - 1u) / p.tile;
    let each = (tiles + WORKGROUP - 1u) / WORKGROUP;
    let first = min(local * each, tiles);
    let to = min(first + each, tiles);
    let sums = p.sums_first + row * p.tiles;
    var after = Head(no_sum(), false);
    for (var tile = to; tile > first; tile--) { after = before(partials[sums + tile - 1u], after); }
    of_lanes[local] = after;
    workgroupBarrier();
    after = Head(no_sum(), false);
    for (var other = WORKGROUP; other > local + 1u; other--) { after = with_head(of_lanes[other - 1u], after); }
    for (var tile = to; tile > first; tile--) {
        let own = partials[sums + tile - 1u];
        let whole = joined(own.zw, after.sum);
        partials[sums + p.rows * p.tiles + tile - 1u] = vec4(mean(whole), vec3(0.0));
        after = before(own, after);
    }
}

// From a tile on: its head, and what comes after it if no block begins in it.
fn before(tile: vec4<f32>, after: Head) -> Head { return with_head(Head(tile.xy, tile.w >= 0.0), after); }

fn with_head(head: Head, after: Head) -> Head {
    if head.ends { return head; }
    return Head(joined(head.sum, after.sum), after.ends);
}
