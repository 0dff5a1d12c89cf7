//! Pairs of which a table says what they are made of: in which order they are worked on, and of which sums each is part.

use std::ops::Range;

use super::Pairs;
use super::grouping::{by_width, grouped};
use super::job::Job;
use super::layout::{COLUMNS, Layout};

/// A pair: its series and their lengths, and its number in the outputs; within what is bound of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) n: u32,
    pub(super) m: u32,
    pub(super) value: u32,
    /// Rows of its tiles.
    pub(super) rows: u32,
    /// Its place among those that are worked on in turn, in which sums over pairs run.
    pub(super) rank: u32,
}

impl Item {
    pub(super) fn strips(&self) -> u32 {
        self.n.div_ceil(self.rows)
    }

    pub(super) fn blocks(&self) -> u32 {
        self.m.div_ceil(COLUMNS)
    }

    pub(super) fn tiles(&self) -> u64 {
        u64::from(self.strips()) * u64::from(self.blocks())
    }
}

/// Pairs whose series and outputs fit one binding each, in the order of their numbers.
pub(super) struct Bucket {
    pub(super) x: Range<u32>,
    pub(super) y: Range<u32>,
    pub(super) values: Range<u64>,
    pub(super) items: Vec<Item>,
}

/// All pairs of a call. `xs`, `ys` and `outputs` are how many series and outputs one binding holds.
pub(super) fn buckets(job: &Job, rows: u32, xs: u32, ys: u32, outputs: u64) -> Vec<Bucket> {
    let length = |lengths: &Option<super::Lengths>, series: u32, all: u32| {
        lengths.as_ref().map_or(all, |lengths| lengths.as_slice()[series as usize])
    };
    // Few: one for each range of series that a binding holds. The last one is mostly the next one's too.
    let mut buckets: Vec<((u64, u32, u32), Vec<Item>)> = Vec::new();
    let mut last = 0;
    let mut push = |number: u64, x: u32, y: u32| {
        let (n, m) = (length(&job.x_lengths, x, job.n), length(&job.y_lengths, y, job.m));
        let key = (number / outputs, x / xs, y / ys);
        if buckets.get(last).is_none_or(|(of, _)| *of != key) {
            last = buckets.iter().position(|(of, _)| *of == key).unwrap_or(buckets.len());
            if last == buckets.len() {
                buckets.push((key, Vec::new()));
            }
        }
        buckets[last].1.push(Item { x: x % xs, y: y % ys, n, m, value: (number % outputs) as u32, rows, rank: 0 });
    };
    match &job.pairs {
        Pairs::Aligned => (0..job.x_count).for_each(|i| push(u64::from(i), i, i)),
        Pairs::All => {
            let each = |x| (0..job.y_count).map(move |y| (x, y));
            (0..job.x_count).flat_map(each).zip(0..).for_each(|((x, y), number)| push(number, x, y));
        }
        Pairs::List(list) => list.iter().zip(0..).for_each(|(&(x, y), number)| push(number, x, y)),
    }
    buckets.sort_unstable_by_key(|(key, _)| *key);
    let total = job.pairs();
    let bucket = |((chunk, x, y), items): ((u64, u32, u32), Vec<Item>)| Bucket {
        x: x * xs..job.x_count.min((x + 1).saturating_mul(xs)),
        y: y * ys..job.y_count.min((y + 1).saturating_mul(ys)),
        values: chunk * outputs..total.min((chunk + 1) * outputs),
        items,
    };
    buckets.into_iter().map(bucket).collect()
}

/// Pairs in the order in which they are worked on: the widest first, as `Stacks` wants them, or in groups where each has an invocation to itself.
pub(super) fn ordered(items: &[Item], layout: Layout) -> Vec<Item> {
    let mut order =
        if layout.in_arrays { grouped(items, layout.stacks_per_workgroup() as usize) } else { by_width(items) };
    order.iter_mut().zip(0..).for_each(|(item, rank)| item.rank = rank);
    order
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
