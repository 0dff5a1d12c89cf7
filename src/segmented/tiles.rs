//! Short rows where a workgroup sorts a tile of them in its memory.

use super::Direction;
use super::params::SortParams;
use super::parts::parts;
use super::rows::Rows;
use super::shaders;
use super::sink::Sink;
use crate::error::Result;
use crate::gpu::{Dispatch, Kernel, Recorder};

/// Invocations of a workgroup, and elements that its memory holds with their payloads.
pub(super) const WORKGROUP: u32 = 256;
pub(super) const TILE: u32 = 2048;

/// Records the sort of all rows, of up to [`TILE`] elements each.
pub(super) fn record(rec: &mut Recorder<'_>, rows: &Rows<'_>, direction: Direction, sink: Sink<'_>) -> Result<()> {
    let (count, n) = rows.sizes();
    let size = n.next_power_of_two();
    for range in parts(rec.gpu(), count, n) {
        let bound = rows.bind(rec, &range);
        let out = sink.bind(rec, &range, n);
        let params = SortParams { rows: range.end - range.start, n, flip: direction.flip(), ..SortParams::default() };
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(
                &shaders::TILE_SORT,
                [WORKGROUP, size, 1, bound.has_mask.into()].into_iter().chain(out.flags),
            ),
            params: out.params(bound.params(params)),
            bindings: &[bound.values, bound.mask, bound.lengths, out.values, out.order],
            workgroups: u64::from((range.end - range.start).div_ceil(TILE / size)),
        })?;
    }
    Ok(())
}
