//! The cost of matching one element with another.

use super::CustomCost;
use super::shaders::{ABSOLUTE, COSINE, GIVEN, LOG_AUGMENTED, SQUARED, SQUARED_HIGH};
use crate::gpu::Fill;

/// The cost of matching one element with another.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cost {
    /// `|x - y|^2 / 2`, the cost of the papers. The default.
    #[default]
    HalfSquaredEuclidean,
    /// `|x - y|^2`, the cost of most other packages.
    SquaredEuclidean,
    /// `gamma (h + ln(2 - exp(-h)))` with `h = |x - y|^2 / (2 gamma)`: the kind of cost for which the soft-DTW divergence is proved to
    /// be non-negative (Blondel, Mensch & Vert 2020). Needs a gamma above 0.
    LogAugmented,
    /// `sum over k of |x_k - y_k|`, with the derivative 0 where the two are equal.
    Absolute,
    /// `1 - <x, y> / (|x| |y|)` for elements with norms from 1e-15 to 1e18. Where a norm is smaller there is no direction: the cost is 1,
    /// its derivative 0. Squares of larger ones overflow.
    Cosine,
    /// A caller's own, as WGSL.
    Custom(CustomCost),
}

/// What the kernels need of a cost.
#[derive(Debug, Clone)]
pub(super) struct Costs {
    /// The WGSL that computes it.
    pub(super) fill: Fill,
    /// The same in high tiles, where there are kernels for them.
    pub(super) high: Option<Fill>,
    /// From what the WGSL computes to the cost.
    pub(super) factor: f32,
    /// From the derivatives that the WGSL computes to those of the cost.
    pub(super) slope: f32,
    /// A multiple of the squared Euclidean distance.
    pub(super) squared: bool,
    /// Known to be the same for `x` with `y` as for `y` with `x`.
    pub(super) symmetric: bool,
    /// Costs are read from memory; there are no series.
    pub(super) given: bool,
}

impl Costs {
    pub(super) fn new(cost: &Cost) -> Self {
        let (parts, factor, slope) = match cost {
            Cost::Custom(custom) => return Self { fill: custom.fill(), given: false, ..Self::given() },
            Cost::HalfSquaredEuclidean => (SQUARED, 0.5, 1.0),
            Cost::SquaredEuclidean => (SQUARED, 1.0, 2.0),
            Cost::LogAugmented => (LOG_AUGMENTED, 1.0, 1.0),
            Cost::Absolute => (ABSOLUTE, 1.0, 1.0),
            Cost::Cosine => (COSINE, 1.0, 1.0),
        };
        let squared = matches!(cost, Cost::HalfSquaredEuclidean | Cost::SquaredEuclidean);
        let (fill, high) = (Fill::Parts(parts), squared.then_some(Fill::Parts(SQUARED_HIGH)));
        Self { fill, high, factor, slope, squared, symmetric: true, given: false }
    }

    /// Whether it is a caller's text, which runs with all run-time checks.
    pub(super) fn checked(&self) -> bool {
        matches!(self.fill, Fill::Text(..))
    }

    pub(super) fn given() -> Self {
        let fill = Fill::Parts(GIVEN);
        Self { fill, high: None, factor: 1.0, slope: 1.0, squared: false, symmetric: false, given: true }
    }
}
