// How a wavefront kernel's work is cut up. A panel is a rectangle of tiles that one invocation, or the LANES that share a
// stack, work through in one dispatch. Panels of one dispatch lie on an anti-diagonal and do not depend on each other.

struct Panel {
    group: u32,        // the workgroup's stacks
    strips: vec2<u32>, // from begin to end
    blocks: vec2<u32>,
    table: u32,        // LISTED: the group in `plan`
}

// The same for all invocations of a workgroup, as the barriers in loops over it need: it depends on nothing else.
fn find_panel(workgroup: u32, params: Params) -> Panel {
    var panel: Panel;
    let groups = (params.stacks + params.group_stacks - 1u) / params.group_stacks;
    let index = workgroup / groups;
    panel.group = workgroup % groups;
    if index >= params.panels { return panel; } // a dispatch over two dimensions has some workgroups too many
    var size = vec2((params.n + ROWS - 1u) / ROWS, (params.m + COLUMNS - 1u) / COLUMNS);
    if LISTED {
        panel.table = plan[panel.group * params.group_stacks].w;
        size = plan[panel.table].xy;
    }
    let row = params.panel_first + index;
    let strip = params.strip_begin + row * params.panel_strips;
    let block = (params.diagonal - row) * params.panel_blocks;
    panel.strips = vec2(strip, min(min(strip + params.panel_strips, params.strip_end), size.x));
    panel.blocks = vec2(block, min(block + params.panel_blocks, size.y));
    return panel;
}

// The blocks of strips first to last in a panel: a range that holds that of every stack of the workgroup.
fn group_blocks(panel: Panel, first: u32, last: u32) -> vec2<u32> {
    var blocks = panel.blocks;
    if LISTED {
        let begins = plan[panel.table + 1u + first / 2u];
        let ends = plan[panel.table + 1u + last / 2u];
        blocks.x = max(blocks.x, select(begins.z, begins.x, first % 2u == 0u));
        blocks.y = min(blocks.y, select(ends.w, ends.y, last % 2u == 0u));
    }
    return vec2(blocks.x, max(blocks.x, blocks.y));
}

// The steps in which LANES lanes, each one block behind the one before, work through a range of blocks.
fn step_count(blocks: vec2<u32>) -> u32 {
    if blocks.x == blocks.y { return 0u; }
    return blocks.y - blocks.x + LANES - 1u;
}
