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

/// What a row is projected onto: the constants of `short_params.wgsl`.
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

/// What derivatives need.
pub(super) struct Kept {
    /// In the shape of the rows.
    pub(super) order: Tensor<u32>,
    pub(super) blocks: Blocks,
    /// Under KL, for soft sorts.
    pub(super) sorted: Option<Tensor<f32>>,
}

impl Short<'_> {
    /// Whether it may be recorded: all elements take part.
    pub(super) fn suits(&self, capabilities: &Capabilities) -> bool {
        !self.rows.partial() && (self.suits_registers(capabilities) || self.suits_arrays(capabilities))
    }

    /// Whether rows are done in registers, where sums of exponentials, if any, are of ranks.
    fn suits_registers(&self, capabilities: &Capabilities) -> bool {
        let summed = self.regularization == Regularization::L2 || matches!(self.onto, Onto::Ranks);
        summed && suits(capabilities, self.rows.sizes().1)
    }

    fn suits_arrays(&self, capabilities: &Capabilities) -> bool {
        capabilities.own_arrays
            && capabilities.int64
            && capabilities.f64
            && (1..=LONGEST_IN_ARRAYS).contains(&self.rows.sizes().1)
    }

    /// Records values into `out`, `[rows, n]`, alone.
    pub(super) fn record_values(&self, rec: &mut Recorder<'_>, out: &Tensor<f32>) -> Result<()> {
        self.record_parts(rec, out, None)
    }

    /// Records values, and what derivatives need.
    pub(super) fn record(&self, rec: &mut Recorder<'_>, out: &Tensor<f32>) -> Result<Kept> {
        let (rows, n) = self.rows.sizes();
        let bits = Layout::new(rec.gpu().capabilities(), n).bits(n);
        let order = rec.output(out.shape())?;
        let blocks = Blocks { bits: rec.output([rows, bits])?, rows, n };
        let is_kept = self.regularization == Regularization::Kl && matches!(self.onto, Onto::Itself { .. });
        let sorted = is_kept.then(|| rec.output(out.shape())).transpose()?;
        let kept = Kept { order, blocks, sorted };
        self.record_parts(rec, out, Some(&kept))?;
        Ok(kept)
    }

    fn record_parts(&self, rec: &mut Recorder<'_>, out: &Tensor<f32>, kept: Option<&Kept>) -> Result<()> {
        let (rows, n) = self.rows.sizes();
        let gpu = rec.gpu().clone();
        let words = Layout::new(gpu.capabilities(), n).bits(n);
        for range in parts(&gpu, rows, u64::from(n.max(words)) * 4)? {
            let (source, source_first) = bind_rows(rec, Some(self.rows.values()), &range, n)?;
            let (out, out_first) = bind_rows(rec, Some(out), &range, n)?;
            let (order, order_first) = bind_rows(rec, kept.map(|kept| &kept.order), &range, n)?;
            let (bits, bits_first) = bind_rows(rec, kept.map(|kept| &kept.blocks.bits), &range, words)?;
            let (sorted, sorted_first) = bind_rows(rec, kept.and_then(|kept| kept.sorted.as_ref()), &range, n)?;
            debug_assert!(sorted_first == 0 || sorted_first == order_first, "both begin where a block does");
            let (onto, ones, step, cap) = match self.onto {
                Onto::Itself { step } => (0, 0, step, 0.0),
                Onto::Ranks => (1, 0, 0.0, 2.0 * n as f32),
                Onto::Ones { count } => (2, count, 0.0, 2.0),
            };
            let (fills, copied_fill, cap) = match (self.regularization, self.onto, kept) {
                (Regularization::L2, Onto::Itself { .. }, None) => {
                    (&shaders::SHORT_L2_KEYS, shaders::SHORT_L2_KEYS_IN_TEXELS, cap)
                }
                (Regularization::L2, ..) => (&shaders::SHORT_L2, shaders::SHORT_L2_IN_TEXELS, cap),
                (Regularization::Kl, ..) => (&shaders::SHORT_KL, shaders::SHORT_KL_IN_TEXELS, KL_CAP),
            };
            let rows = range.end - range.start;
            let by_four = [n, source_first, out_first, order_first].iter().all(|first| first % 4 == 0);
            let in_arrays = !self.suits_registers(gpu.capabilities());
            let copied = !in_arrays && by_four && gpu.capabilities().reads_copies() && source.is_copied_by_texels();
            let source = if copied { rec.texels(&source)? } else { source };
            let constants = |columns| [WORKGROUP, columns, onto, kept.is_some().into()];
            let kernel = if in_arrays {
                let fills = match (self.regularization, self.onto, kept) {
                    (Regularization::L2, Onto::Itself { .. }, None) => &shaders::OWN_L2_KEYS,
                    (Regularization::L2, ..) => &shaders::OWN_L2_ROWS,
                    (Regularization::Kl, Onto::Itself { .. }, None) => &shaders::OWN_KL_KEYS,
                    (Regularization::Kl, ..) => &shaders::OWN_KL_ROWS,
                };
                let fill = fills[usize::from(by_four)];
                Kernel::filled(&shaders::OWN_PROJECT, constants(4), Fill::Parts(fill)).with_own_arrays()
            } else if copied {
                Kernel::filled(&shaders::SHORT_PROJECT_IN_TEXELS, constants(columns(n)), Fill::Parts(copied_fill))
            } else {
                let fill = fills[usize::from(by_four)];
                Kernel::filled(&shaders::SHORT_PROJECT, constants(columns(n)), Fill::Parts(fill))
            };
            let bindings = [source.clone(), out, order, bits, sorted];
            rec.dispatch(&Dispatch {
                kernel,
                bindings: if in_arrays { &bindings } else { &bindings[..4] },
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
