//! Hard ranks.

use super::fit::bind_rows;
use super::layout::parts;
use super::params::RankParams;
use super::pointwise::{Operation, Pointwise};
use super::shaders;
use crate::error::Result;
use crate::gpu::{Dispatch, Kernel, Recorder, Tensor};
use crate::segmented::{self, Direction, Request, Rows};

/// Invocations of a workgroup.
const WORKGROUP: u32 = 64;

/// What ranks equal elements have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ties {
    /// All the mean of the ranks that they take up, as soft ranks do. The default, and that of `scipy.stats.rankdata`.
    #[default]
    Average,
    /// Each its own, in the order in which they are in the row.
    Ordinal,
}

/// The ranks of rows, from 1: ascending, the smallest element has rank 1.
///
/// They are constant around every row without ties, so that their derivatives, those of [`forward`](Self::forward), are 0;
/// [`SoftRank`](super::SoftRank) has others. -0 equals 0, and infinite elements of a sign are equal. Ranks beyond 2^23 are rounded as f32 are.
///
/// Rows are `[n]` or `[.., n]`. Takes O(n log n) time.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::Gpu;
/// use supple::permutahedron::{Rank, Ties};
/// use supple::segmented::Direction;
///
/// let gpu = Gpu::new()?;
/// let x = gpu.upload(&[4.0, 7.0, 4.0], [3])?;
/// let (ranks, places) = gpu.run(|rec| {
///     let ranks = Rank::new().value(rec, &x)?;
///     let places = Rank::new().direction(Direction::Descending).ties(Ties::Ordinal).value(rec, &x)?;
///     Ok((ranks, places))
/// })?;
/// assert_eq!(ranks.read(&gpu)?, [1.5, 3.0, 1.5]);
/// assert_eq!(places.read(&gpu)?, [2.0, 1.0, 3.0]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Rank {
    direction: Direction,
    ties: Ties,
}

/// Hard ranks, and their derivatives; made by [`Rank::forward`].
///
/// Ranks are piecewise constant: both derivatives are 0 wherever no two elements of a row are equal. Where some are, ranks jump and have no
/// derivative; 0 is what stands for it there.
#[derive(Debug, Clone)]
pub struct Ranks {
    /// The ranks, in the shape of `x`; 0 for elements that take no part.
    pub value: Tensor<f32>,
    rows: u32,
    n: u32,
}

impl Rank {
    /// Ascending ranks, ties at their mean.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the direction; default ascending. Descending, the largest element has rank 1.
    #[must_use]
    pub fn direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }

    /// Sets what ranks equal elements have; default their mean.
    #[must_use]
    pub fn ties(mut self, ties: Ties) -> Self {
        self.ties = ties;
        self
    }

    /// The ranks, in the shape of `x`; 0 for elements that take no part. A row with a NaN has NaN throughout.
    ///
    /// # Errors
    /// As [`Sort`](crate::segmented::Sort) for the rows.
    pub fn value<'a>(&self, rec: &mut Recorder<'_>, x: impl Into<Rows<'a>>) -> Result<Tensor<f32>> {
        let x = x.into();
        x.check(rec.gpu())?;
        let out = rec.output(x.values().shape())?;
        self.record(rec, &x, &out)?;
        Ok(out)
    }

    /// As [`value`](Self::value), into a caller's tensor of the shape of `x`.
    ///
    /// # Errors
    /// As [`value`](Self::value) does, and for an output of another shape or in the same bytes as an input.
    pub fn value_into<'a>(&self, rec: &mut Recorder<'_>, x: impl Into<Rows<'a>>, out: &Tensor<f32>) -> Result<()> {
        let x = x.into();
        x.check(rec.gpu())?;
        rec.expect_output("out", out, x.values().shape(), &x.bindings())?;
        self.record(rec, &x, out)
    }

    /// The ranks, with their derivatives.
    ///
    /// # Errors
    /// As [`value`](Self::value) does.
    pub fn forward<'a>(&self, rec: &mut Recorder<'_>, x: impl Into<Rows<'a>>) -> Result<Ranks> {
        let x = x.into();
        let value = self.value(rec, x)?;
        let (rows, n) = x.sizes();
        Ok(Ranks { value, rows, n })
    }

    fn record(&self, rec: &mut Recorder<'_>, x: &Rows<'_>, out: &Tensor<f32>) -> Result<()> {
        let (rows, n) = x.sizes();
        if rows == 0 || n == 0 {
            return Ok(());
        }
        let sorted = segmented::sorted(rec, &Request { rows: x, direction: self.direction })?;
        let gpu = rec.gpu().clone();
        for range in parts(&gpu, rows, u64::from(n) * 4)? {
            let (values, sorted_first) = bind_rows(rec, Some(&sorted.values), &range, n)?;
            let (order, order_first) = bind_rows(rec, Some(&sorted.order), &range, n)?;
            let (counts, counts_first) = bind_rows(rec, sorted.counts.as_ref(), &range, 1)?;
            let (out, out_first) = bind_rows(rec, Some(out), &range, n)?;
            let rows = range.end - range.start;
            let flags = [u32::from(sorted.counts.is_some()), u32::from(self.ties == Ties::Average)];
            rec.dispatch(&Dispatch {
                kernel: Kernel::new(&shaders::RANK, [WORKGROUP].into_iter().chain(flags)),
                bindings: &[values, order, counts, out],
                params: RankParams {
                    rows,
                    n,
                    sorted_first,
                    order_first,
                    counts_first,
                    out_first,
                    padding0: 0,
                    padding1: 0,
                },
                workgroups: (u64::from(rows) * u64::from(n)).div_ceil(u64::from(WORKGROUP)),
            })?;
        }
        Ok(())
    }
}

impl Ranks {
    /// The gradient in `x` of `<cotangent, value>`, in the shape of `x`: 0, whatever the cotangent; NaN throughout a row with a NaN.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for a cotangent of another shape.
    pub fn vjp(&self, rec: &mut Recorder<'_>, cotangent: &Tensor<f32>) -> Result<Tensor<f32>> {
        self.zeros(rec, "cotangent", cotangent)
    }

    /// The derivative of the ranks along `tangent`, a direction in `x`, in the shape of `x`: 0, whatever the direction; NaN throughout a
    /// row with a NaN.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for a tangent of another shape.
    pub fn jvp(&self, rec: &mut Recorder<'_>, tangent: &Tensor<f32>) -> Result<Tensor<f32>> {
        self.zeros(rec, "tangent", tangent)
    }

    fn zeros(&self, rec: &mut Recorder<'_>, argument: &'static str, input: &Tensor<f32>) -> Result<Tensor<f32>> {
        input.expect_shape(argument, self.value.shape())?;
        rec.gpu().expect_own(argument, input)?;
        let out = rec.output(self.value.shape())?;
        // The ranks less themselves: a NaN stays one.
        let (a, b) = (Some(&self.value), Some(&self.value));
        Pointwise { a, b, ..Pointwise::new(Operation::Difference, self.rows, self.n) }.record_into(rec, &out)?;
        Ok(out)
    }
}
