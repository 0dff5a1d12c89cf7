// A product of matrices: a workgroup has a tile of the output, an invocation ROWS_EACH x COLUMNS_EACH of it in registers.
//   out[i, j] = finish(sum over k of a[i, k] b[k, j])
// a [batch, m, k], or [batch, k, m] with TRANSPOSE_A; b [batch, k, n], or [batch, n, k] with TRANSPOSE_B -> out [batch, m, n]
// DEPTH of k at a time go through workgroup memory; the next ones are on their way to registers meanwhile. Sums run over k in ascending order,
// whatever the tile, so that all tiles give the same bits.
// Loops: (k_end - k_begin) / (DEPTH / 4) turns, each with some over what an invocation brings and has. Bounds: elements within the operands, by min;
// out as in finish.wgsl. Barriers: bounds of the loop around them are parameters.
// Needs a tile_*.wgsl, a depth_*.wgsl, one of from_vectors.wgsl, from_numbers.wgsl and from_halves.wgsl, and before_from_storage.wgsl.

@group(0) @binding(6) var<uniform> parameters: Parameters;

override TRANSPOSE_A: bool = false;
override TRANSPOSE_B: bool = false;

const LANES = LANES_M * LANES_N; // invocations, WORKGROUP
const A_ROW = ROWS_EACH * LANES_M / 4u; // vectors of the tile at one of k
const B_ROW = COLUMNS_EACH * LANES_N / 4u;
const A_TILE = DEPTH * A_ROW;
const B_TILE = DEPTH * B_ROW;
const A_EACH = A_TILE / LANES; // vectors that an invocation brings
const B_EACH = B_TILE / LANES;
const ROW_VECTORS = ROWS_EACH / 4u;
const COLUMN_VECTORS = COLUMNS_EACH / 4u;

// [BUFFERS, DEPTH, rows or columns of the tile]
var<workgroup> a_tile: array<vec4<f32>, BUFFERS * A_TILE>;
var<workgroup> b_tile: array<vec4<f32>, BUFFERS * B_TILE>;

var<private> sums: array<array<vec4<f32>, COLUMN_VECTORS>, ROWS_EACH>;
var<private> a_next: array<vec4<f32>, A_EACH>;
var<private> b_next: array<vec4<f32>, B_EACH>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    p = parameters.list[parameters.index.x];
    let local = vec2(index % LANES_N, index / LANES_N);
    let tile = workgroup_index(id, count);
    let tiles = p.tiles_m * p.tiles_n;
    let batch = tile / tiles;
    let row = tile % tiles / p.tiles_n * (4u * A_ROW);
    let column = tile % p.tiles_n * (4u * B_ROW);
    let a0 = p.a_first + batch * p.a_batch;
    let b0 = p.b_first + batch * p.b_batch;
    if p.k_begin < p.k_end { bring(index, a0, b0, row, column, 4u * p.k_begin); }
    put(index, 0u);
    workgroupBarrier();
    var buffer = 0u;
    for (var begin = 4u * p.k_begin; begin < 4u * p.k_end; begin += DEPTH) {
        bring(index, a0, b0, row, column, begin + DEPTH);
        add_all(buffer, local);
        if BUFFERS == 1u { workgroupBarrier(); }
        buffer = (buffer + 1u) % BUFFERS;
        put(index, buffer);
        workgroupBarrier();
    }
    for (var r = 0u; r < ROWS_EACH; r++) {
        for (var v = 0u; v < COLUMN_VECTORS; v++) {
            let i = row + 4u * (local.y + LANES_M * (r / 4u)) + r % 4u;
            finish(batch, i, column + 4u * (local.x + LANES_N * v), sums[r][v]);
        }
    }
}

// Adds what one of k brings.
fn add_one(buffer: u32, local: vec2<u32>, d: u32) {
    var y: array<vec4<f32>, COLUMN_VECTORS>;
    for (var v = 0u; v < COLUMN_VECTORS; v++) {
        y[v] = b_tile[buffer * B_TILE + d * B_ROW + swizzled(local.x + LANES_N * v, d)];
    }
    for (var u = 0u; u < ROW_VECTORS; u++) {
        let x = a_tile[buffer * A_TILE + d * A_ROW + swizzled(local.y + LANES_M * u, d)];
        for (var v = 0u; v < COLUMN_VECTORS; v++) {
            sums[4u * u][v] = fma(vec4(x.x), y[v], sums[4u * u][v]);
            sums[4u * u + 1u][v] = fma(vec4(x.y), y[v], sums[4u * u + 1u][v]);
            sums[4u * u + 2u][v] = fma(vec4(x.z), y[v], sums[4u * u + 2u][v]);
            sums[4u * u + 3u][v] = fma(vec4(x.w), y[v], sums[4u * u + 3u][v]);
        }
    }
}

