//! The parts in which a call is worked on, so that no binding exceeds the device's limit and scratch memory the caller's.

use std::ops::Range;

use super::job::Job;
use super::layout::{COLUMNS, Layout, MAX_ITERATIONS, Panels, ranges};
use super::listing::{Bucket, Item, buckets, ordered};
use super::own_arrays::Capacity;
use super::stacks::{Group, Stacks};
use crate::error::{Error, Result};
use crate::gpu::Gpu;

/// Scratch memory that an operation needs, in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Needs {
    /// Rows of a tile.
    pub(super) rows: u32,
    /// The row above a block.
    pub(super) row: u64,
    /// The row above every strip is kept for the backward pass; else one row, in place.
    pub(super) keeps_rows: bool,
    /// What is kept of each tile for the backward pass.
    pub(super) tile: u64,
    /// What a strip hands from panel to panel.
    pub(super) strip: u64,
    /// A packed series of `x`, and of `y`, where there is memory left for them.
    pub(super) series: [u64; 2],
    /// Gradients of each pair in `x` and in `y`, before they are summed.
    pub(super) gradients: [u64; 2],
    /// Anything else, for each pair.
    pub(super) pair: u64,
    /// Which pairs have the borders of their tiles in arrays, and so none of the above.
    pub(super) arrays: Option<Capacity>,
    /// The largest output or input that has a place for each pair, in one buffer; not scratch memory.
    pub(super) output: u64,
    /// A pair that does not fit may be worked on in sections, with its forward pass run twice.
    pub(super) sections: bool,
}

impl Needs {
    /// Whether what is left in scratch memory is read by another dispatch, so that it had better stay near.
    fn are_read_again(&self) -> bool {
        self.keeps_rows || self.gradients != [0; 2]
    }

    /// Those of pairs whose borders are in arrays.
    fn in_arrays(self) -> Self {
        Self { row: 0, keeps_rows: false, tile: 0, strip: 0, series: [0; 2], sections: false, ..self }
    }

    /// Whether arrays hold the borders of a pair of such lengths.
    fn arrays_hold(&self, n: u32, m: u32) -> bool {
        self.arrays.is_some_and(|arrays| arrays.holds(n, m))
    }
}

/// Bytes of each buffer of scratch memory.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sizes {
    /// The rows above strips.
    pub(super) rows: u64,
    /// What is kept of tiles.
    pub(super) columns: u64,
    /// What strips hand from panel to panel; stands behind what is kept of tiles.
    pub(super) carry: u64,
    /// Packed series; stand behind that.
    pub(super) series: u64,
    /// The rows above sections.
    pub(super) above: u64,
    /// What one section hands up to the next.
    pub(super) handed: u64,
    pub(super) gradients: [u64; 2],
    pub(super) pairs: u64,
}

impl Sizes {
    /// Buffers that serve any of these parts, with packed series where they fit in `memory` bytes and no part has sections.
    pub(super) fn peak(parts: &[Part], needs: &Needs, memory: u64) -> Self {
        let sizes = parts.iter().map(|part| part.sizes(needs)).fold(Self::default(), Self::max);
        if sizes.above > 0 || sizes.total() > memory { Self { series: 0, ..sizes } } else { sizes }
    }

    fn max(self, other: Self) -> Self {
        Self {
            rows: self.rows.max(other.rows),
            columns: self.columns.max(other.columns),
            carry: self.carry.max(other.carry),
            series: self.series.max(other.series),
            above: self.above.max(other.above),
            handed: self.handed.max(other.handed),
            gradients: [self.gradients[0].max(other.gradients[0]), self.gradients[1].max(other.gradients[1])],
            pairs: self.pairs.max(other.pairs),
        }
    }

    /// The buffers, one by one.
    fn buffers(self) -> [u64; 8] {
        let [x, y] = self.gradients;
        [self.rows, self.columns + self.carry, self.series, self.above, self.handed, x, y, self.pairs]
    }

    /// Bytes of all buffers.
    pub(super) fn total(self) -> u64 {
        self.buffers().iter().sum()
    }

    fn largest(self) -> u64 {
        self.buffers().into_iter().max().unwrap_or(0)
    }
}

