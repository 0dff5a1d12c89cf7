// Soft-DTW values, and what the backward pass needs.
//   u[0,0] = 1, u[i,j] = 2^-c[i,j] (u[i-1,j-1] + u[i-1,j] + u[i,j-1]), value = -gamma ln u[n,m]
//   c = cost log2(e) / gamma           (Cuturi & Blondel 2017, algorithm 1, in linear instead of log domain)
// x [series, n, dim], y [series, m, dim] -> value [pairs] or [A, B]
// LANES invocations work on a pair: lane l on strip l of each group of LANES strips, one block behind lane
// l - 1, whose bottom row it finds in `rows`. With one lane there is no barrier. A dispatch works on some
// strips, or on some blocks of LANES strips, and then `carry` takes the state to the next dispatch.
// Loops: strips / LANES groups of blocks + LANES - 1 steps, and within each step one over the channels if there are
// several: some 32768 iterations a dispatch, by `dispatches` in src/soft_dtw/plan.rs.
// Bounds: pair < pairs, i < n and j < m for every access to x, y and value, which the host binds for that many; rows
// holds (1 or strips) * blocks * pairs * 2, columns strips * blocks * pairs * 4 if CHECKPOINTS, carry
// pairs * LANES * 5.
// Per cell: one exp2, no log, 1/4 to 1 loads.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> rows: array<vec4<f32>>;    // the row above each strip
@group(0) @binding(3) var<storage, read_write> columns: array<vec4<f32>>; // the column left of each tile
@group(0) @binding(4) var<storage, read_write> carry: array<vec4<f32>>;   // each lane's column and corner
@group(0) @binding(5) var<storage, read_write> value: array<f32>;
@group(0) @binding(6) var<uniform> parameters: Parameters;

override CHECKPOINTS: bool = false; // keep every strip's row and every tile's column

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) id: vec3<u32>,
    @builtin(num_workgroups) count: vec3<u32>,
    @builtin(local_invocation_index) local: u32,
) {
    p = parameters.list[parameters.index.x];
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
        let state = (pair * LANES + lane) * 5u;
        if p.block_begin == 0u {
            if strip == 0u { corner = Extended(1.0, 0.0); }
        } else if works {
            left = column_from(carry[state], carry[state + 1u], carry[state + 2u], carry[state + 3u]);
            corner = Extended(carry[state + 4u].x, carry[state + 4u].y);
        }
        var bottom = zero_row();

        for (var step = 0u; step < p.block_end - p.block_begin + LANES - 1u; step++) {
            let block = p.block_begin + step - lane; // below block_begin, or wrapped around, before the lane's turn
            if works && block >= p.block_begin && block < p.block_end {
                let j0 = block * COLUMNS;
                let ys = load_columns(y_base, j0, 0u);
                var c = tile_costs(x_base, y_base, i0, j0, xs, ys);
                if PADDED { mask_outside(i0, j0, &c); }
                var above = load_row(strip, block, pair);
                if CHECKPOINTS && block > 0u { store_column(column_index(strip, block, pair), left); }

                var weights: array<vec3<f32>, CELLS>;
                var u = forward_tile(tile_factors(c), above, left, corner, &weights);
                for (var r = 0u; r < ROWS; r++) {
                    left[r] = normalized(u[r * COLUMNS + COLUMNS - 1u]);
                }
                corner = above[COLUMNS - 1u];
                let last = CELLS - COLUMNS;
                bottom = normalized_row(Row(u[last], u[last + 1u], u[last + 2u], u[last + 3u]));
                if !CHECKPOINTS || strip + 1u < strips {
                    let below = row_index(strip + 1u, block, pair);
                    rows[below] = mantissas(bottom);
                    rows[below + 1u] = exponents(bottom);
                }
            }
            if LANES > 1u { storageBarrier(); }
        }
        // Not within the loop: a software driver runs every branch, masked, for every tile.
        if works && p.block_end < blocks {
            carry[state] = upper_mantissas(left);
            carry[state + 1u] = lower_mantissas(left);
            carry[state + 2u] = upper_exponents(left);
            carry[state + 3u] = lower_exponents(left);
            carry[state + 4u] = vec4(corner.m, corner.e, 0.0, 0.0);
        }
        if works && p.block_end == blocks && strip + 1u == strips { store_end(pair, bottom, left); }
    }
}

fn store_column(at: u32, column: Column) {
    columns[at] = upper_mantissas(column);
    columns[at + 1u] = lower_mantissas(column);
    columns[at + 2u] = upper_exponents(column);
    columns[at + 3u] = lower_exponents(column);
}

fn store_end(pair: u32, bottom: Row, right: Column) {
    var end = zero();
    for (var t = 0u; t < COLUMNS; t++) {
        if exit_row() == ROWS - 1u && exit_column() == t { end = bottom[t]; }
    }
    for (var r = 0u; r < ROWS - 1u; r++) {
        if exit_row() == r { end = right[r]; }
    }
    value[value_index(pair)] = -(end.e + log2(end.m)) * p.unscale;
}
