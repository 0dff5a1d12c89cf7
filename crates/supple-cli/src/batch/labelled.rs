//! Series of a data set, padded.

use supple::soft_dtw::Lengths;

use super::Batch;
use crate::error::{CliError, FileArgument};
use crate::series::{Dataset, Series};

impl Batch {
    /// All series of a data set.
    pub(crate) fn of(file: FileArgument, dataset: &Dataset) -> Result<Self, CliError> {
        Self::pad(file, &dataset.series.iter().collect::<Vec<_>>(), dataset.channels)
    }

    /// Series of any lengths and `channels` channels; there is at least one.
    pub(crate) fn pad(file: FileArgument, series: &[&Series], channels: usize) -> Result<Self, CliError> {
        let length = series.iter().map(|series| series.length).max().unwrap_or_default();
        let shape = vec![series.len(), length, channels];
        let too_many = || CliError::Shape {
            file: file.clone(),
            shape: shape.clone(),
            expected: "fewer than 4294967296 along each dimension",
        };
        let size = |size: usize| u32::try_from(size).map_err(|_| too_many());
        let sizes = [size(series.len())?, size(length)?, size(channels)?];
        let elements = shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size));
        let mut values = Vec::with_capacity(elements.ok_or_else(too_many)?);
        for each in series {
            values.extend_from_slice(&each.values);
            values.resize(values.len() + (length - each.length) * channels, 0.0);
        }
        let lengths: Vec<u32> = series.iter().map(|series| series.length as u32).collect();
        let equal = lengths.iter().all(|&each| each as usize == length);
        let lengths = if equal { None } else { Some(Lengths::new(&lengths)?) };
        // As an array of one channel is usually written.
        let shape = if channels == 1 { vec![series.len(), length] } else { shape };
        Ok(Self { file, shape, sizes, values, lengths })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shorter_series_are_padded_at_the_end() {
        let long = Series { values: vec![1.0, 2.0, 3.0, 4.0], length: 2 };
        let short = Series { values: vec![5.0, 6.0], length: 1 };
        let file = FileArgument::new("TRAIN", "a.ts");
        let batch = Batch::pad(file.clone(), &[&short, &long], 2).unwrap();
        assert_eq!(batch.values, [5.0, 6.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!((batch.count(), batch.length(), batch.channels()), (2, 2, 2));
        assert_eq!((batch.series(0), batch.series(1)), (&short.values[..], &long.values[..]));
        assert!(Batch::pad(file, &[&long, &long], 2).unwrap().lengths.is_none());
    }
}
