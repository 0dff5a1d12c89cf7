//! The parts in which a call is worked on, so that no binding exceeds the device's limit and scratch memory the caller's.

use std::ops::Range;

use super::job::Job;
use super::layout::{COLUMNS, Layout, MAX_ITERATIONS, ROWS, ranges};
use super::listing::{Item, listing, spread};
use crate::error::{Error, Result};
use crate::gpu::Gpu;

/// Scratch memory that an operation needs, in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Needs {
    /// The row above a block.
    pub(super) row: u64,
    /// What is kept of each tile for the backward pass; 0 where nothing is, and then one row is kept, in place.
    pub(super) tile: u64,
    /// What a strip hands from panel to panel.
    pub(super) strip: u64,
    /// Anything else, for each pair.
    pub(super) pair: u64,
    /// The largest of it in one buffer.
    pub(super) largest: u64,
    /// The largest output or input that has a place for each pair, in one buffer; not scratch memory.
    pub(super) output: u64,
    /// A pair that does not fit may be worked on in sections, with its forward pass run twice.
    pub(super) sections: bool,
}

/// Bytes of scratch memory for one pair.
#[derive(Debug, Clone, Copy)]
struct PairBytes {
    total: u64,
    largest: u64,
}

impl Needs {
    /// For a pair of `strips` x `blocks` tiles, in sections of `section` strips.
    fn of_pair(&self, strips: u32, blocks: u32, section: u32) -> PairBytes {
        let [strips, blocks, section] = [strips, blocks, section].map(u64::from);
        let keeps = self.tile > 0;
        let rows = if keeps { section + 1 } else { 1 } * blocks * self.row;
        let columns = if keeps { section * blocks * self.tile + section * self.strip } else { strips * self.strip };
        let between = (strips.div_ceil(section) - 1) * blocks * self.row;
        PairBytes {
            total: rows + columns + between + self.pair,
            largest: rows.max(columns).max(between).max(self.largest).max(self.output),
        }
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
    /// Tiles of the largest pair.
    pub(super) strips: u32,
    pub(super) blocks: u32,
    /// Strips that are kept at once for the backward pass.
    pub(super) section: u32,
    /// What each pair is made of, where that does not follow from its number.
    pub(super) items: Option<Vec<Item>>,
}

impl Part {
    /// Divides a call.
    pub(super) fn split(gpu: &Gpu, job: &Job, needs: &Needs) -> Result<Vec<Self>> {
        let budget = Budget { room: gpu.capabilities().max_range_bytes(), memory: job.memory, needs };
        let layout = Layout::new(gpu, job);
        let one = |bytes: u64, what: &str| budget.at_least_one(job, bytes, what);
        let xs = one(job.x_elements() * 4, "one series of `x`")?;
        let ys = if job.costs.given { u32::MAX } else { one(job.y_elements() * 4, "one series of `y`")? };
        if job.listed() {
            let outputs = budget.room / needs.output.max(4);
            one(needs.output.max(4), "the output of one pair")?;
            return listed(job, &budget, layout, xs, ys, outputs);
        }
        let (strips, blocks) = (job.n.div_ceil(ROWS), job.m.div_ceil(COLUMNS));
        let (pairs, section) = budget.pairs(job, layout, strips, blocks)?;
        let part = |x: Range<u32>, y: Range<u32>| {
            let (pairs, values) = if job.all_pairs() {
                let first = u64::from(x.start) * u64::from(job.y_count) + u64::from(y.start);
                let last = u64::from(x.end - 1) * u64::from(job.y_count) + u64::from(y.end);
                ((x.end - x.start) * (y.end - y.start), first..last)
            } else {
                (x.end - x.start, u64::from(x.start)..u64::from(x.end))
            };
            Self { x, y, values, pairs, strips, blocks, section, items: None }
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

    /// The elements of an array with `each` elements for every pair that belong to the bound pairs.
    pub(super) fn pair_range(&self, each: u64) -> Range<u64> {
        self.values.start * each..self.values.end * each
    }

    /// Bytes of scratch memory that the part takes.
    pub(super) fn bytes(&self, needs: &Needs) -> u64 {
        needs.of_pair(self.strips, self.blocks, self.section).total * u64::from(self.pairs)
    }

    /// The sections, in the order of the forward pass.
    pub(super) fn sections(&self) -> Vec<Range<u32>> {
        ranges(self.strips, self.section).collect()
    }
}

/// What the parts have to keep to.
struct Budget<'a> {
    room: u64,
    memory: u64,
    needs: &'a Needs,
}

impl Budget<'_> {
    /// How many pairs of `strips` x `blocks` tiles a part holds, and the strips of their sections.
    fn pairs(&self, job: &Job, layout: Layout, strips: u32, blocks: u32) -> Result<(u32, u32)> {
        let whole = self.needs.of_pair(strips, blocks, strips);
        let pairs = (self.room / whole.largest.max(1)).min(self.memory / whole.total.max(1)).min(u64::from(u32::MAX));
        let pairs = if self.needs.tile > 0 { pairs.min(layout.near(whole.total, job.pairs())) } else { pairs };
        if pairs > 0 {
            return Ok((pairs as u32, strips));
        }
        // Half as many strips at a time, until the rows between sections outweigh what that saves.
        let lanes = layout.lanes;
        let (mut section, mut least) = (strips, whole);
        while self.needs.sections && section > lanes {
            section = (section / 2).next_multiple_of(lanes);
            let bytes = self.needs.of_pair(strips, blocks, section);
            if bytes.largest <= self.room && bytes.total <= self.memory {
                return Ok((1, section));
            }
            if bytes.total < least.total {
                least = bytes;
            }
        }
        let what = format!("the scratch memory of one pair of lengths {} and {}", job.n, job.m);
        let (limit, asked, have, remedy) = if least.largest > self.room {
            let remedy = "use shorter series, or an adapter with a larger limit";
            ("max_storage_buffer_binding_size", least.largest, self.room, remedy)
        } else {
            let remedy = "allow more with `SoftDtw::memory`, or use shorter series";
            ("the memory that is set", least.total, self.memory, remedy)
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

/// Parts of listed pairs: runs of pairs that are next to each other in the order in which they are worked on. `xs`, `ys` and
/// `outputs` are how many series and pairs one binding holds.
fn listed(job: &Job, budget: &Budget<'_>, layout: Layout, xs: u32, ys: u32, outputs: u64) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for bucket in listing(job, layout.pairs_per_workgroup(), xs, ys, outputs) {
        let mut items = bucket.items.as_slice();
        while !items.is_empty() {
            // The largest pair decides what each one takes, so that a run ends where a larger one would make it too large.
            let (mut strips, mut blocks, mut section, mut count) = (0, 0, 0, 0);
            for item in items.iter().take(MAX_ITERATIONS as usize) {
                let (s, b) = (strips.max(item.n.div_ceil(ROWS)), blocks.max(item.m.div_ceil(COLUMNS)));
                if (s, b) != (strips, blocks) {
                    let (pairs, k) = budget.pairs(job, layout, s, b)?;
                    if count > 0 && (pairs as usize) <= count {
                        break;
                    }
                    (strips, blocks, section) = (s, b, k);
                }
                if count > 0 && budget.pairs(job, layout, strips, blocks)?.0 as usize <= count {
                    break;
                }
                count += 1;
            }
            let (run, rest) = items.split_at(count);
            parts.push(Part {
                x: bucket.x.clone(),
                y: bucket.y.clone(),
                values: bucket.values.clone(),
                pairs: count as u32,
                strips,
                blocks,
                section,
                items: Some(spread(run, layout.pairs_per_workgroup() as usize)),
            });
            items = rest;
        }
    }
    Ok(parts)
}
