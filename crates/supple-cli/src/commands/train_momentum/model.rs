//! The classifier: its first parameters, and what is written of it.

use std::sync::Arc;

use supple::Gpu;
use supple::momentum::{Classifier, Dense, Mlp, MomentumNet, Residual};

use super::data::{Data, Standard};
use super::settings::Settings;
use crate::npy::Array;
use crate::options::name;
use crate::random::Random;

/// The stream of random numbers that the first parameters are drawn from.
const STREAM: u64 = 1;

/// A classifier whose parameters are drawn by the seed, uniform within `1 / sqrt(inputs)` of 0.
pub(super) fn classifier(gpu: &Gpu, settings: &Settings, data: &Data) -> supple::Result<Classifier> {
    let mut random = Random::new(settings.seed, STREAM);
    let mut dense = |outputs: u32, inputs: u32| {
        let bound = 1.0 / f64::from(inputs).sqrt();
        let mut draw = |count: u64| (0..count).map(|_| (bound * random.uniform()) as f32).collect::<Vec<f32>>();
        let (weight, bias) = (draw(u64::from(outputs) * u64::from(inputs)), draw(u64::from(outputs)));
        Dense::new(gpu.upload(&weight, [outputs, inputs])?, gpu.upload(&bias, [outputs])?)
    };
    let (width, hidden) = (settings.width.get(), settings.hidden.get());
    let input = dense(width, data.features as u32)?;
    let mut layers: Vec<Arc<dyn Residual>> = Vec::new();
    for _ in 0..settings.layers.get() {
        let pair = [dense(hidden, width)?, dense(width, hidden)?].map(|layer| layer.parameters().into());
        layers.push(Arc::new(Mlp::new(settings.activation.into(), pair)?));
    }
    let net = MomentumNet::new(layers).gamma(settings.gamma);
    Ok(Classifier { input, net, output: dense(data.classes as u32, width)? })
}

/// The metadata of a network's file.
pub(super) fn metadata(settings: &Settings) -> [(&'static str, String); 2] {
    [("gamma", settings.gamma.to_string()), ("activation", name(&settings.activation))]
}

/// Makes an input layer of standardised features one of features as they are:
///
/// ```text
/// W (u - mean) / deviation + b = (W / deviation) u + (b - (W / deviation) mean)
/// ```
pub(super) fn unstandardise([weight, bias]: [&mut Array<f32>; 2], standard: &Standard) {
    let rows = weight.values.chunks_exact_mut(standard.mean.len());
    for (row, bias) in rows.zip(&mut bias.values) {
        let mut shifted = f64::from(*bias);
        for (w, (mean, deviation)) in row.iter_mut().zip(standard.mean.iter().zip(&standard.deviation)) {
            let scaled = f64::from(*w) / deviation;
            shifted -= scaled * mean;
            *w = scaled as f32;
        }
        *bias = shifted as f32;
    }
}
