// A product of matrices: a workgroup of 16 x 16 has a tile of 16 EACH x 16 EACH of the output, an invocation EACH x EACH of it in registers.
//   out[i, j] = finish(sum over k of a[i, k] b[k, j])
// a [batch, m, k], or [batch, k, m] with TRANSPOSE_A; b [batch, k, n], or [batch, n, k] with TRANSPOSE_B -> out [batch, m, n]
// 16 of k at a time go through workgroup memory.
// Loops: (k_end - k_begin) / 4 turns, each with one of 16 and one of EACH. Bounds: elements within the operands, by min; out as in finish.wgsl.
// Barriers: bounds of the loop around them are parameters.

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read> before: array<f32>;
@group(0) @binding(6) var<uniform> parameters: Parameters;

override TRANSPOSE_A: bool = false;
override TRANSPOSE_B: bool = false;

const TILE = 16u * EACH;
const DEPTH = 16u;
const VECTORS = EACH / 4u;

var<workgroup> a_tile: array<array<vec4<f32>, TILE / 4u>, DEPTH>;
var<workgroup> b_tile: array<array<vec4<f32>, TILE / 4u>, DEPTH>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    p = parameters.list[parameters.index.x];
    let local = vec2(index % 16u, index / 16u);
    let tile = workgroup_index(id, count);
    let tiles = p.tiles_m * p.tiles_n;
    let batch = tile / tiles;
    let row = tile % tiles / p.tiles_n * TILE;
    let column = tile % p.tiles_n * TILE;
    let a0 = p.a_first + batch * p.a_batch;
    let b0 = p.b_first + batch * p.b_batch;
    var sums: array<array<vec4<f32>, VECTORS>, EACH>;
    for (var begin = 4u * p.k_begin; begin < 4u * p.k_end; begin += DEPTH) {
        // Each invocation brings EACH / 4 vectors of either operand.
        for (var e = index; e < DEPTH * TILE / 4u; e += WORKGROUP) {
            let at = place(e, TRANSPOSE_A);
            a_tile[at.x][at.y] = a_vector(a0, row + 4u * at.y, begin + at.x);
            let bt = place(e, !TRANSPOSE_B);
            b_tile[bt.x][bt.y] = b_vector(b0, column + 4u * bt.y, begin + bt.x);
        }
        workgroupBarrier();
        for (var d = 0u; d < DEPTH; d++) {
            var y: array<vec4<f32>, VECTORS>;
            for (var v = 0u; v < VECTORS; v++) { y[v] = b_tile[d][local.x + 16u * v]; }
            for (var u = 0u; u < VECTORS; u++) {
                let x = a_tile[d][local.y + 16u * u];
                for (var v = 0u; v < VECTORS; v++) {
                    sums[4u * u][v] += x.x * y[v];
                    sums[4u * u + 1u][v] += x.y * y[v];
                    sums[4u * u + 2u][v] += x.z * y[v];
                    sums[4u * u + 3u][v] += x.w * y[v];
                }
            }
        }
        workgroupBarrier();
    }
    for (var r = 0u; r < EACH; r++) {
        for (var v = 0u; v < VECTORS; v++) {
            let i = row + 4u * (local.y + 16u * (r / 4u)) + r % 4u;
            finish(batch, i, column + 4u * (local.x + 16u * v), sums[r][v]);
        }
    }
}

// Where in a tile the vector e goes, depth and then row or column, so that neighbours read side by side: along the rows or columns where these are
// stored side by side, else along the depth.
fn place(e: u32, along: bool) -> vec2<u32> {
    return select(vec2(e % DEPTH, e / DEPTH), vec2(e / (TILE / 4u), e % (TILE / 4u)), along);
}

// Four rows of a at depth k, 0 beyond its end.
fn a_vector(first: u32, row: u32, k: u32) -> vec4<f32> {
    var x: vec4<f32>;
    let depth = min(k, p.k - 1u);
    for (var c = 0u; c < 4u; c++) {
        let i = min(row + c, p.m - 1u);
        var at = first + i * p.a_stride + depth;
        if TRANSPOSE_A { at = first + depth * p.a_stride + i; }
        x[c] = a[at];
    }
    return select(vec4(0.0), x, k < p.k);
}

// Four columns of b at depth k, 0 beyond its end.
fn b_vector(first: u32, column: u32, k: u32) -> vec4<f32> {
    var y: vec4<f32>;
    let depth = min(k, p.k - 1u);
    for (var c = 0u; c < 4u; c++) {
        let j = min(column + c, p.n - 1u);
        var at = first + depth * p.b_stride + j;
        if TRANSPOSE_B { at = first + j * p.b_stride + depth; }
        y[c] = b[at];
    }
    return select(vec4(0.0), y, k < p.k);
}

fn before_at(batch: u32, row: u32, column: u32) -> vec4<f32> {
    var x: vec4<f32>;
    let first = p.before_first + batch * p.before_batch + row * p.before_stride;
    for (var c = 0u; c < 4u; c++) { x[c] = before[first + min(column + c, p.n - 1u)]; }
    return x;
}
