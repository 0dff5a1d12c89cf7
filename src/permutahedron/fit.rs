//! Projections of rows: the isotonic fit, its blocks, and the values.

use std::ops::Range;

use super::Regularization;
use super::copies::{copies, release};
use super::layout::{Layout, expect_length, parts, words};
use super::params::{FitParams, WalkParams};
use super::shaders::{self, Form};
use crate::error::Result;
use crate::gpu::shader::{Part, Shader};
use crate::gpu::{Binding, Capabilities, Dispatch, Fill, Kernel, Recorder, Tensor};

/// A sequence for each row, descending but for isotonic regression.
#[derive(Debug, Clone)]
pub(super) enum Sequence {
    /// An array `[rows, n]`, or `[n]` for all rows, times a factor; sorted so that it descends by the factor's sign.
    Given { values: Tensor<f32>, factor: f32 },
    /// `n, ..., 1`, times a factor.
    Ranks { factor: f32 },
    /// 1 for the first few, and 0.
    Ones { count: u32 },
}

impl Sequence {
    /// The constants of `row.wgsl`.
    fn kind(&self) -> u32 {
        match self {
            Self::Given { .. } => 0,
            Self::Ranks { .. } => 1,
            Self::Ones { .. } => 2,
        }
    }

    fn factor(&self) -> f32 {
        match self {
            Self::Given { factor, .. } | Self::Ranks { factor } => *factor,
            Self::Ones { .. } => 1.0,
        }
    }

    pub(super) fn is_given(&self) -> bool {
        matches!(self, Self::Given { .. })
    }

    /// What a kernel binds for rows `range`, where they begin there, and elements from one row to the next.
    fn bind(&self, rec: &mut Recorder<'_>, range: &Range<u32>, n: u32) -> Result<(Binding, u32, u32)> {
        match self {
            Self::Given { values, .. } => bind_rows_or_one(rec, Some(values), range, n),
            Self::Ranks { .. } | Self::Ones { .. } => Ok((rec.nothing()?, 0, n)),
        }
    }
}

/// What is fitted, and so what a block's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The projection of a sorted row of `s` onto the permutahedron of its row of `w`.
    Projection(Regularization),
    /// Isotonic regression of rows in any order: `s` and weights, or `s` and `w`.
    Isotonic(Regularization),
}

/// Whose infinite elements stand apart: the constants of `row.wgsl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    S = 0,
    W = 1,
    None = 2,
}

/// The fit of each row of `s` to its row of `w`.
pub(super) struct Fit<'a> {
    pub(super) kind: Kind,
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) s: &'a Sequence,
    pub(super) w: &'a Sequence,
    pub(super) keys: Keys,
    /// Where element `i` of `s` belongs in the output, `[rows, n]`.
    pub(super) order: Option<&'a Tensor<u32>>,
    /// Elements of each row that take part, `[rows]`.
    pub(super) counts: Option<&'a Tensor<u32>>,
    pub(super) out_factor: f32,
    /// Values less `(n + 1) / 2`, of the elements that take part; for projections under L2.
    pub(super) centred: bool,
}

/// The blocks of an isotonic fit, on which a projection's derivatives are means.
#[derive(Debug, Clone)]
pub struct Blocks {
    /// For each row: for each 32 sorted elements where a block begins, and which are finite; and for each stretch of the layout where the
    /// block begins that its first element is in.
    pub(super) bits: Tensor<u32>,
    pub(super) rows: u32,
    pub(super) n: u32,
}

/// What a call's kernels share.
struct Memory {
    blocks: Binding,
    /// Rows over several tiles only.
    folds: Binding,
    walks: Binding,
}

/// What the kernels of a part of the rows bind, and are told.
pub(super) struct Bound {
    pub(super) s: Binding,
    pub(super) w: Binding,
    pub(super) order: Binding,
    pub(super) counts: Binding,
    pub(super) bits: Binding,
    pub(super) out: Binding,
    pub(super) params: FitParams,
    /// The constants of `row.wgsl`.
    pub(super) row: [u32; 4],
}

