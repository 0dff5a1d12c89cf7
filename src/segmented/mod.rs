//! Sorting of rows.
//!
//! [`Sort`] sorts each row of a tensor by itself: a few long rows, millions of short ones, rows with [lengths](Rows::lengths) or a
//! [mask](Rows::mask). The order is the one of [`reference::segmented`](crate::reference::segmented), to the element.

mod in_texels;
mod params;
mod parts;
mod permute;
mod radix;
mod rows;
mod runs;
pub(crate) mod shaders;
mod sink;
mod sorted;
mod strategy;
mod tiles;

pub use rows::Rows;
pub use sorted::Sorted;
pub use strategy::Strategy;

use permute::{Way, permute};
use sink::Sink;

use crate::error::Result;
use crate::gpu::{Element, Recorder, Tensor};

/// Which end a sorted row begins with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Direction {
    /// The smallest first. The default.
    #[default]
    Ascending,
    /// The largest first.
    Descending,
}

impl Direction {
    /// `flip` of `shaders/segmented/key.wgsl`.
    pub(crate) fn flip(self) -> u32 {
        if self == Self::Descending { u32::MAX } else { 0 }
    }
}

/// Sorts rows.
///
/// Stable in both directions: equal elements stay in the order in which they were. -0 equals 0. NaN is above everything else, and equal to
/// NaN: it comes last ascending, and first descending. Elements that take no part, by [`Rows::lengths`] or [`Rows::mask`], come after
/// all that do.
///
/// The order does not depend on the adapter. Takes O(n) time for long rows, and up to 20 bytes of scratch memory an element, for 2^24
/// elements or one row at a time.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::Gpu;
/// use supple::segmented::{Direction, Sort};
///
/// let gpu = Gpu::new()?;
/// let x = gpu.upload(&[3.0, 1.0, 2.0, 0.5, 0.5, 0.25], [2, 3])?; // two rows
/// let sorted = gpu.run(|rec| Sort::new().direction(Direction::Descending).forward(rec, &x))?;
/// assert_eq!(sorted.values.read(&gpu)?, [3.0, 2.0, 1.0, 0.5, 0.5, 0.25]);
/// assert_eq!(sorted.order.read(&gpu)?, [0, 2, 1, 0, 1, 2]);
///
/// let cotangent = gpu.upload(&[10.0, 20.0, 30.0, 1.0, 2.0, 3.0], [2, 3])?;
/// let gradient = gpu.run(|rec| sorted.vjp(rec, &cotangent))?;
/// assert_eq!(gradient.read(&gpu)?, [10.0, 30.0, 20.0, 1.0, 2.0, 3.0]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Sort {
    direction: Direction,
    strategy: Strategy,
}

