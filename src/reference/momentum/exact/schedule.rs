//! When buffers spill.

use super::Rational;

/// Before which layers the low 32 bits of every buffer move to a stack, so that no buffer exceeds 64 bits.
///
/// It depends on the momenta alone, and so all elements spill at once and nothing counts what a buffer holds: `U` bounds every buffer, is 0 at first, and
///
/// ```text
/// U = floor(U / 2^32)                where U d + d - 1 >= 2^64 for the layer's momentum n / d, and the buffers spill
/// U = floor((U d + d - 1) / n)       in the layer
/// ```
///
/// An element takes `log2(d / n)` bits a layer, 1 at gamma 0.5, 0.152 at 0.9, 0.0145 at 0.99; and so it takes 32-bit words on the stack for what exceeds 64 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    spills: Vec<bool>,
}

impl Schedule {
    /// The schedule of layers with these momenta, from the first to the last.
    #[must_use]
    pub fn new(gamma: &[Rational]) -> Self {
        let mut bound = 0_u128;
        let spills = gamma.iter().map(|gamma| {
            let (n, d) = (u128::from(gamma.numerator()), u128::from(gamma.denominator()));
            let spills = bound * d + d - 1 > u128::from(u64::MAX);
            if spills {
                // Once is enough: d has 16 bits.
                bound >>= 32;
            }
            bound = (bound * d + d - 1) / n;
            spills
        });
        Self { spills: spills.collect() }
    }

    /// Whether buffers spill before this layer, the first being 0.
    ///
    /// # Panics
    /// If there is no such layer.
    #[must_use]
    pub fn spills_before(&self, layer: usize) -> bool {
        self.spills[layer]
    }

    /// How many words each element has on the stack after the last layer.
    #[must_use]
    pub fn words(&self) -> usize {
        self.spills.iter().filter(|&&spills| spills).count()
    }
}
