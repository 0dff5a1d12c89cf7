//! A data set in its two parts.

use super::Arguments;
use super::distance::Distance;
use crate::error::{CliError, FileArgument};
use crate::series::{self, Dataset};

/// The training and the test series, with the files they come from.
pub(super) struct Split {
    pub(super) train: Dataset,
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
        let split = Self { train, train_file, test, test_file };
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
