//! The soft top k.

use super::Regularization;
use super::assignment::{Assignment, Targets};
use super::fit::Sequence;
use super::losses::expect_some_of;
use crate::error::Result;
use crate::gpu::{Recorder, Tensor};
use crate::segmented::{Direction, Rows};

/// How much each element belongs to the `k` largest of its row: from 0 to 1, with the sum `k`.
///
/// ```text
/// w = (1, ..., 1, 0, ..., 0) with k ones,   z = x / strength
/// L2  P(z, w)              sparse: 0 and 1 are taken on
/// KL  exp(P(z, log w))     above 0 everywhere; min(1, c exp(z)) with the c that makes the sum k
/// ```
///
/// with `P` the [projection](super::Permutahedron). L2 is the relaxed top-k mask of Sander et al., *Fast, differentiable and sparse top-k*,
/// 2023 ([arXiv 2302.01425](https://arxiv.org/abs/2302.01425)) with p = 2; for `k = 1` it is sparsemax, and KL is softmax. The `k`
/// smallest of `x` are those of direction ascending.
///
/// Rows are `[n]` or `[.., n]`. A row with `k` elements or fewer that take part has 1 for all of them. Takes O(n log n) time.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::{Gpu, permutahedron::SoftTopK};
///
/// let gpu = Gpu::new()?;
/// let x = gpu.upload(&[3.0, 1.0, 2.5, 2.0], [4])?;
/// let value = gpu.run(|rec| SoftTopK::new(2, 1.0).value(rec, &x))?;
/// assert_eq!(value.read(&gpu)?, [1.0, 0.0, 0.75, 0.25]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct SoftTopK {
    k: u32,
    strength: f32,
    regularization: Regularization,
    direction: Direction,
}

impl SoftTopK {
    /// The `k` largest under L2, with a strength from 1e-30 to 1e30 in the units of `x`; `k` from 1 to the length of a row.
    #[must_use]
    pub fn new(k: u32, strength: f32) -> Self {
        Self { k, strength, regularization: Regularization::L2, direction: Direction::Descending }
    }

    /// Sets the regularization; default L2.
    #[must_use]
    pub fn regularization(mut self, regularization: Regularization) -> Self {
        self.regularization = regularization;
        self
    }

    /// Sets the direction in which elements come first: descending for the `k` largest, the default, or ascending for the smallest.
    #[must_use]
    pub fn direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }

    /// How much each element belongs to them, in the shape of `x`; 0 for elements that take no part. A row with a NaN has NaN throughout.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument) for a `k` or a strength out of range; as [`Sort`](crate::segmented::Sort) for the rows.
    pub fn value<'a>(&self, rec: &mut Recorder<'_>, x: impl Into<Rows<'a>>) -> Result<Tensor<f32>> {
        let x = x.into();
        self.targets(rec, &x)?.value(rec, &x)
    }

    /// As [`value`](Self::value), into a caller's tensor of the shape of `x`.
    ///
    /// # Errors
    /// As [`value`](Self::value) does, and for an output of another shape or in the same bytes as an input.
    pub fn value_into<'a>(&self, rec: &mut Recorder<'_>, x: impl Into<Rows<'a>>, out: &Tensor<f32>) -> Result<()> {
        let x = x.into();
        self.targets(rec, &x)?.value_into(rec, &x, out)
    }

    /// The same, and what its derivatives need.
    ///
    /// # Errors
    /// As [`value`](Self::value) does.
    pub fn forward<'a>(&self, rec: &mut Recorder<'_>, x: impl Into<Rows<'a>>) -> Result<Assignment> {
        let x = x.into();
        self.targets(rec, &x)?.forward(rec, &x)
    }

    fn targets(&self, rec: &Recorder<'_>, x: &Rows<'_>) -> Result<Targets> {
        x.check(rec.gpu())?;
        let (_, n) = x.sizes();
        expect_some_of("k", self.k, n)?;
        Ok(Targets {
            regularization: self.regularization,
            strength: self.strength,
            sorted: self.direction,
            w: Sequence::Ones { count: self.k },
            centred: false,
        })
    }
}
