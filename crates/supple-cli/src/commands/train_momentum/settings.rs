//! What is trained, and how.

use std::num::NonZeroU32;
use std::ops::RangeBounds;

use clap::{Args, ValueEnum};
use serde::Serialize;
use supple::momentum::{self, optimiser};

use crate::error::CliError;
use crate::options::Activation;

/// All that the result depends on, beside the data and the number of epochs.
#[derive(Args, Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Settings {
    /// Numbers of a state, between the input and the output layer
    #[arg(long, value_name = "D", default_value = "64", allow_negative_numbers = true)]
    pub(super) width: NonZeroU32,

    /// Hidden units of each layer's perceptron, which has two dense layers
    #[arg(long, value_name = "H", default_value = "128", allow_negative_numbers = true)]
    pub(super) hidden: NonZeroU32,

    /// Layers of the momentum network
    #[arg(long, value_name = "N", default_value = "8", allow_negative_numbers = true)]
    pub(super) layers: NonZeroU32,

    /// The momentum of each layer, from 0, a residual network, to less than 1
    #[arg(long, value_name = "G", value_parser = gamma, default_value = "0.9", allow_negative_numbers = true)]
    pub(super) gamma: f32,

    /// The function within perceptrons
    #[arg(long, value_enum, default_value_t)]
    pub(super) activation: Activation,

    /// Where the backward pass has the states between layers from
    #[arg(long, value_enum, default_value_t)]
    backward: Backward,

    /// How gradients change the parameters
    #[arg(long, value_enum, default_value_t, alias = "optimiser")]
    optimizer: Optimizer,

    /// The size of a step [default: 0.001 for adam, 0.05 for sgd]
    #[arg(long, value_name = "R", value_parser = positive, allow_negative_numbers = true)]
    learning_rate: Option<f64>,

    /// sgd: what remains of the velocity in each step, from 0 to less than 1 [default: 0.9]
    #[arg(long, value_name = "M", value_parser = share, allow_negative_numbers = true)]
    momentum: Option<f64>,

    /// Twice the factor of the squared parameters in the loss, from 0 up
    #[arg(long, value_name = "W", value_parser = decay, default_value = "0", allow_negative_numbers = true)]
    weight_decay: f64,

    /// Rows of a step
    #[arg(long, value_name = "B", default_value = "64", allow_negative_numbers = true)]
    pub(super) batch: NonZeroU32,

    /// The share of rows, drawn by the seed, that are not trained on but show how well the network does on others; 0 for none
    #[arg(long, value_name = "SHARE", value_parser = share, default_value = "0.1", allow_negative_numbers = true)]
    pub(super) validation: f64,

    /// What the first parameters, the rows for validation and the order of rows are drawn from
    #[arg(long, value_name = "SEED", default_value_t = 0, allow_negative_numbers = true)]
    pub(super) seed: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
enum Backward {
    /// Kept by the forward pass, with the memory of a state for each layer
    #[default]
    Stored,
    /// Computed again from the last state: memory does not grow with the number of layers; gamma must be above 0
    Reversible,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
enum Optimizer {
    /// Adam, with betas 0.9 and 0.999
    #[default]
    Adam,
    /// Stochastic gradient descent with momentum
    Sgd,
}

/// An optimizer with its settings.
pub(super) enum Method {
    Adam(optimiser::Adam),
    Sgd(optimiser::Sgd),
}

impl Settings {
    pub(super) fn method(&self) -> Result<Method, CliError> {
        match self.optimizer {
            Optimizer::Adam if self.momentum.is_some() => Err(CliError::Argument {
                argument: "--momentum",
                problem: "is of sgd, and --optimizer is adam".to_owned(),
                remedy: "leave it out, or take --optimizer sgd".to_owned(),
            }),
            Optimizer::Adam => {
                let adam = optimiser::Adam::new(self.learning_rate.unwrap_or(1e-3));
                Ok(Method::Adam(adam.weight_decay(self.weight_decay)))
            }
            Optimizer::Sgd => {
                let sgd = optimiser::Sgd::new(self.learning_rate.unwrap_or(0.05));
                Ok(Method::Sgd(sgd.momentum(self.momentum.unwrap_or(0.9)).weight_decay(self.weight_decay)))
            }
        }
    }

    pub(super) fn backward(&self) -> Result<momentum::Backward, CliError> {
        match self.backward {
            Backward::Stored => Ok(momentum::Backward::Stored),
            Backward::Reversible if self.gamma > 0.0 => Ok(momentum::Backward::Reversed),
            Backward::Reversible => Err(CliError::Argument {
                argument: "--backward",
                problem: "is reversible, and --gamma is 0, with which velocities are lost".to_owned(),
                remedy: "give a gamma above 0, or take --backward stored".to_owned(),
            }),
        }
    }
}

fn number(text: &str, range: impl RangeBounds<f64>, words: &str) -> Result<f64, String> {
    let number: Option<f64> = text.trim().parse().ok().filter(|number| range.contains(number));
    // Adding zero turns -0 into 0.
    number.map(|number| number + 0.0).ok_or_else(|| format!("give {words}"))
}

fn share(text: &str) -> Result<f64, String> {
    number(text, 0.0..1.0, "a number from 0 to less than 1")
}

fn gamma(text: &str) -> Result<f32, String> {
    const WORDS: &str = "0, or a number from 1e-30 to 0.999999";
    let gamma = number(text, 0.0..=0.999_999, WORDS)?;
    // A tiny number must not become 0 unseen: with 0 nothing can be reversed.
    if gamma == 0.0 || gamma >= 1e-30 { Ok(gamma as f32) } else { Err(format!("give {WORDS}")) }
}

fn positive(text: &str) -> Result<f64, String> {
    number(text, 1e-30..=1e30, "a number from 1e-30 to 1e30")
}

fn decay(text: &str) -> Result<f64, String> {
    number(text, 0.0..=1e30, "a number from 0 to 1e30")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (text, expected) in [("0", 0.0), ("-0", 0.0), (" 0.5 ", 0.5), ("9e-1", 0.9)] {
            assert_eq!(share(text).map(f64::to_bits), Ok(f64::to_bits(expected)), "{text}");
        }
        for text in ["1", "-0.1", "nan", "inf", "", "half"] {
            assert!(share(text).is_err() && gamma(text).is_err(), "{text}");
        }
        assert!(gamma("1e-40").is_err() && gamma("0.99999999").is_err() && gamma("0") == Ok(0.0));
        assert!(positive("0").is_err() && positive("inf").is_err() && decay("0") == Ok(0.0));
    }
}
