//! [`Sorted`]: what the forward pass returns, and the two derivatives.

use super::permute::{Way, permute};
use crate::error::Result;
use crate::gpu::{Recorder, Tensor};

/// Sorted rows, and what their derivatives need.
///
/// Sorting puts a row into an order, so that its Jacobian is a permutation matrix, wherever no two elements are equal; where some are, this is
/// the one of their stable order.
#[derive(Debug, Clone)]
pub struct Sorted {
    /// The sorted rows, in the shape of the rows. Elements that take no part are 0, at the end.
    pub values: Tensor<f32>,
    /// The order: element `order[i]` of a row is the `i`th of the sorted row.
    pub order: Tensor<u32>,
    /// How many elements of each row take part, in the shape of the rows without the last dimension; `None` where all do.
    pub counts: Option<Tensor<u32>>,
}

impl Sorted {
    /// The vector-Jacobian product: the gradient in the rows of the sum of the sorted rows times `cotangent`, which has their shape. 0 for
    /// elements that take no part.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for a cotangent of another shape.
    pub fn vjp(&self, rec: &mut Recorder<'_>, cotangent: &Tensor<f32>) -> Result<Tensor<f32>> {
        self.permuted(rec, Way::Back, "cotangent", cotangent)
    }

    /// The Jacobian-vector product: the derivative of the sorted rows in the direction `tangent` of the rows. 0 for elements that take no part.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for a tangent of another shape.
    pub fn jvp(&self, rec: &mut Recorder<'_>, tangent: &Tensor<f32>) -> Result<Tensor<f32>> {
        self.permuted(rec, Way::In, "tangent", tangent)
    }

    fn permuted(
        &self,
        rec: &mut Recorder<'_>,
        way: Way,
        argument: &'static str,
        input: &Tensor<f32>,
    ) -> Result<Tensor<f32>> {
        let gpu = rec.gpu();
        input.expect_shape(argument, self.values.shape())?;
        gpu.expect_own(argument, input)?;
        gpu.expect_own("order", &self.order)?;
        let out = rec.output(self.values.shape())?;
        permute(rec, way, input, &self.order, self.counts.as_ref(), &out)?;
        Ok(out)
    }
}
