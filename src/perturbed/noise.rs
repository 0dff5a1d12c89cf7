//! What parameters are perturbed with.

use super::CustomNoise;
use super::shaders::{GUMBEL_NOISE, GUMBEL_ROWS, NORMAL_NOISE, NORMAL_ROWS};
use crate::gpu::{Capabilities, Fill};

/// The distribution of the noise: independent numbers, one for each coordinate of each sample.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub enum Noise {
    /// The standard normal distribution. The default.
    #[default]
    Normal,
    /// The standard Gumbel distribution, with mean 0.5772. The perturbed argmax is then `softmax(theta / sigma)` but for sampling.
    Gumbel,
    /// A caller's own.
    Custom(CustomNoise),
}

/// The fewest lanes of a subgroup that pass eight elements on.
const PASSED_ON: u32 = 8;

impl Noise {
    /// What fills the slot of kernels that draw.
    pub(super) fn fill(&self, capabilities: &Capabilities) -> Fill {
        let parts = match self {
            Self::Normal => &NORMAL_NOISE,
            Self::Gumbel => &GUMBEL_NOISE,
            Self::Custom(custom) => return custom.fill(capabilities.int64),
        };
        Fill::Parts(parts[usize::from(capabilities.int64)])
    }

    /// The same for kernels that read rows eight elements at a time.
    pub(super) fn fill_by_rows(&self, capabilities: &Capabilities) -> Fill {
        let shared = capabilities.subgroups.is_some_and(|sizes| sizes.min >= PASSED_ON);
        let parts = match self {
            Self::Normal => &NORMAL_ROWS,
            Self::Gumbel => &GUMBEL_ROWS,
            Self::Custom(custom) => return custom.fill_by_rows(capabilities.int64, shared),
        };
        Fill::Parts(parts[usize::from(capabilities.int64)][usize::from(shared)])
    }
}
