//! Functions between dense layers.

use clap::ValueEnum;
use serde::Serialize;
use supple::momentum;

/// The function between dense layers, by the name it has in files too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Activation {
    /// z
    Identity,
    /// max(z, 0)
    Relu,
    /// The hyperbolic tangent of z
    Tanh,
    /// z times the normal distribution function of z, in its erf form
    #[default]
    Gelu,
    /// z / (1 + exp(-z))
    Silu,
}

impl From<Activation> for momentum::Activation {
    fn from(activation: Activation) -> Self {
        match activation {
            Activation::Identity => Self::Identity,
            Activation::Relu => Self::Relu,
            Activation::Tanh => Self::Tanh,
            Activation::Gelu => Self::Gelu,
            Activation::Silu => Self::Silu,
        }
    }
}
