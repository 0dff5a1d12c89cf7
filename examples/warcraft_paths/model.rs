//! From a tile's pixels to its cost: a small network, the same one for all tiles, and its optimizer.

use super::random::Random;
use super::terrain::{TILE_PIXELS, TILES, pixel_of};

const FEATURES: usize = 12;
const HIDDEN: usize = 16;
/// Weights and a bias for each hidden unit, then those of the output.
const PARAMETERS: usize = HIDDEN * (FEATURES + 1) + HIDDEN + 1;

/// What a tile looks like: of each colour channel its mean, its deviation, and the mean steps to the right and down.
pub type Features = [f64; FEATURES];

/// The features of all tiles of an image.
pub fn features(image: &[[u8; 3]]) -> Vec<Features> {
    (0..TILES).map(|tile| tile_features(image, tile)).collect()
}

fn tile_features(image: &[[u8; 3]], tile: usize) -> Features {
    let mut features = [0.0; FEATURES];
    for (channel, of_channel) in features.chunks_exact_mut(4).enumerate() {
        let level = |x, y| f64::from(image[pixel_of(tile, x, y)][channel]) / 255.0;
        let (last, all) = (TILE_PIXELS - 1, TILE_PIXELS);
        let average = mean(all, all, level);
        of_channel[0] = average;
        of_channel[1] = mean(all, all, |x, y| (level(x, y) - average).powi(2)).sqrt();
        of_channel[2] = mean(last, all, |x, y| (level(x + 1, y) - level(x, y)).abs());
        of_channel[3] = mean(all, last, |x, y| (level(x, y + 1) - level(x, y)).abs());
    }
    features
}

fn mean(width: usize, height: usize, value: impl Fn(usize, usize) -> f64) -> f64 {
    let sum: f64 = (0..width * height).map(|i| value(i % width, i / width)).sum();
    sum / (width * height) as f64
}

/// Shifts and scales features to mean 0 and deviation 1 over what it was made of.
pub struct Standard {
    mean: Features,
    deviation: Features,
}

impl Standard {
    pub fn new<'a>(tiles: impl Iterator<Item = &'a Features> + Clone) -> Self {
        let count = tiles.clone().count() as f64;
        let mut mean = [0.0; FEATURES];
        let mut square = [0.0; FEATURES];
        for tile in tiles {
            for (i, value) in tile.iter().enumerate() {
                mean[i] += value / count;
                square[i] += value * value / count;
            }
        }
        let deviation = std::array::from_fn(|i| (square[i] - mean[i] * mean[i]).sqrt());
        Self { mean, deviation }
    }

    pub fn apply(&self, tile: &mut Features) {
        for (i, value) in tile.iter_mut().enumerate() {
            *value = (*value - self.mean[i]) / self.deviation[i];
        }
    }
}

/// `softplus(b + v . tanh(a + W x))`, which is above 0.
pub struct Model {
    parameters: Vec<f64>,
}

impl Model {
    pub fn new(random: &mut Random) -> Self {
        let scale = 1.0 / (FEATURES as f64).sqrt();
        Self { parameters: (0..PARAMETERS).map(|_| scale * random.normal()).collect() }
    }

    pub fn cost(&self, tile: &Features) -> f64 {
        let x = self.output(&self.hidden(tile));
        x.max(0.0) + (-x.abs()).exp().ln_1p()
    }

    /// Adds the gradient in the parameters, from that in the cost of a tile.
    pub fn backward(&self, tile: &Features, cost_gradient: f64, gradient: &mut [f64]) {
        let hidden = self.hidden(tile);
        let output_gradient = cost_gradient / (1.0 + (-self.output(&hidden)).exp());
        let (_, weights) = self.layers();
        let (hidden_gradient, weights_gradient) = gradient.split_at_mut(HIDDEN * (FEATURES + 1));
        for (unit, row) in hidden_gradient.chunks_exact_mut(FEATURES + 1).enumerate() {
            let sum_gradient = output_gradient * weights[unit] * (1.0 - hidden[unit].powi(2));
            add_affine(row, tile, sum_gradient);
        }
        add_affine(weights_gradient, &hidden, output_gradient);
    }

    fn hidden(&self, tile: &Features) -> [f64; HIDDEN] {
        let rows = self.layers().0;
        std::array::from_fn(|unit| affine(&rows[unit * (FEATURES + 1)..], tile).tanh())
    }

    fn output(&self, hidden: &[f64; HIDDEN]) -> f64 {
        affine(self.layers().1, hidden)
    }

    fn layers(&self) -> (&[f64], &[f64]) {
        self.parameters.split_at(HIDDEN * (FEATURES + 1))
    }
}

/// Weights times inputs, and the bias after them.
fn affine(weights: &[f64], inputs: &[f64]) -> f64 {
    let products = weights.iter().zip(inputs).map(|(weight, input)| weight * input);
    weights[inputs.len()] + products.sum::<f64>()
}

/// Adds the gradient of [`affine`] in its weights and bias.
fn add_affine(gradient: &mut [f64], inputs: &[f64], factor: f64) {
    for (gradient, input) in gradient.iter_mut().zip(inputs) {
        *gradient += factor * input;
    }
    gradient[inputs.len()] += factor;
}

/// Adam (Kingma & Ba 2015).
pub struct Adam {
    first: Vec<f64>,
    second: Vec<f64>,
    steps: i32,
}

impl Adam {
    pub fn new() -> Self {
        Self { first: vec![0.0; PARAMETERS], second: vec![0.0; PARAMETERS], steps: 0 }
    }

    pub fn step(&mut self, model: &mut Model, gradient: &[f64], rate: f64) {
        const DECAYS: [f64; 2] = [0.9, 0.999];
        self.steps += 1;
        let corrections = DECAYS.map(|decay| 1.0 - decay.powi(self.steps));
        for (i, parameter) in model.parameters.iter_mut().enumerate() {
            self.first[i] += (1.0 - DECAYS[0]) * (gradient[i] - self.first[i]);
            self.second[i] += (1.0 - DECAYS[1]) * (gradient[i].powi(2) - self.second[i]);
            let deviation = (self.second[i] / corrections[1]).sqrt();
            *parameter -= rate * self.first[i] / corrections[0] / (deviation + 1e-8);
        }
    }
}

/// Zeros for a gradient in a model's parameters.
pub fn no_gradient() -> Vec<f64> {
    vec![0.0; PARAMETERS]
}
