//! Functions that a product ends with.

/// A function of each element, and its derivative. Values are computed to a few units in the last place, derivatives to a few units of the last place of 1 at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Activation {
    /// `x`. The default.
    #[default]
    Identity,
    /// `max(x, 0)`; its derivative at 0 is 0.
    Relu,
    /// The hyperbolic tangent.
    Tanh,
    /// `x` times the distribution function of the standard normal distribution, `x (1 + erf(x / sqrt 2)) / 2` (Hendrycks & Gimpel 2016), not its approximation by a tanh.
    Gelu,
    /// `x / (1 + e^-x)`, also known as swish.
    Silu,
}

impl Activation {
    /// `ACTIVATION` in `shaders/shared/activation.wgsl`.
    pub(crate) fn constant(self) -> u32 {
        match self {
            Self::Identity => 0,
            Self::Relu => 1,
            Self::Tanh => 2,
            Self::Gelu => 3,
            Self::Silu => 4,
        }
    }
}
