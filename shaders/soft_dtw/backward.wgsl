// Soft-DTW backward: the expected alignment E = d value / d cost, tile by tile from the last to the first.
//   r[i,j] = 2^-c[i,j] s[i,j],  s[i,j] = r[i+1,j+1] + r[i+1,j] + r[i,j+1],  s[n,m] = 1 / u[n,m]
//   E[i,j] = u[i,j] s[i,j]             (the recursion of Cuturi & Blondel 2017, algorithm 2, as a product of two
//                                       positive sums: no difference of large numbers appears)
// Each tile's u is computed again from the row and the column that the forward pass kept. The row of r that
// a strip hands up to the next one takes the place of its row of u, which is not needed any more.
// What becomes of E is up to `emit_*.wgsl`.
// LANES invocations work on a pair: lane LANES - 1 on the lowest strip of a group, the one above a block behind.
// Loops and bounds: as in forward.wgsl, with one loop more over the channels.
// Per cell: two exp2, no log, 3/4 loads.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> rows: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> columns: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> ends: array<vec2<f32>>;

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
    for (var groups = (p.strip_end - p.strip_begin + LANES - 1u) / LANES; groups > 0u; groups--) {
        let strip = p.strip_begin + (groups - 1u) * LANES + lane;
        let works = pair < p.pairs && strip < p.strip_end;
        let i0 = strip * ROWS;
        var xs: array<f32, ROWS>;
        var above = zero_row();
        if works {
            xs = load_rows(x_base, i0, 0u);
            above = load_row_of_u(strip, blocks - 1u, pair);
        }
        begin_strip();
        var right = zero_column();
        var corner = zero();

        for (var step = 0u; step < blocks + LANES - 1u; step++) {
            let block = blocks - 1u - (step - (LANES - 1u - lane)); // wraps around before the lane's first block
            if works && block < blocks {
                let j0 = block * COLUMNS;
                var c = tile_costs(x_base, y_base, i0, j0, xs);
                if reaches_outside(i0, j0) { mask_outside(i0, j0, &c); }

                var left = zero_column();
                var above_left = zero_row();
                if block > 0u {
                    left = load_column(column_index(strip, block, pair));
                    above_left = load_row_of_u(strip, block - 1u, pair);
                }
                var u_corner = above_left[COLUMNS - 1u];
                if strip == 0u && block == 0u { u_corner = Extended(1.0, 0.0); }
                var u = forward_tile(c, above, left, u_corner);

                var below = zero_row();
                if strip + 1u < strips {
                    let at = row_index(strip + 1u, block, pair);
                    below = row_from(rows[at], rows[at + 1u]);
                } else if block + 1u == blocks {
                    enter(ends[pair], &below, &right, &corner);
                }
                let next_corner = below[0];
                let expected = backward_tile(c, u, &below, &right, corner);
                corner = next_corner;

                emit_tile(pair, strip, block, expected, x_base, y_base, xs);
                if strip > 0u {
                    let at = row_index(strip, block, pair);
                    let top = normalized_row(below);
                    rows[at] = mantissas(top);
                    rows[at + 1u] = exponents(top);
                }
                above = above_left;
            }
            if LANES > 1u { storageBarrier(); }
        }
        if works { end_strip(pair, strip); }
    }
}

// The row of u above a strip: nothing is above the first one.
fn load_row_of_u(strip: u32, block: u32, pair: u32) -> Row {
    if strip == 0u { return zero_row(); }
    let at = row_index(strip, block, pair);
    return row_from(rows[at], rows[at + 1u]);
}

fn load_column(at: u32) -> Column {
    let m0 = columns[at];
    let m1 = columns[at + 1u];
    let e0 = columns[at + 2u];
    let e1 = columns[at + 3u];
    return Column(
        Extended(m0.x, e0.x), Extended(m0.y, e0.y), Extended(m0.z, e0.z), Extended(m0.w, e0.w),
        Extended(m1.x, e1.x), Extended(m1.y, e1.y), Extended(m1.z, e1.z), Extended(m1.w, e1.w),
    );
}

// Puts 1 / u[n,m] where the diagonal from (n, m) leaves the last tile; see `mask_outside`.
fn enter(end: vec2<f32>, below: ptr<function, Row>, right: ptr<function, Column>, corner: ptr<function, Extended>) {
    let one = Extended(1.0 / end.x, -end.y);
    let row = exit_row() + 1u;
    let column = exit_column() + 1u;
    if row == ROWS && column == COLUMNS { *corner = one; }
    for (var t = 1u; t < COLUMNS; t++) {
        if row == ROWS && column == t { (*below)[t] = one; }
    }
    for (var r = 1u; r < ROWS; r++) {
        if row == r { (*right)[r] = one; }
    }
}

// E of every cell of the tile. `below` and `right` hold r beyond the tile's lower and right borders, `corner`
// the one between them; on return they hold r of the tile's first row and first column, for the next tiles.
fn backward_tile(
    c: array<f32, CELLS>,
    cells: Tile,
    below: ptr<function, Row>,
    right: ptr<function, Column>,
    corner: Extended,
) -> array<f32, CELLS> {
    var costs = c;
    var u = cells;
    var row = *below;
    var column = *right;
    var expected: array<f32, CELLS>;
    var outer = corner;
    for (var back = 0u; back < COLUMNS; back++) {
        let t = COLUMNS - 1u - back;
        var diagonal = outer;
        var down = row[t];
        outer = down;
        for (var up = 0u; up < ROWS; up++) {
            let r = ROWS - 1u - up;
            let cell = r * COLUMNS + t;
            let s = sum3(column[r], down, diagonal);
            expected[cell] = product(u[cell], s);
            diagonal = column[r];
            down = times_exp2(s, costs[cell]);
            column[r] = down;
        }
        row[t] = down;
    }
    for (var r = 0u; r < ROWS; r++) {
        column[r] = normalized(column[r]);
    }
    *below = row;
    *right = column;
    return expected;
}
