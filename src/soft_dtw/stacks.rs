//! Stacks of listed pairs: an invocation works on several pairs, one below the other, so that all invocations of a workgroup
//! have as much to do although lengths differ. And the table that tells the kernels.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::Band;
use super::layout::{COLUMNS, Layout};
use super::listing::Item;
use crate::gpu::cores;

/// Some pairs of a call, in stacks.
#[derive(Debug, Clone)]
pub(super) struct Stacks {
    /// The pairs, stack by stack from the top down.
    pub(super) items: Vec<Item>,
    /// Pairs and strips of each stack.
    sizes: Vec<(u32, u32)>,
    groups: Vec<Group>,
}

/// One of them while it is made.
#[derive(Debug, Clone, Default)]
struct Stack {
    items: Vec<Item>,
    strips: u32,
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
    /// Divides pairs that are sorted by their widths. A run of them, one for each stack of a workgroup, goes to the group
    /// that has the least to do, and there the tallest pair to the stack that is the least tall, and so on. So the pairs
    /// beside each other are about as wide, and all stacks and groups as tall. Where lanes share a pair, each pair has a
    /// stack of its own.
    pub(super) fn new(sorted: &[Item], layout: Layout) -> Self {
        let members = layout.stacks_per_workgroup() as usize;
        let count = layout.stacked_groups(sorted.len());
        let mut made = Self { items: Vec::with_capacity(sorted.len()), sizes: Vec::new(), groups: Vec::new() };
        if sorted.len() <= count * members {
            // Each is alone, and its group full as it comes.
            let of_group = |group| &sorted[group * members..sorted.len().min((group + 1) * members)];
            dealt(count).for_each(|group| made.push(of_group(group).chunks(1)));
            return made;
        }
        let mut groups: Vec<Vec<Stack>> = vec![vec![Stack::default(); members]; count];
        let mut by_tiles: BinaryHeap<_> = (0..count).map(|group| Reverse((0, group))).collect();
        for run in sorted.chunks(members) {
            let Some(Reverse((tiles, group))) = by_tiles.pop() else { continue };
            by_tiles.push(Reverse((tiles + run.iter().map(Item::tiles).sum::<u64>(), group)));
            let mut run = run.to_vec();
            run.sort_by_key(|item| Reverse(item.strips()));
            groups[group].sort_by_key(|stack| stack.strips);
            for (stack, item) in groups[group].iter_mut().zip(run) {
                stack.strips += item.strips();
                stack.items.push(item);
            }
        }
        groups[count - 1].retain(|stack| !stack.items.is_empty());
        dealt(count).for_each(|group| made.push(groups[group].iter().map(|stack| stack.items.as_slice())));
        made
    }

    /// Appends a group of stacks of pairs.
    fn push<'a>(&mut self, stacks: impl ExactSizeIterator<Item = &'a [Item]>) {
        let mut group = Group { stacks: stacks.len() as u32, strips: 0, blocks: 0 };
        for stack in stacks {
            let strips = stack.iter().map(Item::strips).sum();
            group.strips = group.strips.max(strips);
            group.blocks = stack.iter().map(Item::blocks).fold(group.blocks, u32::max);
            self.sizes.push((stack.len() as u32, strips));
            self.items.extend(stack);
        }
        self.groups.push(group);
    }

    pub(super) fn count(&self) -> u32 {
        self.sizes.len() as u32
    }

    pub(super) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The table; see `plan` in `shaders/soft_dtw/pair.wgsl`.
    pub(super) fn table(&self, band: Band, layout: Layout) -> Vec<[u32; 4]> {
        let mut rows_of: HashMap<(u32, u32), Rows> = HashMap::new();
        let mut table = vec![[0; 4]; self.sizes.len() + 2 * self.items.len()];
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
                let (pairs, strips) = self.sizes[stack];
                table[stack] = [number as u32, number as u32 + pairs, strips, table.len() as u32];
                let mut top = 0;
                for _ in 0..pairs {
                    let item = &self.items[number];
                    let rows = if band == Band::None { None } else { rows_of.get(&(item.n, item.m)) };
                    let place = self.sizes.len() + 2 * number;
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
        let mut entries = self.sizes.len() + 2 * self.items.len();
        entries += self.groups.iter().map(|group| 1 + group.strips as usize / 2 + 1).sum::<usize>();
        if band != Band::None {
            let shapes: HashSet<(u32, u32)> = self.items.iter().map(|item| (item.n, item.m)).collect();
            entries += shapes.iter().map(|&(n, _)| n as usize / 2 + 1).sum::<usize>();
        }
        entries as u64
    }
}

