//! Where sorted rows go.

use std::ops::Range;

use super::rows::bind_rows;
use crate::gpu::{Binding, Recorder, Tensor};

/// The outputs that are asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sink<'a> {
    Values(&'a Tensor<f32>),
    Order(&'a Tensor<u32>),
    Both(&'a Tensor<f32>, &'a Tensor<u32>),
}

/// Two bindings that a kernel writes to, and the constants `LAST`, `VALUES` and `ORDER` of `shaders/segmented/sink.wgsl`.
pub(super) struct BoundSink {
    pub(super) values: Binding,
    pub(super) values_first: u32,
    pub(super) order: Binding,
    pub(super) order_first: u32,
    pub(super) flags: [u32; 3],
}

impl BoundSink {
    /// Keys and payloads, for the next pass.
    pub(super) fn scratch([keys, payloads]: &[Binding; 2]) -> Self {
        Self { values: keys.clone(), values_first: 0, order: payloads.clone(), order_first: 0, flags: [0, 0, 0] }
    }
}

impl Sink<'_> {
    /// Some of the rows. An output that is not asked for is bound to the other one, and not written.
    pub(super) fn bind(&self, rec: &Recorder<'_>, range: &Range<u32>, n: u32) -> BoundSink {
        let n = u64::from(n);
        match self {
            Self::Values(values) => {
                let (values, values_first) = bind_rows(rec, values, range, n);
                BoundSink { order: values.clone(), values, values_first, order_first: 0, flags: [1, 1, 0] }
            }
            Self::Order(order) => {
                let (order, order_first) = bind_rows(rec, order, range, n);
                BoundSink { values: order.clone(), values_first: 0, order, order_first, flags: [1, 0, 1] }
            }
            Self::Both(values, order) => {
                let (values, values_first) = bind_rows(rec, values, range, n);
                let (order, order_first) = bind_rows(rec, order, range, n);
                BoundSink { values, values_first, order, order_first, flags: [1, 1, 1] }
            }
        }
    }
}
