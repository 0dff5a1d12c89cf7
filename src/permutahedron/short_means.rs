//! Derivatives of soft ranks and soft sorts of short rows on software drivers: a row to each invocation.

use super::block_means::{BlockMeans, Mode};
use super::copies::{are_copied, copies, release};
use super::fit::{Blocks, bind_rows};
use super::layout::parts;
use super::params::ShortMeansParams;
use super::shaders;
use super::short::{WORKGROUP, columns, suits};
use crate::error::Result;
use crate::gpu::{Dispatch, Fill, Kernel, Recorder, Tensor};

/// One derivative of rows that are all there, along an order that every row has.
pub(super) struct ShortMeans<'a> {
    mode: Mode,
    blocks: &'a Blocks,
    input: &'a Tensor<f32>,
    shares: Option<&'a Tensor<f32>>,
    order: &'a Tensor<u32>,
    in_ordered: bool,
    out_ordered: bool,
    factor: f32,
}

impl<'a> ShortMeans<'a> {
    /// The same as a derivative of rows of any kind, if it is one.
    pub(super) fn of(means: &BlockMeans<'a>, rec: &Recorder<'_>) -> Option<Self> {
        let Blocks { rows, n, .. } = *means.blocks;
        let order = match (means.in_order, means.out_order) {
            (Some(a), Some(b)) if !std::ptr::eq(a, b) => return None,
            (a, b) => a.or(b)?,
        };
        let shares = match means.mode {
            Mode::Center | Mode::Mean => None,
            Mode::CenterValues => Some(means.shares?.0),
            _ => return None,
        };
        let elements = u64::from(rows) * u64::from(n);
        let is_whole = means.input.shape().elements() == elements
            && order.shape().elements() == elements
            && shares.is_none_or(|shares| shares.shape().elements() == elements);
        let suits = suits(rec.gpu().capabilities(), n) && means.counts.is_none() && means.finite_only && is_whole;
        suits.then_some(Self {
            mode: means.mode,
            blocks: means.blocks,
            input: means.input,
            shares,
            order,
            in_ordered: means.in_order.is_some(),
            out_ordered: means.out_order.is_some(),
            factor: means.factor,
        })
    }

    /// Records it into `out`, `[rows, n]`.
    pub(super) fn record(&self, rec: &mut Recorder<'_>, out: &Tensor<f32>) -> Result<()> {
        let Blocks { bits, rows, n } = self.blocks;
        let (rows, n) = (*rows, *n);
        let gpu = rec.gpu().clone();
        let words = (bits.shape().elements() / u64::from(rows)) as u32;
        for range in parts(&gpu, rows, u64::from(n.max(words)) * 4)? {
            let (input, in_first) = bind_rows(rec, Some(self.input), &range, n)?;
            let (shares, shares_first) = bind_rows(rec, self.shares, &range, n)?;
            let (order, order_first) = bind_rows(rec, Some(self.order), &range, n)?;
            let (bits, bits_first) = bind_rows(rec, Some(bits), &range, words)?;
            let (out, out_first) = bind_rows(rec, Some(out), &range, n)?;
            let rows = range.end - range.start;
            let firsts = [n, in_first, shares_first, order_first, out_first];
            let by_four = firsts.iter().all(|first| first % 4 == 0);
            let read = [(input, true), (shares, self.shares.is_some()), (order, true)];
            let copied = by_four && are_copied(rec, &read);
            let [input, shares, order] = if copied { copies(rec, &read)? } else { read.map(|(binding, _)| binding) };
            let constants = [WORKGROUP, columns(n), self.mode as u32, self.in_ordered.into(), self.out_ordered.into()];
            let kernel = if copied {
                Kernel::new(&shaders::SHORT_MEANS_OF_TEXELS, constants)
            } else {
                let begin = shaders::SHORT_MEANS_ROWS[usize::from(by_four)];
                Kernel::filled(&shaders::SHORT_MEANS, constants, Fill::Parts(begin))
            };
            rec.dispatch(&Dispatch {
                kernel,
                bindings: &[input.clone(), shares.clone(), order.clone(), out, bits],
                params: ShortMeansParams {
                    rows,
                    n,
                    in_first,
                    shares_first,
                    order_first,
                    bits_first,
                    out_first,
                    factor: self.factor,
                },
                workgroups: u64::from(rows.div_ceil(WORKGROUP)),
            })?;
            release(rec, copied, [input, shares, order]);
        }
        Ok(())
    }
}
