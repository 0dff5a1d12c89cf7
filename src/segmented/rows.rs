//! [`Rows`]: what is sorted.

use std::ops::Range;

use super::params::SortParams;
use crate::error::{Error, Result};
use crate::gpu::{Binding, Gpu, Recorder, Shape, Tensor};

/// Bytes of the most elements of a row: their indices, and one bit beside, fit 32 bits.
const MAX_ROW_BYTES: u64 = 1 << 32;

/// Rows of numbers, `[n]` or `[.., n]`, of which some elements may take no part.
///
/// Made from a tensor with `.into()`, or with [`Rows::new`] to say which elements take part. Those that do not come after all that do, in
/// the order in which they are.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    values: &'a Tensor<f32>,
    lengths: Option<&'a Tensor<u32>>,
    mask: Option<&'a Tensor<u32>>,
}

impl<'a> Rows<'a> {
    /// Rows in which all elements take part: `[n]`, or `[.., n]` of up to four dimensions.
    #[must_use]
    pub fn new(values: &'a Tensor<f32>) -> Self {
        Self { values, lengths: None, mask: None }
    }

    /// The length of each row, in the shape of the values without the last dimension: elements from there on take no part. A length
    /// beyond `n` counts as `n`. Default: `n`.
    #[must_use]
    pub fn lengths(mut self, lengths: &'a Tensor<u32>) -> Self {
        self.lengths = Some(lengths);
        self
    }

    /// Which elements take part, in the shape of the values: 0 leaves an element out. With lengths too, both must let an element in.
    /// Default: all do.
    #[must_use]
    pub fn mask(mut self, mask: &'a Tensor<u32>) -> Self {
        self.mask = Some(mask);
        self
    }

    /// The numbers, as they were given.
    pub(crate) fn values(&self) -> &'a Tensor<f32> {
        self.values
    }

    /// Other numbers of the same shape, of which the same elements take part.
    pub(crate) fn with_values<'b>(&self, values: &'b Tensor<f32>) -> Rows<'b>
    where
        'a: 'b,
    {
        Rows { values, ..*self }
    }

    /// The number of rows, and the elements of each. Only for rows that [`Rows::check`] let through.
    pub(crate) fn sizes(&self) -> (u32, u32) {
        let (rows, n) = self.wide_sizes();
        (rows as u32, n)
    }

    /// All inputs to the byte, for checks that no output lies in them.
    pub(crate) fn bindings(&self) -> Vec<Binding> {
        let beside = [self.lengths, self.mask].into_iter().flatten().map(Binding::exact);
        beside.chain([Binding::exact(self.values)]).collect()
    }

    /// Whether an element may take no part.
    pub(crate) fn partial(&self) -> bool {
        self.lengths.is_some() || self.mask.is_some()
    }

    /// The shape of what there is one of for each row.
    pub(crate) fn outer_shape(&self) -> Shape {
        let shape = self.values.shape();
        let sizes = shape.sizes();
        let outer = &sizes[..sizes.len().saturating_sub(1)];
        Shape::try_from(outer).unwrap_or_else(|_| unreachable!("no more dimensions than the values"))
    }

    fn wide_sizes(&self) -> (u64, u32) {
        (self.outer_shape().elements(), self.values.shape().sizes().last().copied().unwrap_or(0))
    }

    /// Checks shapes, owners and limits.
    pub(crate) fn check(&self, gpu: &Gpu) -> Result<()> {
        gpu.check()?;
        gpu.expect_own("values", self.values)?;
        if self.values.shape().rank() == 0 {
            return Err(Error::ShapeMismatch {
                argument: "values",
                found: vec![],
                expected: "[n] or [.., n], rows of n elements".to_owned(),
            });
        }
        if let Some(lengths) = self.lengths {
            lengths.expect_shape("lengths", self.outer_shape())?;
            gpu.expect_own("lengths", lengths)?;
        }
        if let Some(mask) = self.mask {
            mask.expect_shape("mask", self.values.shape())?;
            gpu.expect_own("mask", mask)?;
        }
        let (rows, n) = self.wide_sizes();
        if rows > u64::from(u32::MAX) {
            return Err(Error::LimitExceeded {
                what: format!("`values` with {rows} rows"),
                limit: "the number of rows",
                asked: rows,
                have: u64::from(u32::MAX),
                remedy: "sort fewer rows in one call",
            });
        }
        let (bytes, have) = (u64::from(n) * 4, gpu.capabilities().max_range_bytes().min(MAX_ROW_BYTES));
        if bytes > have {
            return Err(Error::LimitExceeded {
                what: format!("`values` with rows of {n} elements, which a kernel must see as a whole,"),
                limit: "max_storage_buffer_binding_size",
                asked: bytes,
                have,
                remedy: "ask for a device with a higher limit, or sort shorter rows and merge them",
            });
        }
        Ok(())
    }

    /// Some of the rows, as a kernel sees them.
    pub(super) fn bind(&self, rec: &Recorder<'_>, range: &Range<u32>) -> BoundRows {
        let elements = u64::from(self.sizes().1);
        let (values, values_first) = bind_rows(rec, self.values, range, elements);
        let or_values = |bound: Option<(Binding, u32)>| bound.unwrap_or_else(|| (values.clone(), 0));
        let (lengths, lengths_first) = or_values(self.lengths.map(|lengths| bind_rows(rec, lengths, range, 1)));
        let (mask, mask_first) = or_values(self.mask.map(|mask| bind_rows(rec, mask, range, elements)));
        let (has_lengths, has_mask) = (self.lengths.is_some(), self.mask.is_some());
        BoundRows { values, values_first, lengths, lengths_first, has_lengths, mask, mask_first, has_mask }
    }
}

impl<'a> From<&'a Tensor<f32>> for Rows<'a> {
    fn from(values: &'a Tensor<f32>) -> Self {
        Self::new(values)
    }
}

/// Bindings, and the elements of each before the first row. What is not there is bound to the values, and not read.
pub(super) struct BoundRows {
    pub(super) values: Binding,
    pub(super) values_first: u32,
    pub(super) lengths: Binding,
    pub(super) lengths_first: u32,
    pub(super) has_lengths: bool,
    pub(super) mask: Binding,
    pub(super) mask_first: u32,
    pub(super) has_mask: bool,
}

impl BoundRows {
    /// Parameters with what concerns the rows, where a kernel reads them.
    pub(super) fn params(&self, params: SortParams) -> SortParams {
        SortParams {
            source_first: self.values_first,
            mask_first: self.mask_first,
            lengths_first: self.lengths_first,
            has_lengths: self.has_lengths.into(),
            ..params
        }
    }
}

/// Rows `range` of a tensor with `elements` elements for each row.
pub(super) fn bind_rows<T: crate::gpu::Element>(
    rec: &Recorder<'_>,
    tensor: &Tensor<T>,
    range: &Range<u32>,
    elements: u64,
) -> (Binding, u32) {
    Binding::range(rec.gpu(), tensor, u64::from(range.start) * elements..u64::from(range.end) * elements)
}