// Reads the invocation's part of what the tiles hold from k = `begin` on, zeros beyond the end.
fn bring(index: u32, a0: u32, b0: u32, row: u32, column: u32, begin: u32) {
    for (var l = 0u; l < A_EACH; l++) {
        a_next[l] = a_vector(a0, row, begin, place(index + l * LANES, A_ROW, TRANSPOSE_A));
    }
    for (var l = 0u; l < B_EACH; l++) {
        b_next[l] = b_vector(b0, column, begin, place(index + l * LANES, B_ROW, !TRANSPOSE_B));
    }
}

// Writes it to the tiles.
fn put(index: u32, buffer: u32) {
    for (var l = 0u; l < A_EACH; l++) {
        let at = place(index + l * LANES, A_ROW, TRANSPOSE_A);
        let x = a_next[l];
        let first = buffer * A_TILE + at.x * A_ROW + swizzled(at.y / 4u, at.x);
        if TRANSPOSE_A {
            a_tile[first] = x;
        } else {
            let c = at.y % 4u;
            a_tile[first][c] = x.x;
            a_tile[first + A_ROW][c] = x.y;
            a_tile[first + 2u * A_ROW][c] = x.z;
            a_tile[first + 3u * A_ROW][c] = x.w;
        }
    }
    for (var l = 0u; l < B_EACH; l++) {
        let at = place(index + l * LANES, B_ROW, !TRANSPOSE_B);
        let y = b_next[l];
        let first = buffer * B_TILE + at.x * B_ROW + swizzled(at.y / 4u, at.x);
        if TRANSPOSE_B {
            let c = at.y % 4u;
            b_tile[first][c] = y.x;
            b_tile[first + B_ROW][c] = y.y;
            b_tile[first + 2u * B_ROW][c] = y.z;
            b_tile[first + 3u * B_ROW][c] = y.w;
        } else {
            b_tile[first] = y;
        }
    }
}

// Where the vector e of a tile stands: its depth, and its row or column. Four rows or columns at one depth, where these are stored side by side
// (`along`), else four depths of one row or column, pairs of vectors of which are whole sectors of memory.
fn place(e: u32, tile_row: u32, along: bool) -> vec2<u32> {
    if along { return vec2(e / tile_row, e % tile_row * 4u); }
    let quads = DEPTH / 8u; // pairs of vectors over the depth
    return vec2(4u * (e % 2u + 2u * (e / 32u % quads)), e / 2u % 16u + 16u * (e / (32u * quads)));
}

// Vectors of every other four depths change places in fours, so that writes of such pairs go to different banks.
fn swizzled(vector: u32, depth: u32) -> u32 { return vector ^ (depth & 4u); }

// Of a at a place of the tile: four rows at one depth, or four depths of one row.
fn a_vector(first: u32, row: u32, begin: u32, at: vec2<u32>) -> vec4<f32> {
    let k = begin + at.x;
    let end = min(4u * p.k_end, p.k);
    if TRANSPOSE_A {
        let i = min(row + at.y, last_vector(p.m));
        return select(vec4(0.0), a_four(first + min(k, p.k - 1u) * p.a_stride + i, p.m - i), k < end);
    }
    let depth = min(k, last_vector(p.k));
    return select(vec4(0.0), a_four(first + min(row + at.y, p.m - 1u) * p.a_stride + depth, p.k - depth), k < end);
}

// Of b: four columns at one depth, or four depths of one column.
fn b_vector(first: u32, column: u32, begin: u32, at: vec2<u32>) -> vec4<f32> {
    let k = begin + at.x;
    let end = min(4u * p.k_end, p.k);
    if TRANSPOSE_B {
        let depth = min(k, last_vector(p.k));
        return select(vec4(0.0), b_four(first + min(column + at.y, p.n - 1u) * p.b_stride + depth, p.k - depth), k < end);
    }
    let j = min(column + at.y, last_vector(p.n));
    return select(vec4(0.0), b_four(first + min(k, p.k - 1u) * p.b_stride + j, p.n - j), k < end);
}

// Where the last four of so many begin.
fn last_vector(count: u32) -> u32 { return (count - 1u) / 4u * 4u; }
