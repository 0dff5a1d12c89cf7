// What a row over several tiles keeps in `folds`: sums over elements, which stay as they are while blocks are merged.
// For each group of 2^p.group slots two: over its stretch's own blocks before the group, and over those after it.
// Then for each stretch a record: its list, the slot of the block that its first element is in; where its own blocks began and ended, the slots
// that they were in, and which of these now holds a bridge; and sums over them, and from its node's first stretch to it, and from it to its
// node's last one.

const LIST_FIRST = 0u;
const LIST_TO = 1u;
const COVER = 2u;
const BEGIN = 3u;
const END = 4u;
const OWN_FIRST = 5u;
const OWN_TO = 6u;
const REPLACED = 7u;
const SUMS = 8u;

const OWN = 0u;
const BEFORE = 1u;
const AFTER = 2u;

const NOWHERE = 0xffffffffu;

fn groups_of_row() -> u32 { return ((p.n - 1u) >> p.group) + 1u; }

// Of the group that a slot is in.
fn group_fold(slot: u32, after: bool) -> u32 {
    return ((q.index * groups_of_row() + (slot >> p.group)) * 2u + select(0u, 1u, after)) * fold_size();
}

// The slots of that group that the stretch's own blocks were in.
fn group_of(slot: u32, own: List) -> List {
    let first = (slot >> p.group) << p.group;
    return List(max(first, own.first), min(first + (1u << p.group), own.to));
}

fn record(list: u32) -> u32 {
    return p.rows * groups_of_row() * 2u * fold_size() + (q.index * p.lists + list) * record_size();
}

fn record_size() -> u32 { return SUMS + 3u * fold_size(); }

fn record_sum(list: u32, which: u32) -> u32 { return record(list) + SUMS + which * fold_size(); }

fn list_of(list: u32) -> List { return List(folds[record(list) + LIST_FIRST], folds[record(list) + LIST_TO]); }

fn own_list_of(list: u32) -> List { return List(folds[record(list) + OWN_FIRST], folds[record(list) + OWN_TO]); }
