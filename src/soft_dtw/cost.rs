//! The cost of matching one element with another.

/// The cost of matching one element with another.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
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
    /// `1 - <x, y> / (|x| |y|)`; 1 where an element is 0.
    Cosine,
}
