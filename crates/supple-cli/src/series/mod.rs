//! Labelled time series of the UCR and UEA archives, in the `.ts` format or the older text.

mod lines;
#[cfg(test)]
mod tests;
mod token;
mod ts;
mod ucr_text;

use std::fs::File;
use std::io::{BufReader, Read};

use crate::error::{CliError, FileArgument};
use lines::Lines;
pub(crate) use token::label;

/// One series; `values` is laid out `[length, channels]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Series {
    pub(crate) values: Vec<f32>,
    pub(crate) length: usize,
}

/// Series with their class labels, all of the same number of channels.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dataset {
    pub(crate) name: String,
    pub(crate) channels: usize,
    pub(crate) series: Vec<Series>,
    /// One per series. A number has one spelling: `1.0` and `1e0` are read as `1`.
    pub(crate) labels: Vec<String>,
}

impl Dataset {
    /// What is said of the series, without them.
    pub(crate) fn without_series(&self) -> Self {
        Self { name: self.name.clone(), channels: self.channels, series: Vec::new(), labels: Vec::new() }
    }
}

/// What is wrong with a line of a data set.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum SeriesProblem {
    #[error("time stamps are not supported; write the values alone and `@timeStamps false`")]
    Timestamps,

    #[error(
        "the series have no class labels, which classification needs; \
         end each series with `:label` and list the labels after `@classLabel true`"
    )]
    NoClassLabels,

    #[error("a series stands before the line `@data`; put that line after the header")]
    DataBeforeHeaderEnds,

    #[error("`@{tag} {value}` cannot be understood; write {expected}")]
    Header { tag: String, value: String, expected: &'static str },

    #[error(
        "dimension {dimension}, time step {step}: the value is missing; \
         fill the gap or leave the series out"
    )]
    MissingValue { dimension: usize, step: usize },

    #[error(
        "dimension {dimension}, time step {step}: {text:?} is not a finite 32-bit number; \
         correct the value or leave the series out"
    )]
    NotANumber { dimension: usize, step: usize, text: String },

    #[error("dimension {dimension} is empty; give it values or leave the series out")]
    EmptyDimension { dimension: usize },

    #[error(
        "dimension {dimension} has {found} values where dimension 1 has {first}; \
         give all dimensions of a series the same length"
    )]
    MixedDimensionLengths { dimension: usize, found: usize, first: usize },

    #[error(
        "the series has {found} dimensions where the data set has {expected}; \
         give all series the same dimensions"
    )]
    MixedDimensions { found: usize, expected: usize },

    #[error(
        "the series has {found} time steps where those before it have {expected}; \
         complete it, or write `@equalLength false` if lengths may differ"
    )]
    MixedLengths { found: usize, expected: usize },

    #[error("the series has no class label; put it {place}")]
    MissingLabel { place: &'static str },

    #[error(
        "the series ends in {label:?}, which `@classLabel` does not list; \
         add it to that list, or to the line the label it lacks"
    )]
    UndeclaredLabel { label: String },
}

/// Reads a data set: the `.ts` format if the file's name ends so, the older text otherwise.
pub(crate) fn read(file: &FileArgument) -> Result<Dataset, CliError> {
    let opened = File::open(&file.path).map_err(|source| CliError::Read { file: file.clone(), source })?;
    let is_ts = file.path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ts"));
    read_from(file, is_ts, opened)
}

fn read_from(file: &FileArgument, is_ts: bool, reader: impl Read) -> Result<Dataset, CliError> {
    let mut lines = Lines::new(file, BufReader::new(reader));
    let mut dataset = Dataset {
        name: file.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
        channels: 1,
        series: Vec::new(),
        labels: Vec::new(),
    };
    if is_ts {
        ts::read(&mut lines, &mut dataset)?;
    } else {
        ucr_text::read(&mut lines, &mut dataset)?;
    }
    if dataset.series.is_empty() {
        return Err(CliError::EmptyDataset { file: file.clone() });
    }
    Ok(dataset)
}

/// Checks that series of the two data sets can be compared.
pub(crate) fn check_channels(
    (train, train_file): (&Dataset, &FileArgument),
    (test, test_file): (&Dataset, &FileArgument),
) -> Result<(), CliError> {
    if train.channels == test.channels {
        return Ok(());
    }
    Err(CliError::Channels {
        train: train_file.clone(),
        train_channels: train.channels,
        test: test_file.clone(),
        test_channels: test.channels,
    })
}
