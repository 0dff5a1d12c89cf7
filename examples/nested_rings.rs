//! Separates nested rings with a momentum network, and fails to with a residual network of the same blocks: section 4 of Sander et al. 2021
//! ([arXiv 2102.07870](https://arxiv.org/abs/2102.07870)).
//!
//! `cargo run --release --example nested_rings [picture.svg [seed]]`
//!
//! Points of the plane lie on four rings around each other, and after the last layer straight lines are to tell the rings apart. Weights of every block are kept so
//! small that `f` moves near points apart by less than they are: then `x + f(x)` is continuous and has an inverse, and so has a residual network of any depth. What lies
//! within a ring stays within it, and no lines tell them apart. A momentum network has the same blocks and a velocity besides, and points may pass each other.

use std::env;
use std::error::Error;
use std::f64::consts::TAU;
use std::path::PathBuf;
use std::time::Instant;

use supple::Gpu;
use supple::momentum::loss::softmax_cross_entropy;
use supple::momentum::optimiser::Adam;
use supple::momentum::{Activation, Dense, MomentumNet};

#[path = "momentum/files.rs"]
mod files;
#[path = "momentum/model.rs"]
mod model;
#[path = "nested_rings/picture.rs"]
mod picture;
#[path = "warcraft_paths/random.rs"]
#[allow(dead_code, reason = "another example uses the rest")]
mod random;

use model::{dense, perceptron};
use picture::{Panel, Row};
use random::Random;

const RINGS: usize = 4;
const LAYERS: usize = 15;
const HIDDEN: u32 = 16;
const STEPS: u32 = 400;
/// Points of a step, new ones each time.
const POINTS: usize = 256;
const TESTS: usize = 4000;
/// Gammas, and the rates of Adam in the first step, which fall to 0 along a line: a residual network takes ten times the step that `1 - gamma` leaves.
const NETWORKS: [(&str, f32, f64); 2] = [("Residual network", 0.0, 0.004), ("Momentum network", 0.9, 0.02)];
/// Steps from one time that weights are made smaller to the next; the last step is one.
const KEPT_SMALL: u32 = 4;
/// The largest singular value of a weight: with two of them and tanh, of which no slope is above 1, a block's differences are shorter than those of its inputs.
const LARGEST: f64 = 0.99;
/// After how many layers points are drawn.
const DRAWN: [usize; 4] = [0, 5, 10, 15];

/// Points, `[count, 2]`, and the ring of each, from the inside.
fn points(random: &mut Random, count: usize) -> (Vec<f32>, Vec<u32>) {
    let rings: Vec<u32> = (0..count).map(|k| (k % RINGS) as u32).collect();
    let place = |&ring: &u32| {
        let radius = 1.5 * f64::from(ring + 1) / RINGS as f64 + 0.03 * random.normal();
        let angle = TAU * random.uniform();
        [(radius * angle.cos()) as f32, (radius * angle.sin()) as f32]
    };
    (rings.iter().flat_map(place).collect(), rings)
}

/// A network of blocks, and the lines after it.
struct Separator {
    gamma: f32,
    net: MomentumNet,
    lines: Dense,
}

fn main() -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let mut arguments = env::args().skip(1);
    let file = PathBuf::from(arguments.next().unwrap_or_else(|| "target/nested_rings.svg".to_owned()));
    let seed = arguments.next().map_or(Ok(0), |seed| seed.parse().map_err(|error| format!("seed {seed}: {error}")))?;
    let gpu = Gpu::new()?;
    println!("{RINGS} rings, {LAYERS} layers, seed {seed}, on {}", gpu.adapter_info().name);
    let mut shares = Vec::new();
    let mut rows = Vec::new();
    for (name, gamma, rate) in NETWORKS {
        let mut random = Random::new(seed);
        let separator = train(&gpu, (gamma, rate), &mut random)?;
        let share = separator.share_right(&gpu, &mut random)?;
        println!("{name}, gamma {gamma}: {:.1} % of new points told apart", 100.0 * share);
        let panels = separator.panels(&gpu, &mut random)?;
        rows.push(Row { heading: format!("{name}: {:.1} % of points told apart", 100.0 * share), panels });
        shares.push(share);
    }
    files::write_whole(&file, &picture::draw(&rows))?;
    println!("{} shows points between layers; {:.1} s", file.display(), start.elapsed().as_secs_f64());
    if shares[1] < 0.95 || shares[1] < shares[0] + 0.05 {
        return Err("the momentum network should tell 95 % apart, and 5 % more than the residual one".into());
    }
    Ok(())
}

