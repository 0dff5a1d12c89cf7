//! Stacks of listed pairs: an invocation works on several pairs, one below the other, so that all invocations of a workgroup have as much to do
//! although lengths differ. And the table that tells the kernels.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::Band;
use super::layout::{COLUMNS, Layout, ROWS};
use super::listing::Item;

/// Some pairs of a call, in stacks.
#[derive(Debug, Clone)]
pub(super) struct Stacks {
    /// The pairs, stack by stack from the top down.
    pub(super) items: Vec<Item>,
    /// Pairs and strips of each stack.
    stacks: Vec<(u32, u32)>,
    groups: Vec<Group>,
}

/// The stacks of one workgroup.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    pub(super) stacks: u32,
    /// Of the tallest of them.
    pub(super) strips: u32,
    /// Of the widest of their pairs.
    pub(super) blocks: u32,
}

impl Stacks {
    /// Divides pairs that are sorted by their widths. Groups are runs of about equally many tiles, and within a group each pair goes to the stack
    /// that is the least tall, so that its neighbours are about as wide. Where lanes share a pair, each has a stack of its own.
    pub(super) fn new(sorted: &[Item], layout: Layout) -> Self {
        let members = layout.stacks_per_workgroup() as usize;
        let mut made = Self { items: Vec::with_capacity(sorted.len()), stacks: Vec::new(), groups: Vec::new() };
        if layout.lanes > 1 {
            sorted.chunks(members).for_each(|run| made.push(run, members.min(run.len())));
            return made;
        }
        let groups = layout.stacked_groups(sorted.len());
        let all: u64 = sorted.iter().map(Item::tiles).sum();
        let (mut rest, mut tiles) = (sorted, 0);
        for g in 1..groups {
            let mut count = 0;
            while count < rest.len() && tiles + rest[count].tiles() <= all * g / groups {
                tiles += rest[count].tiles();
                count += 1;
            }
            let (run, below) = rest.split_at(count);
            made.push(run, members);
            rest = below;
        }
        made.push(rest, members.min(rest.len()));
        made
    }

    /// Appends a group.
    fn push(&mut self, run: &[Item], members: usize) {
        let mut stacks: Vec<Vec<Item>> = vec![Vec::new(); members];
        let mut by_height: BinaryHeap<_> = (0..members).map(|stack| Reverse((0, stack))).collect();
        for &item in run {
            let Some(Reverse((strips, stack))) = by_height.pop() else { continue };
            stacks[stack].push(item);
            by_height.push(Reverse((strips + item.strips(), stack)));
        }
        let strips = |stack: &[Item]| stack.iter().map(Item::strips).sum::<u32>();
        self.groups.push(Group {
            stacks: members as u32,
            strips: stacks.iter().map(|stack| strips(stack)).max().unwrap_or(0),
            blocks: run.iter().map(Item::blocks).max().unwrap_or(0),
        });
        for stack in stacks {
            self.stacks.push((stack.len() as u32, strips(&stack)));
            self.items.extend(stack);
        }
    }

    pub(super) fn count(&self) -> u32 {
        self.stacks.len() as u32
    }

    pub(super) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The table; see `plan` in `shaders/soft_dtw/pair.wgsl`.
    pub(super) fn table(&self, band: Band, layout: Layout) -> Vec<[u32; 4]> {
        let mut rows_of: HashMap<(u32, u32), Rows> = HashMap::new();
        let mut table = vec![[0; 4]; self.stacks.len() + 2 * self.items.len()];
        if band != Band::None {
            for item in &self.items {
                rows_of.entry((item.n, item.m)).or_insert_with(|| {
                    let rows = Rows { at: table.len() as u32, limits: band.rows(item.n, item.m) };
                    push_two_by_two(&mut table, &rows.limits);
                    rows
                });
            }
        }
        let (mut stack, mut number) = (0, 0);
        let (mut row_first, mut tile_first) = (0, 0);
        for group in &self.groups {
            let mut spans = vec![(u32::MAX, 0); group.strips as usize];
            for _ in 0..group.stacks {
                let (pairs, strips) = self.stacks[stack];
                table[stack] = [number as u32, number as u32 + pairs, strips, table.len() as u32];
                let mut top = 0;
                for _ in 0..pairs {
                    let item = &self.items[number];
                    let rows = rows_of.get(&(item.n, item.m));
                    let place = self.stacks.len() + 2 * number;
                    table[place] = [item.x, item.y, item.n, item.m];
                    table[place + 1] = [item.value, rows.map_or(0, |rows| rows.at), top, stack as u32];
                    widen(&mut spans[top as usize..], item, rows);
                    top += item.strips();
                    number += 1;
                }
                stack += 1;
            }
            if layout.lanes > 1 {
                make_monotone(&mut spans);
            }
            table.push([group.strips, group.blocks, row_first, tile_first]);
            push_two_by_two(&mut table, &spans);
            row_first += group.stacks * group.blocks;
            tile_first += group.stacks * group.blocks * group.strips;
        }
        table
    }

    /// Entries of the table at most.
    pub(super) fn table_entries(&self, band: Band) -> u64 {
        let mut entries = self.stacks.len() + 2 * self.items.len();
        entries += self.groups.iter().map(|group| 1 + group.strips as usize / 2 + 1).sum::<usize>();
        if band != Band::None {
            let shapes: HashSet<(u32, u32)> = self.items.iter().map(|item| (item.n, item.m)).collect();
            entries += shapes.iter().map(|&(n, _)| n as usize / 2 + 1).sum::<usize>();
        }
        entries as u64
    }
}

/// The band of one shape, and where it stands in the table.
struct Rows {
    at: u32,
    limits: Vec<(u32, u32)>,
}

/// Makes the blocks of each strip, from begin to end, hold those of a pair too.
fn widen(spans: &mut [(u32, u32)], item: &Item, rows: Option<&Rows>) {
    for (s, span) in spans.iter_mut().take(item.strips() as usize).enumerate() {
        let (begin, end) = match rows {
            Some(rows) => {
                let strip = &rows.limits[s * ROWS as usize..rows.limits.len().min((s + 1) * ROWS as usize)];
                (strip[0].0 / COLUMNS, strip[strip.len() - 1].1 / COLUMNS + 1)
            }
            None => (0, item.blocks()),
        };
        *span = (span.0.min(begin), span.1.max(end));
    }
}

/// Lanes work from the first of their strips' begin to the last one's end.
fn make_monotone(spans: &mut [(u32, u32)]) {
    for i in (1..spans.len()).rev() {
        spans[i - 1].0 = spans[i - 1].0.min(spans[i].0);
    }
    for i in 1..spans.len() {
        spans[i].1 = spans[i].1.max(spans[i - 1].1);
    }
}

/// Appends pairs of numbers, two of them an entry.
fn push_two_by_two(table: &mut Vec<[u32; 4]>, pairs: &[(u32, u32)]) {
    table.extend(pairs.chunks(2).map(|two| {
        let (a, b) = (two[0], two[two.len() - 1]);
        [a.0, a.1, b.0, b.1]
    }));
}
