// Soft-DTW backward: the expected alignment E = d value / d cost, tile by tile from the last to the first.
//   E[n,m] = 1, E[i,j] = P_diagonal[i+1,j+1] E[i+1,j+1] + P_up[i+1,j] E[i+1,j] + P_left[i,j+1] E[i,j+1]
// with P[i,j] the weights with which u[i,j] came from its three neighbours (Blondel, Mensch & Vert 2020, section 3).
// They are quotients of positive sums and sum to 1, so that no difference of large numbers appears and E stays a
// distribution whatever gamma is. Each tile's weights are computed again from the row and the column of u that
// the forward pass kept. A cell's share P E for a neighbour is called a flow. The flow that a strip hands up to
// the next one takes the place of that strip's row of u, which is not needed any more.
// With TANGENT every flow has its derivative in the direction beside it; that of E is the Hessian product.
// With REMAINDERS it has what rounding took from it: a path crosses thousands of cells, and what is lost at each would add up.
// What becomes of E is up to `emit_*.wgsl`.
// LANES invocations work on a stack of pairs: lane LANES - 1 on the lowest strip of a group, the one above a block behind.
// What one dispatch works on: as in forward.wgsl.
// Loops: as in forward.wgsl; where gradients are summed, channels count twice, and each pair's blocks once more.
// Bounds: as in forward.wgsl; what `emit_*.wgsl` writes holds n, m or n * m elements for each pair.
// Per cell: one exponential, one division, no log, one load.

override REMAINDERS: bool = false; // hand on what rounding takes; not with TANGENT

// What flows in all are, 2^40, so that those that are not cut off stay far from those numbers. Derivatives may be too large for that.
fn whole() -> f32 { return select(1099511627776.0, 1.0, TANGENT); }

// Smaller flows into a cell are cut off: a chain of weights would creep through the denormal numbers, where many processors are slow. How much is too
// little to count, `emit_*.wgsl` say.
fn smallest_flow() -> f32 { return select(SMALLEST_FLOW, SMALLEST_FLOW_WITH_TANGENT, TANGENT) * whole(); }

// What the cells of one column of a tile hand on to the column on their left: E's flow, and its derivative or remainder.
struct Flows {
    left: array<vec2<f32>, ROWS>,     // row by row
    diagonal: array<vec2<f32>, ROWS>, // one row up
}

// What a strip hands up to the one above, over the columns of a block.
struct Handed {
    flows: array<vec2<f32>, COLUMNS>,
    sums: vec4<f32>, // what `emit_*.wgsl` sums over the rows of each column
}

fn backward_pass(panel: Panel, lane: u32, stack: u32) {
    find_pair(home.first);

    // The bounds of both loops are the same for all invocations of the workgroup, as the barrier needs.
    for (var groups = (max(panel.strips.y, panel.strips.x) - panel.strips.x + LANES - 1u) / LANES; groups > 0u; groups--) {
        let first = panel.strips.x + (groups - 1u) * LANES;
        let span = group_blocks(panel, first, min(first + LANES, panel.strips.y) - 1u);
        let strip = first + lane;
        if STACKED { find_strip(strip); }
        let works = stack < p.stacks && strip < min(panel.strips.y, home.strips);
        let i0 = first_row(strip);
        let own = strip_blocks(strip);
        let begin = max(own.x, panel.blocks.x);
        let end = min(own.y, panel.blocks.y);
        let below = strip_blocks(strip + 1u);
        begin_pair();
        var xs: array<f32, ROWS>;
        var limits: Limits;
        var above = zero_row();
        var flows: Flows;
        var entry: Handed; // into the strip's last block from below, where no strip is
        if works && begin < end {
            xs = load_rows(i0, 0u);
            limits = load_limits(i0);
            above = load_row(strip, end - 1u);
            if SIDE_BY_SIDE && end < own.y {
                flows = load_flows_left(carry_index(strip, stack));
            } else if strip == last_strip() {
                enter(&entry, &flows);
            }
            begin_strip(strip, end < own.y);
        }

        let steps = step_count(span);
        var step = 0u;
        loop {
            // At or beyond the end before the lane's turn, wrapped around after it.
            let block = span.y - 1u + (LANES - 1u - lane) - step;
            if works && block >= begin && block < end {
                var handed = entry;
                entry = Handed();
                if strip < last_strip() && (!BAND || block + 1u >= below.x) { handed = load_handed(strip + 1u, block); }
                let place = Place(
                    strip, block, block + 1u < own.y, block > own.x, strip < last_strip() && block >= below.x
                );
                backward_block(place, i0, xs, limits, &above, &handed, &flows);
                store_handed(strip, block, handed);
                if BAND {
                    if block == own.x && block > 0u { hand_on_corner(strip, block - 1u, flows.diagonal[0]); }
                }
            }
            if LANES > 1u { await_borders(); }
            continuing {
                step++;
                break if step >= steps;
            }
        }
        if works && begin < end {
            if SIDE_BY_SIDE && begin > own.x { store_flows_left(carry_index(strip, stack), flows); }
            end_strip(strip, begin > own.x);
        }
    }
    if stack < p.stacks { end_stack(lane, panel); }
}

