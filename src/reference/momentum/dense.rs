//! A dense layer.

use super::{expect_length, rows};

/// `y = W x + b` for each row `x` of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Dense {
    pub(super) weights: Vec<f64>,
    pub(super) biases: Vec<f64>,
}

/// The gradients of `<cotangent, forward(x)>`.
pub(super) struct DenseVjp {
    pub(super) x: Vec<f64>,
    pub(super) weights: Vec<f64>,
    pub(super) biases: Vec<f64>,
}

impl Dense {
    /// `weights [outputs, inputs]`, `biases [outputs]`.
    ///
    /// # Panics
    /// If there are no outputs or no inputs, or `weights` has no whole rows.
    #[must_use]
    pub fn new(weights: Vec<f64>, biases: Vec<f64>) -> Self {
        assert!(!weights.is_empty() && !biases.is_empty(), "a dense layer must have inputs and outputs");
        rows("weights", &weights, biases.len());
        Self { weights, biases }
    }

    /// How many numbers it maps a row to.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.biases.len()
    }

    /// How many numbers a row must have.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.weights.len() / self.biases.len()
    }

    pub(super) fn forward(&self, x: &[f64]) -> Vec<f64> {
        let of_row = |x: &[f64]| -> Vec<f64> {
            let rows = self.weights.chunks_exact(self.inputs()).zip(&self.biases);
            rows.map(|(row, bias)| row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>() + bias).collect()
        };
        x.chunks_exact(self.inputs()).flat_map(of_row).collect()
    }

    pub(super) fn vjp(&self, x: &[f64], cotangent: &[f64]) -> DenseVjp {
        let (inputs, outputs) = (self.inputs(), self.outputs());
        expect_length("cotangent", cotangent.len(), x.len() / inputs * outputs);
        let mut gradient =
            DenseVjp { x: vec![0.0; x.len()], weights: vec![0.0; self.weights.len()], biases: vec![0.0; outputs] };
        for (row, of_row) in cotangent.chunks_exact(outputs).enumerate() {
            for (o, g) in of_row.iter().enumerate() {
                gradient.biases[o] += g;
                for i in 0..inputs {
                    gradient.weights[o * inputs + i] += g * x[row * inputs + i];
                    gradient.x[row * inputs + i] += g * self.weights[o * inputs + i];
                }
            }
        }
        gradient
    }
}