impl Sort {
    /// Ascending.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Which end a sorted row begins with. Default: ascending.
    #[must_use]
    pub fn direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }

    /// How the work is laid out on the GPU. Default: chosen by the adapter. The results are the same.
    #[must_use]
    pub fn strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// The sorted rows, in the shape of the rows. Elements that take no part are 0, at the end.
    ///
    /// A NaN may come back with other bits than it had.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for a scalar, and for lengths or a mask of another shape;
    /// [`Error::LimitExceeded`](crate::Error::LimitExceeded) for rows longer than one binding.
    pub fn values<'a>(&self, rec: &mut Recorder<'_>, rows: impl Into<Rows<'a>>) -> Result<Tensor<f32>> {
        let rows = rows.into();
        rows.check(rec.gpu())?;
        let values = rec.output(rows.values().shape())?;
        self.record(rec, &rows, Sink::Values(&values))?;
        Ok(values)
    }

    /// As [`Sort::values`], into a tensor of the caller's.
    ///
    /// # Errors
    /// As [`Sort::values`], and [`Error::InvalidArgument`](crate::Error::InvalidArgument) where `values` shares bytes with an input.
    pub fn values_into<'a>(
        &self,
        rec: &mut Recorder<'_>,
        rows: impl Into<Rows<'a>>,
        values: &Tensor<f32>,
    ) -> Result<()> {
        let rows = rows.into();
        rows.check(rec.gpu())?;
        rec.expect_output("values", values, rows.values().shape(), &rows.bindings())?;
        self.record(rec, &rows, Sink::Values(values))
    }

    /// The order that sorts each row, in the shape of the rows: element `order[i]` of a row is the `i`th of the sorted row.
    ///
    /// # Errors
    /// As [`Sort::values`].
    pub fn order<'a>(&self, rec: &mut Recorder<'_>, rows: impl Into<Rows<'a>>) -> Result<Tensor<u32>> {
        let rows = rows.into();
        rows.check(rec.gpu())?;
        let order = rec.output(rows.values().shape())?;
        self.record(rec, &rows, Sink::Order(&order))?;
        Ok(order)
    }

    /// As [`Sort::order`], into a tensor of the caller's.
    ///
    /// # Errors
    /// As [`Sort::order`], and [`Error::InvalidArgument`](crate::Error::InvalidArgument) where `order` shares bytes with an input.
    pub fn order_into<'a>(&self, rec: &mut Recorder<'_>, rows: impl Into<Rows<'a>>, order: &Tensor<u32>) -> Result<()> {
        let rows = rows.into();
        rows.check(rec.gpu())?;
        rec.expect_output("order", order, rows.values().shape(), &rows.bindings())?;
        self.record(rec, &rows, Sink::Order(order))
    }

    /// The sorted rows and their order, with [`Sorted::vjp`] and [`Sorted::jvp`].
    ///
    /// # Errors
    /// As [`Sort::values`].
    pub fn forward<'a>(&self, rec: &mut Recorder<'_>, rows: impl Into<Rows<'a>>) -> Result<Sorted> {
        let rows = rows.into();
        rows.check(rec.gpu())?;
        let sorted = Sorted {
            values: rec.output(rows.values().shape())?,
            order: rec.output(rows.values().shape())?,
            counts: None,
        };
        self.record(rec, &rows, Sink::Both(&sorted.values, &sorted.order))?;
        Ok(Sorted { counts: permute::counts(rec, &rows, &sorted.order)?, ..sorted })
    }

    /// The sorted rows, and `payload`, of the shape of the rows, in the same order: each element goes where its key goes.
    ///
    /// # Errors
    /// As [`Sort::values`], and for a payload of another shape.
    pub fn with_payload<'a, T: Element>(
        &self,
        rec: &mut Recorder<'_>,
        rows: impl Into<Rows<'a>>,
        payload: &Tensor<T>,
    ) -> Result<(Tensor<f32>, Tensor<T>)> {
        let rows = rows.into();
        rows.check(rec.gpu())?;
        payload.expect_shape("payload", rows.values().shape())?;
        rec.gpu().expect_own("payload", payload)?;
        let (values, order) = (rec.output(payload.shape())?, rec.output(payload.shape())?);
        self.record(rec, &rows, Sink::Both(&values, &order))?;
        let permuted = rec.output(payload.shape())?;
        permute(rec, Way::In, payload, &order, None, &permuted)?;
        Ok((values, permuted))
    }

    fn record(&self, rec: &mut Recorder<'_>, rows: &Rows<'_>, sink: Sink<'_>) -> Result<()> {
        if rows.values().shape().elements() == 0 {
            return Ok(());
        }
        self.strategy.record(rec, rows, self.direction, sink)
    }
}

/// Checks rows, and records the sort of their values alone, in which a -0 may become a 0.
pub(crate) fn sorted_numbers(rec: &mut Recorder<'_>, request: &Request<'_>) -> Result<Tensor<f32>> {
    request.rows.check(rec.gpu())?;
    let values = rec.output(request.rows.values().shape())?;
    Sort::new().direction(request.direction).record(rec, request.rows, Sink::Numbers(&values))?;
    Ok(values)
}

/// What another family asks for.
pub(crate) struct Request<'a> {
    pub(crate) rows: &'a Rows<'a>,
    pub(crate) direction: Direction,
}

/// What it gets.
pub(crate) struct Output {
    /// The sorted rows; elements that take no part are 0, at the end.
    pub(crate) values: Tensor<f32>,
    pub(crate) order: Tensor<u32>,
    /// How many elements of each row take part; `None` where all do.
    pub(crate) counts: Option<Tensor<u32>>,
}

/// Checks rows, and records their sort.
pub(crate) fn sorted(rec: &mut Recorder<'_>, request: &Request<'_>) -> Result<Output> {
    let Sorted { values, order, counts } = Sort::new().direction(request.direction).forward(rec, *request.rows)?;
    Ok(Output { values, order, counts })
}
