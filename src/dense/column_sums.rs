//! Sums of columns.

use super::operand::{Operand, WORKGROUP};
use super::params::ColumnSumsParams;
use super::shaders;
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, Tensor};

/// Rows that one invocation adds up: `CHUNK` in `column_sums.wgsl`.
const CHUNK: u32 = 512;

/// Records the sums of the columns of `a`, one matrix, into `out`, `[columns]`. Rows are added in chunks, in their order.
pub(crate) fn column_sums(rec: &mut Recorder<'_>, a: &Operand, out: &Tensor<f32>) -> Result<()> {
    let gpu = rec.gpu().clone();
    let n = a.columns;
    let (bound, out_first) = Binding::range(&gpu, out, 0..u64::from(n));
    let (mut source, mut place) = (a.source.clone(), (a.first, a.stride));
    let (mut rows, mut partial) = (a.rows, None);
    loop {
        let chunks = rows.div_ceil(CHUNK).max(1);
        let last = chunks == 1;
        let target = if last { bound.clone() } else { rec.scratch(u64::from(chunks) * u64::from(n) * 4)? };
        let params = ColumnSumsParams {
            rows,
            n,
            chunks,
            a_first: place.0,
            out_first: if last { out_first } else { 0 },
            a_stride: place.1,
            ..ColumnSumsParams::default()
        };
        let workgroups = (u64::from(chunks) * u64::from(n)).div_ceil(u64::from(WORKGROUP));
        let texels = source.is_texels();
        let shader = if texels { &shaders::COLUMN_SUMS_OF_TEXELS } else { &shaders::COLUMN_SUMS };
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(shader, [WORKGROUP]),
            bindings: &[source, target.clone()],
            params,
            workgroups,
        })?;
        if let Some(before) = partial.take() {
            rec.release(before);
        }
        if last {
            return Ok(());
        }
        partial = Some(target.clone());
        (source, place, rows) = (target, (0, n), chunks);
    }
}
