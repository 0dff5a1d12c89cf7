//! Classifiers.

use super::loss::{Loss, softmax_cross_entropy};
use super::{Dense, DenseVjp, MomentumNet};
use crate::error::Result;
use crate::gpu::{Recorder, Tensor};

/// A momentum network between two dense layers, with softmax at its end:
///
/// ```text
/// x_0 = W_in u + b_in,   logits = W_out x_last + b_out
/// ```
///
/// Inputs `u` are `[batch, features]`, labels `[batch]` count classes from 0.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use std::sync::Arc;
/// use supple::Gpu;
/// use supple::momentum::{Activation, Backward, Classifier, Dense, Mlp, MomentumNet, Residual, optimiser::Adam};
///
/// let gpu = Gpu::new()?;
/// let dense = |outputs: u32, inputs: u32| -> supple::Result<Dense> {
///     let weights: Vec<f32> = (0..outputs * inputs).map(|k| (k as f32 * 0.7).sin()).collect();
///     Dense::new(gpu.upload(&weights, [outputs, inputs])?, gpu.upload(&vec![0.0; outputs as usize], [outputs])?)
/// };
/// let layer = || -> supple::Result<Arc<dyn Residual>> {
///     let layers = [dense(8, 4)?, dense(4, 8)?].map(|layer| layer.parameters().into());
///     Ok(Arc::new(Mlp::new(Activation::Tanh, layers)?))
/// };
/// let net = MomentumNet::new([layer()?, layer()?]);
/// let classifier = Classifier { input: dense(4, 2)?, net, output: dense(2, 4)? };
///
/// // Exclusive or, which no single dense layer learns.
/// let u = gpu.upload(&[0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0], [4, 2])?;
/// let labels = gpu.upload(&[0, 1, 1, 0], [4])?;
/// let parameters: Vec<_> = classifier.parameters().into_iter().map(|(_, tensor)| tensor).collect();
/// let adam = Adam::new(0.05);
/// let mut state = gpu.run(|rec| adam.begin(rec, &parameters))?;
/// for _ in 0..100 {
///     gpu.run(|rec| {
///         let (_, gradients) = classifier.loss_and_gradients(rec, &u, &labels, Backward::Reversed)?;
///         adam.step(rec, &parameters, &gradients, &mut state)
///     })?;
/// }
/// let logits = gpu.run(|rec| classifier.logits(rec, &u))?.read(&gpu)?;
/// let classes: Vec<bool> = logits.chunks(2).map(|of_row| of_row[1] > of_row[0]).collect();
/// assert_eq!(classes, [false, true, true, false]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Classifier {
    /// From features to states.
    pub input: Dense,
    /// Of layers that take such states.
    pub net: MomentumNet,
    /// From states to a logit for each class.
    pub output: Dense,
}

/// Where a backward pass has the states between layers from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Backward {
    /// The forward pass stores them: for any gamma, with the memory of a state for each layer. The default.
    #[default]
    Stored,
    /// They are computed again from the last one: memory does not grow with depth, but every gamma must be more than 0.
    Reversed,
}

impl Classifier {
    /// All parameters by name: `input.w` and `input.b`, those of [`MomentumNet::parameters`], `output.w` and `output.b`; in the order of their gradients.
    #[must_use]
    pub fn parameters(&self) -> Vec<(String, Tensor<f32>)> {
        let named = |name: &str, layer: &Dense| {
            let [weight, bias] = layer.parameters();
            [(format!("{name}.w"), weight), (format!("{name}.b"), bias)]
        };
        let mut all = Vec::from(named("input", &self.input));
        all.extend(self.net.parameters());
        all.extend(named("output", &self.output));
        all
    }

    /// A logit for each class, `[batch, classes]`: the largest is that of the likeliest class.
    ///
    /// # Errors
    /// As [`Dense::forward`] and [`MomentumNet::forward`].
    pub fn logits(&self, rec: &mut Recorder<'_>, u: &Tensor<f32>) -> Result<Tensor<f32>> {
        let x = self.input.forward(rec, u)?;
        let last = self.net.forward(rec, &x, None)?;
        self.output.forward(rec, &last.x)
    }

    /// The cross-entropy of softmax, and the gradients of its mean in all parameters, in the order of [`parameters`](Self::parameters).
    ///
    /// # Errors
    /// As [`logits`](Self::logits), [`softmax_cross_entropy`] and [`MomentumNet::backward_reversed`].
    pub fn loss_and_gradients(
        &self,
        rec: &mut Recorder<'_>,
        u: &Tensor<f32>,
        labels: &Tensor<u32>,
        backward: Backward,
    ) -> Result<(Loss, Vec<Tensor<f32>>)> {
        let x = self.input.forward(rec, u)?;
        let (loss, of_output, of_net) = match backward {
            Backward::Stored => {
                let stored = self.net.forward_storing(rec, &x, None)?;
                let (loss, of_output) = self.loss(rec, &stored.last.x, labels)?;
                let gradients = self.net.backward_stored(rec, &stored, &of_output.x, None)?;
                (loss, of_output, gradients)
            }
            Backward::Reversed => {
                let last = self.net.forward(rec, &x, None)?;
                let (loss, of_output) = self.loss(rec, &last.x, labels)?;
                let (gradients, _) = self.net.backward_reversed(rec, &last, &of_output.x, None)?;
                (loss, of_output, gradients)
            }
        };
        let of_input = self.input.vjp(rec, u, &of_net.x)?;
        let mut gradients = vec![of_input.weight, of_input.bias];
        gradients.extend(of_net.parameters.into_iter().flatten());
        gradients.extend(of_net.velocity);
        gradients.extend([of_output.weight, of_output.bias]);
        Ok((loss, gradients))
    }

    /// The loss of last states, and the gradients of the output layer.
    fn loss(&self, rec: &mut Recorder<'_>, x: &Tensor<f32>, labels: &Tensor<u32>) -> Result<(Loss, DenseVjp)> {
        let logits = self.output.forward(rec, x)?;
        let loss = softmax_cross_entropy(rec, &logits, labels)?;
        let vjp = self.output.vjp(rec, x, &loss.grad)?;
        Ok((loss, vjp))
    }
}
