//! Pairs of which a table says what they are made of: in which order they are worked on, and the table.

use std::collections::HashMap;
use std::ops::Range;

use super::Pairs;
use super::job::Job;
use super::layout::{COLUMNS, Layout, ROWS};
use super::parts::Part;

/// A pair: its series and their lengths, and its number in the outputs; within what is bound of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) n: u32,
    pub(super) m: u32,
    pub(super) value: u32,
    /// Its place in the order of the whole call, in which sums over pairs run.
    pub(super) rank: u32,
}

impl Item {
    fn strips(&self) -> u32 {
        self.n.div_ceil(ROWS)
    }

    fn blocks(&self) -> u32 {
        self.m.div_ceil(COLUMNS)
    }
}

/// Pairs whose series and outputs fit one binding each.
pub(super) struct Bucket {
    pub(super) x: Range<u32>,
    pub(super) y: Range<u32>,
    pub(super) values: Range<u64>,
    pub(super) items: Vec<Item>,
}

/// All pairs of a call in the order in which they are worked on. `xs`, `ys` and `outputs` are how many series and outputs
/// one binding holds; `group` is how many pairs one workgroup holds.
pub(super) fn listing(job: &Job, group: u32, xs: u32, ys: u32, outputs: u64) -> Vec<Bucket> {
    let length = |lengths: &Option<super::Lengths>, series: u32, all: u32| {
        lengths.as_ref().map_or(all, |lengths| lengths.as_slice()[series as usize])
    };
    let mut buckets: HashMap<(u64, u32, u32), Vec<Item>> = HashMap::new();
    let mut push = |number: u64, x: u32, y: u32| {
        let item = Item {
            x: x % xs,
            y: y % ys,
            n: length(&job.x_lengths, x, job.n),
            m: length(&job.y_lengths, y, job.m),
            value: (number % outputs) as u32,
            rank: 0,
        };
        buckets.entry((number / outputs, x / xs, y / ys)).or_default().push(item);
    };
    match &job.pairs {
        Pairs::Aligned => (0..job.x_count).for_each(|i| push(u64::from(i), i, i)),
        Pairs::All => {
            let each = |x| (0..job.y_count).map(move |y| (x, y));
            (0..job.x_count).flat_map(each).zip(0..).for_each(|((x, y), number)| push(number, x, y));
        }
        Pairs::List(list) => list.iter().zip(0..).for_each(|(&(x, y), number)| push(number, x, y)),
    }
    let mut keys: Vec<_> = buckets.keys().copied().collect();
    keys.sort_unstable();
    let total = job.pairs();
    let bucket = |key: (u64, u32, u32)| {
        let mut items = buckets.remove(&key).unwrap_or_default();
        sort_by_size(&mut items, group as usize);
        for (item, rank) in items.iter_mut().zip(0..) {
            item.rank = rank;
        }
        let (chunk, x, y) = key;
        Bucket {
            x: x * xs..job.x_count.min((x + 1).saturating_mul(xs)),
            y: y * ys..job.y_count.min((y + 1).saturating_mul(ys)),
            values: chunk * outputs..total.min((chunk + 1) * outputs),
            items,
        }
    };
    keys.into_iter().map(bucket).collect()
}

/// Puts pairs of similar size next to each other, since the invocations of a workgroup take as long as the largest pair among
/// theirs: shelves of similar `n`, and within a shelf ordered by `m`, there and back again.
fn sort_by_size(items: &mut [Item], group: usize) {
    let mut heights: Vec<u32> = items.iter().map(Item::strips).collect();
    heights.sort_unstable();
    heights.dedup();
    let groups = items.len().div_ceil(group);
    let shelves = groups.isqrt().clamp(1, heights.len().max(1));
    items.sort_by_key(|item| (item.strips(), item.value));
    for (i, shelf) in items.chunks_mut(groups.div_ceil(shelves).max(1) * group).enumerate() {
        shelf.sort_by_key(|item| (item.blocks(), item.strips(), item.value));
        if i % 2 == 1 {
            shelf.reverse();
        }
    }
}

/// Puts workgroups of small pairs between those of large ones: a driver that gives each of its threads a stretch of the workgroups then
/// gives each as much work.
pub(super) fn spread(sorted: &[Item], group: usize) -> Vec<Item> {
    let whole = sorted.len() / group;
    let order = (0..whole).map(|i| if i % 2 == 0 { i / 2 } else { whole - 1 - i / 2 });
    let groups = order.flat_map(|g| &sorted[g * group..(g + 1) * group]);
    groups.chain(&sorted[whole * group..]).copied().collect()
}

