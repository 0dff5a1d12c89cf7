//! What losses over rows have in common.

use super::assignment::Assignment;
use super::pointwise::{Operation, Pointwise, row_dots};
use super::soft_sort::SoftSorted;
use crate::error::{Error, Result};
use crate::gpu::{Recorder, Tensor};
use crate::segmented::Rows;

/// A value for each row, and its gradient.
#[derive(Debug, Clone)]
pub struct ValueAndGrad {
    /// The values, in the shape of the rows without the last dimension.
    pub value: Tensor<f32>,
    /// `d value / d x` of each row, in the shape of `x`; 0 in elements that take no part.
    pub grad: Tensor<f32>,
}

/// Checks rows, and what stands beside each of their elements.
pub(super) fn expect_rows(
    rec: &Recorder<'_>,
    x: &Rows<'_>,
    beside: Option<(&'static str, &Tensor<f32>)>,
) -> Result<()> {
    x.check(rec.gpu())?;
    if let Some((argument, tensor)) = beside {
        tensor.expect_shape(argument, x.values().shape())?;
        rec.gpu().expect_own(argument, tensor)?;
    }
    Ok(())
}

/// Checks a number of elements.
pub(super) fn expect_some_of(argument: &'static str, k: u32, n: u32) -> Result<()> {
    if (1..=n).contains(&k) {
        return Ok(());
    }
    Err(Error::InvalidArgument {
        argument,
        value: k.to_string(),
        remedy: format!("give a number from 1 to the {n} elements of a row"),
    })
}

/// Half the squared distance of soft ranks from given ones.
pub(super) struct Distance {
    ranks: Assignment,
    difference: Tensor<f32>,
    value: Tensor<f32>,
}

impl Distance {
    pub(super) fn new(rec: &mut Recorder<'_>, x: &Rows<'_>, soft: Assignment, given: &Tensor<f32>) -> Result<Self> {
        let (rows, n) = x.sizes();
        let difference = Pointwise {
            a: Some(&soft.value),
            b: Some(given),
            order: Some(&soft.order),
            counts: soft.counts.as_ref(),
            ..Pointwise::new(Operation::Difference, rows, n)
        };
        let difference = difference.record(rec)?;
        let value = rec.output(x.outer_shape())?;
        row_dots(rec, [rows, n], &difference, Some(&difference), 0.5, &value)?;
        Ok(Self { ranks: soft, difference, value })
    }

    pub(super) fn value(self) -> Tensor<f32> {
        self.value
    }

    pub(super) fn value_and_grad(self, rec: &mut Recorder<'_>) -> Result<ValueAndGrad> {
        let difference = self.difference.reshape(self.ranks.value.shape())?;
        Ok(ValueAndGrad { grad: self.ranks.vjp(rec, &difference)?, value: self.value })
    }
}

/// A weighted sum of a softly sorted row.
pub(super) struct SortedSum {
    sorted: SoftSorted,
    weights: Tensor<f32>,
    value: Tensor<f32>,
}

impl SortedSum {
    /// `operation` makes the weights, from `k` and `q`.
    pub(super) fn new(
        rec: &mut Recorder<'_>,
        x: &Rows<'_>,
        sorted: SoftSorted,
        operation: Operation,
        (k, q): (u32, u32),
    ) -> Result<Self> {
        let (rows, n) = x.sizes();
        let weights = Pointwise { counts: sorted.counts.as_ref(), k, q, ..Pointwise::new(operation, rows, n) };
        let weights = weights.record(rec)?;
        let value = rec.output(x.outer_shape())?;
        row_dots(rec, [rows, n], &sorted.value, Some(&weights), 1.0, &value)?;
        let weights = weights.reshape(sorted.value.shape())?;
        Ok(Self { sorted, weights, value })
    }

    pub(super) fn value(self) -> Tensor<f32> {
        self.value
    }

    pub(super) fn value_and_grad(self, rec: &mut Recorder<'_>) -> Result<ValueAndGrad> {
        Ok(ValueAndGrad { grad: self.sorted.vjp(rec, &self.weights)?, value: self.value })
    }
}
