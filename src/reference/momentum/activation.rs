//! Activations, and their derivatives.

use super::erf::erfc;
use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// The function of one number between two linear maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// `x`.
    Identity,
    /// `max(x, 0)`.
    Relu,
    /// `tanh(x)`.
    Tanh,
    /// `x Phi(x)`, `Phi` the distribution function of the standard normal distribution
    /// (Hendrycks and Gimpel, [arXiv 1606.08415](https://arxiv.org/abs/1606.08415)); not its approximation by `tanh`.
    Gelu,
    /// `x / (1 + exp(-x))`, also called swish.
    Silu,
}

impl Activation {
    /// The activation of `x`.
    #[must_use]
    pub fn value(self, x: f64) -> f64 {
        match self {
            Self::Identity => x,
            // NaN stays NaN.
            Self::Relu => {
                if x < 0.0 {
                    0.0
                } else {
                    x
                }
            }
            Self::Tanh => x.tanh(),
            Self::Gelu => x * normal_distribution(x),
            Self::Silu => x * sigmoid(x),
        }
    }

    /// Its derivative at `x`; 0 for [`Relu`](Self::Relu) at 0.
    #[must_use]
    pub fn derivative(self, x: f64) -> f64 {
        match self {
            Self::Identity => 1.0,
            Self::Relu => f64::from(x > 0.0),
            // 1 - tanh^2, without its cancellation.
            Self::Tanh => x.cosh().powi(2).recip(),
            Self::Gelu => normal_distribution(x) + x * (-0.5 * x * x).exp() / (2.0 * PI).sqrt(),
            Self::Silu => sigmoid(x) * (1.0 + x * sigmoid(-x)),
        }
    }
}

fn normal_distribution(x: f64) -> f64 {
    0.5 * erfc(-x * FRAC_1_SQRT_2)
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
