//! What is computed of two series.

use clap::{Args, ValueEnum};
use serde::Serialize;
use supple::soft_dtw::{self, SoftDtw};

use super::paths::Cost;
use super::{PathOptions, gamma};
use crate::error::CliError;
use crate::summary::say;

/// A gamma where none plays a part: any but 0, which means DTW.
pub(crate) const IDLE_GAMMA: f32 = 1.0;

/// What is computed of two series, and its smoothing.
#[derive(Args, Clone, Debug, Serialize)]
pub(crate) struct MeasureOptions {
    /// Smoothing, in the units of the cost: 0 is plain DTW, larger is smoother. Needed, except by the kinds `hard`,
    /// `mean-cost` and `mean-cost-divergence`, which have none
    #[arg(long, value_name = "G", value_parser = gamma, allow_hyphen_values = true)]
    pub(crate) gamma: Option<f32>,

    /// What is computed of two series
    #[arg(long, value_enum, default_value_t)]
    pub(crate) kind: Kind,

    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) paths: PathOptions,
}

impl MeasureOptions {
    /// The settings of the operator. Remarks on a gamma that plays no part.
    pub(crate) fn settings(&self) -> Result<SoftDtw, CliError> {
        let smoothed = self.kind.is_smoothed(self.paths.cost);
        // A cost of the caller's may depend on it in any case.
        if !smoothed && self.paths.cost_file.is_none() && self.gamma.is_some() {
            say(&format!("note: --gamma has no effect on --kind {}", name(&self.kind)));
        }
        let gamma = match self.gamma {
            Some(gamma) => gamma,
            None if smoothed => return Err(missing_gamma(&format!("--kind {}", name(&self.kind)))),
            None => IDLE_GAMMA,
        };
        Ok(self.paths.settings(gamma)?.kind(self.kind.into()))
    }
}

/// The error for a gamma that `needed_by` needs.
pub(crate) fn missing_gamma(needed_by: &str) -> CliError {
    CliError::Argument {
        argument: "--gamma",
        problem: format!("is missing, and {needed_by} needs it"),
        remedy: "give the smoothing, such as `--gamma 1`".to_owned(),
    }
}

/// A value of an argument as the command line writes it.
pub(crate) fn name(value: &impl ValueEnum) -> String {
    value.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}

/// What is computed of two series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Soft-DTW: the soft minimum of the cost over all alignments
    #[default]
    Value,
    /// The divergence of soft-DTW, f(x, y) - f(x, x) / 2 - f(y, y) / 2, which is 0 between equal series
    Divergence,
    /// Sharp soft-DTW: the cost of the expected alignment
    Sharp,
    /// The divergence of sharp soft-DTW
    SharpDivergence,
    /// The mean cost of all alignments
    MeanCost,
    /// The divergence of the mean cost
    MeanCostDivergence,
    /// Dynamic time warping: the least cost of an alignment
    Hard,
}

impl Kind {
    /// Whether gamma plays a part.
    pub(crate) fn is_smoothed(self, cost: Cost) -> bool {
        cost == Cost::LogAugmented || !matches!(self, Self::MeanCost | Self::MeanCostDivergence | Self::Hard)
    }
}

impl From<Kind> for soft_dtw::Kind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Value => Self::Value,
            Kind::Divergence => Self::Divergence,
            Kind::Sharp => Self::Sharp,
            Kind::SharpDivergence => Self::SharpDivergence,
            Kind::MeanCost => Self::MeanCost,
            Kind::MeanCostDivergence => Self::MeanCostDivergence,
            Kind::Hard => Self::Hard,
        }
    }
}
