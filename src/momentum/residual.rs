//! What a layer computes.

use crate::error::Result;
use crate::gpu::{Recorder, Tensor};

/// A function of a batch of states, of the same shape as they are, with its gradients: what a layer of a [`MomentumNet`](super::MomentumNet) computes.
///
/// Both methods only record: they are called within [`Gpu::run`](crate::Gpu::run) or for a caller's encoder, once for each layer. They may return their inputs or
/// parameters. What they return besides, other than gradients in parameters, is for the network alone: where it comes from an operator of this crate its memory may be used again for later
/// layers of the recording.
pub trait Residual: std::fmt::Debug + Send + Sync {
    /// Records `f(x)`, in the shape of `x`.
    ///
    /// # Errors
    /// For a state of a shape that the function does not take, and as operators do.
    fn forward(&self, rec: &mut Recorder<'_>, x: &Tensor<f32>) -> Result<Tensor<f32>>;

    /// Records the gradients of `<cotangent, f(x)>`, and where `value` is true `f(x)`, with the same bits as [`forward`](Self::forward).
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
    fn vjp(&self, rec: &mut Recorder<'_>, x: &Tensor<f32>, cotangent: &Tensor<f32>, value: bool)
    -> Result<ResidualVjp>;

    /// The parameters by name, in the order of their gradients.
    fn parameters(&self) -> Vec<(String, Tensor<f32>)>;
}

/// The gradients of `<cotangent, f(x)>`.
#[derive(Debug, Clone)]
pub struct ResidualVjp {
    /// `f(x)`, where it was asked for.
    pub value: Option<Tensor<f32>>,
    /// In the states, in their shape.
    pub x: Tensor<f32>,
    /// In each parameter, in its shape, summed over the batch.
    pub parameters: Vec<Tensor<f32>>,
    /// In the extra input of a function that has one, in its shape; `None` for others.
    pub extra: Option<Tensor<f32>>,
}
