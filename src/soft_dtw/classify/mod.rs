//! Classification of time series: nearest neighbour, nearest centroid, and gamma by cross-validation.
//!
//! Classes are numbers of the caller's, in any order and with gaps.
//!
//! ```
//! # fn main() -> supple::Result<()> {
//! use supple::{Gpu, soft_dtw::{Kind, SoftDtw, classify::NearestNeighbour}};
//!
//! let gpu = Gpu::new()?;
//! let train = gpu.upload(&[0.0, 1.0, 2.0, 2.0, 1.0, 0.0], [2, 3])?; // [series, length]
//! let test = gpu.upload(&[0.0, 0.0, 1.5, 2.0], [1, 4])?;
//! let rule = NearestNeighbour::fit(SoftDtw::new(0.1).kind(Kind::Divergence), &gpu, &train, &[7, 3])?;
//! assert_eq!(rule.predict(&gpu, &test)?, [7]);
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "barycenter")]
mod cross_validation;
#[cfg(feature = "barycenter")]
mod nearest_centroid;
mod nearest_neighbour;

#[cfg(feature = "barycenter")]
pub use cross_validation::{CrossValidation, GammaScores, Rule, Score};
#[cfg(feature = "barycenter")]
pub use nearest_centroid::NearestCentroid;
pub use nearest_neighbour::NearestNeighbour;

use crate::error::{Error, Result};

/// The share of predictions that are right.
///
/// # Errors
/// [`Error::InvalidArgument`] where there are none, or not as many as labels.
///
/// ```
/// assert_eq!(supple::soft_dtw::classify::accuracy(&[1, 2, 2, 1], &[1, 2, 1, 1]), Ok(0.75));
/// ```
pub fn accuracy(predictions: &[u32], labels: &[u32]) -> Result<f64> {
    if predictions.is_empty() || predictions.len() != labels.len() {
        return Err(Error::InvalidArgument {
            argument: "predictions",
            value: format!("{} of them for {} labels", predictions.len(), labels.len()),
            remedy: "give one for each label, and at least one".to_owned(),
        });
    }
    let right = predictions.iter().zip(labels).filter(|(prediction, label)| prediction == label).count();
    Ok(right as f64 / labels.len() as f64)
}
