// Sixteen sorted runs merged in registers, four elements at a time: a tree of 15 nodes, each of which merges the two sides below it.
//   a node keeps four elements that came from its sides and have not gone on. It takes four more from the side whose last ones ended with the
//   lesser element, gives away the least four of the eight, and keeps the others. Those that a side has not given yet are not below the last
//   one that it gave; so the four that are given away are not above anything that is to come.
// All that an invocation reads and writes here are registers, since indices are chosen by selections: on a software driver memory costs more.
// Elements are whole numbers (`Item`, `Four` of them). `leaf_block` finds four elements of a run.

const LEAVES = 16u;

// Blocks of LEAST that come out before all others: one from each node.
const EMPTY_BLOCKS = 15u;

struct Node {
    kept: Four,
    side: u32, // whose last element was the lesser one; the greater one is the last of `kept`
}

// The blocks that are taken next from the two runs below a node.
struct Places {
    left: u32,
    right: u32,
}

var<private> root: Node;
var<private> halves: array<Node, 2>;
var<private> quarters: array<Node, 4>;
var<private> eighths: array<Node, 8>;
var<private> places: array<Places, 8>;

fn begin_merge() {
    let empty = Node(Four(LEAST), 0u);
    root = empty;
    halves[0] = empty; halves[1] = empty;
    quarters[0] = empty; quarters[1] = empty; quarters[2] = empty; quarters[3] = empty;
    eighths[0] = empty; eighths[1] = empty; eighths[2] = empty; eighths[3] = empty;
    eighths[4] = empty; eighths[5] = empty; eighths[6] = empty; eighths[7] = empty;
    let none = Places(0u, 0u);
    places[0] = none; places[1] = none; places[2] = none; places[3] = none;
    places[4] = none; places[5] = none; places[6] = none; places[7] = none;
}

// The least four elements that are left.
fn next_block() -> Four {
    let half = root.side;
    let in_half = chosen(halves[0], halves[1], half);
    let quarter = 2u * half + in_half.side;
    let low_quarters = chosen(quarters[0], quarters[1], quarter);
    let in_quarter = chosen(low_quarters, chosen(quarters[2], quarters[3], quarter), quarter >> 1u);
    let eighth = 2u * quarter + in_quarter.side;
    let in_eighth = eighth_at(eighth);
    let next = places_at(eighth);
    let side = in_eighth.side;
    let block = leaf_block(2u * eighth + side, select(next.left, next.right, side == 1u));
    set_places(eighth, Places(next.left + 1u - side, next.right + side));

    var low = least(in_eighth.kept, block);
    set_eighth(eighth, passed(in_eighth, block));
    var given = low;
    low = least(in_quarter.kept, given);
    let quarter_after = passed(in_quarter, given);
    quarters[0] = replaced(quarters[0], quarter_after, quarter == 0u);
    quarters[1] = replaced(quarters[1], quarter_after, quarter == 1u);
    quarters[2] = replaced(quarters[2], quarter_after, quarter == 2u);
    quarters[3] = replaced(quarters[3], quarter_after, quarter == 3u);
    given = low;
    low = least(in_half.kept, given);
    let half_after = passed(in_half, given);
    halves[0] = replaced(halves[0], half_after, half == 0u);
    halves[1] = replaced(halves[1], half_after, half == 1u);
    given = low;
    low = least(root.kept, given);
    root = passed(root, given);
    return low;
}

// The least four of two sorted fours, sorted.
fn least(kept: Four, block: Four) -> Four { return cleaned(min(kept, block.wzyx)); }

// A node after it took a block from the side that is its turn.
fn passed(node: Node, block: Four) -> Node {
    let turns = block.w > node.kept.w;
    return Node(cleaned(max(node.kept, block.wzyx)), select(node.side, 1u - node.side, turns));
}

// Sorts four elements that rise and then fall, or fall and then rise.
fn cleaned(x: Four) -> Four {
    let low = min(x.xy, x.zw);
    let high = max(x.xy, x.zw);
    return Four(min(low.x, low.y), max(low.x, low.y), min(high.x, high.y), max(high.x, high.y));
}

// The second one where the last bit of `which` is set.
fn chosen(a: Node, b: Node, which: u32) -> Node { return replaced(a, b, (which & 1u) == 1u); }

fn replaced(a: Node, b: Node, second: bool) -> Node {
    return Node(select(a.kept, b.kept, second), select(a.side, b.side, second));
}

fn eighth_at(i: u32) -> Node {
    let low = chosen(chosen(eighths[0], eighths[1], i), chosen(eighths[2], eighths[3], i), i >> 1u);
    let high = chosen(chosen(eighths[4], eighths[5], i), chosen(eighths[6], eighths[7], i), i >> 1u);
    return chosen(low, high, i >> 2u);
}

fn set_eighth(i: u32, node: Node) {
    eighths[0] = replaced(eighths[0], node, i == 0u);
    eighths[1] = replaced(eighths[1], node, i == 1u);
    eighths[2] = replaced(eighths[2], node, i == 2u);
    eighths[3] = replaced(eighths[3], node, i == 3u);
    eighths[4] = replaced(eighths[4], node, i == 4u);
    eighths[5] = replaced(eighths[5], node, i == 5u);
    eighths[6] = replaced(eighths[6], node, i == 6u);
    eighths[7] = replaced(eighths[7], node, i == 7u);
}

fn places_at(i: u32) -> Places {
    var it = places[0];
    it = either(it, places[1], i == 1u);
    it = either(it, places[2], i == 2u);
    it = either(it, places[3], i == 3u);
    it = either(it, places[4], i == 4u);
    it = either(it, places[5], i == 5u);
    it = either(it, places[6], i == 6u);
    return either(it, places[7], i == 7u);
}

fn set_places(i: u32, it: Places) {
    places[0] = either(places[0], it, i == 0u);
    places[1] = either(places[1], it, i == 1u);
    places[2] = either(places[2], it, i == 2u);
    places[3] = either(places[3], it, i == 3u);
    places[4] = either(places[4], it, i == 4u);
    places[5] = either(places[5], it, i == 5u);
    places[6] = either(places[6], it, i == 6u);
    places[7] = either(places[7], it, i == 7u);
}

fn either(a: Places, b: Places, second: bool) -> Places {
    return Places(select(a.left, b.left, second), select(a.right, b.right, second));
}
