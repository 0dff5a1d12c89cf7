//! The rule of the nearest centroid.

use crate::error::Result;
use crate::gpu::{Gpu, Tensor};
use crate::soft_dtw::barycenter::{Barycenter, Center};
use crate::soft_dtw::collection::{Collection, smallest};
use crate::soft_dtw::{Lengths, Series, SoftDtw};

/// Gives a series the class with whose barycenter its value is smallest, of equals the lowest class
/// (Petitjean et al. 2014; with soft-DTW: Cuturi & Blondel 2017, arXiv 1703.01541, section 5.4).
#[derive(Debug, Clone)]
pub struct NearestCentroid {
    dtw: SoftDtw,
    classes: Vec<u32>,
    centers: Vec<Center>,
    values: Tensor<f32>,
    lengths: Lengths,
}

impl NearestCentroid {
    /// Searches for the barycenter of each class of the training series, `[series, length, channels]` or `[series, length]`.
    /// Weights of `barycenter` count within a class; one whose series all weigh 0 is left out. Waits for the GPU.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument) for labels that do not fit the series, and as [`Barycenter::fit`].
    ///
    /// ```
    /// # fn main() -> supple::Result<()> {
    /// use supple::{Gpu, soft_dtw::{Kind, SoftDtw, barycenter::Barycenter, classify::NearestCentroid}};
    ///
    /// let gpu = Gpu::new()?;
    /// let train = gpu.upload(&[0.0, 1.0, 2.0, 0.0, 1.5, 2.0, 2.0, 1.0, 0.0], [3, 3])?; // [series, length]
    /// let barycenter = Barycenter::new(SoftDtw::new(0.1).kind(Kind::Divergence));
    /// let rule = NearestCentroid::fit(&barycenter, &gpu, &train, &[7, 7, 3])?;
    /// assert_eq!(rule.classes(), [3, 7]);
    /// assert_eq!(rule.predict(&gpu, &train)?, [7, 7, 3]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn fit<'a>(barycenter: &Barycenter, gpu: &Gpu, series: impl Into<Series<'a>>, labels: &[u32]) -> Result<Self> {
        let collection = Collection::new(gpu, series.into())?;
        collection.expect_each("labels", labels.len())?;
        let given = barycenter.weights_or_equal(labels.len());
        collection.expect_each("weights", given.len())?;
        // A weight that is no number is for the barycenter to refuse, not to be left out.
        let mut classes: Vec<u32> =
            labels.iter().zip(given.iter()).filter(|&(_, &weight)| weight != 0.0).map(|(&label, _)| label).collect();
        classes.sort_unstable();
        classes.dedup();
        if classes.is_empty() {
            // Every weight is 0: refused there, in its words.
            barycenter.fit(gpu, collection.series)?;
        }
        let mut centers = Vec::new();
        for &class in &classes {
            let weight = |(&label, &weight): (&u32, &f32)| if label == class { weight } else { 0.0 };
            let weights: Vec<f32> = labels.iter().zip(given.iter()).map(weight).collect();
            centers.push(barycenter.clone().weights(&weights).fit(gpu, collection.series)?);
        }
        let padded = centers.iter().map(|center| center.length).max().unwrap_or(0);
        let mut values = vec![0.0; centers.len() * padded as usize * collection.dim];
        for (row, center) in values.chunks_mut(padded as usize * collection.dim).zip(&centers) {
            row[..center.values.len()].copy_from_slice(&center.values);
        }
        let lengths: Vec<u32> = centers.iter().map(|center| center.length).collect();
        Ok(Self {
            dtw: barycenter.dtw.clone(),
            values: gpu.upload(&values, [centers.len() as u32, padded, collection.dim as u32])?,
            lengths: Lengths::new(&lengths)?,
            classes,
            centers,
        })
    }

    /// The classes, in ascending order.
    #[must_use]
    pub fn classes(&self) -> &[u32] {
        &self.classes
    }

    /// The barycenter of each class, in the order of [`classes`](Self::classes).
    #[must_use]
    pub fn centers(&self) -> &[Center] {
        &self.centers
    }

    /// The class of each series of `series`. Waits for the GPU, which computes the value of each with each barycenter.
    ///
    /// # Errors
    /// [`Error::NonFinite`](crate::Error::NonFinite) where the value of a pair is not finite, and as [`SoftDtw::value`].
    pub fn predict<'a>(&self, gpu: &Gpu, series: impl Into<Series<'a>>) -> Result<Vec<u32>> {
        let collection = Collection::new(gpu, series.into())?;
        let centers = Series { values: &self.values, lengths: Some(&self.lengths) };
        let values = collection.values_with(gpu, &self.dtw, centers)?;
        let rows = values.chunks(self.classes.len());
        Ok(rows.filter_map(|row| smallest(row.iter().copied())).map(|nearest| self.classes[nearest]).collect())
    }
}
