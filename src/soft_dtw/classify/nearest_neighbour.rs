//! The rule of the nearest neighbour.

use crate::error::Result;
use crate::gpu::{Gpu, Tensor};
use crate::soft_dtw::collection::{Collection, smallest};
use crate::soft_dtw::{Lengths, Series, SoftDtw};

/// Gives a series the class of the training series with which its value is smallest, of equals the first.
///
/// Divergences and `Hard` are the kinds for it: `Value`, `Sharp` and `MeanCost` are not smallest between equal series, and favour
/// some training series over others.
#[derive(Debug, Clone)]
pub struct NearestNeighbour {
    dtw: SoftDtw,
    values: Tensor<f32>,
    lengths: Option<Lengths>,
    labels: Vec<u32>,
}

impl NearestNeighbour {
    /// Keeps the training series, `[series, length, channels]` or `[series, length]`, and the class of each. Which pairs `dtw` is set to
    /// does not matter. The tensor is shared, not copied.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument) for labels or lengths that do not fit the series;
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for a tensor of another shape or without elements.
    pub fn fit<'a>(dtw: SoftDtw, gpu: &Gpu, series: impl Into<Series<'a>>, labels: &[u32]) -> Result<Self> {
        let collection = Collection::new(gpu, series.into())?;
        collection.expect_each("labels", labels.len())?;
        let Series { values, lengths } = collection.series;
        Ok(Self { dtw, values: values.clone(), lengths: lengths.cloned(), labels: labels.to_vec() })
    }

    /// The class of each series of `series`. Waits for the GPU, which computes the value of each with each training series.
    ///
    /// # Errors
    /// [`Error::NonFinite`](crate::Error::NonFinite) where the value of a pair is not finite, and as [`SoftDtw::value`].
    pub fn predict<'a>(&self, gpu: &Gpu, series: impl Into<Series<'a>>) -> Result<Vec<u32>> {
        let collection = Collection::new(gpu, series.into())?;
        let training = Series { values: &self.values, lengths: self.lengths.as_ref() };
        let values = collection.values_with(gpu, &self.dtw, training)?;
        let rows = values.chunks(self.labels.len());
        Ok(rows.filter_map(|row| smallest(row.iter().copied())).map(|nearest| self.labels[nearest]).collect())
    }
}