/// Groups in the order in which they are worked on: dealt out, since a software driver gives each of its threads a stretch of the workgroups; in turns there
/// and back, since those before have more to do. The last one may lack stacks, and stays the last.
fn dealt(count: usize) -> impl Iterator<Item = usize> {
    let (last, threads) = (count - 1, cores() as usize);
    let rounds = count.div_ceil(threads);
    let of_thread = move |thread| {
        (0..rounds).map(move |round| {
            let is_forward = (rounds - round) % 2 == 1;
            round * threads + if is_forward { thread } else { threads - 1 - thread }
        })
    };
    (0..threads).flat_map(of_thread).filter(move |&group| group < last).chain([last])
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
                let high = item.rows as usize;
                let strip = &rows.limits[s * high..rows.limits.len().min((s + 1) * high)];
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

#[cfg(test)]
mod tests {
    use super::{Item, Stacks};
    use crate::Gpu;
    use crate::soft_dtw::job::Job;
    use crate::soft_dtw::layout::Layout;
    use crate::soft_dtw::listing::{buckets, ordered};
    use crate::soft_dtw::wave::Tangent;
    use crate::soft_dtw::{Band, Lengths, Series, SoftDtw, Strategy};

    /// Stacks of aligned pairs of lengths from `shortest` to `longest`.
    fn stacks(pairs: u32, shortest: u32, longest: u32, strategy: Strategy) -> (Stacks, Layout) {
        let gpu = Gpu::new().unwrap();
        let x = gpu.empty([pairs, longest]).unwrap();
        let some = |factor: u32| {
            let length = |i: u32| shortest + (i.wrapping_mul(factor) >> 8) % (longest - shortest + 1);
            Lengths::new(&(1..=pairs).map(length).collect::<Vec<_>>()).unwrap()
        };
        let (n, m) = (some(2_654_435_761), some(2_246_822_519));
        let dtw = SoftDtw::new(1.0).strategy(strategy);
        let job = Job::new(&dtw, &gpu, Series::new(&x).lengths(&n), Series::new(&x).lengths(&m)).unwrap();
        let layout = Layout::new(&gpu, &job, job.rows(Tangent::None));
        let buckets = buckets(&job, layout.rows, u32::MAX, u32::MAX, u64::from(u32::MAX));
        (Stacks::new(&ordered(&buckets[0].items, layout), layout), layout)
    }

    #[test]
    fn stacks_and_groups_have_as_much_to_do() {
        let (stacks, _) = stacks(1024, 32, 128, Strategy::InvocationPerPair);
        let tiles: u64 = stacks.items.iter().map(Item::tiles).sum();
        // A workgroup's invocations take as long as the widest of them in each strip.
        let (mut number, mut steps) = (0, 0);
        let mut sizes = stacks.sizes.iter();
        for group in stacks.groups() {
            let mut widest = vec![0_u64; group.strips as usize];
            for &(pairs, _) in sizes.by_ref().take(group.stacks as usize) {
                let mut top = 0;
                for item in &stacks.items[number..number + pairs as usize] {
                    for blocks in &mut widest[top..top + item.strips() as usize] {
                        *blocks = (*blocks).max(u64::from(item.blocks()));
                    }
                    top += item.strips() as usize;
                }
                number += pairs as usize;
            }
            steps += widest.iter().sum::<u64>() * u64::from(group.stacks);
        }
        // A pair to a stack, as on a GPU of thousands of invocations, waits for the tallest and for the widest of its workgroup.
        let most = if stacks.items.len() >= 32 * stacks.sizes.len() { 1.05 } else { 1.7 };
        assert!((steps as f64) < most * tiles as f64, "{steps} of {tiles}");
    }

    #[test]
    fn the_table_says_where_each_pair_stands() {
        for (pairs, strategy) in
            [(100, Strategy::InvocationPerPair), (9, Strategy::WorkgroupPerPair), (1, Strategy::Auto)]
        {
            for band in [Band::None, Band::SakoeChiba(3)] {
                let (stacks, layout) = stacks(pairs, 1, 70, strategy);
                let table = stacks.table(band, layout);
                assert!(table.len() as u64 <= stacks.table_entries(band));
                let count = stacks.count() as usize;
                for (stack, &[first, end, strips, group]) in table[..count].iter().enumerate() {
                    let mut top = 0;
                    for pair in first as usize..end as usize {
                        let [series, place] = [table[count + 2 * pair], table[count + 2 * pair + 1]];
                        assert_eq!(place[2..], [top, stack as u32]);
                        top += series[2].div_ceil(layout.rows);
                    }
                    assert_eq!(top, strips);
                    assert!(strips <= table[group as usize][0]);
                }
            }
        }
    }
}
