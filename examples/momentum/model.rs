//! Layers with first weights.

use std::sync::Arc;

use supple::momentum::{Activation, Dense, Mlp, Residual};
use supple::{Gpu, Result};

use super::random::Random;

/// Weights and biases uniform within `1 / sqrt(inputs)` of 0.
pub fn dense(gpu: &Gpu, random: &mut Random, outputs: u32, inputs: u32) -> Result<Dense> {
    let bound = 1.0 / f64::from(inputs).sqrt();
    let mut draw =
        |count: u32| -> Vec<f32> { (0..count).map(|_| (bound * (2.0 * random.uniform() - 1.0)) as f32).collect() };
    let (weight, bias) = (draw(outputs * inputs), draw(outputs));
    Dense::new(gpu.upload(&weight, [outputs, inputs])?, gpu.upload(&bias, [outputs])?)
}

/// A perceptron with one hidden layer.
pub fn perceptron(
    gpu: &Gpu,
    random: &mut Random,
    activation: Activation,
    [width, hidden]: [u32; 2],
) -> Result<Arc<dyn Residual>> {
    let layers = [dense(gpu, random, hidden, width)?, dense(gpu, random, width, hidden)?];
    Ok(Arc::new(Mlp::new(activation, layers.map(|layer| layer.parameters().into()))?))
}
