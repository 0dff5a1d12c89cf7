//! Nearest neighbours under half the squared Euclidean distance, on the CPU: too little work for a GPU to help.

use super::Split;
use super::nearest::Neighbour;
use crate::error::CliError;
use crate::progress::Progress;
use crate::series::Series;

/// Checks that all series have one length.
pub(super) fn check_lengths(split: &Split) -> Result<(), CliError> {
    let first = split.train.series.first().map_or(0, |series| series.length);
    for (dataset, file) in [(&split.train, &split.train_file), (&split.test, &split.test_file)] {
        if let Some(other) = dataset.series.iter().find(|series| series.length != first) {
            return Err(CliError::Lengths {
                file: file.clone(),
                found: other.length,
                expected: first,
                argument: "--distance euclidean",
            });
        }
    }
    Ok(())
}

/// The nearest training series of each test series.
pub(super) fn nearest(split: &Split) -> Vec<Neighbour> {
    let progress = Progress::new("pairs", split.pairs());
    let of_one = |test: &Series| {
        let mut nearest = Neighbour::NONE;
        for (index, train) in split.train.series.iter().enumerate() {
            nearest.consider(Neighbour { index, distance: half_squared_distance(&test.values, &train.values) });
        }
        progress.advance(split.train.series.len() as u64);
        nearest
    };
    split.test.series.iter().map(of_one).collect()
}

fn half_squared_distance(a: &[f32], b: &[f32]) -> f64 {
    let squares = a.iter().zip(b).map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2));
    squares.sum::<f64>() / 2.0
}

#[cfg(test)]
mod tests {
    use super::half_squared_distance;

    #[test]
    fn half_the_sum_of_squares() {
        assert!((half_squared_distance(&[1.0, 2.0, 3.0], &[1.0, 4.0, 0.0]) - 6.5).abs() < 1e-12);
    }
}
