//! Reads handwritten digits with a momentum network, whose backward pass stores no states.
//!
//! `cargo run --release --example digits [seed]`
//!
//! 1437 of the 8 x 8 images in `examples/data/digits.txt`, each moved sideways by up to a pixel in every epoch, train a classifier with 6 layers of width 64; the other 360 test it.

use std::env;
use std::error::Error;
use std::time::Instant;

use supple::Gpu;
use supple::momentum::optimiser::Adam;
use supple::momentum::{Activation, Backward, Classifier, MomentumNet};

#[path = "momentum/model.rs"]
mod model;
#[path = "warcraft_paths/random.rs"]
#[allow(dead_code, reason = "another example uses the rest")]
mod random;

use model::{dense, perceptron};
use random::Random;

const DIGITS: &str = include_str!("data/digits.txt");
const SIDE: usize = 8;
const PIXELS: usize = SIDE * SIDE;
const CLASSES: usize = 10;
const TESTS: usize = 360;
const WIDTH: u32 = 64;
const HIDDEN: u32 = 128;
const LAYERS: usize = 6;
const EPOCHS: usize = 40;
const BATCH: usize = 64;
/// Of Adam in the first step; it falls to 0 along a line.
const RATE: f64 = 0.004;
/// Of Adam, so that weights stay small.
const DECAY: f64 = 1e-4;
/// The least share of test images that are read rightly in the end.
const GOAL: f64 = 0.97;

/// An image, of ink from 0 to 1, and its class.
struct Digit {
    pixels: [f32; PIXELS],
    class: u32,
}

impl Digit {
    fn read(line: &str) -> Option<Self> {
        let (image, class) = line.split_once(' ')?;
        let mut pixels = [0.0; PIXELS];
        for (pixel, digit) in pixels.iter_mut().zip(image.chars()) {
            *pixel = digit.to_digit(17)? as f32 / 16.0;
        }
        Some(Self { pixels, class: class.parse().ok()? })
    }

    /// Moved to the right or the left by up to a pixel: digits fill images from top to bottom.
    fn moved(&self, random: &mut Random) -> [f32; PIXELS] {
        let right = random.below(3);
        std::array::from_fn(|i| {
            let x = (i % SIDE + right).wrapping_sub(1);
            if x < SIDE { self.pixels[i / SIDE * SIDE + x] } else { 0.0 }
        })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let seed =
        env::args().nth(1).map_or(Ok(0), |seed| seed.parse().map_err(|error| format!("seed {seed}: {error}")))?;
    let mut random = Random::new(seed);
    let mut digits: Vec<Digit> = DIGITS.lines().filter_map(Digit::read).collect();
    random.shuffle(&mut digits);
    let (tests, training) = digits.split_at(TESTS);
    let gpu = Gpu::new()?;
    println!("{} training and {TESTS} test images, seed {seed}, on {}", training.len(), gpu.adapter_info().name);

    let input = dense(&gpu, &mut random, WIDTH, PIXELS as u32)?;
    let mut layers = Vec::new();
    for _ in 0..LAYERS {
        layers.push(perceptron(&gpu, &mut random, Activation::Gelu, [WIDTH, HIDDEN])?);
    }
    let output = dense(&gpu, &mut random, CLASSES as u32, WIDTH)?;
    let classifier = Classifier { input, net: MomentumNet::new(layers).gamma(0.9), output };
    train(&gpu, &classifier, training, &mut random)?;

    let right = share_right(&gpu, &classifier, tests)?;
    println!("{:.2} % of test images are read rightly, after {:.1} s", 100.0 * right, start.elapsed().as_secs_f64());
    if right < GOAL {
        return Err(format!("less than {:.0} %", 100.0 * GOAL).into());
    }
    Ok(())
}

fn train(gpu: &Gpu, classifier: &Classifier, training: &[Digit], random: &mut Random) -> Result<(), Box<dyn Error>> {
    let parameters: Vec<_> = classifier.parameters().into_iter().map(|(_, tensor)| tensor).collect();
    let mut state = gpu.run(|rec| Adam::new(RATE).begin(rec, &parameters))?;
    let mut order: Vec<&Digit> = training.iter().collect();
    let steps = EPOCHS * training.len().div_ceil(BATCH);
    for epoch in 1..=EPOCHS {
        random.shuffle(&mut order);
        let mut sum = 0.0;
        for batch in order.chunks(BATCH) {
            let images: Vec<f32> = batch.iter().flat_map(|digit| digit.moved(random)).collect();
            let classes: Vec<u32> = batch.iter().map(|digit| digit.class).collect();
            let count = batch.len() as u32;
            let (images, classes) = (gpu.upload(&images, [count, PIXELS as u32])?, gpu.upload(&classes, [count])?);
            let adam = Adam::new(RATE * (1.0 - f64::from(state.steps) / steps as f64)).weight_decay(DECAY);
            let loss = gpu.run(|rec| {
                let (loss, gradients) = classifier.loss_and_gradients(rec, &images, &classes, Backward::Reversed)?;
                adam.step(rec, &parameters, &gradients, &mut state)?;
                Ok(loss.value)
            })?;
            sum += f64::from(loss.read(gpu)?[0]) * f64::from(count);
        }
        println!("epoch {epoch:2}: loss {:.4}", sum / training.len() as f64);
    }
    Ok(())
}

fn share_right(gpu: &Gpu, classifier: &Classifier, digits: &[Digit]) -> Result<f64, Box<dyn Error>> {
    let images: Vec<f32> = digits.iter().flat_map(|digit| digit.pixels).collect();
    let images = gpu.upload(&images, [digits.len() as u32, PIXELS as u32])?;
    let logits = gpu.run(|rec| classifier.logits(rec, &images))?.read(gpu)?;
    let is_right = |(digit, logits): &(&Digit, &[f32])| {
        let of_class = logits[digit.class as usize];
        logits.iter().enumerate().all(|(class, &logit)| class == digit.class as usize || logit < of_class)
    };
    let right = digits.iter().zip(logits.chunks_exact(CLASSES)).filter(is_right).count();
    Ok(right as f64 / digits.len() as f64)
}
