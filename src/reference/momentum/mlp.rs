//! Multi-layer perceptrons.

use super::dense::Dense;
use super::{Activation, Residual, ResidualVjp, expect_length, rows};

/// Dense layers with an activation between them, and none after the last.
///
/// ```text
/// h_0 = (x, u),   z_k = W_k h_k + b_k,   h_(k+1) = m_k act(z_k),   f(x) = z_last
/// ```
///
/// `x` is `[batch, d]`; `u`, an extra input such as a time or a condition, is there only after [`with_extra`](Self::with_extra), and the masks `m_k` of
/// dropout only after [`with_masks`](Self::with_masks). Parameters are `weight0`, `bias0`, `weight1` and so on.
#[derive(Clone, Debug)]
pub struct Mlp {
    activation: Activation,
    layers: Vec<Dense>,
    extra: Vec<f64>,
    extra_width: usize,
    masks: Vec<Vec<f64>>,
}

impl Mlp {
    /// A perceptron of one or more layers.
    ///
    /// # Panics
    /// If there is no layer, or a layer's inputs are not as many as the outputs of the one before.
    #[must_use]
    pub fn new(activation: Activation, layers: Vec<Dense>) -> Self {
        assert!(!layers.is_empty(), "a perceptron must have a layer");
        for (k, pair) in layers.windows(2).enumerate() {
            let (outputs, inputs) = (pair[0].outputs(), pair[1].inputs());
            assert!(outputs == inputs, "layer {k} has {outputs} outputs, the next one {inputs} inputs");
        }
        Self { activation, layers, extra: Vec::new(), extra_width: 0, masks: Vec::new() }
    }

    /// With an extra input `[batch, width]`, which follows `x` among the first layer's inputs.
    ///
    /// # Panics
    /// If `width` is 0 or leaves no input for `x`, or `extra` has no whole rows.
    #[must_use]
    pub fn with_extra(mut self, extra: Vec<f64>, width: usize) -> Self {
        let inputs = self.layers[0].inputs();
        assert!((1..inputs).contains(&width), "an extra input of width {width} for a layer with {inputs} inputs");
        rows("extra", &extra, width);
        (self.extra, self.extra_width) = (extra, width);
        self
    }

    /// With factors `[batch, width]` of what each layer but the last hands on. For dropout of probability `p` they are 0 with that probability, and
    /// `1 / (1 - p)` otherwise.
    ///
    /// # Panics
    /// If there are not as many masks as layers that hand something on.
    #[must_use]
    pub fn with_masks(mut self, masks: Vec<Vec<f64>>) -> Self {
        let hidden = self.layers.len() - 1;
        assert!(masks.len() == hidden, "{} masks for {hidden} hidden layers", masks.len());
        self.masks = masks;
        self
    }

    /// Each layer's input and output, before the activation.
    fn trace(&self, x: &[f64]) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
        let mut input = self.joined(x);
        let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
        for (k, layer) in self.layers.iter().enumerate() {
            let output = layer.forward(&input);
            let mut next: Vec<f64> = output.iter().map(|&z| self.activation.value(z)).collect();
            if let Some(mask) = self.masks.get(k) {
                expect_length("mask", mask.len(), next.len());
                next.iter_mut().zip(mask).for_each(|(h, m)| *h *= m);
            }
            inputs.push(std::mem::replace(&mut input, next));
            outputs.push(output);
        }
        (inputs, outputs)
    }

    /// The rows of `x`, each followed by one of the extra input.
    fn joined(&self, x: &[f64]) -> Vec<f64> {
        let width = self.layers[0].inputs() - self.extra_width;
        let batch = rows("x", x, width);
        expect_length("extra", self.extra.len(), batch * self.extra_width);
        let row =
            |b: usize| x[b * width..][..width].iter().chain(&self.extra[b * self.extra_width..][..self.extra_width]);
        (0..batch).flat_map(row).copied().collect()
    }

    /// The gradient in [`joined`](Self::joined) rows, taken apart.
    fn parted(&self, gradient: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let inputs = self.layers[0].inputs();
        let rows = || gradient.chunks_exact(inputs).map(|row| row.split_at(inputs - self.extra_width));
        (rows().flat_map(|(x, _)| x).copied().collect(), rows().flat_map(|(_, extra)| extra).copied().collect())
    }
}

impl Residual for Mlp {
    /// `[batch, d]` to `[batch, outputs]`.
    ///
    /// # Panics
    /// If `x` has no whole rows, or another batch than the extra input or the masks.
    fn forward(&self, x: &[f64]) -> Vec<f64> {
        self.trace(x).1.pop().unwrap_or_default()
    }

    /// # Panics
    /// As [`forward`](Residual::forward) does, or if `cotangent` has another shape than its result.
    fn vjp(&self, x: &[f64], cotangent: &[f64]) -> ResidualVjp {
        let (inputs, outputs) = self.trace(x);
        let mut gradient = cotangent.to_vec();
        let mut parameters = Vec::new();
        for (k, layer) in self.layers.iter().enumerate().rev() {
            if k + 1 < self.layers.len() {
                for (g, &z) in gradient.iter_mut().zip(&outputs[k]) {
                    *g *= self.activation.derivative(z);
                }
                if let Some(mask) = self.masks.get(k) {
                    gradient.iter_mut().zip(mask).for_each(|(g, m)| *g *= m);
                }
            }
            let of_layer = layer.vjp(&inputs[k], &gradient);
            gradient = of_layer.x;
            parameters.extend([of_layer.biases, of_layer.weights]);
        }
        parameters.reverse();
        let (x, extra) = self.parted(&gradient);
        ResidualVjp { x, parameters, extra }
    }

    fn names(&self) -> Vec<String> {
        (0..self.layers.len()).flat_map(|k| [format!("weight{k}"), format!("bias{k}")]).collect()
    }

    fn parameters(&self) -> Vec<&[f64]> {
        self.layers.iter().flat_map(|layer| [layer.weights.as_slice(), layer.biases.as_slice()]).collect()
    }

    fn parameters_mut(&mut self) -> Vec<&mut [f64]> {
        self.layers.iter_mut().flat_map(|layer| [layer.weights.as_mut_slice(), layer.biases.as_mut_slice()]).collect()
    }
}
