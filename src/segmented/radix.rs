//! Radix sort of long rows: a pass for each digit of the keys, from the lowest one up, each stable.

use std::ops::Range;

use super::Direction;
use super::params::{ScanParams, SortParams};
use super::parts::{PART_ELEMENTS, ranges};
use super::rows::Rows;
use super::sink::{BoundSink, Sink};
use crate::error::Result;
use crate::gpu::{Dispatch, Gpu, Kernel, Recorder, shader};

/// Bits of a digit, as in `shaders/segmented/digit.wgsl`, and how many digits a key has.
const BITS: u32 = 8;
const DIGITS: u32 = 1 << BITS;
const PASSES: u32 = 32 / BITS;

/// Invocations of a workgroup where each has a tile of its own.
const WORKGROUP: u32 = 8;

/// The most elements of a tile that is one invocation's: a loop runs over them.
const MAX_TILE: u32 = 16_384;

/// Tiles that keep a device busy.
const BUSY: u32 = 32;

/// How rows are cut.
struct Plan {
    /// Elements of a tile.
    tile: u32,
    /// Tiles of a row.
    tiles: u32,
    /// Rows of a part.
    rows: u64,
}

impl Plan {
    fn new(gpu: &Gpu, rows: u32, n: u32) -> Self {
        let room = gpu.capabilities().max_range_bytes() / 4;
        // Each tile has its counts, and the row their sums.
        let most = (room / u64::from(DIGITS)).saturating_sub(1).max(1) as u32;
        let wanted = BUSY.div_ceil(rows).min(most).max(n.div_ceil(MAX_TILE));
        let tile = n.div_ceil(wanted);
        let tiles = n.div_ceil(tile);
        let elements = u64::from(n.max(DIGITS * (tiles + 1)));
        Self { tile, tiles, rows: (PART_ELEMENTS.min(room) / elements).max(1) }
    }
}

/// Records the sort of all rows.
pub(super) fn record(rec: &mut Recorder<'_>, rows: &Rows<'_>, direction: Direction, sink: Sink<'_>) -> Result<()> {
    let (count, n) = rows.sizes();
    let plan = Plan::new(rec.gpu(), count, n);
    for range in ranges(count, plan.rows) {
        record_part(rec, rows, direction, sink, &plan, &range)?;
    }
    Ok(())
}

fn record_part(
    rec: &mut Recorder<'_>,
    rows: &Rows<'_>,
    direction: Direction,
    sink: Sink<'_>,
    plan: &Plan,
    range: &Range<u32>,
) -> Result<()> {
    let (count, n) = (range.end - range.start, rows.sizes().1);
    let bytes = u64::from(count) * u64::from(n) * 4;
    let mut from = [rec.scratch(bytes)?, rec.scratch(bytes)?];
    let mut to = [rec.scratch(bytes)?, rec.scratch(bytes)?];
    let counts = rec.scratch(u64::from(count) * u64::from(DIGITS * (plan.tiles + 1)) * 4)?;
    let bound = rows.bind(rec, range);
    for pass in 0..PASSES {
        let first = pass == 0;
        let [lengths, masked] = if first { rows.flags() } else { [0, 0] };
        let descending = u32::from(direction == Direction::Descending);
        let variant = [WORKGROUP, descending, u32::from(first), lengths, masked];
        let [source, beside] = if first { [&bound.values, &bound.mask] } else { [&from[0], &from[1]] };
        let lengths = if first { &bound.lengths } else { source };
        let out = if pass == PASSES - 1 { sink.bind(rec, range, n) } else { BoundSink::scratch(&to) };
        let params = SortParams {
            rows: count,
            n,
            tiles: plan.tiles,
            tile: plan.tile,
            shift: pass * BITS,
            source_first: bound.values_first,
            mask_first: bound.mask_first,
            lengths_first: bound.lengths_first,
            values_first: out.values_first,
            order_first: out.order_first,
            ..SortParams::default()
        };
        let workgroups = u64::from((count * plan.tiles).div_ceil(WORKGROUP));
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shader::STRETCH_COUNT, variant),
            bindings: &[source.clone(), beside.clone(), lengths.clone(), counts.clone()],
            params,
            workgroups,
        })?;
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shader::STRETCH_SCAN, [WORKGROUP]),
            bindings: &[counts.clone()],
            params: ScanParams { rows: count, tiles: plan.tiles, ..ScanParams::default() },
            workgroups: u64::from(count * DIGITS / WORKGROUP),
        })?;
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shader::STRETCH_SCATTER, variant.into_iter().chain(out.flags)),
            bindings: &[source.clone(), beside.clone(), lengths.clone(), counts.clone(), out.values, out.order],
            params,
            workgroups,
        })?;
        std::mem::swap(&mut from, &mut to);
    }
    from.into_iter().chain(to).chain([counts]).for_each(|binding| rec.release(binding));
    Ok(())
}