/// The table of a part; see `plan` in `shaders/soft_dtw/pair.wgsl`.
pub(super) fn table(job: &Job, part: &Part, layout: Layout, items: &[Item]) -> Vec<[u32; 4]> {
    let banded = job.band != super::Band::None;
    let per_workgroup = layout.pairs_per_workgroup() as usize;
    let mut table = vec![[0; 4]; 2 * items.len()];
    let mut rows_of: HashMap<(u32, u32), u32> = HashMap::new();
    let mut blocks_of: HashMap<Vec<(u32, u32)>, u32> = HashMap::new();
    for (g, members) in items.chunks(per_workgroup).enumerate() {
        let strips = members.iter().map(Item::strips).max().unwrap_or(0);
        let blocks = members.iter().map(Item::blocks).max().unwrap_or(0);
        for (i, item) in members.iter().enumerate() {
            let mut rows = 0;
            if banded {
                rows = *rows_of.entry((item.n, item.m)).or_insert_with(|| {
                    let at = table.len() as u32;
                    push_pairs(&mut table, &job.band.rows(item.n, item.m));
                    at
                });
            }
            let at = 2 * (g * per_workgroup + i);
            table[at] = [item.x, item.y, item.n, item.m];
            table[at + 1] = [item.value, rows, 0, 0];
        }
        // The shapes of its pairs, each once, say what a group has.
        let mut shapes: Vec<(u32, u32)> = members.iter().map(|item| (item.n, item.m)).collect();
        shapes.sort_unstable();
        shapes.dedup();
        let key = if banded { shapes.clone() } else { vec![(strips, blocks)] };
        let group = *blocks_of.entry(key).or_insert_with(|| {
            let at = table.len() as u32;
            table.push([strips, blocks, 0, 0]);
            if banded {
                let ranges = strip_blocks(job, part.strips.min(strips), &shapes);
                push_pairs(&mut table, &ranges);
            }
            at
        });
        table[2 * g * per_workgroup + 1][2] = group;
    }
    table
}

/// The blocks of each strip that paths of any of these shapes may use, from begin to end; both never decrease.
fn strip_blocks(job: &Job, strips: u32, shapes: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut ranges = vec![(u32::MAX, 0); strips as usize];
    for &(n, m) in shapes {
        let rows = job.band.rows(n, m);
        for (range, strip) in ranges.iter_mut().zip(rows.chunks(ROWS as usize)) {
            let (first, last) = (strip[0].0 / COLUMNS, strip[strip.len() - 1].1 / COLUMNS);
            *range = (range.0.min(first), range.1.max(last + 1));
        }
    }
    // Lanes work from the first strip's begin to the last one's end.
    for i in (1..ranges.len()).rev() {
        ranges[i - 1].0 = ranges[i - 1].0.min(ranges[i].0);
    }
    for i in 1..ranges.len() {
        ranges[i].1 = ranges[i].1.max(ranges[i - 1].1);
    }
    ranges
}

/// Appends pairs of numbers, two of them an entry.
fn push_pairs(table: &mut Vec<[u32; 4]>, pairs: &[(u32, u32)]) {
    table.extend(pairs.chunks(2).map(|two| {
        let (a, b) = (two[0], two[two.len() - 1]);
        [a.0, a.1, b.0, b.1]
    }));
}

/// For one side of a part's pairs: which pairs each series is part of, by rank; see
/// `shaders/soft_dtw/sum_listed.wgsl`. Returns the number of series too.
pub(super) fn index(items: &[Item], dim: u32, first_side: bool) -> (u32, Vec<[u32; 4]>) {
    let mut by_series: Vec<_> = items
        .iter()
        .zip(0..)
        .map(|(item, pair)| {
            let (series, length) = if first_side { (item.x, item.n) } else { (item.y, item.m) };
            (series, item.rank, pair, length)
        })
        .collect();
    by_series.sort_unstable();
    let mut entries = Vec::new();
    let mut begin = 0;
    for run in by_series.chunk_by(|a, b| a.0 == b.0) {
        entries.push([run[0].0, begin, begin + run.len() as u32, run[0].3 * dim]);
        begin += run.len() as u32;
    }
    let series = entries.len() as u32;
    let pairs: Vec<u32> = by_series.iter().map(|&(_, _, pair, _)| pair).collect();
    entries.extend(pairs.chunks(4).map(|four| {
        let mut entry = [0; 4];
        entry[..four.len()].copy_from_slice(four);
        entry
    }));
    (series, entries)
}
