// Soft-DTW backward: the expected alignment E = d value / d cost, tile by tile from the last to the first.
//   E[n,m] = 1, E[i,j] = P_diagonal[i+1,j+1] E[i+1,j+1] + P_up[i+1,j] E[i+1,j] + P_left[i,j+1] E[i,j+1]
// with P[i,j] the weights with which u[i,j] came from its three neighbours (Blondel, Mensch & Vert 2020, section 3).
// They are quotients of positive sums and sum to 1, so that no difference of large numbers appears and E stays a
// distribution whatever gamma is. Each tile's weights are computed again from the row and the column of u that
// the forward pass kept. A cell's share P E for a neighbour is called a flow. The flow that a strip hands up to
// the next one takes the place of that strip's row of u, which is not needed any more.
// What becomes of E is up to `emit_*.wgsl`.
// LANES invocations work on a pair: lane LANES - 1 on the lowest strip of a group, the one above a block behind.
// What one dispatch works on: as in forward.wgsl.
// Loops: as in forward.wgsl; where gradients are summed, channels count twice.
// Bounds: as in forward.wgsl; what `emit_*.wgsl` writes holds n, m or n * m elements for each pair.
// Per cell: one exp2, one division, no log, one load.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> rows: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> columns: array<vec4<f32>>;

// What the cells of one column of a tile hand on to the column on their left.
struct Flows {
    left: array<f32, ROWS>,     // row by row
    diagonal: array<f32, ROWS>, // one row up
}

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
    for (var groups = (p.strip_end - p.strip_begin + LANES - 1u) / LANES; groups > 0u; groups--) {
        let strip = p.strip_begin + (groups - 1u) * LANES + lane;
        let works = pair < p.pairs && strip < p.strip_end;
        let i0 = strip * ROWS;
        var xs: array<f32, ROWS>;
        var above = zero_row();
        var flows: Flows;
        var entry = vec4(0.0); // the flow into the strip's last block from below, where no strip is
        if works {
            xs = load_rows(x_base, i0, 0u);
            above = load_row(strip, p.block_end - 1u, pair);
            if p.block_end < blocks {
                flows = load_flows(column_index(strip, p.block_end, pair));
            } else if strip + 1u == strips {
                enter(&entry, &flows);
            }
        }
        begin_strip();

        for (var step = 0u; step < p.block_end - p.block_begin + LANES - 1u; step++) {
            // At or beyond block_end before the lane's turn, wrapped around after it.
            let block = p.block_end - 1u + (LANES - 1u - lane) - step;
            if works && block >= p.block_begin && block < p.block_end {
                let j0 = block * COLUMNS;
                let ys = load_columns(y_base, j0, 0u);
                var c = tile_costs(x_base, y_base, i0, j0, xs, ys);
                if PADDED { mask_outside(i0, j0, &c); }

                var left = zero_column();
                var above_left = zero_row();
                if block > 0u {
                    let at = column_index(strip, block, pair);
                    left = column_from(columns[at], columns[at + 1u], columns[at + 2u], columns[at + 3u]);
                    above_left = load_row(strip, block - 1u, pair);
                }
                var corner = above_left[COLUMNS - 1u];
                if strip == 0u && block == 0u { corner = Extended(1.0, 0.0); }
                var weights: array<vec3<f32>, CELLS>;
                let u = forward_tile(tile_factors(c), above, left, corner, &weights);

                var row = entry;
                entry = vec4(0.0);
                var sums = vec4(0.0);
                if strip + 1u < strips {
                    let below = row_index(strip + 1u, block, pair);
                    row = rows[below];
                    sums = rows[below + 1u];
                }
                let expected = backward_tile(&weights, &row, &flows);
                let at = row_index(strip, block, pair);
                rows[at] = row;
                rows[at + 1u] = emit_tile(pair, strip, block, expected, x_base, y_base, xs, ys, sums);
                above = above_left;
            }
            if LANES > 1u { storageBarrier(); }
        }
        if works {
            if p.block_begin > 0u { store_flows(column_index(strip, p.block_begin, pair), flows); }
            end_strip(pair, strip);
        }
    }
    if pair < p.pairs && p.strip_begin == 0u { end_pair(pair, lane); }
}

