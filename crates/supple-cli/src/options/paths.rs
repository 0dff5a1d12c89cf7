//! What alignments cost, where their paths may run, and how much memory they take.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;
use supple::soft_dtw::{self, Band, CustomCost, SoftDtw};

use super::memory::bytes;
use super::name;
use crate::error::{CliError, FileArgument};

/// The cost of a path, where it may run, and what computing it may take.
#[derive(Args, Clone, Debug, Serialize)]
#[serde(into = "Reported")]
pub(crate) struct PathOptions {
    /// The cost of matching one time step with another
    #[arg(long, value_enum, default_value_t)]
    pub(crate) cost: Cost,

    /// A cost of your own in place of --cost, as WGSL: `alias Sums` and the functions `term`, `cost`, `cost_gradient` and
    /// `term_gradient`, as the documentation of `supple::soft_dtw::CustomCost` describes them; `p.gamma` is --gamma, or
    /// else 1
    #[arg(long, value_name = "COST.wgsl", conflicts_with = "cost")]
    pub(crate) cost_file: Option<PathBuf>,

    /// Sakoe-Chiba band: match steps at most R off the straight line between the two ends, counted in steps of the
    /// shorter series [default: no band]
    #[arg(long, value_name = "R", allow_negative_numbers = true, conflicts_with = "itakura")]
    pub(crate) band: Option<u32>,

    /// Itakura parallelogram: match steps between lines of slope S, a number above 1, and 1 / S through both ends
    /// [default: none]
    #[arg(long, value_name = "S", value_parser = slope, allow_hyphen_values = true)]
    pub(crate) itakura: Option<f32>,

    /// Scratch memory on the GPU to keep to, in bytes or with a unit: K, M, G (or KiB, MiB, GiB) count by 1024, KB,
    /// MB, GB by 1000. Results do not depend on it [default: 512M]
    #[arg(long, value_name = "BYTES", value_parser = bytes, allow_hyphen_values = true)]
    pub(crate) memory: Option<u64>,
}

impl PathOptions {
    /// Whether the command line says nothing of them, or what they are anyway.
    pub(crate) fn are_default(&self) -> bool {
        let Self { cost, cost_file, band, itakura, memory } = self;
        let costs = *cost == Cost::default() && cost_file.is_none();
        costs && band.is_none() && itakura.is_none() && memory.is_none()
    }

    /// Soft-DTW with these settings and this gamma.
    pub(crate) fn settings(&self, gamma: f32) -> Result<SoftDtw, CliError> {
        if self.cost == Cost::LogAugmented && gamma == 0.0 {
            return Err(CliError::Argument {
                argument: "--gamma",
                problem: "is 0, for which --cost log-augmented is not defined".to_owned(),
                remedy: "give a gamma above 0, or another cost".to_owned(),
            });
        }
        let band = match (self.band, self.itakura) {
            (Some(radius), _) => Band::SakoeChiba(radius),
            (None, Some(slope)) => Band::Itakura(slope),
            (None, None) => Band::None,
        };
        let memory = self.memory.unwrap_or(SoftDtw::DEFAULT_MEMORY);
        Ok(SoftDtw::new(gamma).cost(self.cost()?).band(band).memory(memory))
    }

    fn cost(&self) -> Result<soft_dtw::Cost, CliError> {
        let Some(path) = &self.cost_file else { return Ok(self.cost.into()) };
        let file = FileArgument::new("--cost-file", path);
        let text = std::fs::read_to_string(path).map_err(|source| CliError::Read { file: file.clone(), source })?;
        let cost = CustomCost::new(&text).map_err(|error| CliError::Cost { file, problem: error.to_string() })?;
        Ok(soft_dtw::Cost::Custom(cost))
    }
}

/// What a summary says of them.
#[derive(Serialize)]
struct Reported {
    /// Its name, or the file that it is from.
    cost: String,
    band: Option<u32>,
    itakura: Option<f32>,
}

impl From<PathOptions> for Reported {
    fn from(options: PathOptions) -> Self {
        let PathOptions { cost, cost_file, band, itakura, .. } = options;
        let cost = cost_file.map_or_else(|| name(&cost), |path| path.display().to_string());
        Self { cost, band, itakura }
    }
}

/// The cost of matching one time step with another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Cost {
    /// |x - y|^2 / 2; `half-squared` for short
    #[default]
    #[value(alias = "half-squared")]
    HalfSquaredEuclidean,
    /// |x - y|^2; `squared` for short
    #[value(alias = "squared")]
    SquaredEuclidean,
    /// gamma (h + ln(2 - exp(-h))) with h = |x - y|^2 / (2 gamma), for which divergences are never negative
    LogAugmented,
    /// The sum over channels of |x - y|
    Absolute,
    /// 1 less the cosine of the angle between x and y
    Cosine,
}

impl From<Cost> for soft_dtw::Cost {
    fn from(cost: Cost) -> Self {
        match cost {
            Cost::HalfSquaredEuclidean => Self::HalfSquaredEuclidean,
            Cost::SquaredEuclidean => Self::SquaredEuclidean,
            Cost::LogAugmented => Self::LogAugmented,
            Cost::Absolute => Self::Absolute,
            Cost::Cosine => Self::Cosine,
        }
    }
}

/// Reads the slope of an Itakura parallelogram.
fn slope(text: &str) -> Result<f32, String> {
    match text.trim().parse::<f32>() {
        Ok(slope) if slope.is_finite() && slope > 1.0 => Ok(slope),
        _ => Err("give a number above 1, such as 2".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::slope;

    #[test]
    fn slopes() {
        assert_eq!(slope("2"), Ok(2.0));
        for text in ["1", "0", "-2", "nan", "inf", "steep", ""] {
            assert!(slope(text).unwrap_err().contains("above 1"), "{text}");
        }
    }
}
