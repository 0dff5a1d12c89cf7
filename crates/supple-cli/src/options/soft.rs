//! Soft sorting and ranking.

use clap::{Args, ValueEnum};
use serde::Serialize;
use supple::{permutahedron, segmented};

/// What is computed of a row, and how softly.
#[derive(Args, Clone, Copy, Debug, Serialize)]
pub(crate) struct SoftOptions {
    /// The distance by which a projection is the nearest point
    #[arg(long, value_enum, default_value_t)]
    pub(crate) regularization: Regularization,

    /// How soft: small is nearly the hard result, or exactly that; large draws all elements to their mean
    #[arg(long, value_name = "E", value_parser = strength, allow_hyphen_values = true)]
    pub(crate) strength: f32,

    /// The direction of sorting
    #[arg(long, value_enum, default_value_t)]
    pub(crate) direction: Direction,
}

/// The distance by which a projection is the nearest point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Regularization {
    /// Half the squared Euclidean distance
    #[default]
    L2,
    /// The Kullback-Leibler divergence between exponentials
    Kl,
}

impl From<Regularization> for permutahedron::Regularization {
    fn from(regularization: Regularization) -> Self {
        match regularization {
            Regularization::L2 => Self::L2,
            Regularization::Kl => Self::Kl,
        }
    }
}

/// The direction of sorting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Direction {
    /// The smallest first
    #[default]
    Ascending,
    /// The largest first
    Descending,
}

impl From<Direction> for segmented::Direction {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Ascending => Self::Ascending,
            Direction::Descending => Self::Descending,
        }
    }
}

/// Reads a strength, of a regularization or of noise.
pub(crate) fn strength(text: &str) -> Result<f32, String> {
    match text.trim().parse() {
        Ok(strength) if (1e-30..=1e30).contains(&strength) => Ok(strength),
        _ => Err("give a number between 1e-30 and 1e30".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::strength;

    #[test]
    fn strengths() {
        assert_eq!(strength("0.5"), Ok(0.5));
        for text in ["0", "-1", "nan", "inf", "1e31", "1e-40", "soft", ""] {
            assert!(strength(text).unwrap_err().contains("between 1e-30 and 1e30"), "{text}");
        }
    }
}
