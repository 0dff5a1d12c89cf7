//! What is perturbed, and how.

use clap::{Args, ValueEnum};
use serde::Serialize;
use supple::perturbed;

use crate::error::CliError;
use crate::options::strength;

/// The decision, the noise, and how derivatives are estimated.
#[derive(Args, Clone, Copy, Debug, Serialize)]
pub(super) struct Settings {
    /// The decision that is averaged over noise
    #[arg(long, value_enum)]
    pub(super) solver: Solver,

    /// top-k: how many coordinates are chosen
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    k: Option<u32>,

    /// shortest-path: how many neighbours a vertex of the grid has [default: 8]
    #[arg(long, value_enum)]
    neighbours: Option<Neighbours>,

    /// The distribution of the noise
    #[arg(long, value_enum, default_value_t)]
    noise: Noise,

    /// The factor of the noise, in the units of X
    #[arg(long, value_name = "S", value_parser = strength, allow_hyphen_values = true, default_value_t = 1.0)]
    sigma: f32,

    /// How many samples of noise each problem gets
    #[arg(long, value_name = "N", value_parser = samples, allow_hyphen_values = true, default_value_t = 1000)]
    pub(super) samples: u32,

    /// The seed of the noise: the same seed gives the same results
    #[arg(long, value_name = "SEED", allow_negative_numbers = true, default_value_t = 0)]
    seed: u64,

    /// Multiply with exp(S noise - S^2 / 2), exp(S noise) for Gumbel noise, instead of adding: signs stay
    #[arg(long)]
    multiplicative: bool,

    /// Draw samples in pairs of opposite noise, which makes errors smaller; for normal noise and an even N
    #[arg(long)]
    antithetic: bool,

    /// What is taken off solutions to make the error of derivatives smaller
    #[arg(long, value_enum, default_value_t)]
    baseline: Baseline,
}

impl Settings {
    pub(super) fn perturbed(&self) -> Result<perturbed::Perturbed, CliError> {
        Ok(perturbed::Perturbed::new(self.solver()?)
            .noise(self.noise.into())
            .sigma(self.sigma)
            .samples(self.samples)
            .seed(self.seed)
            .multiplicative(self.multiplicative)
            .antithetic(self.antithetic)
            .baseline(self.baseline.into()))
    }

    fn solver(&self) -> Result<perturbed::Solver, CliError> {
        let only = |argument, given: bool, solver| {
            if given {
                let problem = format!("is for --solver {solver}");
                return Err(CliError::Argument { argument, problem, remedy: "leave it out".to_owned() });
            }
            Ok(())
        };
        if self.solver != Solver::TopK {
            only("--k", self.k.is_some(), "top-k")?;
        }
        if self.solver != Solver::ShortestPath {
            only("--neighbours", self.neighbours.is_some(), "shortest-path")?;
        }
        Ok(match self.solver {
            Solver::Argmax => perturbed::Solver::Argmax,
            Solver::TopK => perturbed::Solver::TopK(self.k.ok_or_else(|| CliError::Argument {
                argument: "--k",
                problem: "is missing, and --solver top-k needs it".to_owned(),
                remedy: "give how many coordinates are chosen".to_owned(),
            })?),
            Solver::Rank => perturbed::Solver::Rank,
            Solver::Sort => perturbed::Solver::Sort,
            Solver::Assignment => perturbed::Solver::Assignment,
            Solver::ShortestPath => {
                perturbed::Solver::ShortestPath(self.neighbours.map_or_else(Default::default, Into::into))
            }
        })
    }

    /// Whether a coordinate of -inf makes a solution or a maximum this number: where all of them count, and none is left out.
    pub(super) fn can_be(&self, value: f32) -> bool {
        matches!(self.solver, Solver::Sort | Solver::Rank) && value.total_cmp(&f32::NEG_INFINITY).is_eq()
    }

    /// The dimensions of X that make up a problem.
    pub(super) fn dimensions(&self) -> usize {
        if matches!(self.solver, Solver::ShortestPath | Solver::Assignment) { 2 } else { 1 }
    }
}

/// The decision that is averaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Solver {
    /// 1 for the largest coordinate
    Argmax,
    /// 1 for the K largest coordinates
    TopK,
    /// Ranks from 1, the smallest coordinate first
    Rank,
    /// The coordinates in ascending order
    Sort,
    /// 1 on the cheapest path through a grid, [h, w] or [B, h, w], from its first corner to the opposite one; X holds costs with a minus
    ShortestPath,
    /// 1 at an entry in each row of a matrix, [h, w] or [B, h, w], no two in one column; in each column, no two in one row, where there are more rows
    Assignment,
}

/// How many neighbours a vertex of a grid has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
enum Neighbours {
    /// Above, below, left and right
    #[value(name = "4")]
    #[serde(rename = "4")]
    Four,
    /// And diagonally
    #[value(name = "8")]
    #[serde(rename = "8")]
    Eight,
}

impl From<Neighbours> for perturbed::Neighbours {
    fn from(neighbours: Neighbours) -> Self {
        match neighbours {
            Neighbours::Four => Self::Four,
            Neighbours::Eight => Self::Eight,
        }
    }
}

/// The distribution of the noise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
enum Noise {
    /// The standard normal distribution
    #[default]
    Normal,
    /// The standard Gumbel distribution, which makes an argmax a softmax of X / S
    Gumbel,
}

impl From<Noise> for perturbed::Noise {
    fn from(noise: Noise) -> Self {
        match noise {
            Noise::Normal => Self::Normal,
            Noise::Gumbel => Self::Gumbel,
        }
    }
}

/// What is taken off solutions before they are multiplied with the score of the noise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
enum Baseline {
    /// Nothing
    None,
    /// The solution without noise
    #[default]
    Unperturbed,
    /// The mean of the other samples' solutions
    LeaveOneOut,
}

impl From<Baseline> for perturbed::Baseline {
    fn from(baseline: Baseline) -> Self {
        match baseline {
            Baseline::None => Self::None,
            Baseline::Unperturbed => Self::Unperturbed,
            Baseline::LeaveOneOut => Self::LeaveOneOut,
        }
    }
}

/// Reads a number of samples.
fn samples(text: &str) -> Result<u32, String> {
    match text.trim().parse() {
        Ok(samples) if (1..=1 << 31).contains(&samples) => Ok(samples),
        _ => Err("give a whole number from 1 to 2147483648".to_owned()),
    }
}
