//! What a layer of a network computes.

/// A function of a batch of states, of the same shape as they are, with its gradients.
///
/// The whole batch is one row-major slice, `[batch, ...]`; an implementation knows the shape of one state.
pub trait Residual {
    /// The function's value for each state of the batch.
    fn forward(&self, x: &[f64]) -> Vec<f64>;

    /// The gradients of `<cotangent, forward(x)>`.
    fn vjp(&self, x: &[f64], cotangent: &[f64]) -> ResidualVjp;

    /// The parameters' names, in the order that the other methods keep.
    fn names(&self) -> Vec<String>;

    /// The parameters.
    fn parameters(&self) -> Vec<&[f64]>;

    /// The parameters, to be changed.
    fn parameters_mut(&mut self) -> Vec<&mut [f64]>;
}

/// The gradients of `<cotangent, f(x)>`.
#[derive(Clone, Debug, PartialEq)]
pub struct ResidualVjp {
    /// In the states, shaped like them.
    pub x: Vec<f64>,
    /// In each parameter, in the order of [`Residual::names`], summed over the batch.
    pub parameters: Vec<Vec<f64>>,
    /// In the extra input of a function that has one, shaped like it; empty for others.
    pub extra: Vec<f64>,
}
