//! Functions that a product ends with.

/// A function of each element, and its derivative.
///
/// Values are within 4 times 2^-23 of their size, derivatives within 6 times; but those of [`Gelu`](Self::Gelu) and [`Silu`](Self::Silu), which are 0 at -0.752 and at -1.278, within 2^-22
/// up to 0.5 from there. Exponentials below e^-87 count as 0.
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