impl Fit<'_> {
    /// Records the projection into `out`, `[rows, n]`.
    pub(super) fn record(&self, rec: &mut Recorder<'_>, out: &Tensor<f32>) -> Result<Blocks> {
        let (rows, n) = (self.rows, self.n);
        expect_length(n)?;
        let layout = Layout::new(rec.gpu().capabilities(), n.max(1));
        let bits = rec.output([rows, layout.bits(n)])?;
        if rows == 0 || n == 0 {
            return Ok(Blocks { bits, rows, n });
        }
        let gpu = rec.gpu().clone();
        if self.is_alone(rec, &layout) {
            self.record_alone(rec, &layout, &bits, out)?;
            return Ok(Blocks { bits, rows, n });
        }
        let parts: Vec<_> = parts(&gpu, rows, self.block_bytes(&layout).max(self.fold_bytes(&layout)))?.collect();
        let largest = u64::from(parts.first().map_or(0, |range| range.end - range.start));
        let memory = Memory {
            blocks: if self.is_copied(rec) && !gpu.capabilities().slow_texel_stores {
                rec.scratch_texels(largest * self.block_bytes(&layout))?
            } else {
                rec.scratch(largest * self.block_bytes(&layout))?
            },
            folds: rec.scratch((largest * self.fold_bytes(&layout)).max(16))?,
            walks: rec.scratch(largest * u64::from(layout.tiles) * 16)?,
        };
        for range in parts {
            self.record_part(rec, &layout, &range, &memory, &bits, out)?;
        }
        for scratch in [memory.blocks, memory.folds, memory.walks] {
            rec.release(scratch);
        }
        Ok(Blocks { bits, rows, n })
    }

    /// Whether what is read of the rows is copied to textures: what was sorted here, for drivers that load slowly from buffers.
    pub(super) fn is_copied(&self, rec: &Recorder<'_>) -> bool {
        let copied = |sequence: &Sequence| match sequence {
            Sequence::Given { values, .. } => values.is_copied_by_texels(),
            Sequence::Ranks { .. } | Sequence::Ones { .. } => true,
        };
        let all = copied(self.s) && copied(self.w) && self.order.is_none_or(Tensor::is_copied_by_texels);
        rec.gpu().capabilities().reads_copies() && all && matches!(self.kind, Kind::Projection(_))
    }

    /// Whether an invocation has what it sums of a stretch in an array of its own.
    fn sums_in_arrays(&self, capabilities: &Capabilities) -> bool {
        capabilities.own_arrays && capabilities.f64 && self.kind == Kind::Projection(Regularization::L2)
    }

    /// What is read of the rows, copied.
    pub(super) fn copies(&self, rec: &mut Recorder<'_>, bound: &Bound) -> Result<[Binding; 3]> {
        copies(
            rec,
            &[
                (bound.s.clone(), self.s.is_given()),
                (bound.w.clone(), self.w.is_given()),
                (bound.order.clone(), self.order.is_some()),
            ],
        )
    }

    /// Vectors of a block in memory, and words of a sum: `slot_size` and `fold_size` of the shaders.
    fn sizes(&self) -> (u64, u64) {
        match self.kind {
            Kind::Projection(Regularization::L2) => (1, 2),
            Kind::Projection(Regularization::Kl) if self.w.is_given() => (3, 6),
            Kind::Projection(Regularization::Kl) => (2, 3),
            Kind::Isotonic(_) => (3, 9),
        }
    }

    /// Bytes of a row's blocks in memory: of rows over several tiles with those that bridges replaced.
    fn block_bytes(&self, layout: &Layout) -> u64 {
        let replaced = if layout.tiles == 1 { 0 } else { layout.lists() };
        u64::from(self.n + replaced) * 16 * self.sizes().0
    }

    /// Bytes of a row in `records.wgsl` and `merges.wgsl`.
    fn fold_bytes(&self, layout: &Layout) -> u64 {
        if layout.tiles == 1 {
            return 0;
        }
        let fold = self.sizes().1;
        let merges = u64::from(layout.tiles.div_ceil(2)) * (3 + 2 * fold);
        let groups = u64::from(self.n.div_ceil(1 << layout.group));
        4 * (groups * 2 * fold + u64::from(layout.lists()) * (8 + 3 * fold) + merges)
    }

    /// Binds rows `range`.
    pub(super) fn bind(
        &self,
        rec: &mut Recorder<'_>,
        layout: &Layout,
        range: &Range<u32>,
        bits: &Tensor<u32>,
        out: &Tensor<f32>,
    ) -> Result<Bound> {
        let n = self.n;
        let rows = range.end - range.start;
        let (s, s_first, _) = self.s.bind(rec, range, n)?;
        let (w, w_first, w_stride) = self.w.bind(rec, range, n)?;
        let (order, order_first) = bind_rows(rec, self.order, range, n)?;
        let (counts, counts_first) = bind_rows(rec, self.counts, range, 1)?;
        let (bits, bits_first) = bind_rows(rec, Some(bits), range, layout.bits(n))?;
        let (out, out_first) = bind_rows(rec, Some(out), range, n)?;
        let (s_cap, w_cap) = self.caps();
        let params = FitParams {
            rows,
            n,
            stretch: layout.stretch,
            words: words(n),
            ones: if let Sequence::Ones { count } = self.w { *count } else { 0 },
            w_stride,
            s_first,
            w_first,
            order_first,
            counts_first,
            out_first,
            bits_first,
            s_factor: self.s.factor(),
            w_factor: self.w.factor(),
            s_cap,
            w_cap,
            out_factor: self.out_factor,
            exponent: if let Sequence::Ones { .. } = self.w { 0.0 } else { (n as f32).log2().ceil() },
            lists: layout.lists(),
            span: 0,
            centred: f32::from(u8::from(self.centred)),
            group: layout.group,
            padding0: 0,
            padding1: 0,
        };
        let row = [self.s.kind(), self.w.kind(), self.keys as u32, self.counts.is_some().into()];
        Ok(Bound { s, w, order, counts, bits, out, params, row })
    }

    fn record_part(
        &self,
        rec: &mut Recorder<'_>,
        layout: &Layout,
        range: &Range<u32>,
        memory: &Memory,
        bits: &Tensor<u32>,
        out: &Tensor<f32>,
    ) -> Result<()> {
        let rows = range.end - range.start;
        let bound = self.bind(rec, layout, range, bits, out)?;
        let Memory { blocks, folds, walks } = memory;
        let copied = self.is_copied(rec);
        let [s, w, order] =
            if copied { self.copies(rec, &bound)? } else { [bound.s.clone(), bound.w.clone(), bound.order.clone()] };
        let form = match (copied, blocks.is_texels()) {
            (false, _) => Form::Buffers,
            (true, false) => Form::RowsInTexels,
            (true, true) => Form::Texels,
        };
        let Bound { counts, bits, out, params, row, .. } = bound;
        let ordered = [u32::from(self.order.is_some())];
        let kernel = |forms: &'static [Shader; 3], fill: &'static [Part], own: &[u32]| {
            let constants = [layout.workgroup, layout.lanes].into_iter().chain(row).chain(own.iter().copied());
            Kernel::filled(&forms[form as usize], constants, Fill::Parts(fill))
        };
        let (alone, folded) = match self.kind {
            Kind::Projection(Regularization::L2) => (shaders::L2, shaders::L2_FOLDS),
            Kind::Projection(Regularization::Kl) => (shaders::KL, shaders::KL_FOLDS),
            Kind::Isotonic(Regularization::L2) => (shaders::ISOTONIC_L2, shaders::ISOTONIC_L2_FOLDS),
            Kind::Isotonic(Regularization::Kl) => (shaders::ISOTONIC_KL, shaders::ISOTONIC_KL_FOLDS),
        };
        if layout.tiles == 1 {
            rec.dispatch(&Dispatch {
                kernel: kernel(&shaders::PROJECT, alone, &ordered),
                bindings: &[s.clone(), w.clone(), order.clone(), counts, blocks.clone(), bits, out],
                params,
                workgroups: layout.workgroups(rows),
            })?;
            release(rec, copied, [s, w, order]);
            return Ok(());
        }
        if self.kind == Kind::Projection(Regularization::Kl) {
            rec.dispatch(&Dispatch {
                kernel: kernel(&shaders::POSITIONS, shaders::KL_POSITIONS, &[]),
                bindings: &[s.clone(), w.clone(), counts.clone(), walks.clone()],
                params,
                workgroups: layout.workgroups(rows),
            })?;
            rec.dispatch(&Dispatch {
                kernel: Kernel::new(&shaders::WALKS, [layout.workgroup]),
                bindings: std::slice::from_ref(walks),
                params: WalkParams { rows, tiles: layout.tiles, padding0: 0, padding1: 0 },
                workgroups: u64::from(rows),
            })?;
        }
        let tile = if self.sums_in_arrays(rec.gpu().capabilities()) {
            kernel(&shaders::TILE_IN_ARRAYS, folded, &[]).with_own_arrays()
        } else {
            kernel(&shaders::TILE, folded, &[])
        };
        rec.dispatch(&Dispatch {
            kernel: tile,
            bindings: &[s.clone(), w.clone(), counts.clone(), walks.clone(), blocks.clone(), folds.clone()],
            params,
            workgroups: layout.workgroups(rows),
        })?;
        let mut span = layout.lanes;
        while span < layout.lists() {
            let nodes = u64::from(rows) * u64::from(layout.lists().div_ceil(2 * span));
            for (forms, workgroups) in [(&shaders::BRIDGE, nodes), (&shaders::JOIN, layout.workgroups(rows))] {
                rec.dispatch(&Dispatch {
                    kernel: kernel(forms, folded, &[]),
                    bindings: &[s.clone(), w.clone(), counts.clone(), folds.clone(), blocks.clone()],
                    params: FitParams { span, ..params },
                    workgroups,
                })?;
            }
            span *= 2;
        }
        rec.dispatch(&Dispatch {
            kernel: kernel(&shaders::SPREAD, folded, &ordered),
            bindings: &[s.clone(), w.clone(), order.clone(), counts, blocks.clone(), folds.clone(), bits, out],
            params,
            workgroups: layout.workgroups(rows),
        })?;
        release(rec, copied, [s, w, order]);
        Ok(())
    }

    /// Half of the largest differences that count, before the factors. Beyond those of `s`, blocks are never pooled.
    fn caps(&self) -> (f32, f32) {
        let largest = match (self.kind, self.w.is_given()) {
            (Kind::Projection(Regularization::L2), false) => 2.0_f32.powi(26),
            (Kind::Projection(Regularization::Kl), false) => 64.0,
            (Kind::Projection(Regularization::Kl), true) => 1.4e9,
            _ => 1e30,
        };
        let cap = |sequence: &Sequence| (0.5 * largest / sequence.factor().abs()).min(1.7e38);
        (cap(self.s), cap(self.w))
    }
}

/// Rows `range` of a tensor with `elements` elements each, if there is one.
pub(super) fn bind_rows<T: crate::Element>(
    rec: &mut Recorder<'_>,
    tensor: Option<&Tensor<T>>,
    range: &Range<u32>,
    elements: u32,
) -> Result<(Binding, u32)> {
    let Some(tensor) = tensor else { return Ok((rec.nothing()?, 0)) };
    let elements = u64::from(elements);
    Ok(Binding::range(rec.gpu(), tensor, u64::from(range.start) * elements..u64::from(range.end) * elements))
}

/// The same, where rows may share one; and the elements from one row's to the next one's.
pub(super) fn bind_rows_or_one<T: crate::Element>(
    rec: &mut Recorder<'_>,
    tensor: Option<&Tensor<T>>,
    range: &Range<u32>,
    n: u32,
) -> Result<(Binding, u32, u32)> {
    let shared = tensor.is_some_and(|tensor| tensor.shape().elements() == u64::from(n));
    let (binding, first) = bind_rows(rec, tensor, if shared { &(0..1) } else { range }, n)?;
    Ok((binding, first, if shared { 0 } else { n }))
}
