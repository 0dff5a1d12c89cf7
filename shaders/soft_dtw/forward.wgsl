// Soft-DTW values, and what the backward pass needs.
//   u[0,0] = 1, u[i,j] = 2^-c[i,j] (u[i-1,j-1] + u[i-1,j] + u[i,j-1]), value = -gamma ln u[n,m]
//   c = cost log2(e) / gamma           (Cuturi & Blondel 2017, algorithm 1, in linear instead of log domain)
// x [series, n, dim], y [series, m, dim] -> value [pairs] or [A, B]; or [pairs, 4]: the logarithm of u[n,m] and the tangent, each as two numbers
// LANES invocations work on a stack of pairs (one pair unless LISTED, see pair.wgsl): lane l on strip l of each group of
// LANES strips, one block behind lane l - 1, whose bottom row it finds in `rows`. With one lane there is no barrier. Each
// strip's column and corner are carried over from one panel to the next one on its right.
// Loops: strips / LANES groups of blocks + LANES - 1 steps of a panel, and within each step one over the channels if
// there are several: some 32768 iterations a dispatch, by src/soft_dtw/layout.rs. Besides, each pair of a stack once or twice.
// Bounds: stack < stacks, q.item < pairs, i < n and j < m for every access to x, y, plan, extra and value, which the host binds for
// that many. With the stacks, strips and blocks of each group, rows holds the sum of stacks * blocks * (1 or strips + 1) * row_step,
// columns that of stacks * blocks * strips * column_step if CHECKPOINTS, and strips * stacks * (column_step + 2) more where panels
// have neighbours on the right.
// Per cell: one exponential, no log, 1/4 to 1 loads.

override CHECKPOINTS: bool = false; // keep every strip's row and every tile's column

fn forward_pass(panel: Panel, lane: u32, stack: u32) {
    find_pair(home.first);

    // The bounds of both loops are the same for all invocations of the workgroup, as the barrier needs.
    for (var first = panel.strips.x; first < panel.strips.y; first += LANES) {
        let span = group_blocks(panel, first, min(first + LANES, panel.strips.y) - 1u);
        let strip = first + lane;
        if STACKED { find_strip(strip); }
        let works = stack < p.stacks && strip < min(panel.strips.y, home.strips);
        let i0 = first_row(strip);
        let own = strip_blocks(strip);
        let begin = max(own.x, panel.blocks.x);
        let end = min(own.y, panel.blocks.y);
        var xs: array<f32, ROWS>;
        var limits: Limits;
        if works {
            xs = load_rows(i0, 0u);
            limits = load_limits(i0);
        }
        var left = zero_column();
        var corner = zero_number();
        let carried = carry_index(strip, stack);
        if SIDE_BY_SIDE && works && own.x < panel.blocks.x {
            left = load_column(carried);
            let c = column_pair(carried, column_pairs()).a;
            corner = Number(Extended(c.x, c.y), c.zw);
        } else if strip == q.top {
            corner = first_number();
        }
        var bottom = zero_row();

        let steps = step_count(span);
        var step = 0u;
        loop {
            let block = span.x + step - lane; // below the first, or wrapped around, before the lane's turn
            if works && block >= begin && block < end {
                let j0 = block * COLUMNS;
                let ys = load_columns(j0, 0u);
                let costs = tile_costs(i0, tile_sums(i0, j0, xs, ys));
                var c = recursion_costs(costs);
                if PADDED { mask_outside(i0, j0, limits, &c); }
                let above = load_row(strip, block);
                if BAND {
                    if block == own.x && block > 0u { corner = load_row(strip, block - 1u)[COLUMNS - 1u]; }
                }
                if CHECKPOINTS && block > 0u { store_column(column_index(strip, block), left); }

                var weights: Weights;
                var u = forward_tile(c, tile_direction(i0, j0, costs, c), above, left, corner, &weights);
                for (var r = 0u; r < ROWS; r++) {
                    left[r] = normalized_number(u[r * COLUMNS + COLUMNS - 1u]);
                }
                corner = above[COLUMNS - 1u];
                let last = CELLS - COLUMNS;
                bottom = normalized_row(Row(u[last], u[last + 1u], u[last + 2u], u[last + 3u]));
                if strip < last_strip() { store_row(row_index(strip + 1u, block), bottom); }
            }
            if LANES > 1u { await_borders(); }
            continuing {
                step++;
                break if step >= steps;
            }
        }
        // Not within the loop: a software driver runs every branch, masked, for every tile.
        if works && begin < end {
            if SIDE_BY_SIDE && end < own.y {
                store_column(carried, left);
                set_column_pair(carried, column_pairs(), Two(vec4(corner.u.m, corner.u.e, corner.t), vec4(0.0)));
            }
            if strip == last_strip() && end == block_count() { store_end(bottom, left); }
        }
    }
}

// The result, where it left the last tile; see `mask_outside`.
fn store_end(bottom: Row, right: Column) {
    var end = zero_number();
    for (var t = 0u; t < COLUMNS; t++) {
        if exit_row() == ROWS - 1u && exit_column() == t { end = bottom[t]; }
    }
    for (var r = 0u; r < ROWS - 1u; r++) {
        if exit_row() == r { end = right[r]; }
    }
    let log2_u = log2_of(end.u);
    if p.ends > 0u {
        let at = p.value_first + q.value * 4u;
        value[at] = log2_u.x;
        value[at + 1u] = log2_u.y;
        value[at + 2u] = end.t.x;
        value[at + 3u] = end.t.y;
    } else {
        value[p.value_first + q.value] = -(log2_u.x + log2_u.y) * p.value_scale;
    }
}
