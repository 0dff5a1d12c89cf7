//! What a projection minimises.

/// What a projection minimises; it says how values change between two orders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Regularization {
    /// Half the squared Euclidean distance: piecewise linear, and exactly the hard operator where elements are far enough apart. The
    /// default.
    #[default]
    L2,
    /// The Kullback-Leibler divergence between exponentials: smoother, and never exactly the hard operator.
    Kl,
}
