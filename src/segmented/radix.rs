//! Radix sort of long rows: a pass for each digit of the keys, from the lowest one up, each stable.

use std::ops::Range;

use super::Direction;
use super::in_texels;
use super::params::{ScanParams, SortParams};
use super::parts::{PART_ELEMENTS, ranges};
use super::rows::Rows;
use super::shaders;
use super::sink::{BoundSink, Sink};
use super::tiles;
use crate::error::Result;
use crate::gpu::shader::Shader;
use crate::gpu::{Dispatch, Gpu, Kernel, Recorder, cores};

/// Bits of a digit, as in `shaders/segmented/digit.wgsl`, and how many digits a key has.
pub(super) const BITS: u32 = 8;
pub(super) const DIGITS: u32 = 1 << BITS;
pub(super) const PASSES: u32 = 32 / BITS;

/// The most elements of a tile that is one invocation's: a loop runs over them.
const MAX_STRETCH: u32 = 16_384;

/// Tiles that are one invocation's each and keep a core of a software driver busy, which works on 8 at once.
const CORE_STRETCHES: u32 = 8;

/// Who works on a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Invocations,
    Workgroups,
}

impl By {
    /// The kernels of a pass: counting, summing, moving.
    fn shaders(self) -> [&'static Shader; 3] {
        match self {
            Self::Invocations => [&shaders::STRETCH_COUNT, &shaders::STRETCH_SCAN, &shaders::STRETCH_SCATTER],
            Self::Workgroups => [&shaders::TILE_COUNT, &shaders::TILE_SCAN, &shaders::TILE_SCATTER],
        }
    }

    /// Invocations of a workgroup, and how many of what there is to do it does.
    fn workgroup(self) -> [u32; 2] {
        match self {
            Self::Invocations => [8, 8],
            Self::Workgroups => [tiles::WORKGROUP, 1],
        }
    }
}

/// How rows are cut.
pub(super) struct Plan {
    by: By,
    /// Elements of a tile.
    pub(super) tile: u32,
    /// Tiles of a row.
    pub(super) tiles: u32,
    /// Rows of a part.
    rows: u64,
}

impl Plan {
    fn new(gpu: &Gpu, by: By, rows: u32, n: u32) -> Self {
        let room = gpu.capabilities().max_range_bytes() / 4;
        let tile = match by {
            By::Workgroups => tiles::TILE,
            By::Invocations => {
                // Each tile has its counts, and the row their sums.
                let most = (room / u64::from(DIGITS)).saturating_sub(1).max(1) as u32;
                let stretches = (cores() as u32).saturating_mul(CORE_STRETCHES);
                n.div_ceil(stretches.div_ceil(rows).min(most)).min(MAX_STRETCH)
            }
        };
        let tiles = n.div_ceil(tile);
        let elements = u64::from(n).max(u64::from(DIGITS) * u64::from(tiles + 1));
        Self { by, tile, tiles, rows: (PART_ELEMENTS.min(room) / elements).max(1) }
    }
}

/// Records the sort of all rows.
pub(super) fn record(
    rec: &mut Recorder<'_>,
    rows: &Rows<'_>,
    direction: Direction,
    sink: Sink<'_>,
    by: By,
) -> Result<()> {
    let (count, n) = rows.sizes();
    let plan = Plan::new(rec.gpu(), by, count, n);
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
    let bound = rows.bind(rec, range);
    if plan.by == By::Invocations && in_texels::suits(rec, &bound, u64::from(count) * u64::from(n)) {
        return in_texels::radix_sort(rec, &bound, direction, sink, plan, range, n);
    }
    let bytes = u64::from(count) * u64::from(n) * 4;
    let mut from = [rec.scratch(bytes)?, rec.scratch(bytes)?];
    let mut to = [rec.scratch(bytes)?, rec.scratch(bytes)?];
    let counts = rec.scratch(u64::from(count) * u64::from(DIGITS * (plan.tiles + 1)) * 4)?;
    let [count_shader, scan_shader, scatter_shader] = plan.by.shaders();
    let [workgroup, share] = plan.by.workgroup();
    for pass in 0..PASSES {
        let first = pass == 0;
        let variant = [workgroup, u32::from(first), u32::from(first && bound.has_mask)];
        let [source, beside] = if first { [&bound.values, &bound.mask] } else { [&from[0], &from[1]] };
        let lengths = if first { &bound.lengths } else { source };
        let out = if pass == PASSES - 1 { sink.bind(rec, range, n) } else { BoundSink::scratch(&to) };
        let params = SortParams {
            rows: count,
            n,
            tiles: plan.tiles,
            tile: plan.tile,
            shift: pass * BITS,
            flip: direction.flip(),
            ..SortParams::default()
        };
        let params = out.params(if first { bound.params(params) } else { params });
        let workgroups = u64::from((count * plan.tiles).div_ceil(share));
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(count_shader, variant),
            bindings: &[source.clone(), beside.clone(), lengths.clone(), counts.clone()],
            params,
            workgroups,
        })?;
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(scan_shader, [workgroup]),
            bindings: std::slice::from_ref(&counts),
            params: ScanParams { rows: count, tiles: plan.tiles, ..ScanParams::default() },
            workgroups: u64::from(count * DIGITS / share),
        })?;
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(scatter_shader, variant.into_iter().chain(out.flags)),
            bindings: &[source.clone(), beside.clone(), lengths.clone(), counts.clone(), out.values, out.order],
            params,
            workgroups,
        })?;
        std::mem::swap(&mut from, &mut to);
    }
    from.into_iter().chain(to).chain([counts]).for_each(|binding| rec.release(binding));
    Ok(())
}
