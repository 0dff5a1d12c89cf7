//! Soft sorting.

use super::Regularization;
use super::block_means::{BlockMeans, Mode};
use super::fit::{Blocks, Fit, Keys, Kind, Sequence};
use super::short::{Kept, Onto, Short};
use super::strength::check_strength;
use crate::error::Result;
use crate::gpu::{Recorder, Tensor};
use crate::segmented::{self, Direction, Request, Rows};

/// Rows, softly sorted.
///
/// ```text
/// rho = (n, ..., 1)
/// descending   P(rho / strength, x)
/// ascending   -P(rho / strength, -x)
/// ```
///
/// with `P` the [projection](super::Permutahedron) (Blondel et al., section 4). For L2 the sum is that of `x`, and a row is exactly the
/// hard [`Sort`](crate::segmented::Sort) once the strength times every gap between sorted neighbours is at most 1; for KL the sum of `exp`
/// is that of `exp(x)` descending, and the sum of `exp(-result)` that of `exp(-x)` ascending. Infinite elements are at the ends, and
/// the finite ones are sorted as a row of their own.
///
/// Rows are `[n]` or `[.., n]`. Takes O(n log n) time.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::{Gpu, permutahedron::SoftSort};
///
/// let gpu = Gpu::new()?;
/// let x = gpu.upload(&[5.0, 1.0, 3.0], [3])?;
/// let sorted = gpu.run(|rec| SoftSort::new(1.0).value(rec, &x))?;
/// assert_eq!(sorted.read(&gpu)?, [2.0, 3.0, 4.0]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct SoftSort {
    strength: f32,
    regularization: Regularization,
    direction: Direction,
}

/// Softly sorted rows, and what their derivatives need; made by [`SoftSort::forward`].
#[derive(Debug, Clone)]
pub struct SoftSorted {
    /// The softly sorted rows, in the shape of `x`: first the elements that take part, then 0.
    pub value: Tensor<f32>,
    /// The order that sorts `x`, in its shape.
    pub order: Tensor<u32>,
    /// The blocks of sorted elements that are drawn together.
    pub blocks: Blocks,
    /// For KL.
    sorted: Option<Tensor<f32>>,
    pub(super) counts: Option<Tensor<u32>>,
    regularization: Regularization,
    sign: f32,
}

impl SoftSort {
    /// Ascending under L2, with a strength from 1e-30 to 1e30 in units of one over those of `x`.
    #[must_use]
    pub fn new(strength: f32) -> Self {
        Self { strength, regularization: Regularization::L2, direction: Direction::Ascending }
    }

    /// Sets the regularization; default L2.
    #[must_use]
    pub fn regularization(mut self, regularization: Regularization) -> Self {
        self.regularization = regularization;
        self
    }

