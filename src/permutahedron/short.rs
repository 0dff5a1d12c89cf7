//! Soft ranks and soft sorts of short rows on software drivers: one pass, with a row to each invocation, in registers or in arrays of its own.

use super::Regularization;
use super::copies::release;
use super::fit::{Blocks, bind_rows};
use super::layout::{Layout, parts};
use super::params::ShortParams;
use super::shaders;
use crate::error::Result;
use crate::gpu::{Capabilities, Dispatch, Fill, Kernel, Recorder, Tensor};
use crate::segmented::{Direction, Rows};

/// Invocations of a workgroup: as many lanes as a software driver works through at once.
pub(super) const WORKGROUP: u32 = 8;

/// Elements of the longest row that is sorted in registers.
const LONGEST: u32 = 64;

/// Elements of the longest row that is sorted and fitted in arrays, as `shaders/permutahedron/own_project.wgsl` has them.
const LONGEST_IN_ARRAYS: u32 = 1024;

/// Elements of a column of `shaders/segmented/network.wgsl`.
const COLUMN: u32 = 16;

/// The largest difference of neighbours that counts for ranks under KL: more than twice the logarithm of [`LONGEST`], and little enough that
/// exponentials of all differences of a row are floats of 64 bits.
const KL_CAP: f32 = 9.5;

/// What a row is projected onto: the constants of `short_row.wgsl`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Onto {
    /// The permutahedron of the row itself, for soft sorts; with the difference of neighbours of what is projected.
    Itself { step: f32 },
    /// That of `n, ..., 1`.
    Ranks,
    /// That of a number of ones, and zeros.
    Ones { count: u32 },
}

/// One call.
pub(super) struct Short<'a> {
    pub(super) rows: &'a Rows<'a>,
    /// The order in which the given elements, times their factor, descend.
    pub(super) direction: Direction,
    pub(super) factor: f32,
    pub(super) onto: Onto,
    pub(super) regularization: Regularization,
    /// Values less `(n + 1) / 2`; L2 only.
    pub(super) centred: bool,
}

/// Whether rows of `n` are done by an invocation each.
pub(super) fn suits(capabilities: &Capabilities, n: u32) -> bool {
    capabilities.software && capabilities.int64 && capabilities.f64 && (1..=LONGEST).contains(&n)
}

/// Sixteens of elements, as `COLUMNS` of the shaders has them.
pub(super) fn columns(n: u32) -> u32 {
    n.div_ceil(COLUMN).next_power_of_two()
}

impl Short<'_> {
    /// Whether it may be recorded: all elements take part, and sums of exponentials, if any, are of ranks.
    pub(super) fn suits(&self, capabilities: &Capabilities) -> bool {
        if self.rows.partial() {
            return false;
        }
        let summed = self.regularization == Regularization::L2 || matches!(self.onto, Onto::Ranks);
        (suits(capabilities, self.rows.sizes().1) && summed) || self.suits_arrays(capabilities)
    }

    /// Whether rows are too long for registers and short enough for arrays.
    fn suits_arrays(&self, capabilities: &Capabilities) -> bool {
        let numbers = capabilities.own_arrays && capabilities.int64 && capabilities.f64;
        let lengths = LONGEST + 1..=LONGEST_IN_ARRAYS;
        numbers && lengths.contains(&self.rows.sizes().1) && self.regularization == Regularization::L2
    }

    /// Records values into `out`, `[rows, n]`, alone.
    pub(super) fn record_values(&self, rec: &mut Recorder<'_>, out: &Tensor<f32>) -> Result<()> {
        self.record_parts(rec, out, None)
    }

    /// Records values, and what derivatives need: the order, in the shape of the rows, and the blocks.
    pub(super) fn record(&self, rec: &mut Recorder<'_>, out: &Tensor<f32>) -> Result<(Tensor<u32>, Blocks)> {
        let (rows, n) = self.rows.sizes();
        let bits = Layout::new(rec.gpu().capabilities(), n).bits(n);
        let order = rec.output(out.shape())?;
        let blocks = Blocks { bits: rec.output([rows, bits])?, rows, n };
        self.record_parts(rec, out, Some((&order, &blocks.bits)))?;
        Ok((order, blocks))
    }

    fn record_parts(
        &self,
        rec: &mut Recorder<'_>,
        out: &Tensor<f32>,
        derivative: Option<(&Tensor<u32>, &Tensor<u32>)>,
    ) -> Result<()> {
        let (rows, n) = self.rows.sizes();
        let gpu = rec.gpu().clone();
        let words = Layout::new(gpu.capabilities(), n).bits(n);
        for range in parts(&gpu, rows, u64::from(n.max(words)) * 4)? {
            let (source, source_first) = bind_rows(rec, Some(self.rows.values()), &range, n)?;
            let (out, out_first) = bind_rows(rec, Some(out), &range, n)?;
            let (order, order_first) = bind_rows(rec, derivative.map(|(order, _)| order), &range, n)?;
            let (bits, bits_first) = bind_rows(rec, derivative.map(|(_, bits)| bits), &range, words)?;
            let (onto, ones, step, cap) = match self.onto {
                Onto::Itself { step } => (0, 0, step, 0.0),
                Onto::Ranks => (1, 0, 0.0, 2.0 * n as f32),
                Onto::Ones { count } => (2, count, 0.0, 2.0),
            };
            let (fills, copied_fill, cap) = match (self.regularization, self.onto, derivative) {
                (Regularization::L2, Onto::Itself { .. }, None) => {
                    (&shaders::SHORT_L2_KEYS, shaders::SHORT_L2_KEYS_IN_TEXELS, cap)
                }
                (Regularization::L2, ..) => (&shaders::SHORT_L2, shaders::SHORT_L2_IN_TEXELS, cap),
                (Regularization::Kl, ..) => (&shaders::SHORT_KL, shaders::SHORT_KL_IN_TEXELS, KL_CAP),
            };
            let rows = range.end - range.start;
            let by_four = [n, source_first, out_first, order_first].iter().all(|first| first % 4 == 0);
            let in_arrays = self.suits_arrays(gpu.capabilities());
            let copied = !in_arrays && by_four && gpu.capabilities().reads_copies() && source.is_copied_by_texels();
            let source = if copied { rec.texels(&source)? } else { source };
            let constants = |columns| [WORKGROUP, columns, onto, derivative.is_some().into()];
            let kernel = if in_arrays {
                let keys = derivative.is_none() && matches!(self.onto, Onto::Itself { .. });
                let fill = shaders::OWN_ROWS[usize::from(keys)][usize::from(by_four)];
                Kernel::filled(&shaders::OWN_PROJECT, constants(4), Fill::Parts(fill)).with_own_arrays()
            } else if copied {
                Kernel::filled(&shaders::SHORT_PROJECT_IN_TEXELS, constants(columns(n)), Fill::Parts(copied_fill))
            } else {
                let fill = fills[usize::from(by_four)];
                Kernel::filled(&shaders::SHORT_PROJECT, constants(columns(n)), Fill::Parts(fill))
            };
            rec.dispatch(&Dispatch {
                kernel,
                bindings: &[source.clone(), out, order, bits],
                params: ShortParams {
                    rows,
                    n,
                    source_first,
                    out_first,
                    order_first,
                    bits_first,
                    flip: self.direction.flip(),
                    ones,
                    factor: self.factor,
                    step,
                    cap,
                    centre: if self.centred { 0.5 * (n + 1) as f32 } else { 0.0 },
                },
                workgroups: u64::from(rows.div_ceil(WORKGROUP)),
            })?;
            release(rec, copied, [source]);
        }
        Ok(())
    }
}
