//! The nearest training series, kept while distances come in.

use std::cmp::Ordering;

use super::Split;
use crate::error::CliError;

/// A training series and its distance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Neighbour {
    /// The position of the training series in its file, from 0.
    pub(super) index: usize,
    pub(super) distance: f64,
}

impl Neighbour {
    /// Further away than any training series.
    pub(super) const NONE: Self = Self { index: usize::MAX, distance: f64::INFINITY };

    /// Takes the other one if it is nearer, or as near and before this one. NaN is taken and kept: it is no
    /// distance, and [`check_finite`] is to find it.
    pub(super) fn consider(&mut self, other: Self) {
        let nearer = match other.distance.partial_cmp(&self.distance) {
            Some(Ordering::Less) => true,
            Some(Ordering::Equal) => other.index < self.index,
            Some(Ordering::Greater) => false,
            None => !self.distance.is_nan(),
        };
        if nearer {
            *self = other;
        }
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

    fn nearest(distances: &[(usize, f64)]) -> Neighbour {
        let mut nearest = Neighbour::NONE;
        for &(index, distance) in distances {
            nearest.consider(Neighbour { index, distance });
        }
        nearest
    }

    #[test]
    fn the_first_of_the_nearest() {
        let expected = Neighbour { index: 3, distance: -1.0 };
        assert_eq!(nearest(&[(3, -1.0), (0, 2.0), (7, -1.0)]), expected);
        // Whatever the order in which groups of training series come.
        assert_eq!(nearest(&[(7, -1.0), (0, 2.0), (3, -1.0)]), expected);
        assert_eq!(nearest(&[(4, f64::INFINITY)]).index, 4);
    }

    #[test]
    fn nan_is_not_passed_over() {
        let found = nearest(&[(0, 1.0), (1, f64::NAN), (2, 0.0)]);
        assert!(found.distance.is_nan());
        assert_eq!(found.index, 1);
    }
}
