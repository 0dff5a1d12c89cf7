//! The elements of a set of series on the host, for the starts of a search.

use crate::error::Result;
use crate::gpu::Gpu;
use crate::soft_dtw::collection::Collection;

/// The elements of a collection.
pub(in crate::soft_dtw) struct Samples<'a> {
    collection: Collection<'a>,
    values: Vec<f32>,
}

impl<'a> Samples<'a> {
    pub(in crate::soft_dtw) fn read(gpu: &Gpu, collection: Collection<'a>) -> Result<Self> {
        Ok(Self { collection, values: collection.series.values.read(gpu)? })
    }

    /// A series at `length` points, evenly spread from its first to its last element, linear in between.
    pub(in crate::soft_dtw) fn resampled(&self, index: usize, length: usize) -> Vec<f32> {
        let Collection { padded, dim, .. } = self.collection;
        let series = &self.values[index * padded * dim..][..self.collection.length(index) * dim];
        resample(series, dim, length)
    }

    /// The mean of the series, each resampled to `length` points, by weights that sum to 1.
    pub(super) fn mean(&self, members: &[(u32, f32)], length: usize) -> Vec<f64> {
        let mut mean = vec![0.0; length * self.collection.dim];
        for &(index, weight) in members {
            let series = self.resampled(index as usize, length);
            mean.iter_mut().zip(series).for_each(|(sum, value)| *sum += f64::from(weight) * f64::from(value));
        }
        mean
    }
}

fn resample(series: &[f32], dim: usize, length: usize) -> Vec<f32> {
    let last = series.len() / dim - 1;
    // Point i of length lies at element i last / (length - 1); a single one in the middle.
    let (first, step, parts) = if length > 1 { (0, last, length - 1) } else { (last, 0, 2) };
    let mut points = Vec::with_capacity(length * dim);
    for point in 0..length {
        let position = first + point * step;
        let (before, share) = (position / parts, (position % parts) as f64 / parts as f64);
        let after = (before + 1).min(last);
        points.extend((0..dim).map(|channel| {
            let [low, high] = [before, after].map(|at| f64::from(series[at * dim + channel]));
            (low + share * (high - low)) as f32
        }));
    }
    points
}

#[cfg(test)]
mod tests {
    use super::resample;

    #[test]
    fn keeps_ends_and_is_linear_between() {
        let series = [0.0, 10.0, 1.0, 20.0, 2.0, 30.0];
        assert_eq!(resample(&series, 2, 3), series);
        assert_eq!(resample(&series, 2, 5), [0.0, 10.0, 0.5, 15.0, 1.0, 20.0, 1.5, 25.0, 2.0, 30.0]);
        assert_eq!(resample(&series, 2, 2), [0.0, 10.0, 2.0, 30.0]);
        assert_eq!(resample(&series, 2, 1), [1.0, 20.0]);
        assert_eq!(resample(&series[..2], 2, 2), [0.0, 10.0, 0.0, 10.0]);
    }
}