/// Some pairs of a call, worked on at once.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// The series of `x` that are bound, and of `y`.
    pub(super) x: Range<u32>,
    pub(super) y: Range<u32>,
    /// The pairs whose values are bound, in the order of the call's.
    pub(super) values: Range<u64>,
    pub(super) pairs: u32,
    /// Rows of a tile.
    pub(super) rows: u32,
    /// Tiles of the largest pair, or of the tallest and the widest stack.
    pub(super) strips: u32,
    pub(super) blocks: u32,
    /// Strips that are kept at once for the backward pass.
    pub(super) section: u32,
    /// Whether strips hand something from panel to panel.
    carries: bool,
    /// Borders are in arrays: each pair is done at once by an invocation.
    pub(super) in_arrays: bool,
    /// What each pair is made of, where that does not follow from its number.
    pub(super) stacks: Option<Stacks>,
}

impl Part {
    /// Divides a call.
    pub(super) fn split(gpu: &Gpu, job: &Job, needs: &Needs) -> Result<Vec<Self>> {
        let room = gpu.capabilities().max_range_bytes();
        let needs = if needs.arrays_hold(job.n, job.m) { &needs.in_arrays() } else { needs };
        let [x, y] = needs.series;
        let series = u64::from(job.x_count) * x + u64::from(job.y_count) * y;
        let needs = &Needs { series: [0; 2], ..*needs };
        let split = |memory| Budget { room, memory, needs, taken: Sizes::default() }.split(gpu, job);
        // Packed series are worth a little of the memory, but not that a pair no longer fits.
        if series > 0
            && series <= job.memory / 8
            && let Ok(parts) = split(job.memory - series)
        {
            return Ok(parts);
        }
        split(job.memory)
    }

    /// The elements of an array with `each` elements for every pair that belong to the bound pairs.
    pub(super) fn pair_range(&self, each: u64) -> Range<u64> {
        self.values.start * each..self.values.end * each
    }

    /// The sections, in the order of the forward pass.
    pub(super) fn sections(&self) -> Vec<Range<u32>> {
        ranges(self.strips, self.section).collect()
    }

    /// Whether strips are all kept at once, and each is worked on from one end to the other.
    pub(super) fn is_whole(&self) -> bool {
        self.section == self.strips && !self.carries
    }

    /// Stacks of pairs; each pair is one of its own unless there is a table.
    pub(super) fn stack_count(&self) -> u32 {
        self.stacks.as_ref().map_or(self.pairs, Stacks::count)
    }

    /// Tiles of one row of all stacks.
    pub(super) fn row_tiles(&self) -> u64 {
        match &self.stacks {
            None => u64::from(self.pairs) * u64::from(self.blocks),
            Some(stacks) => stacks.groups().iter().map(|g| u64::from(g.stacks) * u64::from(g.blocks)).sum(),
        }
    }

    /// Tiles that are kept at once.
    fn tiles(&self) -> u64 {
        let section = u64::from(self.section);
        match &self.stacks {
            None => self.row_tiles() * section,
            Some(stacks) => {
                let tiles = |g: &Group| u64::from(g.stacks) * u64::from(g.blocks) * u64::from(g.strips).min(section);
                stacks.groups().iter().map(tiles).sum()
            }
        }
    }

    /// Bytes of its series, of so many bytes each.
    fn series_bytes(&self, each: [u64; 2]) -> u64 {
        let count = |range: &Range<u32>| u64::from(range.end - range.start);
        count(&self.x) * each[0] + count(&self.y) * each[1]
    }

    /// Scratch memory.
    pub(super) fn sizes(&self, needs: &Needs) -> Sizes {
        let needs = if self.in_arrays { &needs.in_arrays() } else { needs };
        let [strips, section, pairs] = [self.strips, self.section, self.pairs].map(u64::from);
        let (tiles, row_tiles) = (self.tiles(), self.row_tiles());
        let between = strips.div_ceil(section.max(1)).saturating_sub(1);
        Sizes {
            rows: (row_tiles + if needs.keeps_rows { tiles } else { 0 }) * needs.row,
            columns: tiles * needs.tile,
            carry: if self.carries { u64::from(self.stack_count()) * section * needs.strip } else { 0 },
            series: self.series_bytes(needs.series),
            above: between * row_tiles * needs.row,
            handed: between.min(1) * row_tiles * needs.row,
            gradients: needs.gradients.map(|each| each * pairs),
            pairs: pairs * needs.pair,
        }
    }
}

/// Whether strips hand something from panel to panel.
fn carries(job: &Job, layout: Layout, stacks: u32, strips: u32, blocks: u32) -> bool {
    Panels::new(job, layout, stacks, strips, blocks).side_by_side()
}

