// A product of matrices, for software drivers: operands are textures, and a subgroup of eight lanes shares a tile of 16 x 32.
//   out[i, j] = finish(sum over k of a[i, k] b[k, j])
// a [batch, m, k], or [batch, k, m] with TRANSPOSE_A; b [batch, k, n], or [batch, n, k] with TRANSPOSE_B; stored rows and columns are whole
// texels of four numbers, filled up with zeros -> out [batch, m, n]
// Lane l reads one of eight texels of a, which it passes on, and has four columns of b and of the tile.
// A load from a texture takes a tenth of one from a buffer, and each serves eight lanes or sixteen rows.
// Loops: (k_end - k_begin), at most 32768. Bounds: texels within the operands' rows and columns, by min; out as in finish.wgsl.

@group(0) @binding(0) var a: texture_2d<f32>;
@group(0) @binding(1) var b: texture_2d<f32>;
@group(0) @binding(2) var before: texture_2d<f32>;
@group(0) @binding(6) var<uniform> parameters: Parameters;

override TRANSPOSE_A: bool = false;
override TRANSPOSE_B: bool = false;

const TILE_ROWS = 16u;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(subgroup_invocation_id) lane: u32,
) {
    p = parameters.list[parameters.index.x];
    let tile = workgroup_index(id, count);
    let tiles = p.tiles_m * p.tiles_n;
    let batch = tile / tiles;
    let row = tile % tiles / p.tiles_n * TILE_ROWS;
    let column = (tile % p.tiles_n * 8u + lane) * 4u;
    let a0 = p.a_first + batch * p.a_batch;
    let b0 = p.b_first + batch * p.b_batch;
    let b_column = min(column, p.n - 1u) / 4u;
    var sums: array<vec4<f32>, TILE_ROWS>;
    for (var k = p.k_begin; k < p.k_end; k++) {
        let x = a_rows(a0, row, k, lane);
        let y = b_rows(b0, b_column, k);
        for (var r = 0u; r < TILE_ROWS; r++) {
            sums[r] += x[r].x * y[0] + x[r].y * y[1] + x[r].z * y[2] + x[r].w * y[3];
        }
    }
    for (var r = 0u; r < TILE_ROWS; r++) { finish(batch, row + r, column, sums[r]); }
}

// Four numbers, at 4 k, of each of the tile's rows.
fn a_rows(first: u32, row: u32, k: u32, lane: u32) -> array<vec4<f32>, TILE_ROWS> {
    if TRANSPOSE_A {
        // Lane l has rows 4 (l / 4) to 4 (l / 4) + 3 of the tile at 4 k + l % 4, and those 8 further down.
        let stored = first + (4u * k + lane % 4u) * p.a_stride;
        let last = (p.m - 1u) / 4u;
        let quarter = row / 4u + lane / 4u;
        let u = textureLoad(a, texel_at(stored + min(quarter, last)), 0);
        let v = textureLoad(a, texel_at(stored + min(quarter + 2u, last)), 0);
        let u0 = turned(subgroupBroadcast(u, 0u), subgroupBroadcast(u, 1u), subgroupBroadcast(u, 2u), subgroupBroadcast(u, 3u));
        let u1 = turned(subgroupBroadcast(u, 4u), subgroupBroadcast(u, 5u), subgroupBroadcast(u, 6u), subgroupBroadcast(u, 7u));
        let v0 = turned(subgroupBroadcast(v, 0u), subgroupBroadcast(v, 1u), subgroupBroadcast(v, 2u), subgroupBroadcast(v, 3u));
        let v1 = turned(subgroupBroadcast(v, 4u), subgroupBroadcast(v, 5u), subgroupBroadcast(v, 6u), subgroupBroadcast(v, 7u));
        return array<vec4<f32>, TILE_ROWS>(
            u0[0], u0[1], u0[2], u0[3], u1[0], u1[1], u1[2], u1[3], v0[0], v0[1], v0[2], v0[3], v1[0], v1[1], v1[2], v1[3]
        );
    }
    let u = textureLoad(a, texel_at(first + min(row + lane, p.m - 1u) * p.a_stride + k), 0);
    let v = textureLoad(a, texel_at(first + min(row + lane + 8u, p.m - 1u) * p.a_stride + k), 0);
    return array<vec4<f32>, TILE_ROWS>(
        subgroupBroadcast(u, 0u), subgroupBroadcast(u, 1u), subgroupBroadcast(u, 2u), subgroupBroadcast(u, 3u),
        subgroupBroadcast(u, 4u), subgroupBroadcast(u, 5u), subgroupBroadcast(u, 6u), subgroupBroadcast(u, 7u),
        subgroupBroadcast(v, 0u), subgroupBroadcast(v, 1u), subgroupBroadcast(v, 2u), subgroupBroadcast(v, 3u),
        subgroupBroadcast(v, 4u), subgroupBroadcast(v, 5u), subgroupBroadcast(v, 6u), subgroupBroadcast(v, 7u),
    );
}

// The lane's four columns of rows 4 k to 4 k + 3.
fn b_rows(first: u32, column: u32, k: u32) -> array<vec4<f32>, 4> {
    if TRANSPOSE_B {
        let stored = first + 4u * column * p.b_stride + k;
        let c0 = textureLoad(b, texel_at(stored), 0);
        let c1 = textureLoad(b, texel_at(stored + p.b_stride), 0);
        let c2 = textureLoad(b, texel_at(stored + 2u * p.b_stride), 0);
        let c3 = textureLoad(b, texel_at(stored + 3u * p.b_stride), 0);
        return turned(c0, c1, c2, c3);
    }
    let stored = first + 4u * k * p.b_stride + column;
    return array<vec4<f32>, 4>(
        textureLoad(b, texel_at(stored), 0),
        textureLoad(b, texel_at(stored + p.b_stride), 0),
        textureLoad(b, texel_at(stored + 2u * p.b_stride), 0),
        textureLoad(b, texel_at(stored + 3u * p.b_stride), 0),
    );
}

// Four columns as four rows.
fn turned(a: vec4<f32>, b: vec4<f32>, c: vec4<f32>, d: vec4<f32>) -> array<vec4<f32>, 4> {
    return array<vec4<f32>, 4>(
        vec4(a.x, b.x, c.x, d.x), vec4(a.y, b.y, c.y, d.y), vec4(a.z, b.z, c.z, d.z), vec4(a.w, b.w, c.w, d.w)
    );
}

fn before_at(batch: u32, row: u32, column: u32) -> vec4<f32> {
    let index = p.before_first + batch * p.before_batch + row * p.before_stride + column / 4u;
    return textureLoad(before, texel_at(index), 0);
}