// Where a tile is, and which others came before and come after it.
struct Place {
    strip: u32,
    block: u32,
    right: bool, // there is a tile on its right
    left: bool,
    below: bool,
}

// One tile: `above` holds the row of u above it and then that above the tile on its left, `handed` what comes up into it and then what goes up
// out of it, and `flows` likewise what comes from the right and goes to the left.
fn backward_block(
    place: Place,
    i0: u32,
    xs: array<f32, ROWS>,
    limits: Limits,
    above: ptr<function, Row>,
    handed: ptr<function, Handed>,
    flows: ptr<function, Flows>,
) {
    let j0 = place.block * COLUMNS;
    let ys = load_columns(j0, 0u);
    let sums = tile_sums(i0, j0, xs, ys);
    let costs = tile_costs(i0, sums);
    var c = recursion_costs(costs);
    if PADDED { mask_outside(i0, j0, limits, &c); }

    var left = zero_column();
    if place.left { left = load_column(column_index(place.strip, place.block)); }
    var above_left = zero_row();
    if place.block > 0u { above_left = load_row(place.strip, place.block - 1u); }
    var corner = above_left[COLUMNS - 1u];
    if place.strip == q.top && place.block == 0u { corner = first_number(); }
    var weights: Weights;
    let u = forward_tile(c, tile_direction(i0, j0, costs, c), *above, left, corner, &weights);

    let expected = backward_tile(&weights, handed, flows);
    emit_tile(place, expected, sums, xs, ys, handed);
    *above = above_left;
}

// Whether a strip above has a tile over this one.
fn has_above(strip: u32, block: u32) -> bool {
    if strip == q.top { return false; }
    return block < strip_blocks(strip - 1u).y;
}

// Lets the whole flow in where the diagonal from (n, m) leaves the last tile; see `mask_outside`.
fn enter(row: ptr<function, Handed>, flows: ptr<function, Flows>) {
    for (var t = 0u; t < COLUMNS; t++) {
        if exit_row() == ROWS - 1u && exit_column() == t { (*row).flows[t] = vec2(whole(), 0.0); }
    }
    for (var r = 0u; r < ROWS - 1u; r++) {
        if exit_row() == r { (*flows).left[r] = vec2(whole(), 0.0); }
    }
}

// E of every cell of the tile. `row` holds the flow into the tile's last row from below and `flows` that from the
// right; on return they hold the flow out of the first row, upwards, and out of the first column.
fn backward_tile(
    weights: ptr<function, Weights>,
    row: ptr<function, Handed>,
    flows: ptr<function, Flows>,
) -> array<vec2<f32>, CELLS> {
    var expected: array<vec2<f32>, CELLS>;
    // Not a loop, so that the tile stays in registers; see `forward_tile`. What a column sends up and to
    // the left out of the tile's first row arrives above the column on its left: in the tile of the
    // next block for the first column, and from the previous one for the last.
    let from_right = (*flows).diagonal[0];
    let up3 = backward_column(3u, weights, (*row).flows[3], flows, &expected);
    let diagonal3 = (*flows).diagonal[0];
    let up2 = backward_column(2u, weights, (*row).flows[2], flows, &expected);
    let diagonal2 = (*flows).diagonal[0];
    let up1 = backward_column(1u, weights, (*row).flows[1], flows, &expected);
    let diagonal1 = (*flows).diagonal[0];
    let up0 = backward_column(0u, weights, (*row).flows[0], flows, &expected);
    (*row).flows = array<vec2<f32>, COLUMNS>(up0 + diagonal1, up1 + diagonal2, up2 + diagonal3, up3 + from_right);
    return expected;
}

// Column t of the tile, from the bottom up; returns what flows up out of it.
fn backward_column(
    t: u32,
    weights: ptr<function, Weights>,
    below: vec2<f32>,
    flows: ptr<function, Flows>,
    expected: ptr<function, array<vec2<f32>, CELLS>>,
) -> vec2<f32> {
    // The flows up, and from the right one row down: for the last row that one is part of `below`.
    var arriving = array<vec2<f32>, 2>(below, vec2(0.0));
    // Eight rows at a time: drivers unroll a loop over so many, but not over twice as many.
    if ROWS > 8u { backward_rows(t, 8u, weights, &arriving, flows, expected); }
    backward_rows(t, 0u, weights, &arriving, flows, expected);
    return arriving[0];
}

