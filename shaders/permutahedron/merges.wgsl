// The merges of a round, and what bridge.wgsl leaves of each for join.wgsl, behind the records in `folds`: the slot of the bridge, or NOWHERE
// if nothing was pooled, where it ends and the last block that it took in; and sums over both sides.

const BRIDGE_SLOT = 0u;
const BRIDGE_TO = 1u;
const BRIDGE_LAST = 2u;
const LEFT_SUM = 3u;

// Of a node of the row.
fn merge_record(node: u32) -> u32 {
    let records = record(0u) + (p.rows - q.index) * p.lists * record_size();
    return records + (q.index * nodes_of_row() + node) * (LEFT_SUM + 2u * fold_size());
}

// Stretches [first, middle) and [middle, end).
struct Node {
    first: u32,
    middle: u32,
    end: u32,
}

// Nodes of a row.
fn nodes_of_row() -> u32 { return (p.lists + 2u * p.span - 1u) / (2u * p.span); }

fn node_of_row(index: u32) -> Node {
    let first = index * 2u * p.span;
    // Stretches beyond the row's own length hold nothing.
    let used = (q.n + p.stretch - 1u) / p.stretch;
    return Node(first, min(first + p.span, used), min(first + 2u * p.span, used));
}

fn is_merge(node: Node) -> bool { return node.middle < node.end; }
