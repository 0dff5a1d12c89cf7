//! The soft recursion, forward: values, and what the backward pass needs.

use super::job::Job;
use super::params::PairParams;
use super::plan::{Layout, Part, dispatches};
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Gpu, Kernel, Recorder, Tensor, shader};

/// Bytes of the border row of one block: four mantissas and four exponents.
const ROW_BYTES: u64 = 32;
/// Bytes of the border column of one tile: eight mantissas and eight exponents.
const COLUMN_BYTES: u64 = 64;
/// Bytes of what a lane carries from one dispatch to the next: a column and a corner.
const CARRY_BYTES: u64 = 80;

/// Values only.
pub(super) fn value(rec: &mut Recorder<'_>, job: &Job, value: &Tensor<f32>) -> Result<()> {
    let blocks = u64::from(job.blocks());
    for part in Part::split(rec.gpu(), job, carry_bytes(rec.gpu(), job).max(blocks * ROW_BYTES))? {
        let kept = record(rec, job, &part, value, false)?;
        kept.release(rec);
    }
    Ok(())
}

/// Bytes that the largest scratch buffer of a forward pass with checkpoints needs for one pair.
pub(super) fn checkpoint_bytes(gpu: &Gpu, job: &Job) -> u64 {
    carry_bytes(gpu, job).max(job.tiles() * COLUMN_BYTES)
}

fn carry_bytes(gpu: &Gpu, job: &Job) -> u64 {
    u64::from(Layout::new(gpu, job).lanes) * CARRY_BYTES
}

/// What the backward pass needs of a part's forward pass.
pub(super) struct Checkpoints {
    /// The row of `u` above each strip.
    pub(super) rows: Binding,
    /// The column of `u` to the left of each tile.
    pub(super) columns: Binding,
    /// Blocks from one strip to the next in `rows`.
    pub(super) row_stride: u32,
}

impl Checkpoints {
    pub(super) fn release(self, rec: &mut Recorder<'_>) {
        rec.release(self.rows);
        rec.release(self.columns);
    }
}

/// Records the forward pass of a part; `checkpoints` keeps what the backward pass needs.
pub(super) fn record(
    rec: &mut Recorder<'_>,
    job: &Job,
    part: &Part,
    value: &Tensor<f32>,
    checkpoints: bool,
) -> Result<Checkpoints> {
    let gpu = rec.gpu().clone();
    let layout = Layout::new(&gpu, job);
    let pairs = u64::from(part.pairs);
    // Without checkpoints one row is kept, in place, and no column.
    let kept_rows = if checkpoints { job.tiles() } else { u64::from(job.blocks()) };
    let kept_columns = if checkpoints { job.tiles() * pairs } else { 1 };
    let kept = Checkpoints {
        rows: rec.scratch(kept_rows * pairs * ROW_BYTES)?,
        columns: rec.scratch(kept_columns * COLUMN_BYTES)?,
        row_stride: if checkpoints { job.blocks() } else { 0 },
    };
    let carry = rec.scratch(pairs * u64::from(layout.lanes) * CARRY_BYTES)?;
    let (x, y, params) = part.bind(&gpu, job);
    let (out, out_first) = Binding::range(&gpu, value, part.pair_range(job, 1));
    let bindings = [x, y, kept.rows.clone(), kept.columns.clone(), carry.clone(), out];
    let kernel =
        Kernel::new(&shader::SOFT_DTW_FORWARD, layout.constants(job).into_iter().chain([u32::from(checkpoints)]));
    for tiles in dispatches(job, layout, 1) {
        let params = PairParams {
            out_first,
            row_stride: kept.row_stride,
            scale: job.soft_scale(),
            unscale: job.gamma * std::f32::consts::LN_2,
            ..params.with_tiles(&tiles)
        };
        rec.dispatch(&Dispatch { kernel, bindings: &bindings, params, workgroups: layout.workgroups(part.pairs) })?;
    }
    rec.release(carry);
    Ok(kept)
}
