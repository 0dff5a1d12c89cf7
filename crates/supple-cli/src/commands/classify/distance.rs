//! How far two series are from each other.

use clap::ValueEnum;
use serde::Serialize;

use crate::options::Kind;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Distance {
    /// Soft-DTW
    SoftDtw,
    /// The soft-DTW divergence, which is 0 between equal series
    SoftDtwDivergence,
    /// Sharp soft-DTW: the cost of the expected alignment
    Sharp,
    /// The divergence of sharp soft-DTW
    SharpDivergence,
    /// The mean cost of all alignments
    MeanCost,
    /// The divergence of the mean cost
    MeanCostDivergence,
    /// Dynamic time warping
    Dtw,
    /// Step by step, with no alignment, |x - y|^2 / 2; computed on the CPU
    Euclidean,
}

impl Distance {
    /// What the GPU is to compute; nothing for the Euclidean distance.
    pub(super) fn kind(self) -> Option<Kind> {
        match self {
            Self::SoftDtw => Some(Kind::Value),
            Self::SoftDtwDivergence => Some(Kind::Divergence),
            Self::Sharp => Some(Kind::Sharp),
            Self::SharpDivergence => Some(Kind::SharpDivergence),
            Self::MeanCost => Some(Kind::MeanCost),
            Self::MeanCostDivergence => Some(Kind::MeanCostDivergence),
            Self::Dtw => Some(Kind::Hard),
            Self::Euclidean => None,
        }
    }

    /// What a picture calls it, where it has a soft alignment to draw.
    pub(super) fn drawn_as(self) -> Option<&'static str> {
        match self {
            Self::SoftDtw => Some("soft-DTW"),
            Self::SoftDtwDivergence => Some("soft-DTW divergence"),
            Self::Sharp => Some("sharp soft-DTW"),
            Self::SharpDivergence => Some("sharp soft-DTW divergence"),
            Self::MeanCost | Self::MeanCostDivergence | Self::Dtw | Self::Euclidean => None,
        }
    }
}
