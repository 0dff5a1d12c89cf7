//! A data set in its two parts.

use std::collections::BTreeSet;

use super::Arguments;
use super::distance::Distance;
use crate::error::{CliError, FileArgument};
use crate::series::{self, Dataset};

/// The classes of a data set by number, as the library wants them.
pub(super) struct Classes {
    /// In ascending order.
    pub(super) names: Vec<String>,
    /// The class of each series, a position in `names`.
    pub(super) numbers: Vec<u32>,
}

impl Classes {
    pub(super) fn of(dataset: &Dataset) -> Self {
        let names: BTreeSet<&String> = dataset.labels.iter().collect();
        let names: Vec<String> = names.into_iter().cloned().collect();
        let number = |label| names.partition_point(|name| name < label) as u32;
        let numbers = dataset.labels.iter().map(number).collect();
        Self { names, numbers }
    }
}

/// The training and the test series, with the files they come from.
pub(super) struct Split {
    /// Or the centers of the classes, in their place.
    pub(super) train: Dataset,
    /// How many training series the file has.
    pub(super) train_count: usize,
    pub(super) train_file: FileArgument,
    pub(super) test: Dataset,
    pub(super) test_file: FileArgument,
}

impl Split {
    pub(super) fn read(arguments: &Arguments) -> Result<Self, CliError> {
        let train_file = FileArgument::new("TRAIN", &arguments.train);
        let test_file = FileArgument::new("TEST", &arguments.test);
        let (train, test) = (series::read(&train_file)?, series::read(&test_file)?);
        series::check_channels((&train, &train_file), (&test, &test_file))?;
        let split = Self { train_count: train.series.len(), train, train_file, test, test_file };
        if arguments.distance == Distance::Euclidean {
            split.check_lengths()?;
        }
        Ok(split)
    }

    /// Checks that all series have one length.
    fn check_lengths(&self) -> Result<(), CliError> {
        let expected = self.train.series.first().map_or(0, |series| series.length);
        for (dataset, file) in [(&self.train, &self.train_file), (&self.test, &self.test_file)] {
            if let Some(other) = dataset.series.iter().find(|series| series.length != expected) {
                return Err(CliError::Lengths {
                    file: file.clone(),
                    found: other.length,
                    expected,
                    argument: "--distance euclidean",
                });
            }
        }
        Ok(())
    }

    pub(super) fn pairs(&self) -> u64 {
        self.train.series.len() as u64 * self.test.series.len() as u64
    }

    /// Each pair has a table of one length by the other, so the sum over all pairs is a product of sums.
    pub(super) fn cells(&self) -> u64 {
        let steps = |dataset: &Dataset| dataset.series.iter().map(|series| series.length as u64).sum::<u64>();
        steps(&self.train).saturating_mul(steps(&self.test))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::Series;

    #[test]
    fn classes_are_numbered_in_order() {
        let labels = ["b", "a", "c", "a"].map(str::to_owned).to_vec();
        let series = vec![Series { values: vec![0.0], length: 1 }; 4];
        let classes = Classes::of(&Dataset { name: String::new(), channels: 1, series, labels });
        assert_eq!(classes.names, ["a", "b", "c"]);
        assert_eq!(classes.numbers, [1, 0, 2, 0]);
    }
}