fn train(gpu: &Gpu, (gamma, rate): (f32, f64), random: &mut Random) -> Result<Separator, Box<dyn Error>> {
    let mut layers = Vec::new();
    for _ in 0..LAYERS {
        layers.push(perceptron(gpu, random, Activation::Tanh, [2, HIDDEN])?);
    }
    let separator =
        Separator { gamma, net: MomentumNet::new(layers).gamma(gamma), lines: dense(gpu, random, RINGS as u32, 2)? };
    let of_net = separator.net.parameters();
    let parameters: Vec<_> =
        of_net.iter().map(|(_, tensor)| tensor.clone()).chain(separator.lines.parameters()).collect();
    let mut state = gpu.run(|rec| Adam::new(rate).begin(rec, &parameters))?;
    for step in 0..STEPS {
        let (x, rings) = points(random, POINTS);
        let (x, rings) = (gpu.upload(&x, [POINTS as u32, 2])?, gpu.upload(&rings, [POINTS as u32])?);
        let adam = Adam::new(rate * (1.0 - f64::from(step) / f64::from(STEPS)));
        gpu.run(|rec| {
            // Stored states: with a gamma of 0 there is no way back.
            let stored = separator.net.forward_storing(rec, &x, None)?;
            let logits = separator.lines.forward(rec, &stored.last.x)?;
            let loss = softmax_cross_entropy(rec, &logits, &rings)?;
            let of_lines = separator.lines.vjp(rec, &stored.last.x, &loss.grad)?;
            let of_net = separator.net.backward_stored(rec, &stored, &of_lines.x, None)?;
            let gradients: Vec<_> =
                of_net.parameters.into_iter().flatten().chain([of_lines.weight, of_lines.bias]).collect();
            adam.step(rec, &parameters, &gradients, &mut state)
        })?;
        if (step + 1) % KEPT_SMALL > 0 {
            continue;
        }
        for (_, weight) in of_net.iter().filter(|(name, _)| name.contains(".w")) {
            let mut values = weight.read(gpu)?;
            let largest = largest_singular_value(&values, weight.shape().sizes()[1]);
            if largest > LARGEST {
                for value in &mut values {
                    *value *= (LARGEST / largest) as f32;
                }
                gpu.write(weight, &values)?;
            }
        }
    }
    Ok(separator)
}

/// Of a matrix with two columns or two rows, by the product with its transpose, 2 x 2.
fn largest_singular_value(values: &[f32], columns: u32) -> f64 {
    let pairs: Vec<[f64; 2]> = if columns == 2 {
        values.chunks_exact(2).map(|row| [f64::from(row[0]), f64::from(row[1])]).collect()
    } else {
        let (first, second) = values.split_at(values.len() / 2);
        first.iter().zip(second).map(|(&a, &b)| [f64::from(a), f64::from(b)]).collect()
    };
    let [mut a, mut b, mut c] = [0.0; 3];
    for [x, y] in pairs {
        (a, b, c) = (a + x * x, b + x * y, c + y * y);
    }
    let (mean, half) = (f64::midpoint(a, c), (a - c) / 2.0);
    (mean + half.hypot(b)).sqrt()
}

impl Separator {
    fn share_right(&self, gpu: &Gpu, random: &mut Random) -> Result<f64, Box<dyn Error>> {
        let (x, rings) = points(random, TESTS);
        let x = gpu.upload(&x, [TESTS as u32, 2])?;
        let logits = gpu.run(|rec| {
            let last = self.net.forward(rec, &x, None)?;
            self.lines.forward(rec, &last.x)
        })?;
        let logits = logits.read(gpu)?;
        let is_right = |(logits, ring): &(&[f32], u32)| {
            let of_ring = logits[*ring as usize];
            logits.iter().enumerate().all(|(other, &logit)| other == *ring as usize || logit < of_ring)
        };
        let right = logits.chunks_exact(RINGS).zip(rings).filter(is_right).count();
        Ok(right as f64 / TESTS as f64)
    }

    /// Points after some of the layers.
    fn panels(&self, gpu: &Gpu, random: &mut Random) -> Result<Vec<Panel>, Box<dyn Error>> {
        let (values, rings) = points(random, POINTS);
        let x = gpu.upload(&values, [POINTS as u32, 2])?;
        let mut panels = Vec::new();
        for layers in DRAWN {
            let first = self.net.layers()[..layers].to_vec();
            let net = MomentumNet::new(first).gamma(self.gamma);
            let last = gpu.run(|rec| net.forward(rec, &x, None))?;
            panels.push(Panel {
                heading: format!("after {layers} layers"),
                points: last.x.read(gpu)?,
                rings: rings.clone(),
            });
        }
        Ok(panels)
    }
}
