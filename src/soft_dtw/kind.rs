//! What is computed of a pair of series.

/// What is computed of a pair of series (Blondel, Mensch & Vert 2020, arXiv 2010.08354). With `C` the matrix of costs, `E`
/// the expected alignment (how likely each cell is on the path), and `f` a value:
///
/// | kind | value | for `x = y` |
/// |---|---|---|
/// | `Value` | soft minimum of `<A, C>` over alignments `A` | not 0, often negative |
/// | `Sharp` | `<E, C>`: the cost alone, without the entropy | not 0 |
/// | `MeanCost` | `<M, C>`, `M` the mean of all alignments: the limit for `gamma` to infinity | not 0 |
/// | `Divergence`, `SharpDivergence`, `MeanCostDivergence` | `f(x, y) - f(x, x) / 2 - f(y, y) / 2` | 0 |
/// | `Hard` | minimum of `<A, C>`: dynamic time warping, the limit for `gamma` to 0 | 0 |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    /// Soft-DTW itself. The default.
    #[default]
    Value,
    /// The divergence of soft-DTW.
    Divergence,
    /// Sharp soft-DTW.
    Sharp,
    /// The divergence of sharp soft-DTW.
    SharpDivergence,
    /// The mean cost of all alignments; `gamma` plays no part.
    MeanCost,
    /// The divergence of the mean cost.
    MeanCostDivergence,
    /// DTW; `gamma` plays no part. With `gamma = 0`, `Value` and `Sharp` are the same, and the divergences are DTW's.
    Hard,
}

impl Kind {
    /// Whether series are also compared with themselves.
    #[must_use]
    pub fn is_divergence(self) -> bool {
        matches!(self, Self::Divergence | Self::SharpDivergence | Self::MeanCostDivergence)
    }

    /// Whether it is a mean cost.
    pub(super) fn is_mean_cost(self) -> bool {
        matches!(self, Self::MeanCost | Self::MeanCostDivergence)
    }

    /// Whether it is the derivative of the recursion in the direction of the costs.
    pub(super) fn is_tangent(self) -> bool {
        matches!(self, Self::Sharp | Self::SharpDivergence | Self::MeanCost | Self::MeanCostDivergence)
    }
}
