//! The classifier: its first parameters, and what is written of it.

use std::sync::Arc;

use supple::Gpu;
use supple::momentum::{Classifier, Dense, Mlp, MomentumNet, Residual};

use super::data::Data;
use super::settings::Settings;
use crate::error::CliError;
use crate::npy::Array;
use crate::options::name;
use crate::random::Random;

/// The stream of random numbers that the first parameters are drawn from.
const STREAM: u64 = 1;
/// Each takes four buffers for its parameters, and thrice as many for gradients and moments.
const MOST_LAYERS: u128 = 1 << 16;
/// Of all parameters: 4 GiB, which gradients and moments make 16.
const MOST_BYTES: u128 = 1 << 32;

/// A classifier whose parameters are drawn by the seed, uniform within `1 / sqrt(inputs)` of 0.
pub(super) fn classifier(gpu: &Gpu, settings: &Settings, data: &Data) -> Result<Classifier, CliError> {
    expect_room(gpu, settings, data)?;
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
pub(super) fn metadata(settings: &Settings) -> [(&'static str, String); 3] {
    let activation = name(&settings.activation);
    [("gamma", settings.gamma.to_string()), ("activation", activation), ("is_residual", "false".to_owned())]
}

/// Checks, before any is drawn, that parameters fit into this adapter's bindings and are not too many.
fn expect_room(gpu: &Gpu, settings: &Settings, data: &Data) -> Result<(), CliError> {
    let limits = &gpu.capabilities().limits;
    let most = u128::from(limits.max_storage_buffer_binding_size.min(limits.max_buffer_size));
    let [width, hidden, layers] = [settings.width, settings.hidden, settings.layers].map(|n| u128::from(n.get()));
    let (features, classes) = (data.features as u128, data.classes as u128);
    let refuse =
        |argument, problem, remedy: &str| Err(CliError::Argument { argument, problem, remedy: remedy.to_owned() });
    if layers > MOST_LAYERS {
        return refuse("--layers", format!("is {layers}"), &format!("give at most {MOST_LAYERS}"));
    }
    for (numbers, argument, which) in [
        (features.max(classes) * width, "--width", format!("{width}, with {features} features and {classes} classes")),
        (width * hidden, "--hidden", format!("{hidden}, with --width {width}")),
    ] {
        if 4 * numbers > most {
            let problem = format!("is {which}: a weight of {} bytes, where a binding holds {most}", 4 * numbers);
            return refuse(argument, problem, "give less of either");
        }
    }
    let bytes = 4 * (width * (features + 1) + layers * (2 * width * hidden + hidden + width) + classes * (width + 1));
    if bytes > MOST_BYTES {
        let problem =
            format!("is {layers}, with --width {width} and --hidden {hidden}: parameters of {bytes} bytes in all");
        return refuse("--layers", problem, &format!("give less of one: at most {MOST_BYTES} bytes can be trained"));
    }
    Ok(())
}

/// Makes an input layer of standardised features one of features as they are:
///
/// ```text
/// W (u - mean) / deviation + b = (W / deviation) u + (b - (W / deviation) mean)
/// ```
pub(super) fn unstandardise([weight, bias]: [&mut Array<f32>; 2], data: &Data) -> Result<(), CliError> {
    let standard = &data.standard;
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
    let position = weight.values.iter().position(|w| !w.is_finite());
    position.map_or(Ok(()), |position| Err(data.too_fine(position % data.features)))
}