// Lets 1 flow in where the diagonal from (n, m) leaves the last tile; see `mask_outside`.
fn enter(row: ptr<function, vec4<f32>>, flows: ptr<function, Flows>) {
    for (var t = 0u; t < COLUMNS; t++) {
        if exit_row() == ROWS - 1u && exit_column() == t { (*row)[t] = 1.0; }
    }
    for (var r = 0u; r < ROWS - 1u; r++) {
        if exit_row() == r { (*flows).left[r] = 1.0; }
    }
}

// E of every cell of the tile. `row` holds the flow into the tile's last row from below and `flows` that from the
// right; on return they hold the flow out of the first row, upwards, and out of the first column.
fn backward_tile(
    weights: ptr<function, array<vec3<f32>, CELLS>>,
    row: ptr<function, vec4<f32>>,
    flows: ptr<function, Flows>,
) -> array<f32, CELLS> {
    var expected: array<f32, CELLS>;
    // Not a loop, so that the tile stays in registers; see `forward_tile`. What a column sends up and to
    // the left out of the tile's first row arrives above the column on its left: in the tile of the
    // next block for the first column, and from the previous one for the last.
    let from_right = (*flows).diagonal[0];
    let up3 = backward_column(3u, weights, (*row).w, flows, &expected);
    let diagonal3 = (*flows).diagonal[0];
    let up2 = backward_column(2u, weights, (*row).z, flows, &expected);
    let diagonal2 = (*flows).diagonal[0];
    let up1 = backward_column(1u, weights, (*row).y, flows, &expected);
    let diagonal1 = (*flows).diagonal[0];
    let up0 = backward_column(0u, weights, (*row).x, flows, &expected);
    *row = vec4(up0 + diagonal1, up1 + diagonal2, up2 + diagonal3, up3 + from_right);
    return expected;
}

// Column t of the tile, from the bottom up; returns what flows up out of it.
fn backward_column(
    t: u32,
    weights: ptr<function, array<vec3<f32>, CELLS>>,
    below: f32,
    flows: ptr<function, Flows>,
    expected: ptr<function, array<f32, CELLS>>,
) -> f32 {
    var up = below;
    var diagonal = 0.0; // from the right, one row down; for the last row it is part of `below`
    for (var back = 1u; back <= ROWS; back++) {
        let r = ROWS - back;
        let cell = r * COLUMNS + t;
        let sum = (*flows).left[r] + up + diagonal;
        // A chain of weights would creep through the denormal numbers, where many processors are slow.
        let e = select(sum, 0.0, sum < 1e-30);
        let shares = e * (*weights)[cell];
        (*expected)[cell] = e;
        diagonal = (*flows).diagonal[r];
        (*flows).diagonal[r] = shares.x;
        up = shares.y;
        (*flows).left[r] = shares.z;
    }
    return up;
}

// Flows take the place of the column of u to the left of the tile that they come from.
fn load_flows(at: u32) -> Flows {
    let l0 = columns[at];
    let l1 = columns[at + 1u];
    let d0 = columns[at + 2u];
    let d1 = columns[at + 3u];
    return Flows(
        array<f32, ROWS>(l0.x, l0.y, l0.z, l0.w, l1.x, l1.y, l1.z, l1.w),
        array<f32, ROWS>(d0.x, d0.y, d0.z, d0.w, d1.x, d1.y, d1.z, d1.w),
    );
}

fn store_flows(at: u32, flows: Flows) {
    columns[at] = vec4(flows.left[0], flows.left[1], flows.left[2], flows.left[3]);
    columns[at + 1u] = vec4(flows.left[4], flows.left[5], flows.left[6], flows.left[7]);
    columns[at + 2u] = vec4(flows.diagonal[0], flows.diagonal[1], flows.diagonal[2], flows.diagonal[3]);
    columns[at + 3u] = vec4(flows.diagonal[4], flows.diagonal[5], flows.diagonal[6], flows.diagonal[7]);
}
