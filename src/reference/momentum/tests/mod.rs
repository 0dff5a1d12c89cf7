//! The twin against finite differences, another package's numbers, closed formulas, and itself.
#![allow(clippy::float_cmp, reason = "what is exact is compared exactly")]

use std::cell::RefCell;

use super::*;
use crate::reference::testing::{assert_close, finite_differences, golden, noise};

mod activations;
mod exact_net;
mod fixed_point;
mod fractions;
mod golden_file;
mod gradients;
mod layers;
mod losses;
mod optimisers;
mod reversal;

const ACTIVATIONS: [Activation; 5] =
    [Activation::Identity, Activation::Relu, Activation::Tanh, Activation::Gelu, Activation::Silu];

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn scaled_noise(seed: u64, len: usize, scale: f64) -> Vec<f64> {
    noise(seed, len).into_iter().map(|x| scale * x).collect()
}

/// A perceptron from `widths[0]` to the last of `widths`.
fn mlp(seed: u64, activation: Activation, widths: &[usize]) -> Mlp {
    let layer = |(k, pair): (usize, &[usize])| {
        let seed = 100 * seed + 2 * k as u64;
        let scale = 1.5 / (pair[0] as f64).sqrt();
        Dense::new(scaled_noise(seed, pair[0] * pair[1], scale), scaled_noise(seed + 1, pair[1], 0.5))
    };
    Mlp::new(activation, widths.windows(2).enumerate().map(layer).collect())
}

/// A block of convolutions of sizes `kernels` from `channels[0]` to the last of `channels`.
fn block(seed: u64, activation: Activation, kernels: &[usize], channels: &[usize], size: [usize; 2]) -> ConvBlock {
    let stage = |(k, pair): (usize, &[usize])| {
        let (seed, kernel) = (100 * seed + 4 * k as u64, kernels[k]);
        let scales = noise(seed, pair[0]).into_iter().map(|x| 1.0 + 0.5 * x).collect();
        let weights = scaled_noise(seed + 2, pair[0] * pair[1] * kernel * kernel, 0.7 / kernel as f64);
        let shifts = scaled_noise(seed + 1, pair[0], 0.5);
        ConvStage::new(kernel, scales, shifts, weights, scaled_noise(seed + 3, pair[1], 0.5))
    };
    ConvBlock::new(activation, channels.windows(2).enumerate().map(stage).collect(), size[0], size[1])
}

/// A network of perceptrons of states of `width` numbers.
fn net(depth: usize, width: usize, activation: Activation, gamma: impl Fn(usize) -> f64) -> MomentumNet {
    let layer = |k| -> Box<dyn Residual> { Box::new(mlp(k as u64, activation, &[width, width + 3, width])) };
    MomentumNet { layers: (0..depth).map(layer).collect(), gamma: (0..depth).map(gamma).collect(), is_residual: false }
}

/// Finite differences of `value` in one array of what is in the cell, which `array` finds there.
fn differences<T>(cell: &RefCell<T>, array: impl Fn(&mut T) -> &mut [f64], value: impl Fn(&T) -> f64) -> Vec<f64> {
    let at = array(&mut cell.borrow_mut()).to_vec();
    let set = |to: &[f64]| array(&mut cell.borrow_mut()).copy_from_slice(to);
    let differences = finite_differences(&at, |moved| {
        set(moved);
        value(&cell.borrow())
    });
    set(&at);
    differences
}
