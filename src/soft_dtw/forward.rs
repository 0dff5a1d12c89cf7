//! The soft recursion, forward: values, and what the backward pass needs.

use std::ops::Range;

use super::job::Job;
use super::layout::COLUMNS;
use super::params::PairParams;
use super::parts::{Needs, Part, Sizes};
use super::wave::{Tangent, Wave};
use crate::error::Result;
use crate::gpu::{Binding, Recorder, Tensor, shader::SOFT_DTW_FORWARD};

/// Constants of the forward kernel that all wavefront kernels of the soft recursion have.
const CONSTANTS: usize = 10;

/// What the recursion ends with: a value for each pair, or the four numbers of which `combine.rs` makes one.
#[derive(Clone, Copy)]
pub(super) enum Ends<'a> {
    Values(&'a Tensor<f32>),
    Numbers(&'a Tensor<f32>),
}

impl Ends<'_> {
    /// The tensor, its elements for each pair, and whether it is the four numbers.
    pub(super) fn parts(&self) -> (&Tensor<f32>, u64, bool) {
        match *self {
            Self::Values(tensor) => (tensor, 1, false),
            Self::Numbers(tensor) => (tensor, 4, true),
        }
    }
}

/// Bytes of a border's four numbers in a row: mantissas and exponents, and twice as much with a tangent.
fn row_bytes(tangent: Tangent<'_>) -> u64 {
    if tangent.is_some() { 64 } else { 32 }
}

/// Scratch memory of a forward pass over tiles of `rows` rows; `checkpoints` keeps what the backward pass needs.
pub(super) fn needs(rows: u32, tangent: Tangent<'_>, checkpoints: bool, ends: Ends<'_>) -> Needs {
    let row = row_bytes(tangent);
    let column = u64::from(rows / COLUMNS) * row;
    Needs {
        rows,
        row,
        keeps_rows: checkpoints,
        tile: if checkpoints { column } else { 0 },
        strip: column + 16,
        output: ends.parts().1 * 4,
        ..Needs::default()
    }
}

/// Scratch memory of values alone.
pub(super) fn value_needs(job: &Job, tangent: Tangent<'_>, ends: Ends<'_>) -> Needs {
    let mut needs = needs(job.rows(tangent), tangent, false, ends);
    if let Tangent::Direction(_) = tangent {
        needs.output = needs.output.max(job.cells() * 4);
    }
    needs
}

/// Values only.
pub(super) fn value(rec: &mut Recorder<'_>, job: &Job, tangent: Tangent<'_>, ends: Ends<'_>) -> Result<()> {
    let needs = value_needs(job, tangent, ends);
    let parts = Part::split(rec.gpu(), job, &needs)?;
    let memory = Memory::new(rec, &parts, &needs)?;
    for part in &parts {
        let wave = Wave::new(rec, job, part, tangent)?;
        record(rec, &wave, &memory, &(0..part.strips), ends, false)?;
    }
    memory.release(rec);
    Ok(())
}

/// The borders of tiles, for all parts of a call in turn.
pub(super) struct Memory {
    pub(super) rows: Binding,
    pub(super) columns: Binding,
    /// The rows above sections.
    pub(super) above: Binding,
    /// What one section hands up to the next.
    pub(super) handed: Binding,
    needs: Needs,
}

impl Memory {
    pub(super) fn new(rec: &mut Recorder<'_>, parts: &[Part], needs: &Needs) -> Result<Self> {
        let sizes = Sizes::peak(parts, needs);
        let mut scratch = |bytes: u64| rec.scratch(bytes.max(2 * needs.row));
        Ok(Self {
            rows: scratch(sizes.rows)?,
            columns: scratch(sizes.columns + sizes.carry)?,
            above: scratch(sizes.above)?,
            handed: scratch(sizes.handed)?,
            needs: *needs,
        })
    }

    /// Entries of `columns` before what one panel hands to the next.
    pub(super) fn carry_first(&self, part: &Part) -> u32 {
        (part.sizes(&self.needs).columns / 16) as u32
    }

    /// Bytes of one row of all blocks.
    pub(super) fn row(&self, part: &Part) -> u64 {
        part.row_tiles() * self.needs.row
    }

    pub(super) fn release(self, rec: &mut Recorder<'_>) {
        for binding in [self.rows, self.columns, self.above, self.handed] {
            rec.release(binding);
        }
    }
}

/// Records the forward pass over strips `section` of a part.
pub(super) fn record(
    rec: &mut Recorder<'_>,
    wave: &Wave<'_>,
    memory: &Memory,
    section: &Range<u32>,
    ends: Ends<'_>,
    checkpoints: bool,
) -> Result<()> {
    let (values, each, numbers) = ends.parts();
    let (out, out_first) = Binding::range(rec.gpu(), values, wave.part.pair_range(each));
    let [x, y, plan] = wave.inputs.clone();
    let bindings = [x, y, plan, wave.extra.clone(), memory.rows.clone(), memory.columns.clone(), out];
    let kernel = wave.kernel(&SOFT_DTW_FORWARD, CONSTANTS, &[checkpoints, numbers]);
    let params = PairParams {
        out_first,
        rows_kept: u32::from(checkpoints),
        carry_first: memory.carry_first(wave.part),
        unscale: wave.job.per_bit(),
        ..wave.params
    };
    wave.dispatch(rec, &kernel, &bindings, params, section, false)
}
