// The backward pass of pairs whose borders are in arrays of an invocation's own, with one channel and no band: of each strip, only the blocks that something
// flows into. Far from the paths that count, flows fall below `smallest_flow` and are cut off, and tiles hand on nothing. The bits are those of all blocks.
// What a block sums over the strips stands in place of the row above the first strip, which is none, since strips may pass the block over.
// Loops: strips, and within each a block of it; before them, the pair's blocks.
// Bounds: as in backward.wgsl.

fn backward_over_flows(panel: Panel, stack: u32) {
    find_pair(home.first);
    begin_pair();
    let blocks = block_count();
    for (var block = 0u; block < blocks; block++) { set_second(row_index(0u, block), vec4(0.0)); }

    // Of the strip below, from begin to end: the blocks that handed anything up, and those among them that handed up enough. The last strip has its
    // flow from `enter`.
    var handing = vec2(0u);
    var counting = vec2(blocks - 1u, blocks);
    for (var strips = panel.strips.y; strips > 0u; strips--) {
        let strip = strips - 1u;
        let works = stack < p.stacks && strip < home.strips;
        let i0 = first_row(strip);
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
                if block >= handing.x && block < handing.y {
                    let f = first_of(row_index(strip + 1u, block));
                    handed.flows = array<vec2<f32>, COLUMNS>(vec2(f.x, 0.0), vec2(f.y, 0.0), vec2(f.z, 0.0), vec2(f.w, 0.0));
                }
                handed.sums = second_of(row_index(0u, block));
                let place = Place(strip, block, block + 1u < blocks, block > 0u, strip < last_strip());
                backward_block(place, i0, xs, limits, &above, &handed, &flows);
                let f = handed.flows;
                let up = vec4(f[0].x, f[1].x, f[2].x, f[3].x);
                set_first(row_index(strip, block), up);
                set_second(row_index(0u, block), handed.sums);
                if count_in(up) { enough = vec2(block, max(enough.y, block + 1u)); }
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
                let up = vec4(0.0, 0.0, 0.0, flows.diagonal[0].x);
                set_first(row_index(strip, block), up);
                if count_in(up) { enough = vec2(block, max(enough.y, block + 1u)); }
            }
            end_strip(strip, false);
            handing = vec2(min(block, block + 1u), end);
            counting = enough;
        }
    }
    if stack < p.stacks { end_stack(0u, panel); }
}

// Whether one of the flows from below makes a cell count that nothing else flows into. NaN counts.
fn count_in(up: vec4<f32>) -> bool {
    return !all(up < vec4(smallest_flow()));
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
