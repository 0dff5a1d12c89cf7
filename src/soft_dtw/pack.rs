//! Series as textures of four elements a texel, which software drivers load much faster than elements of a buffer.

use super::params::PackParams;
use super::shaders;
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Kernel, Recorder};

/// Invocations of a workgroup.
const WORKGROUP: u32 = 64;

/// Records the packing of series of `n` elements and `dim` channels each, from element `source.1` of a binding on, into `entries` entries of a
/// texture from `target.1` on.
pub(super) fn record(
    rec: &mut Recorder<'_>,
    source: (&Binding, u32),
    [n, dim]: [u32; 2],
    target: (&Binding, u32),
    entries: u32,
) -> Result<()> {
    let bytes = (source.0, u64::from(source.1) * 4);
    // Series of one channel and whole entries are packed as they are.
    if dim == 1 && n.is_multiple_of(4) && Recorder::can_copy_to_texels(bytes) {
        rec.fill_texels(bytes, target, entries);
        return Ok(());
    }
    rec.dispatch(&Dispatch {
        kernel: Kernel::new(&shaders::PACK, [WORKGROUP]),
        bindings: &[source.0.clone(), target.0.clone()],
        params: PackParams { entries, n, dim, x_first: source.1, out_first: target.1, ..PackParams::default() },
        workgroups: u64::from(entries.div_ceil(WORKGROUP)),
    })
}
