//! Short rows where an invocation works by itself: runs of up to 64 elements sorted in registers, then merged by sixteens.

use std::ops::Range;

use super::Direction;
use super::in_texels;
use super::params::SortParams;
use super::parts::parts;
use super::rows::{BoundRows, Rows};
use super::shaders;
use super::sink::{BoundSink, Sink};
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Kernel, Recorder};

/// Invocations of a workgroup.
pub(super) const WORKGROUP: u32 = 8;

/// Elements of a column, as in `shaders/segmented/network.wgsl`, and columns of an invocation.
const COLUMN: u32 = 16;
pub(super) const COLUMNS: u32 = 4;

/// The longest run that an invocation sorts in registers.
pub(super) const RUN: u32 = COLUMN * COLUMNS;

/// Runs that become one.
pub(super) const MERGED: u32 = 16;

/// The most elements of a row: one invocation does the last merge.
pub(super) const MAX_ROW: u32 = 16_384;

/// Records the sort of all rows.
pub(super) fn record(rec: &mut Recorder<'_>, rows: &Rows<'_>, direction: Direction, sink: Sink<'_>) -> Result<()> {
    let (count, n) = rows.sizes();
    for range in parts(rec.gpu(), count, n) {
        let bound = rows.bind(rec, &range);
        let elements = u64::from(range.end - range.start) * u64::from(n);
        if in_texels::suits(rec, &bound, elements) && n > RUN / 2 {
            in_texels::merge_sort(rec, &bound, direction, sink, &range, n)?;
        } else {
            record_part(rec, &bound, direction, sink, &range, n)?;
        }
    }
    Ok(())
}

fn record_part(
    rec: &mut Recorder<'_>,
    bound: &BoundRows,
    direction: Direction,
    sink: Sink<'_>,
    range: &Range<u32>,
    n: u32,
) -> Result<()> {
    let count = range.end - range.start;
    let columns = n.div_ceil(COLUMN).next_power_of_two().min(COLUMNS);
    let mut run = columns * COLUMN;
    let sorted = std::iter::successors(Some(u64::from(run)), |length| Some(length * u64::from(MERGED)));
    let merges = sorted.take_while(|&length| length < u64::from(n)).count();
    let bytes = u64::from(count) * u64::from(n) * 4;
    // One pair of arrays for each merge, up to two that take turns.
    let scratch: Vec<[Binding; 2]> =
        (0..merges.min(2)).map(|_| Ok([rec.scratch(bytes)?, rec.scratch(bytes)?])).collect::<Result<_>>()?;
    let out_of = |rec: &Recorder<'_>, step: usize| match scratch.get(step % 2) {
        Some(scratch) if step < merges => BoundSink::scratch(scratch),
        _ => sink.bind(rec, range, n),
    };
    let out = out_of(rec, 0);
    let tiles = n.div_ceil(run);
    let params = SortParams { rows: count, n, tiles, tile: run, flip: direction.flip(), ..SortParams::default() };
    rec.dispatch(&Dispatch {
        kernel: Kernel::new(
            &shaders::RUN_SORT,
            [WORKGROUP, columns, 1, bound.has_mask.into()].into_iter().chain(out.flags),
        ),
        params: out.params(bound.params(params)),
        bindings: &[bound.values.clone(), bound.mask.clone(), bound.lengths.clone(), out.values, out.order],
        workgroups: (u64::from(count) * u64::from(tiles)).div_ceil(u64::from(WORKGROUP * COLUMNS / columns)),
    })?;
    for step in 1..=merges {
        let [keys, payloads] = &scratch[(step - 1) % 2];
        let out = out_of(rec, step);
        let tiles = n.div_ceil(MERGED * run);
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::RUN_MERGE, [WORKGROUP, 0, 0].into_iter().chain(out.flags)),
            params: out.params(SortParams { tile: run, tiles, ..params }),
            bindings: &[keys.clone(), payloads.clone(), keys.clone(), out.values, out.order],
            workgroups: (u64::from(count) * u64::from(tiles)).div_ceil(u64::from(WORKGROUP)),
        })?;
        run *= MERGED;
    }
    scratch.into_iter().flatten().for_each(|binding| rec.release(binding));
    Ok(())
}