    /// Sets the direction; default ascending.
    #[must_use]
    pub fn direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }

    /// The softly sorted rows, in the shape of `x`: first the elements that take part, then 0. A row with a NaN has NaN throughout.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument) for a strength out of range; as
    /// [`Sort`](crate::segmented::Sort) for the rows.
    pub fn value<'a>(&self, rec: &mut Recorder<'_>, x: impl Into<Rows<'a>>) -> Result<Tensor<f32>> {
        let x = x.into();
        x.check(rec.gpu())?;
        let value = rec.output(x.values().shape())?;
        self.record_value(rec, &x, &value)?;
        Ok(value)
    }

    /// As [`value`](Self::value), into a caller's tensor of the shape of `x`.
    ///
    /// # Errors
    /// As [`value`](Self::value) does, and for an output of another shape or in the same bytes as an input.
    pub fn value_into<'a>(&self, rec: &mut Recorder<'_>, x: impl Into<Rows<'a>>, out: &Tensor<f32>) -> Result<()> {
        let x = x.into();
        x.check(rec.gpu())?;
        rec.expect_output("out", out, x.values().shape(), &x.bindings())?;
        self.record_value(rec, &x, out)
    }

    /// The softly sorted rows, and what their derivatives need.
    ///
    /// # Errors
    /// As [`value`](Self::value) does.
    pub fn forward<'a>(&self, rec: &mut Recorder<'_>, x: impl Into<Rows<'a>>) -> Result<SoftSorted> {
        let x = x.into();
        x.check(rec.gpu())?;
        let value = rec.output(x.values().shape())?;
        self.record(rec, &x, &value)
    }

    fn record_value(&self, rec: &mut Recorder<'_>, x: &Rows<'_>, value: &Tensor<f32>) -> Result<()> {
        check_strength(self.strength)?;
        if let Some(short) = self.short(rec, x) {
            return short.record_values(rec, value);
        }
        if x.partial() {
            return self.record(rec, x, value).map(drop);
        }
        let sorted = segmented::sorted_numbers(rec, &Request { rows: x, direction: self.direction })?;
        self.fit(rec, x.sizes(), sorted, None, value).map(drop)
    }

    /// Of the rows, so that they descend.
    fn sign(&self) -> f32 {
        match self.direction {
            Direction::Descending => 1.0,
            Direction::Ascending => -1.0,
        }
    }

    /// The same in one pass, where rows and device allow it.
    fn short<'a>(&self, rec: &Recorder<'_>, x: &'a Rows<'a>) -> Option<Short<'a>> {
        let short = Short {
            rows: x,
            direction: self.direction,
            factor: self.sign(),
            onto: Onto::Itself { step: 1.0 / self.strength },
            regularization: self.regularization,
            centred: false,
        };
        short.suits(rec.gpu().capabilities()).then_some(short)
    }

    fn record(&self, rec: &mut Recorder<'_>, x: &Rows<'_>, value: &Tensor<f32>) -> Result<SoftSorted> {
        check_strength(self.strength)?;
        let (regularization, sign) = (self.regularization, self.sign());
        if let Some(short) = self.short(rec, x) {
            let Kept { order, blocks, sorted } = short.record(rec, value)?;
            let value = value.clone();
            return Ok(SoftSorted { value, order, blocks, sorted, counts: None, regularization, sign });
        }
        let request = Request { rows: x, direction: self.direction };
        let sorted = segmented::sorted(rec, &request)?;
        let blocks = self.fit(rec, x.sizes(), sorted.values.clone(), sorted.counts.as_ref(), value)?;
        Ok(SoftSorted {
            value: value.clone(),
            order: sorted.order,
            blocks,
            sorted: Some(sorted.values),
            counts: sorted.counts,
            regularization,
            sign,
        })
    }

    /// The fit of sorted rows.
    fn fit(
        &self,
        rec: &mut Recorder<'_>,
        (rows, n): (u32, u32),
        sorted: Tensor<f32>,
        counts: Option<&Tensor<u32>>,
        value: &Tensor<f32>,
    ) -> Result<Blocks> {
        let fit = Fit {
            kind: Kind::Projection(self.regularization),
            rows,
            n,
            s: &Sequence::Ranks { factor: 1.0 / self.strength },
            w: &Sequence::Given { values: sorted, factor: self.sign() },
            keys: Keys::W,
            order: None,
            counts,
            out_factor: self.sign(),
            centred: false,
        };
        fit.record(rec, value)
    }
}

impl SoftSorted {
    /// The gradient in `x` of `<cotangent, value>`, in the shape of `x`: on each block the mean of the cotangent, for KL the softmax of the
    /// block's elements (of `-x` ascending) times its sum. Takes O(n) time.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for a cotangent of another shape.
    pub fn vjp(&self, rec: &mut Recorder<'_>, cotangent: &Tensor<f32>) -> Result<Tensor<f32>> {
        cotangent.expect_shape("cotangent", self.value.shape())?;
        rec.gpu().expect_own("cotangent", cotangent)?;
        let mode = match self.regularization {
            Regularization::L2 => Mode::Mean,
            Regularization::Kl => Mode::ShareOfSum,
        };
        self.means(rec, mode, cotangent, None, Some(&self.order))
    }

    /// The derivative of the softly sorted rows along `tangent`, a direction in `x`, in the shape of `x`. Takes O(n) time.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for a tangent of another shape.
    pub fn jvp(&self, rec: &mut Recorder<'_>, tangent: &Tensor<f32>) -> Result<Tensor<f32>> {
        tangent.expect_shape("tangent", self.value.shape())?;
        rec.gpu().expect_own("tangent", tangent)?;
        let mode = match self.regularization {
            Regularization::L2 => Mode::Mean,
            Regularization::Kl => Mode::MeanOfShares,
        };
        self.means(rec, mode, tangent, Some(&self.order), None)
    }

    fn means(
        &self,
        rec: &mut Recorder<'_>,
        mode: Mode,
        input: &Tensor<f32>,
        in_order: Option<&Tensor<u32>>,
        out_order: Option<&Tensor<u32>>,
    ) -> Result<Tensor<f32>> {
        let out = rec.output(self.value.shape())?;
        let means = BlockMeans {
            mode,
            blocks: &self.blocks,
            input,
            shares: self.sorted.as_ref().map(|sorted| (sorted, self.sign)),
            in_order,
            out_order,
            counts: self.counts.as_ref(),
            finite_only: true,
            factor: 1.0,
        };
        means.record(rec, &out)?;
        Ok(out)
    }
}
