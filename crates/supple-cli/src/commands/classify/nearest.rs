//! The nearest training series.

use std::cmp::Ordering;

use super::split::Split;
use crate::error::CliError;

/// A training series and its distance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Neighbour {
    /// The position of the training series in its file, from 0.
    pub(super) index: usize,
    pub(super) distance: f64,
}

impl Neighbour {
    /// The nearest of the training series, by their distances in order. Of equally near ones it is the first. NaN is
    /// taken and kept: it is no distance, and [`check_finite`] is to find it.
    pub(super) fn of(distances: impl IntoIterator<Item = f64>) -> Self {
        let mut nearest = Self { index: 0, distance: f64::INFINITY };
        for (index, distance) in distances.into_iter().enumerate() {
            let nearer = distance.partial_cmp(&nearest.distance) == Some(Ordering::Less);
            if nearer || distance.is_nan() && !nearest.distance.is_nan() {
                nearest = Self { index, distance };
            }
        }
        nearest
    }

    pub(super) fn of_row(distances: &[f32]) -> Self {
        Self::of(distances.iter().map(|&distance| distance.into()))
    }
}

/// Checks that every test series has a distance to say.
pub(super) fn check_finite(neighbours: &[Neighbour], split: &Split) -> Result<(), CliError> {
    match neighbours.iter().enumerate().find(|(_, neighbour)| !neighbour.distance.is_finite()) {
        None => Ok(()),
        Some((test_index, neighbour)) => Err(CliError::TooFar {
            test: split.test_file.clone(),
            test_index,
            train: split.train_file.clone(),
            train_index: neighbour.index,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::Neighbour;

    #[test]
    fn the_first_of_the_nearest() {
        assert_eq!(Neighbour::of([0.5, -1.0, 2.0, -1.0]), Neighbour { index: 1, distance: -1.0 });
        assert_eq!(Neighbour::of_row(&[f32::INFINITY; 3]), Neighbour { index: 0, distance: f64::INFINITY });
    }

    #[test]
    fn nan_is_not_passed_over() {
        let found = Neighbour::of([1.0, f64::NAN, 0.0]);
        assert!(found.distance.is_nan());
        assert_eq!(found.index, 1);
    }
}
