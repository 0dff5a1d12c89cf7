// A product of matrices in f16 on the units that GPUs have for it: a workgroup of four subgroups of 32 has a tile of 64 x 64, a subgroup 32 x 32 of it.
//   out[i, j] = finish(sum over k of a[i, k] b[k, j]), sums in f32
// a [batch, m, k], or [batch, k, m] with TRANSPOSE_A; b [batch, k, n], or [batch, n, k] with TRANSPOSE_B, rows whole vectors of four numbers
// -> out [batch, m, n]
// 32 of k at a time go through workgroup memory, as they are stored; the next ones are on their way to registers meanwhile.
// Loops: (k_end - k_begin) / 8 turns. Bounds: vectors within the operands, by min; out as in finish.wgsl. Barriers: bounds of the loop around them are
// parameters.

@group(0) @binding(0) var<storage, read> a: array<vec2<u32>>;
@group(0) @binding(1) var<storage, read> b: array<vec2<u32>>;
@group(0) @binding(6) var<uniform> parameters: Parameters;

override TRANSPOSE_A: bool = false;
override TRANSPOSE_B: bool = false;

const TILE = 64u;
const DEPTH = 32u;
const EACH = TILE * DEPTH / 4u / 128u; // vectors of an operand that an invocation brings
const ALONG_TILE = TILE / 4u + 2u;     // vectors from row to row of a tile, so that rows begin at different banks
const ALONG_DEPTH = DEPTH / 4u + 2u;

var<workgroup> a_tile: array<vec4<f16>, 64u * (DEPTH / 4u + 2u)>;
var<workgroup> b_tile: array<vec4<f16>, 64u * (DEPTH / 4u + 2u)>;
var<workgroup> part: array<vec4<f32>, 256>; // 16 x 16 for each subgroup

var<private> a_next: array<vec2<u32>, EACH>;
var<private> b_next: array<vec2<u32>, EACH>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
    @builtin(subgroup_id) subgroup: u32,
    @builtin(subgroup_invocation_id) lane: u32,
) {
    p = parameters.list[parameters.index.x];
    let tile = workgroup_index(id, count);
    let tiles = p.tiles_m * p.tiles_n;
    let batch = tile / tiles;
    let row = tile % tiles / p.tiles_n * TILE;
    let column = tile % p.tiles_n * TILE;
    let a0 = p.a_first + batch * p.a_batch;
    let b0 = p.b_first + batch * p.b_batch;
    let mine = vec2(subgroup / 2u, subgroup % 2u) * 32u; // row and column of the tile
    var c00 = coop_mat16x16<f32, C>();
    var c01 = coop_mat16x16<f32, C>();
    var c10 = coop_mat16x16<f32, C>();
    var c11 = coop_mat16x16<f32, C>();
    if p.k_begin < p.k_end { bring(index, a0, b0, row, column, 4u * p.k_begin); }
    for (var begin = 4u * p.k_begin; begin < 4u * p.k_end; begin += DEPTH) {
        put(index);
        workgroupBarrier();
        bring(index, a0, b0, row, column, begin + DEPTH);
        for (var d = 0u; d < DEPTH; d += 16u) {
            var a_0: coop_mat16x16<f16, A>;
            var a_1: coop_mat16x16<f16, A>;
            if TRANSPOSE_A {
                a_0 = coopLoad<coop_mat16x16<f16, A>>(&a_tile[d * ALONG_TILE + mine.x / 4u], ALONG_TILE);
                a_1 = coopLoad<coop_mat16x16<f16, A>>(&a_tile[d * ALONG_TILE + mine.x / 4u + 4u], ALONG_TILE);
            } else {
                a_0 = coopLoadT<coop_mat16x16<f16, A>>(&a_tile[mine.x * ALONG_DEPTH + d / 4u], ALONG_DEPTH);
                a_1 = coopLoadT<coop_mat16x16<f16, A>>(&a_tile[(mine.x + 16u) * ALONG_DEPTH + d / 4u], ALONG_DEPTH);
            }
            var b_0: coop_mat16x16<f16, B>;
            var b_1: coop_mat16x16<f16, B>;
            if TRANSPOSE_B {
                b_0 = coopLoad<coop_mat16x16<f16, B>>(&b_tile[mine.y * ALONG_DEPTH + d / 4u], ALONG_DEPTH);
                b_1 = coopLoad<coop_mat16x16<f16, B>>(&b_tile[(mine.y + 16u) * ALONG_DEPTH + d / 4u], ALONG_DEPTH);
            } else {
                b_0 = coopLoadT<coop_mat16x16<f16, B>>(&b_tile[d * ALONG_TILE + mine.y / 4u], ALONG_TILE);
                b_1 = coopLoadT<coop_mat16x16<f16, B>>(&b_tile[d * ALONG_TILE + mine.y / 4u + 4u], ALONG_TILE);
            }
            c00 = coopMultiplyAdd(a_0, b_0, c00);
            c01 = coopMultiplyAdd(a_0, b_1, c01);
            c10 = coopMultiplyAdd(a_1, b_0, c10);
            c11 = coopMultiplyAdd(a_1, b_1, c11);
        }
        workgroupBarrier();
    }
    let first = subgroup * 64u;
    coopStoreT(c00, &part[first], 4u);
    finish_part(batch, row + mine.x, column + mine.y, first, lane);
    coopStoreT(c01, &part[first], 4u);
    finish_part(batch, row + mine.x, column + mine.y + 16u, first, lane);
    coopStoreT(c10, &part[first], 4u);
    finish_part(batch, row + mine.x + 16u, column + mine.y, first, lane);
    coopStoreT(c11, &part[first], 4u);
    finish_part(batch, row + mine.x + 16u, column + mine.y + 16u, first, lane);
}

