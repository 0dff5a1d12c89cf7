//! The soft recursion, forward: values, and what the backward pass needs.

use std::ops::Range;

use super::job::Job;
use super::layout::COLUMNS;
use super::own_arrays::{self, Capacity};
use super::pack;
use super::params::PairParams;
use super::parts::{Needs, Part, Sizes};
use super::shaders;
use super::wave::{CONSTANTS, Tangent, Wave};
use crate::error::Result;
use crate::gpu::{Binding, Gpu, Recorder, Tensor, TexelPool, shader::Shader};

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
pub(super) fn needs(job: &Job, rows: u32, tangent: Tangent<'_>, checkpoints: bool, ends: Ends<'_>) -> Needs {
    let row = row_bytes(tangent);
    let column = u64::from(rows / COLUMNS) * row;
    Needs {
        rows,
        row,
        keeps_rows: checkpoints,
        tile: if checkpoints { column } else { 0 },
        strip: column + 32,
        series: if job.in_texels(checkpoints) { job.packed_entries().map(|each| u64::from(each) * 16) } else { [0; 2] },
        output: ends.parts().1 * 4,
        ..Needs::default()
    }
}

/// Scratch memory of values alone.
pub(super) fn value_needs(gpu: &Gpu, job: &Job, tangent: Tangent<'_>, ends: Ends<'_>) -> Needs {
    let rows = job.rows(tangent);
    let arrays = Capacity::of_values(gpu, job, rows, tangent);
    let mut needs = Needs { arrays, ..needs(job, rows, tangent, false, ends) };
    if let Tangent::Direction(_) = tangent {
        needs.output = needs.output.max(job.cells() * 4);
    }
    needs
}

/// Values only.
pub(super) fn value(rec: &mut Recorder<'_>, job: &Job, tangent: Tangent<'_>, ends: Ends<'_>) -> Result<()> {
    let needs = value_needs(rec.gpu(), job, tangent, ends);
    let parts = Part::split(rec.gpu(), job, &needs)?;
    let mut memory = Memory::where_needed(rec, job, &parts, &needs)?;
    for part in &parts {
        let mut wave = Wave::new(rec, job, part, tangent)?;
        match &mut memory {
            Some(memory) if !part.in_arrays => {
                memory.pack(rec, &mut wave)?;
                record(rec, &wave, memory, &(0..part.strips), ends, false)?;
            }
            _ => own_arrays::value(rec, &wave, ends)?,
        }
    }
    if let Some(memory) = memory {
        memory.release(rec);
    }
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
    /// The entry of `columns` at which packed series begin, those of `y` that are there, and those of `x` and where.
    series_first: u32,
    packed_y: Option<Range<u32>>,
    packed_x: Option<(Range<u32>, u32)>,
}

impl Memory {
    /// None where all parts have their borders in arrays.
    pub(super) fn where_needed(
        rec: &mut Recorder<'_>,
        job: &Job,
        parts: &[Part],
        needs: &Needs,
    ) -> Result<Option<Self>> {
        parts.iter().any(|part| !part.in_arrays).then(|| Self::new(rec, job, parts, needs)).transpose()
    }

    pub(super) fn new(rec: &mut Recorder<'_>, job: &Job, parts: &[Part], needs: &Needs) -> Result<Self> {
        let sizes = Sizes::peak(parts, needs, job.memory);
        let (rows, columns) = (sizes.rows, sizes.columns + sizes.carry);
        let room = TexelPool::most_bytes(&rec.gpu().capabilities().limits);
        let packed = sizes.series > 0 || needs.series == [0; 2];
        // What is kept between sections is copied, which takes buffers.
        let texels =
            job.in_texels(needs.keeps_rows) && packed && sizes.above == 0 && rows.max(columns + sizes.series) <= room;
        let series_first = (columns / 16) as u32;
        let columns = if texels { columns + sizes.series } else { columns };
        let mut border = |bytes: u64| {
            let bytes = bytes.max(2 * needs.row);
            if texels { rec.scratch_texels(bytes) } else { rec.scratch(bytes) }
        };
        let (rows, columns) = (border(rows)?, border(columns)?);
        let mut scratch = |bytes: u64| rec.scratch(bytes.max(2 * needs.row));
        let (above, handed) = (scratch(sizes.above)?, scratch(sizes.handed)?);
        Ok(Self { rows, columns, above, handed, needs: *needs, series_first, packed_y: None, packed_x: None })
    }

    /// Packs the series of a part, where kernels read them from textures and they are not there from the part before. Those of `y` come
    /// first, since parts of all pairs mostly have the same.
    pub(super) fn pack(&mut self, rec: &mut Recorder<'_>, wave: &mut Wave<'_>) -> Result<()> {
        let (part, job) = (wave.part, wave.job);
        let [x_each, y_each] = job.packed_entries();
        if !self.columns.is_texels() || x_each + y_each == 0 {
            return Ok(());
        }
        let [x, y, _] = &wave.inputs;
        let [x_entries, y_entries] =
            [(&part.x, x_each), (&part.y, y_each)].map(|(of, each)| (of.end - of.start) * each);
        let [x_at, y_at] = [self.series_first + y_entries, self.series_first];
        if self.packed_y.as_ref() != Some(&part.y) {
            pack::record(rec, (y, wave.params.y_first), [job.m, job.dim], (&self.columns, y_at), y_entries)?;
            self.packed_y = Some(part.y.clone());
        }
        let packed_x = (part.x.clone(), x_at);
        if self.packed_x.as_ref() != Some(&packed_x) {
            pack::record(rec, (x, wave.params.x_first), [job.n, job.dim], (&self.columns, x_at), x_entries)?;
            self.packed_x = Some(packed_x);
        }
        (wave.params.x_first, wave.params.y_first) = (x_at, y_at);
        Ok(())
    }

    /// Of two kernels, the one for borders in textures where that is where they are.
    pub(super) fn pick(&self, in_buffers: &'static Shader, in_texels: &'static Shader) -> &'static Shader {
        if self.rows.is_texels() { in_texels } else { in_buffers }
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
    let (out, value_first) = Binding::range(rec.gpu(), values, wave.part.pair_range(each));
    let [x, y, plan] = wave.inputs.clone();
    let bindings = [x, y, plan, wave.extra.clone(), memory.rows.clone(), memory.columns.clone(), out];
    let shader = memory.pick(&shaders::FORWARD, &shaders::FORWARD_IN_TEXELS);
    let kernel = wave.kernel(shader, CONSTANTS, &[checkpoints]);
    let params = PairParams {
        value_first,
        ends: u32::from(numbers),
        rows_kept: u32::from(checkpoints),
        carry_first: memory.carry_first(wave.part),
        value_scale: wave.job.per_bit(),
        ..wave.params
    };
    wave.dispatch(rec, &kernel, &bindings, params, section, false)
}
