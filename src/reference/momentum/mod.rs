//! Momentum residual networks, with gradients that need no stored activations.
//!
//! A residual network adds `f_n(x)` to `x` in each layer; its momentum form gives `x` a velocity:
//!
//! ```text
//! v' = gamma_n v + (1 - gamma_n) f_n(x)
//! x' = x + v'
//! ```
//!
//! (Sander, Ablin, Blondel and Peyré, *Momentum residual neural networks*, 2021,
//! [arXiv 2102.07870](https://arxiv.org/abs/2102.07870).) With `gamma > 0` a layer has an inverse in closed form, so that the backward
//! pass can compute the activations again, from the last one to the first, instead of keeping one for each layer. With
//! `gamma = 0` it is the residual network.
//!
//! - [`MomentumNet`]: forward, inverse, and gradients by either way.
//! - [`Residual`] is what a layer computes: [`Mlp`], [`ConvBlock`], or a caller's own.
//! - [`exact`]: the inverse in fixed point, which gives every bit back at any depth.
//! - [`loss`] and [`optimiser`]: what training takes besides.
//!
//! # Examples
//!
//! ```
//! use supple::reference::momentum::{Activation, Dense, Mlp, MomentumNet, Residual};
//!
//! let layer = |weight: f64| -> Box<dyn Residual> {
//!     let first = Dense::new(vec![weight, 1.0, -1.0, weight], vec![0.0, 0.5]);
//!     let second = Dense::new(vec![0.5, weight, -0.5, 1.0], vec![0.0, 0.0]);
//!     Box::new(Mlp::new(Activation::Tanh, vec![first, second]))
//! };
//! let net = MomentumNet { layers: vec![layer(0.3), layer(-0.2)], gamma: vec![0.9, 0.9], is_residual: false };
//! let (x0, v0) = ([1.0, 2.0, -1.0, 0.0], [0.0; 4]);
//! let (x, v) = net.forward(&x0, &v0);
//! let stored = net.backward_stored(&x0, &v0, &[1.0; 4], &[0.0; 4]);
//! let reversed = net.backward_reversed(&x, &v, &[1.0; 4], &[0.0; 4]);
//! assert!((stored.x[0] - reversed.x[0]).abs() < 1e-12);
//! ```

mod activation;
mod conv;
mod dense;
mod erf;
pub mod exact;
pub mod loss;
mod mlp;
mod net;
pub mod optimiser;
mod residual;

pub use activation::Activation;
pub use conv::{ConvBlock, ConvStage};
pub use dense::Dense;
pub use mlp::Mlp;
pub use net::{Gradients, MomentumNet};
pub use residual::{Residual, ResidualVjp};

fn expect_length(argument: &str, found: usize, expected: usize) {
    assert!(found == expected, "{argument} has {found} elements, expected {expected}");
}

/// How many rows of `width` elements `array` has.
fn rows(argument: &str, array: &[f64], width: usize) -> usize {
    assert!(array.len().is_multiple_of(width), "{argument} has {} elements, no multiple of {width}", array.len());
    array.len() / width
}

#[cfg(test)]
mod tests;