// What the subgroup has written to `part`, two vectors for each lane.
fn finish_part(batch: u32, row: u32, column: u32, first: u32, lane: u32) {
    workgroupBarrier();
    finish(batch, row + lane / 4u, column + lane % 4u * 4u, part[first + lane]);
    finish(batch, row + lane / 4u + 8u, column + lane % 4u * 4u, part[first + lane + 32u]);
    workgroupBarrier();
}

// Reads the invocation's vectors of both operands from k = `begin` on, zeros beyond the end.
fn bring(index: u32, a0: u32, b0: u32, row: u32, column: u32, begin: u32) {
    for (var l = 0u; l < EACH; l++) {
        let at_a = place(index + l * 128u, TRANSPOSE_A);
        a_next[l] = select(vec2(0u), a[a_at(a0, row, begin, at_a)], begin + at_a.x < p.k);
        let at_b = place(index + l * 128u, !TRANSPOSE_B);
        b_next[l] = select(vec2(0u), b[b_at(b0, column, begin, at_b)], begin + at_b.x < p.k);
    }
}

// Writes them to workgroup memory, in rows as they are stored.
fn put(index: u32) {
    for (var l = 0u; l < EACH; l++) {
        let at_a = place(index + l * 128u, TRANSPOSE_A);
        let in_a = select(at_a.y * ALONG_DEPTH + at_a.x / 4u, at_a.x * ALONG_TILE + at_a.y / 4u, TRANSPOSE_A);
        a_tile[in_a] = halves(a_next[l]);
        let at_b = place(index + l * 128u, !TRANSPOSE_B);
        let in_b = select(at_b.y * ALONG_DEPTH + at_b.x / 4u, at_b.x * ALONG_TILE + at_b.y / 4u, !TRANSPOSE_B);
        b_tile[in_b] = halves(b_next[l]);
    }
}

fn halves(words: vec2<u32>) -> vec4<f16> {
    return vec4<f16>(vec4(unpack2x16float(words.x), unpack2x16float(words.y)));
}

// Where the vector e of a tile stands: its depth, and its row or column; `along` rows or columns, where these are stored side by side.
fn place(e: u32, along: bool) -> vec2<u32> {
    return select(vec2(e % (DEPTH / 4u) * 4u, e / (DEPTH / 4u)), vec2(e / (TILE / 4u), e % (TILE / 4u) * 4u), along);
}

fn a_at(first: u32, row: u32, begin: u32, at: vec2<u32>) -> u32 {
    let k = begin + at.x;
    let turned = first + min(k, p.k - 1u) * p.a_stride + min(row + at.y, last_vector(p.m));
    let straight = first + min(row + at.y, p.m - 1u) * p.a_stride + min(k, last_vector(p.k));
    return select(straight, turned, TRANSPOSE_A) / 4u;
}

fn b_at(first: u32, column: u32, begin: u32, at: vec2<u32>) -> u32 {
    let k = begin + at.x;
    let turned = first + min(column + at.y, p.n - 1u) * p.b_stride + min(k, last_vector(p.k));
    let straight = first + min(k, p.k - 1u) * p.b_stride + min(column + at.y, last_vector(p.n));
    return select(straight, turned, TRANSPOSE_B) / 4u;
}

// Where the last four of so many begin.
fn last_vector(count: u32) -> u32 { return (count - 1u) / 4u * 4u; }
