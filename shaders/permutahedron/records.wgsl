// What a row over several tiles keeps in `folds`: sums over elements, which stay as they are while blocks are merged.
// For each slot two: from where its stretch's own blocks began to the slot's block (`before`), and from there to where they ended
// (`after`). Then for each stretch a record: its list, the slot of the block that its first element is in, where its own blocks began and
// ended; and sums over them, and from its node's first stretch to it, and from it to its node's last one.

const LIST_FIRST = 0u;
const LIST_TO = 1u;
const COVER = 2u;
const BEGIN = 3u;
const END = 4u;
const SUMS = 5u;

const OWN = 0u;
const BEFORE = 1u;
const AFTER = 2u;

fn slot_fold(slot: u32, after: bool) -> u32 {
    return (slot_of(slot) * 2u + select(0u, 1u, after)) * fold_size();
}

fn record(list: u32) -> u32 {
    return p.rows * p.n * 2u * fold_size() + (q.index * p.lists + list) * record_size();
}

fn record_size() -> u32 { return SUMS + 3u * fold_size(); }

fn record_sum(list: u32, which: u32) -> u32 { return record(list) + SUMS + which * fold_size(); }

fn list_of(list: u32) -> List { return List(folds[record(list) + LIST_FIRST], folds[record(list) + LIST_TO]); }
