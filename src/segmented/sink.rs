//! Where sorted rows go.

use std::ops::Range;

use super::params::SortParams;
use super::rows::bind_rows;
use crate::gpu::{Binding, Recorder, Tensor};

/// The outputs that are asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sink<'a> {
    Values(&'a Tensor<f32>),
    /// The values, where a -0 may become a 0: keys tell these without payloads.
    Numbers(&'a Tensor<f32>),
    Order(&'a Tensor<u32>),
    Both(&'a Tensor<f32>, &'a Tensor<u32>),
}

/// Two bindings that a kernel writes to, and what it is told of them.
pub(super) struct BoundSink {
    pub(super) values: Binding,
    values_first: u32,
    pub(super) order: Binding,
    order_first: u32,
    /// `LAST`, `VALUES` and `ORDER` of `shaders/segmented/sink.wgsl`.
    pub(super) flags: [u32; 3],
}

impl BoundSink {
    /// Keys and payloads, for the next pass.
    pub(super) fn scratch([keys, payloads]: &[Binding; 2]) -> Self {
        Self { values: keys.clone(), values_first: 0, order: payloads.clone(), order_first: 0, flags: [0; 3] }
    }

    /// Parameters with what concerns the outputs.
    pub(super) fn params(&self, params: SortParams) -> SortParams {
        SortParams { values_first: self.values_first, order_first: self.order_first, ..params }
    }
}

impl Sink<'_> {
    /// Some of the rows. An output that is not asked for is bound to the other one, and not written.
    pub(super) fn bind(&self, rec: &Recorder<'_>, range: &Range<u32>, n: u32) -> BoundSink {
        let n = u64::from(n);
        let values = match self {
            Self::Values(values) | Self::Numbers(values) | Self::Both(values, _) => {
                Some(bind_rows(rec, values, range, n))
            }
            Self::Order(_) => None,
        };
        let order = match self {
            Self::Order(order) | Self::Both(_, order) => Some(bind_rows(rec, order, range, n)),
            Self::Values(_) | Self::Numbers(_) => None,
        };
        let flags = [1, values.is_some().into(), order.is_some().into()];
        let Some(any) = values.clone().or(order.clone()) else { unreachable!("one of the two is asked for") };
        let (values, values_first) = values.unwrap_or_else(|| any.clone());
        let (order, order_first) = order.unwrap_or(any);
        BoundSink { values, values_first, order, order_first, flags }
    }
}
