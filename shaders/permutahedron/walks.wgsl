// KL: how far each tile of a long row goes down its sequences -> how far all tiles before it do.
// walks [rows, tiles] of positions.wgsl, in place
// A workgroup owns a row, and each lane as many of its tiles as the others.
// Loops: twice over a lane's tiles, once over the lanes before it.
// Bounds: rows and tiles are clamped to those that there are.

struct Params {
    rows: u32,
    tiles: u32,
    padding0: u32,
    padding1: u32,
}

// Of s and of w.
struct Walks {
    s: Position,
    w: Position,
}

@group(0) @binding(0) var<storage, read_write> walks: array<vec4<u32>>;
@group(0) @binding(1) var<uniform> parameters: Parameters;

var<workgroup> of_lanes: array<Walks, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
    let row = workgroup_index(id, count);
    let tiles = select(0u, p.tiles, row < p.rows);
    let each = (tiles + WORKGROUP - 1u) / WORKGROUP;
    let first = min(local * each, tiles);
    let to = min(first + each, tiles);
    var before: Walks;
    for (var tile = first; tile < to; tile++) { before = further(before, walks_of(row, tile)); }
    of_lanes[local] = before;
    workgroupBarrier();
    before = Walks();
    for (var other = 0u; other < local; other++) { before = further(before, of_lanes[other]); }
    for (var tile = first; tile < to; tile++) {
        let own = walks_of(row, tile);
        walks[row * p.tiles + tile] = vec4(before.s.whole, before.s.fraction, before.w.whole, before.w.fraction);
        before = further(before, own);
    }
}

fn walks_of(row: u32, tile: u32) -> Walks {
    let v = walks[row * p.tiles + tile];
    return Walks(Position(v.x, v.y), Position(v.z, v.w));
}

fn further(a: Walks, b: Walks) -> Walks { return Walks(advanced(a.s, b.s), advanced(a.w, b.w)); }
