//! Arguments that several commands share.

use std::num::NonZeroU32;

use clap::{Args, ValueEnum};
use serde::Serialize;
use supple::soft_dtw::SoftDtw;

/// How a command runs and reports.
#[derive(Args, Debug)]
pub(crate) struct RunOptions {
    /// Use the first adapter whose name contains NAME, in any case of letters [default: the best there is]
    #[arg(long, value_name = "NAME")]
    pub(crate) adapter: Option<String>,

    /// Print the summary as JSON on standard output
    #[arg(long)]
    pub(crate) json: bool,

    /// Run the operator N times after one warm-up. The summary then lists `seconds`, from arrays on the host to
    /// arrays on the host, and `kernel_seconds` where the adapter has timestamps [default: once, no warm-up]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) repeat: Option<NonZeroU32>,
}

/// The cost of matching one time step with another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Cost {
    /// |x - y|^2 / 2
    #[default]
    HalfSquaredEuclidean,
    /// |x - y|^2
    SquaredEuclidean,
}

impl From<Cost> for supple::soft_dtw::Cost {
    fn from(cost: Cost) -> Self {
        match cost {
            Cost::HalfSquaredEuclidean => Self::HalfSquaredEuclidean,
            Cost::SquaredEuclidean => Self::SquaredEuclidean,
        }
    }
}

/// Reads a smoothing strength.
pub(crate) fn gamma(text: &str) -> Result<f32, String> {
    const RANGE: &str = "give 0 for plain DTW, or a number between 1e-30 and 1e30";
    let exact: f64 = text.trim().parse().map_err(|_| format!("not a number; {RANGE}"))?;
    let gamma = exact as f32;
    // A tiny number must not become 0 unseen: 0 is another operator.
    let in_range = exact == 0.0 || (SoftDtw::MIN_GAMMA..=SoftDtw::MAX_GAMMA).contains(&gamma);
    if in_range { Ok(gamma.abs()) } else { Err(RANGE.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_is_checked() {
        for (text, value) in [("0", 0.0), ("-0", 0.0), ("0.1", 0.1), ("1e3", 1e3), ("1e30", 1e30)] {
            assert_eq!(gamma(text).unwrap().to_bits(), f32::to_bits(value));
        }
        for text in ["-1", "nan", "inf", "-inf", "1e31", "1e-40", "1e-60", "", "one"] {
            assert!(gamma(text).unwrap_err().contains("give 0"), "{text}");
        }
    }
}