// Eight rows of column t, from `first` on.
fn backward_rows(
    t: u32,
    first: u32,
    weights: ptr<function, Weights>,
    arriving: ptr<function, array<vec2<f32>, 2>>,
    flows: ptr<function, Flows>,
    expected: ptr<function, array<vec2<f32>, CELLS>>,
) {
    var up = (*arriving)[0];
    var diagonal = (*arriving)[1];
    for (var back = 1u; back <= 8u; back++) {
        let r = first + 8u - back;
        let cell = r * COLUMNS + t;
        let left = (*flows).left[r];
        var sum = left + up + diagonal;
        if REMAINDERS { sum = with_remainder(sum.y, vec3(left.x, up.x, diagonal.x)); }
        let e = select(sum, vec2(0.0), sum.x < smallest_flow());
        let p = (*weights).p[cell];
        let units = e * p.unit;
        let shares = units.x * p.m;
        var seconds = vec3(0.0);
        if TANGENT { seconds = units.y * p.m + e.x * (*weights).t[cell]; }
        if REMAINDERS {
            let handed = with_remainder(0.0, shares);
            seconds = ((e.x - handed.x) + (e.y - handed.y)) * p.unit * p.m;
        }
        (*expected)[cell] = (1.0 / whole()) * vec2(flow_of(e), e.y);
        diagonal = (*flows).diagonal[r];
        (*flows).diagonal[r] = vec2(shares.x, seconds.x);
        up = vec2(shares.y, seconds.y);
        (*flows).left[r] = vec2(shares.z, seconds.z);
    }
    *arriving = array<vec2<f32>, 2>(up, diagonal);
}

// The sum of three flows, and with `others` what rounding takes from it.
fn with_remainder(others: f32, flows: vec3<f32>) -> vec2<f32> {
    let two = sum_of(flows.x, flows.y);
    let three = sum_of(two.x, flows.z);
    return vec2(three.x, (two.y + three.y) + others);
}

// A flow as one number.
fn flow_of(flow: vec2<f32>) -> f32 {
    if REMAINDERS { return flow.x + flow.y; }
    return flow.x;
}

fn load_handed(strip: u32, block: u32) -> Handed {
    let at = row_index(strip, block);
    return Handed(load_flows_up(at), second_of(at, 0u));
}

fn store_handed(strip: u32, block: u32, handed: Handed) {
    let at = row_index(strip, block);
    store_flows_up(at, handed.flows);
    set_second(at, 0u, handed.sums);
}

// The flows of a block upwards, which take the place of the row's mantissas.
fn load_flows_up(at: u32) -> array<vec2<f32>, COLUMNS> {
    let e = first_of(at, 0u);
    var t = vec4(0.0);
    if TANGENT { t = first_of(at, 1u); }
    return array<vec2<f32>, COLUMNS>(vec2(e.x, t.x), vec2(e.y, t.y), vec2(e.z, t.z), vec2(e.w, t.w));
}

fn store_flows_up(at: u32, flows: array<vec2<f32>, COLUMNS>) {
    let f = flows;
    set_first(at, 0u, vec4(flow_of(f[0]), flow_of(f[1]), flow_of(f[2]), flow_of(f[3])));
    if TANGENT { set_first(at, 1u, vec4(f[0].y, f[1].y, f[2].y, f[3].y)); }
}

// BAND: what flows out of the corner of a strip's first tile arrives in a block that the strip itself does not have.
fn hand_on_corner(strip: u32, block: u32, flow: vec2<f32>) {
    var handed: Handed;
    handed.flows[COLUMNS - 1u] = flow;
    store_handed(strip, block, handed);
}

fn load_flows_left(at: u32) -> Flows {
    var flows: Flows;
    for (var k = 0u; k < QUARTERS; k++) {
        let e = column_pair(at, k);
        var t: Two;
        if TANGENT { t = column_pair(at, QUARTERS + k); }
        let r = 4u * k;
        flows.left[r] = vec2(e.a.x, t.a.x);
        flows.left[r + 1u] = vec2(e.a.y, t.a.y);
        flows.left[r + 2u] = vec2(e.a.z, t.a.z);
        flows.left[r + 3u] = vec2(e.a.w, t.a.w);
        flows.diagonal[r] = vec2(e.b.x, t.b.x);
        flows.diagonal[r + 1u] = vec2(e.b.y, t.b.y);
        flows.diagonal[r + 2u] = vec2(e.b.z, t.b.z);
        flows.diagonal[r + 3u] = vec2(e.b.w, t.b.w);
    }
    return flows;
}

fn store_flows_left(at: u32, flows: Flows) {
    var l = flows.left;
    var d = flows.diagonal;
    for (var k = 0u; k < QUARTERS; k++) {
        let r = 4u * k;
        let left = vec4(flow_of(l[r]), flow_of(l[r + 1u]), flow_of(l[r + 2u]), flow_of(l[r + 3u]));
        set_column_pair(at, k, Two(left, vec4(flow_of(d[r]), flow_of(d[r + 1u]), flow_of(d[r + 2u]), flow_of(d[r + 3u]))));
        if TANGENT {
            let tangents = vec4(l[r].y, l[r + 1u].y, l[r + 2u].y, l[r + 3u].y);
            set_column_pair(at, QUARTERS + k, Two(tangents, vec4(d[r].y, d[r + 1u].y, d[r + 2u].y, d[r + 3u].y)));
        }
    }
}
