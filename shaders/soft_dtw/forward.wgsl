// Soft-DTW values, and what the backward pass needs.
//   u[0,0] = 1, u[i,j] = 2^-c[i,j] (u[i-1,j-1] + u[i-1,j] + u[i,j-1]), value = -gamma ln u[n,m]
//   c = cost log2(e) / gamma           (Cuturi & Blondel 2017, algorithm 1, in linear instead of log domain)
// x [series, n, dim], y [series, m, dim] -> value [pairs] or [A, B]
// LANES invocations work on a pair: lane l on strip l of each group of LANES strips, one block behind lane
// l - 1, whose bottom row it finds in `rows`. With one lane there is no barrier.
// Loops: per invocation strips / LANES * (blocks + LANES) * dim <= 32768 per dispatch, by src/soft_dtw/plan.rs.
// Bounds: pair < pairs, i < n and j < m for every access to x, y and value, which the host binds for that many;
// rows holds (1 or strips) * blocks * pairs * 2, columns strips * blocks * pairs * 4, ends pairs.
// Per cell: one exp2, no log, 1/4 to 1 loads.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> rows: array<vec4<f32>>;    // the row above each strip
@group(0) @binding(3) var<storage, read_write> columns: array<vec4<f32>>; // the column left of each tile
@group(0) @binding(4) var<storage, read_write> ends: array<vec2<f32>>;    // u[n,m] of each pair
@group(0) @binding(5) var<storage, read_write> value: array<f32>;
@group(0) @binding(6) var<uniform> p: Params;

override CHECKPOINTS: bool = false; // keep every strip's row and every tile's column

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    let lane = local % LANES;
    let pair = workgroup_index(id, count) * (WORKGROUP / LANES) + local / LANES;
    let blocks = block_count();
    let strips = strip_count();
    let x_base = p.x_first + x_series(pair) * p.n * p.dim;
    let y_base = p.y_first + y_series(pair) * p.m * p.dim;

    // The bounds of both loops are the same for all invocations, as the barrier needs.
    for (var first = p.strip_begin; first < p.strip_end; first += LANES) {
        let strip = first + lane;
        let works = pair < p.pairs && strip < p.strip_end;
        let i0 = strip * ROWS;
        var xs: array<f32, ROWS>;
        if works { xs = load_rows(x_base, i0, 0u); }
        var left = zero_column();
        var corner = zero();
        if strip == 0u { corner = Extended(1.0, 0.0); }

        for (var step = 0u; step < blocks + LANES - 1u; step++) {
            let block = step - lane; // wraps around before the lane's first block
            if works && block < blocks {
                let j0 = block * COLUMNS;
                var c = tile_costs(x_base, y_base, i0, j0, xs);
                if reaches_outside(i0, j0) { mask_outside(i0, j0, &c); }
                var above = zero_row();
                let at = row_index(strip, block, pair);
                if strip > 0u { above = row_from(rows[at], rows[at + 1u]); }
                if CHECKPOINTS && block > 0u { store_column(column_index(strip, block, pair), left); }

                var u = forward_tile(c, above, left, corner);
                for (var r = 0u; r < ROWS; r++) {
                    left[r] = normalized(u[r * COLUMNS + COLUMNS - 1u]);
                }
                corner = above[COLUMNS - 1u];
                let last = CELLS - COLUMNS;
                let bottom = normalized_row(Row(u[last], u[last + 1u], u[last + 2u], u[last + 3u]));
                if !CHECKPOINTS || strip + 1u < strips {
                    let below = row_index(strip + 1u, block, pair);
                    rows[below] = mantissas(bottom);
                    rows[below + 1u] = exponents(bottom);
                }
                if strip + 1u == strips && block + 1u == blocks { store_end(pair, bottom, left); }
            }
            if LANES > 1u { storageBarrier(); }
        }
    }
}

fn store_column(at: u32, column: Column) {
    columns[at] = vec4(column[0].m, column[1].m, column[2].m, column[3].m);
    columns[at + 1u] = vec4(column[4].m, column[5].m, column[6].m, column[7].m);
    columns[at + 2u] = vec4(column[0].e, column[1].e, column[2].e, column[3].e);
    columns[at + 3u] = vec4(column[4].e, column[5].e, column[6].e, column[7].e);
}

fn store_end(pair: u32, bottom: Row, right: Column) {
    var end = zero();
    for (var t = 0u; t < COLUMNS; t++) {
        if exit_row() == ROWS - 1u && exit_column() == t { end = bottom[t]; }
    }
    for (var r = 0u; r < ROWS - 1u; r++) {
        if exit_row() == r { end = right[r]; }
    }
    ends[pair] = vec2(end.m, end.e);
    value[value_index(pair)] = -(end.e + log2(end.m)) * p.unscale;
}
