// The backward pass over those blocks of each strip alone that something flows into, with one channel and no band, by a single lane: far from the paths
// that count, flows fall below `smallest_flow` and are cut off, and tiles hand on nothing. The bits are those of all blocks.
// Where panels cut a pair, the strips on either side are worked on in full, so that neither needs to know what flowed in the other.
// What a block sums over the strips stands with the row above the pair's first strip, which is none, since strips may pass the block over.
// Loops: strips, and within each a block of it; for each pair, its blocks twice.
// Bounds: as in backward.wgsl.

override OVER_FLOWS: bool = false; // work so; only with UNIVARIATE, LANES 1, no BAND, and panels that have no neighbours at their sides

fn backward(panel: Panel, lane: u32, stack: u32) {
    if OVER_FLOWS {
        backward_over_flows(panel, stack);
    } else {
        backward_pass(panel, lane, stack);
    }
}

fn backward_over_flows(panel: Panel, stack: u32) {
    find_pair(home.first);
    begin_pair();

    // Of the strip below, from begin to end: the blocks that handed anything up, and those among them that handed up enough.
    var handing = vec2(0u);
    var counting = vec2(0u);
    for (var strips = max(panel.strips.y, panel.strips.x); strips > panel.strips.x; strips--) {
        let strip = strips - 1u;
        if STACKED {
            find_strip(strip);
            begin_pair();
        }
        let works = stack < p.stacks && strip < home.strips;
        let i0 = first_row(strip);
        let blocks = block_count();
        if works {
            if strip == last_strip() {
                begin_sums(blocks);
                // Its flow comes from `enter`.
                handing = vec2(0u);
                counting = vec2(blocks - 1u, blocks);
            } else if strips == panel.strips.y {
                handing = vec2(0u, blocks);
                counting = handing;
            }
            if strip == panel.strips.x && strip > q.top { counting = vec2(0u, blocks); }
        }
        // One block at least: a loop goes through its body once in any case.
        let end = max(counting.y, 1u);
        var block = end - 1u;
        var xs: array<f32, ROWS>;
        var limits: Limits;
        var above = zero_row();
        var flows: Flows;
        var entry: Handed;
        if works {
            xs = load_rows(i0, 0u);
            limits = load_limits(i0);
            above = load_row(strip, block);
            if strip == last_strip() { enter(&entry, &flows); }
            begin_strip(strip, false);
        }
        var enough = vec2(0u); // as `counting`, of this strip
        var more = false;
        // Its condition stands at the end: a software driver that finds at the beginning that no lane is left goes through the body all the same.
        loop {
            if works {
                var handed = entry;
                entry = Handed();
                if block >= handing.x && block < handing.y { handed.flows = load_flows_up(row_index(strip + 1u, block)); }
                handed.sums = second_of(row_index(q.top, block), 0u);
                let place = Place(strip, block, block + 1u < blocks, block > 0u, strip < last_strip());
                backward_block(place, i0, xs, limits, &above, &handed, &flows);
                store_flows_up(row_index(strip, block), handed.flows);
                set_second(row_index(q.top, block), 0u, handed.sums);
                if count_in(handed.flows) { enough = vec2(block, max(enough.y, block + 1u)); }
                more = block > 0u && (block > counting.x || may_count(&flows));
            }
            continuing {
                block -= 1u; // the last one's neighbour on the left, or wrapped around
                break if !more;
            }
        }
        if works {
            // What goes out of the last one's corner, diagonally.
            if block < end {
                var corner: array<vec2<f32>, COLUMNS>;
                corner[COLUMNS - 1u] = flows.diagonal[0];
                store_flows_up(row_index(strip, block), corner);
                if count_in(corner) { enough = vec2(block, max(enough.y, block + 1u)); }
            }
            end_strip(strip, false);
            handing = vec2(min(block, block + 1u), end);
            counting = enough;
        }
    }
    if stack < p.stacks { end_stack(0u, panel); }
}

fn begin_sums(blocks: u32) {
    for (var block = 0u; block < blocks; block++) { set_second(row_index(q.top, block), 0u, vec4(0.0)); }
}

// Whether one of the flows from below makes a cell count that nothing else flows into. NaN counts.
fn count_in(up: array<vec2<f32>, COLUMNS>) -> bool {
    let flows = vec4(flow_of(up[0]), flow_of(up[1]), flow_of(up[2]), flow_of(up[3]));
    return !all(flows < vec4(smallest_flow()));
}

// Whether what flows out to the left may make a cell of the next tile count, together with flows from below that do not count by themselves. Without these, a cell
// on that tile's right edge gets what goes left in its row, and diagonally out of the row below. NaN counts.
fn may_count(flows: ptr<function, Flows>) -> bool {
    var counts = !((*flows).left[ROWS - 1u].x <= 0.0);
    for (var r = 0u; r < ROWS - 1u; r++) {
        let into = (*flows).left[r].x + (*flows).diagonal[r + 1u].x;
        counts = counts | !(into < smallest_flow());
    }
    return counts;
}