/// What the parts have to keep to.
struct Budget<'a> {
    room: u64,
    memory: u64,
    needs: &'a Needs,
    /// What the parts so far take: parts of unequal pairs differ in what they need most of, and scratch memory serves all of them.
    taken: Sizes,
}

impl Budget<'_> {
    fn split(mut self, gpu: &Gpu, job: &Job) -> Result<Vec<Part>> {
        let layout = Layout::new(gpu, job, self.needs.rows);
        let one = |bytes: u64, what: &str| self.at_least_one(job, bytes, what);
        let xs = one(job.x_elements() * 4, "one series of `x`")?;
        let ys = if job.costs.given { u32::MAX } else { one(job.y_elements() * 4, "one series of `y`")? };
        let outputs = one(self.needs.output.max(4), "the output of one pair")?;
        if job.listed() {
            return self.listed(job, layout, xs, ys, u64::from(outputs));
        }
        let (strips, blocks) = (job.n.div_ceil(layout.rows), job.m.div_ceil(COLUMNS));
        let in_arrays = self.needs.arrays_hold(job.n, job.m);
        let (pairs, section) = self.pairs(job, layout, strips, blocks)?;
        let pairs = pairs.min(outputs);
        let part = |x: Range<u32>, y: Range<u32>| {
            let (pairs, values) = if job.all_pairs() {
                let first = u64::from(x.start) * u64::from(job.y_count) + u64::from(y.start);
                let last = u64::from(x.end - 1) * u64::from(job.y_count) + u64::from(y.end);
                ((x.end - x.start) * (y.end - y.start), first..last)
            } else {
                (x.end - x.start, u64::from(x.start)..u64::from(x.end))
            };
            let carries = carries(job, layout, pairs, section, blocks);
            Part { x, y, values, pairs, rows: layout.rows, strips, blocks, section, carries, in_arrays, stacks: None }
        };
        if !job.all_pairs() {
            return Ok(ranges(job.x_count, pairs.min(xs).min(ys)).map(|x| part(x.clone(), x)).collect());
        }
        // Whole rows of the matrix of pairs where they fit, else pieces of one row.
        let y_step = ys.min(pairs).min(job.y_count.max(1)).min(MAX_ITERATIONS as u32);
        let x_step = if y_step == job.y_count { xs.min(pairs / y_step).min(MAX_ITERATIONS as u32) } else { 1 };
        let part = &part;
        let parts =
            ranges(job.x_count, x_step).flat_map(|x| ranges(job.y_count, y_step).map(move |y| part(x.clone(), y)));
        Ok(parts.collect())
    }

    /// Parts of listed pairs: of those whose borders arrays hold, and of the others. `xs`, `ys` and `outputs` are how many series and pairs one binding holds.
    fn listed(&mut self, job: &Job, layout: Layout, xs: u32, ys: u32, outputs: u64) -> Result<Vec<Part>> {
        let mut parts = Vec::new();
        for bucket in buckets(job, layout.rows, xs, ys, outputs) {
            let (held, others): (Vec<_>, Vec<_>) =
                bucket.items.iter().partition(|item| self.needs.arrays_hold(item.n, item.m));
            for (items, in_arrays) in [(held, true), (others, false)] {
                let needs = if in_arrays { self.needs.in_arrays() } else { *self.needs };
                let layout = layout.in_arrays(in_arrays);
                let mut budget = Budget { needs: &needs, ..*self };
                parts.extend(budget.runs(job, layout, &bucket, &ordered(&items, layout))?);
                self.taken = budget.taken;
            }
        }
        Ok(parts)
    }

    /// Parts of listed pairs: runs of pairs that are next to each other in the order in which they are worked on.
    fn runs(&mut self, job: &Job, layout: Layout, bucket: &Bucket, mut items: &[Item]) -> Result<Vec<Part>> {
        let needs = self.needs;
        let kept = needs.tile + if needs.keeps_rows { needs.row } else { 0 };
        let fixed = needs.gradients[0] + needs.gradients[1] + needs.pair;
        // An estimate, made for every pair: what a part takes is `Part::sizes`, once it is stacked.
        let alone = |item: &Item| item.tiles() * kept + u64::from(item.blocks()) * needs.row + fixed;
        let mut rest: u64 = items.iter().map(alone).sum();
        let near = if needs.are_read_again() { layout.near_bytes(rest) } else { u64::MAX };
        // Stacks of few pairs differ more than what is near saves.
        let even = (layout.busy_stacks() * layout.pairs_of_even_stacks()) as u64 * (rest / items.len().max(1) as u64);
        let near = near.max(even);
        // The rest is for parts that need more of something.
        let most = (self.memory - self.memory / 4).min(near).max(1);
        let mut parts = Vec::new();
        while !items.is_empty() {
            // No small part is left over.
            let goal = rest / rest.div_ceil(most).max(1);
            let mut bytes = 0;
            let fits = |item: &&Item| {
                bytes += alone(item);
                bytes <= goal
            };
            let mut count = items.iter().take(MAX_ITERATIONS as usize).take_while(fits).count();
            count = count.max(1).next_multiple_of(layout.busy_stacks()).min(items.len());
            let part = loop {
                let part = self.stacked(job, layout, bucket, &items[..count])?;
                if let Some(part) = part {
                    break part;
                }
                count -= count.div_ceil(8);
            };
            self.taken = self.taken.max(part.sizes(needs));
            parts.push(part);
            rest -= items[..count].iter().map(alone).sum::<u64>();
            items = &items[count..];
        }
        Ok(parts)
    }

    /// Some listed pairs as a part, or `None` for more of them than fit.
    fn stacked(&self, job: &Job, layout: Layout, bucket: &Bucket, items: &[Item]) -> Result<Option<Part>> {
        let stacks = Stacks::new(items, layout);
        let strips = stacks.groups().iter().map(|g| g.strips).max().unwrap_or(0);
        let blocks = stacks.groups().iter().map(|g| g.blocks).max().unwrap_or(0);
        let table = stacks.table_entries(job.band) * 16;
        let mut part = Part {
            x: bucket.x.clone(),
            y: bucket.y.clone(),
            values: bucket.values.clone(),
            pairs: items.len() as u32,
            rows: layout.rows,
            strips,
            blocks,
            section: strips,
            carries: carries(job, layout, stacks.count(), strips, blocks),
            in_arrays: layout.in_arrays,
            stacks: Some(stacks),
        };
        if table <= self.room && self.fits(part.sizes(self.needs)) {
            return Ok(Some(part));
        }
        if items.len() > 1 {
            return Ok(None);
        }
        part.section = self.section(job, layout, strips, blocks)?;
        part.carries = carries(job, layout, 1, part.section, blocks);
        Ok(Some(part))
    }

    fn one_pair(&self, strips: u32, blocks: u32, section: u32, carries: bool) -> Sizes {
        let (one, rows) = (0..1, self.needs.rows);
        let part = Part {
            x: one.clone(),
            y: one,
            values: 0..1,
            pairs: 1,
            rows,
            strips,
            blocks,
            section,
            carries,
            in_arrays: false,
            stacks: None,
        };
        part.sizes(self.needs)
    }

    fn fits(&self, sizes: Sizes) -> bool {
        self.taken.max(sizes).total() <= self.memory && sizes.largest() <= self.room
    }

    /// How many pairs of `strips` x `blocks` tiles a part holds, and the strips of their sections.
    fn pairs(&self, job: &Job, layout: Layout, strips: u32, blocks: u32) -> Result<(u32, u32)> {
        let all = job.pairs().clamp(1, u64::from(u32::MAX));
        // Few pairs are cut into panels that hand something on, which takes memory; many are not.
        for hands_on in [false, true] {
            let one = self.one_pair(strips, blocks, strips, hands_on);
            let (total, largest) = (one.total().max(1), one.largest().max(1));
            let mut pairs = (self.room / largest).min(self.memory / total).min(all);
            if self.needs.are_read_again() {
                pairs = pairs.min(layout.near(total, all));
            }
            // Neither the parts nor the smaller one that may be left over.
            let fewer = |pairs| pairs > 0 && carries(job, layout, pairs as u32, strips, blocks);
            if pairs > 0 && (hands_on || !(fewer(pairs) || fewer(all % pairs))) {
                return Ok((pairs as u32, strips));
            }
        }
        Ok((1, self.section(job, layout, strips, blocks)?))
    }

    /// The strips of a section of one pair that does not fit as a whole.
    fn section(&self, job: &Job, layout: Layout, strips: u32, blocks: u32) -> Result<u32> {
        // Fewer strips at a time, until the rows between sections outweigh what that saves.
        let lanes = layout.lanes;
        let (mut section, mut least) =
            (strips, self.one_pair(strips, blocks, strips, carries(job, layout, 1, strips, blocks)));
        while self.needs.sections && section > lanes {
            section = ((section - section.div_ceil(64)) / lanes).max(1) * lanes;
            let sizes = self.one_pair(strips, blocks, section, carries(job, layout, 1, section, blocks));
            if self.fits(sizes) {
                return Ok(section);
            }
            if sizes.total() < least.total() {
                least = sizes;
            }
        }
        let what = format!("the scratch memory of one pair of lengths {} and {}", job.n, job.m);
        let (limit, asked, have, remedy) = if least.largest() > self.room {
            let remedy = "use shorter series, or an adapter with a larger limit";
            ("max_storage_buffer_binding_size", least.largest(), self.room, remedy)
        } else {
            let remedy = "allow more with `SoftDtw::memory`, or use shorter series";
            // In terms of the setting, from which each pass has its share.
            ("the memory that is set", self.taken.max(least).total() * job.passes, self.memory * job.passes, remedy)
        };
        Err(Error::LimitExceeded { what, limit, asked, have, remedy })
    }

    /// How many things of `bytes` bytes one binding holds.
    fn at_least_one(&self, job: &Job, bytes: u64, what: &str) -> Result<u32> {
        let count = self.room / bytes.max(1);
        if count == 0 {
            return Err(Error::LimitExceeded {
                what: format!("{what} of lengths {} and {}", job.n, job.m),
                limit: "max_storage_buffer_binding_size",
                asked: bytes,
                have: self.room,
                remedy: "use shorter series, or an adapter with a larger limit",
            });
        }
        Ok(count.min(u64::from(u32::MAX)) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, Sizes};
    use crate::Error;
    use crate::Gpu;
    use crate::soft_dtw::forward::{Ends, value_needs};
    use crate::soft_dtw::job::Job;
    use crate::soft_dtw::wave::Tangent;
    use crate::soft_dtw::{Lengths, Pairs, Series, SoftDtw, backward};

    /// As the documentation of `Pairs::All` says.
    #[test]
    fn the_parts_of_a_large_matrix_are_few() {
        let gpu = Gpu::new().unwrap();
        let x = gpu.empty([1000, 128]).unwrap();
        let job = Job::new(&SoftDtw::new(1.0).pairs(Pairs::All), &gpu, (&x).into(), (&x).into()).unwrap();
        let ends = Ends::Values(&x);
        let count = |needs| Part::split(&gpu, &job, &needs).unwrap().len();
        // One dispatch each.
        assert!(count(value_needs(&gpu, &job, Tangent::None, ends)) <= 8);
        // Two dispatches, and two for sums.
        assert!(count(backward::gradient_needs(&gpu, &job, Tangent::None, ends)) <= 250);
    }

    #[test]
    fn parts_of_unequal_pairs_hold_each_once_and_keep_to_the_memory() {
        let gpu = Gpu::new().unwrap();
        let x = gpu.empty([300, 400]).unwrap();
        let lengths: Vec<u32> = (0..300_u32).map(|i| 1 + i.wrapping_mul(2_654_435_761) % 400).collect();
        let lengths = Lengths::new(&lengths).unwrap();
        let side = || Series::new(&x).lengths(&lengths);
        for pairs in [Pairs::Aligned, Pairs::list(&[(0, 1), (7, 250), (7, 7), (299, 0), (0, 1)])] {
            let split = |memory| {
                let dtw = SoftDtw::new(1.0).pairs(pairs.clone()).memory(memory);
                let job = Job::new(&dtw, &gpu, side(), side()).unwrap();
                let needs = backward::gradient_needs(&gpu, &job, Tangent::None, Ends::Values(&x));
                Part::split(&gpu, &job, &needs).map(|parts| (job, needs, parts))
            };
            // What the largest pair takes depends on how many lanes of the adapter share it.
            let Err(Error::LimitExceeded { asked: least, .. }) = split(1) else { panic!("no pair takes a byte") };
            for memory in [least, 1 << 20, 10 << 20, SoftDtw::DEFAULT_MEMORY] {
                let (job, needs, parts) = split(memory).unwrap();
                let taken = Sizes::peak(&parts, &needs, memory).total();
                assert!(taken <= memory, "{taken} of {memory}");
                let items = parts.iter().flat_map(|part| &part.stacks.as_ref().unwrap().items);
                let mut values: Vec<u32> = items.map(|item| item.value).collect();
                values.sort_unstable();
                assert!(values.into_iter().eq(0..job.pairs() as u32), "{memory}");
            }
        }
    }
}
