//! Rows put into an order, and how many elements of each take part in it.

use super::params::{PermuteParams, TakePartParams};
use super::parts::parts;
use super::rows::{Rows, bind_rows};
use super::shaders;
use crate::error::Result;
use crate::gpu::{Dispatch, Element, Kernel, Recorder, Tensor};

/// Invocations of a workgroup.
const WORKGROUP: u32 = 64;

/// Which way an order is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Into the order: `out[i] = input[order[i]]`.
    In,
    /// Back out of it: `out[order[i]] = input[i]`.
    Back,
}

/// Records `input`, of the shape of `order`, put into the order; sorted elements from a row's count on become 0.
pub(super) fn permute<T: Element>(
    rec: &mut Recorder<'_>,
    way: Way,
    input: &Tensor<T>,
    order: &Tensor<u32>,
    counts: Option<&Tensor<u32>>,
    out: &Tensor<T>,
) -> Result<()> {
    let shape = order.shape();
    let n = shape.sizes().last().copied().unwrap_or(0);
    if shape.elements() == 0 {
        return Ok(());
    }
    let rows = (shape.elements() / u64::from(n)) as u32;
    for range in parts(rec.gpu(), rows, n) {
        let (bound_input, in_first) = bind_rows(rec, input, &range, n.into());
        let (bound_order, order_first) = bind_rows(rec, order, &range, n.into());
        let (bound_counts, counts_first) = match counts {
            Some(counts) => bind_rows(rec, counts, &range, 1),
            None => (bound_order.clone(), 0),
        };
        let (bound_out, out_first) = bind_rows(rec, out, &range, n.into());
        let total = (range.end - range.start) * n;
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(
                &shaders::PERMUTE,
                [WORKGROUP, u32::from(way == Way::Back), u32::from(counts.is_some())],
            ),
            bindings: &[bound_input, bound_order, bound_counts, bound_out],
            params: PermuteParams {
                total,
                n,
                in_first,
                order_first,
                counts_first,
                out_first,
                ..PermuteParams::default()
            },
            workgroups: u64::from(total.div_ceil(WORKGROUP)),
        })?;
    }
    Ok(())
}

/// How many elements of each row take part, `[rows]`; `None` where all do.
pub(super) fn counts(rec: &mut Recorder<'_>, rows: &Rows<'_>, order: &Tensor<u32>) -> Result<Option<Tensor<u32>>> {
    if !rows.partial() {
        return Ok(None);
    }
    let counts = rec.output(rows.outer_shape())?;
    let (count, n) = rows.sizes();
    if n == 0 {
        rec.clear(&counts, 0..u64::from(count))?;
        return Ok(Some(counts));
    }
    for range in parts(rec.gpu(), count, n) {
        let bound = rows.bind(rec, &range);
        let (bound_order, order_first) = bind_rows(rec, order, &range, n.into());
        let (bound_counts, counts_first) = bind_rows(rec, &counts, &range, 1);
        let rows = range.end - range.start;
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::TAKE_PART, [WORKGROUP, bound.has_lengths.into(), bound.has_mask.into()]),
            bindings: &[bound_order, bound.lengths, bound.mask, bound_counts],
            params: TakePartParams {
                rows,
                n,
                order_first,
                lengths_first: bound.lengths_first,
                mask_first: bound.mask_first,
                counts_first,
                ..TakePartParams::default()
            },
            workgroups: u64::from(rows.div_ceil(WORKGROUP)),
        })?;
    }
    Ok(Some(counts))
}
