//! Derivatives: means over the blocks of a fit.

use super::copies::{are_copied, copies, release};
use super::fit::{Blocks, bind_rows, bind_rows_or_one};
use super::layout::{Layout, parts, words};
use super::params::{BlockMeansParams, TileMeansParams};
use super::shaders;
use super::short_means::ShortMeans;
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, Tensor};

/// What becomes of a block: the constants of `block_means.wgsl`, where each has its formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Center,
    CenterValues,
    Mean,
    ShareOfSum,
    MeanOfShares,
    LessShare,
    LessMean,
    WeightOfSum,
    MeanOfWeights,
    SumPerWeight,
    Maximum,
}

/// One derivative.
pub(super) struct BlockMeans<'a> {
    pub(super) mode: Mode,
    pub(super) blocks: &'a Blocks,
    /// `[rows, n]`, or `[n]` for all rows, as what follows.
    pub(super) input: &'a Tensor<f32>,
    /// What the shares are made of, and its factor.
    pub(super) shares: Option<(&'a Tensor<f32>, f32)>,
    /// Where the input's element `i` of the sorted row is; else it is sorted too.
    pub(super) in_order: Option<&'a Tensor<u32>>,
    /// The same for the output.
    pub(super) out_order: Option<&'a Tensor<u32>>,
    /// Elements of each row that take part, `[rows]`.
    pub(super) counts: Option<&'a Tensor<u32>>,
    /// Infinite elements get 0.
    pub(super) finite_only: bool,
    pub(super) factor: f32,
}

impl BlockMeans<'_> {
    /// Records it into `out`, `[rows, n]`.
    pub(super) fn record(&self, rec: &mut Recorder<'_>, out: &Tensor<f32>) -> Result<()> {
        let Blocks { bits, rows, n } = self.blocks;
        let (rows, n) = (*rows, *n);
        if rows == 0 || n == 0 {
            return Ok(());
        }
        if let Some(short) = ShortMeans::of(self, rec) {
            return short.record(rec, out);
        }
        let gpu = rec.gpu().clone();
        let layout = Layout::new(gpu.capabilities(), n);
        let one_order = self.in_order.zip(self.out_order).is_some_and(|(a, b)| std::ptr::eq(a, b));
        let partials_bytes = u64::from(layout.lists() + 2 * layout.tiles) * 16;
        for range in parts(&gpu, rows, (u64::from(n) * 4).max(partials_bytes))? {
            let partials = rec.scratch(u64::from(range.end - range.start) * partials_bytes)?;
            let (input, in_first, in_stride) = bind_rows_or_one(rec, Some(self.input), &range, n)?;
            let shares = self.shares.map(|(values, _)| values);
            let (shares, shares_first, shares_stride) = bind_rows_or_one(rec, shares, &range, n)?;
            let (in_order, in_order_first, in_order_stride) = bind_rows_or_one(rec, self.in_order, &range, n)?;
            let (out_order, out_order_first, out_order_stride) = bind_rows_or_one(rec, self.out_order, &range, n)?;
            let (counts, counts_first) = bind_rows(rec, self.counts, &range, 1)?;
            let (bits, bits_first) = bind_rows(rec, Some(bits), &range, layout.bits(n))?;
            let (out, out_first) = bind_rows(rec, Some(out), &range, n)?;
            let read = [
                (input, true),
                (shares, self.shares.is_some()),
                (in_order, self.in_order.is_some()),
                (out_order, self.out_order.is_some()),
            ];
            let in_texels = are_copied(rec, &read);
            let shader = if in_texels { &shaders::BLOCK_MEANS_OF_TEXELS } else { &shaders::BLOCK_MEANS };
            let read = if in_texels { copies(rec, &read)? } else { read.map(|(binding, _)| binding) };
            let bindings: Vec<_> = read.iter().chain([&bits, &counts, &out, &partials]).cloned().collect();
            let flag = u32::from;
            let passes: &[u32] = if layout.tiles == 1 { &[0] } else { &[1, 2] };
            let rows = range.end - range.start;
            for pass in passes {
                let constants = [
                    layout.workgroup,
                    *pass,
                    self.mode as u32,
                    flag(self.in_order.is_some()),
                    flag(self.out_order.is_some()),
                    flag(one_order),
                    flag(self.counts.is_some()),
                    flag(self.finite_only),
                ];
                rec.dispatch(&Dispatch {
                    kernel: Kernel::new(shader, constants),
                    bindings: &bindings,
                    params: BlockMeansParams {
                        rows,
                        n,
                        stretch: layout.stretch,
                        words: words(n),
                        in_first,
                        shares_first,
                        in_order_first,
                        out_order_first,
                        counts_first,
                        bits_first,
                        out_first,
                        in_stride,
                        shares_stride,
                        in_order_stride,
                        out_order_stride,
                        lists: layout.lists(),
                        lanes: layout.lanes,
                        shares_factor: self.shares.map_or(0.0, |(_, factor)| factor),
                        factor: self.factor,
                        padding: 0,
                    },
                    workgroups: layout.workgroups(rows),
                })?;
                if *pass == 1 {
                    let params = TileMeansParams {
                        rows,
                        n,
                        tile: layout.lanes * layout.stretch,
                        tiles: layout.tiles,
                        sums_first: rows * layout.lists(),
                        counts_first,
                        padding0: 0,
                        padding1: 0,
                    };
                    self.record_tile_means(rec, &layout, params, [&counts, &partials])?;
                }
            }
            release(rec, in_texels, read);
            rec.release(partials);
        }
        Ok(())
    }

    /// Between the two passes over rows of several tiles.
    fn record_tile_means(
        &self,
        rec: &mut Recorder<'_>,
        layout: &Layout,
        params: TileMeansParams,
        bindings: [&Binding; 2],
    ) -> Result<()> {
        // Whatever is summed, it is summed alike.
        let mode = if self.mode == Mode::Maximum { Mode::Maximum } else { Mode::Mean };
        let constants = [layout.workgroup, mode as u32, u32::from(self.counts.is_some())];
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::TILE_MEANS, constants),
            bindings: &bindings.map(Clone::clone),
            params,
            workgroups: u64::from(params.rows),
        })
    }
}
