//! The same network of perceptrons for a GPU and in f64.

use std::sync::Arc;

use supple::momentum::{Activation, Mlp, MomentumNet, Residual};
use supple::reference::momentum as twin;
use supple::{Gpu, Tensor};

use crate::common::{Random, to_f64};

/// Layers of perceptrons with the widths `widths`, from which both are made.
pub struct Net {
    activation: Activation,
    widths: Vec<u32>,
    /// Weights and biases of each layer.
    layers: Vec<Vec<[Vec<f32>; 2]>>,
    pub gamma: Vec<f32>,
    pub is_residual: bool,
}

impl Net {
    pub fn new(activation: Activation, widths: &[u32], gamma: &[f32]) -> Self {
        let mut random = Random::new(widths.iter().map(|&width| u64::from(width)).sum());
        let mut numbers =
            |count: u32, scale: f64| (0..count).map(|_| (random.uniform() * scale) as f32).collect::<Vec<f32>>();
        let layer = |_: &f32| {
            widths
                .windows(2)
                .map(|w| [numbers(w[0] * w[1], 3.0 / f64::from(w[0]).sqrt()), numbers(w[1], 0.5)])
                .collect()
        };
        let layers = gamma.iter().map(layer).collect();
        Self { activation, widths: widths.to_vec(), layers, gamma: gamma.to_vec(), is_residual: false }
    }

    /// With all weights and biases so many times as large: by a third weights are uniform within `1 / sqrt(inputs)`, as `PyTorch`'s are at first.
    pub fn scaled(mut self, factor: f32) -> Self {
        self.layers.iter_mut().flatten().flatten().flatten().for_each(|number| *number *= factor);
        self
    }

    pub fn on(&self, gpu: &Gpu) -> MomentumNet {
        let layer = |parameters: &Vec<[Vec<f32>; 2]>| -> Arc<dyn Residual> {
            let dense = |(k, [weight, bias]): (usize, &[Vec<f32>; 2])| -> (Tensor<f32>, Tensor<f32>) {
                let [inputs, outputs] = [self.widths[k], self.widths[k + 1]];
                (gpu.upload(weight, [outputs, inputs]).unwrap(), gpu.upload(bias, [outputs]).unwrap())
            };
            Arc::new(Mlp::new(self.activation, parameters.iter().enumerate().map(dense)).unwrap())
        };
        MomentumNet::new(self.layers.iter().map(layer)).gammas(&self.gamma[..]).is_residual(self.is_residual)
    }

    pub fn twin(&self) -> twin::MomentumNet {
        let activation = match self.activation {
            Activation::Identity => twin::Activation::Identity,
            Activation::Relu => twin::Activation::Relu,
            Activation::Tanh => twin::Activation::Tanh,
            Activation::Gelu => twin::Activation::Gelu,
            Activation::Silu => twin::Activation::Silu,
        };
        let layer = |parameters: &Vec<[Vec<f32>; 2]>| -> Box<dyn twin::Residual> {
            let dense = |[weight, bias]: &[Vec<f32>; 2]| twin::Dense::new(to_f64(weight), to_f64(bias));
            Box::new(twin::Mlp::new(activation, parameters.iter().map(dense).collect()))
        };
        twin::MomentumNet {
            layers: self.layers.iter().map(layer).collect(),
            gamma: to_f64(&self.gamma),
            is_residual: self.is_residual,
        }
    }
}

/// The largest difference, relative to the largest number that is expected.
pub fn relative_error(found: &[f32], expected: &[f64]) -> f64 {
    crate::common::max_error(found, expected) / crate::common::largest(expected).max(1e-30)
}
