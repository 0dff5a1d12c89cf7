//! Series as textures of four elements a texel, which software drivers load much faster than elements of a buffer.

use super::params::{PackParams, PairParams};
use super::wave::Wave;
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, shader};

/// Invocations of a workgroup.
const WORKGROUP: u32 = 64;

/// Records the packing of a part's series, of `entries` entries each in `x` and in `y`, from entry `first` of `texels` on. Returns the parameters with
/// which kernels find them there.
pub(super) fn record(
    rec: &mut Recorder<'_>,
    wave: &Wave<'_>,
    texels: &Binding,
    entries: [u32; 2],
    first: u32,
) -> Result<PairParams> {
    let (params, part) = (wave.params, wave.part);
    let [x, y, _] = wave.inputs.clone();
    let x_entries = (part.x.end - part.x.start) * entries[0];
    let entries = x_entries + (part.y.end - part.y.start) * entries[1];
    let PairParams { n, m, dim, x_first, y_first, .. } = params;
    rec.dispatch(&Dispatch {
        kernel: Kernel::new(&shader::SOFT_DTW_PACK, [WORKGROUP]),
        bindings: &[x, y, texels.clone()],
        params: PackParams { x_entries, entries, n, m, dim, x_first, y_first, out_first: first },
        workgroups: u64::from(entries.div_ceil(WORKGROUP)),
    })?;
    Ok(PairParams { x_first: first, y_first: first + x_entries, ..params })
}
