//! What can go wrong in the program, told so that a person can act on it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::npy::NpyProblem;
use crate::plot::PlotProblem;
use crate::series::SeriesProblem;
use crate::tensors::TensorsProblem;

/// A file together with the argument of the command line that named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileArgument {
    /// As the help text writes it: `X`, `TRAIN` or `--out`.
    pub(crate) argument: &'static str,
    pub(crate) path: PathBuf,
}

impl FileArgument {
    pub(crate) fn new(argument: &'static str, path: impl AsRef<Path>) -> Self {
        Self { argument, path: path.as_ref().to_path_buf() }
    }
}

impl fmt::Display for FileArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.argument, self.path.display())
    }
}

/// An error of the program. Each message names the argument, the file and the remedy.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    #[error("{file} cannot be read: {source}; check the path and its permissions")]
    Read { file: FileArgument, source: io::Error },

    #[error("{file} is no cost: {problem}")]
    Cost { file: FileArgument, problem: String },

    #[error("{file} {problem}")]
    Npy { file: FileArgument, problem: NpyProblem },

    #[error("{file} {problem}")]
    Tensors { file: FileArgument, problem: TensorsProblem },

    #[error("{file}, line {line}: {problem}")]
    Series { file: FileArgument, line: usize, problem: SeriesProblem },

    #[error("{file} holds no series; it needs at least one, after the line `@data` in a .ts file")]
    EmptyDataset { file: FileArgument },

    #[error(
        "{train} has {train_channels} channels and {test} has {test_channels}; \
         give two files of the same data set"
    )]
    Channels { train: FileArgument, train_channels: usize, test: FileArgument, test_channels: usize },

    #[error("{file} has the shape {shape:?}; give {expected}")]
    Shape { file: FileArgument, shape: Vec<usize>, expected: &'static str },

    #[error("{file} holds {value} at {index:?}; remove or replace values that are not finite")]
    NotFinite { file: FileArgument, index: Vec<usize>, value: f32 },

    #[error("{file} holds NaN at {index:?}; replace it, by inf or -inf where the element is to stand at an end")]
    NotANumber { file: FileArgument, index: Vec<usize> },

    #[error(
        "{file} holds NaN from {index:?} to the end of that series; where this is padding, \
         give the number of steps of each series by `{lengths} LENGTHS.npy`, else replace it"
    )]
    Padding { file: FileArgument, index: Vec<usize>, lengths: &'static str },

    #[error("{file}, feature {feature}: {problem}; rescale the feature, or leave it out")]
    Feature { file: FileArgument, feature: usize, problem: String },

    #[error("{file} has the shape {shape:?} and X has {x:?}; give {remedy}")]
    Unlike { file: FileArgument, shape: Vec<usize>, x: Vec<usize>, remedy: &'static str },

    #[error(
        "{file} has the shape {shape:?}, and the first layer of {net} takes {width} numbers; \
         give [{width}] for one row, or [batch, {width}]"
    )]
    Width { file: FileArgument, shape: Vec<usize>, net: FileArgument, width: usize },

    #[error("{file} {problem}; {remedy}")]
    Labels { file: FileArgument, problem: String, remedy: &'static str },

    #[error(
        "{file} is of a run with {setting} {there}, and this one has {here}; give the same, start again without --resume, or \
         name another file"
    )]
    OtherRun { file: FileArgument, setting: String, there: String, here: String },

    #[error("{file} holds {found} lengths and {series} has {expected} series; give one length for each")]
    LengthCount { file: FileArgument, found: usize, series: FileArgument, expected: usize },

    #[error(
        "{file} holds {value} at row {row}; give every series a length from 1 to the {longest} steps \
         that it has room for, or leave the series out"
    )]
    Length { file: FileArgument, row: usize, value: i64, longest: usize },

    #[error("{file} has no series of class {class:?}; its classes are {there}")]
    NoSuchClass { file: FileArgument, class: String, there: String },

    #[error("{file} holds {value} at row {row}; give finite weights of at least 0")]
    Weight { file: FileArgument, row: usize, value: f32 },

    #[error("{first} and {second} differ in their number of {what}, {} and {}; {remedy}", numbers[0], numbers[1])]
    Unequal { first: FileArgument, second: FileArgument, what: &'static str, numbers: [u32; 2], remedy: &'static str },

    #[error(
        "{file}, of shape {shape:?}, needs {bytes} bytes, and max_buffer_size of this adapter is {limit}; \
         split the batch over several runs, or use shorter series or rows"
    )]
    TooLarge { file: FileArgument, shape: Vec<usize>, bytes: u64, limit: u64 },

    #[error(
        "{file} would hold a result beyond the range of f32 at {index:?}; \
         rescale the input series, or give a gamma that is less far below their costs"
    )]
    Overflow { file: FileArgument, index: Vec<usize> },

    #[error(
        "{file} would hold a result beyond the range of f32 at {index:?}; \
         rescale the rows, or give another strength"
    )]
    RowOverflow { file: FileArgument, index: Vec<usize> },

    #[error(
        "{file} would hold no finite number at {place}: states or gradients go beyond the range of f32; \
         scale the weights or X down, and where only gradients do, take --backward stored"
    )]
    Diverged { file: FileArgument, place: String },

    #[error(
        "{file} would hold no finite number at {index:?}: X has an infinite coordinate there, walls that leave no path, or \
         numbers beyond the range of f32; change these, or give another sigma"
    )]
    NoSolution { file: FileArgument, index: Vec<usize> },

    #[error(
        "series {test_index} of {test} is too far from series {train_index} of {train}: \
         their distance is beyond the range of f32; rescale the series of both files, \
         or give a gamma that is less far below their costs"
    )]
    TooFar { test: FileArgument, test_index: usize, train: FileArgument, train_index: usize },

    #[error(
        "{file} has a series of {found} steps where the first training series has {expected}, and {argument} needs \
         one length; choose another distance, or resample the series"
    )]
    Lengths { file: FileArgument, found: usize, expected: usize, argument: &'static str },

    #[error("{argument} {problem}; {remedy}")]
    Argument { argument: &'static str, problem: String, remedy: String },

    #[error(
        "{file} cannot be created: {source}; \
         name a file in a folder that exists and that you may write to"
    )]
    CreateOutput { file: FileArgument, source: io::Error },

    #[error("{file} is there already and is not a regular file; name another file")]
    NotAFile { file: FileArgument },

    #[error("{first} and {second} are one file; give each output a file of its own")]
    SameOutput { first: FileArgument, second: FileArgument },

    #[error(
        "{file} cannot be written: {source}; no output was left behind: \
         check the space on the disk and the folder's permissions, then run again"
    )]
    WriteOutput { file: FileArgument, source: io::Error },

    #[error("the plot cannot be drawn: {0}")]
    Plot(#[from] PlotProblem),

    #[error("the summary cannot be written to standard output: {0}; the output files are complete")]
    Print(io::Error),

    #[error("--memory is {have} bytes, and {what} needs {asked}; give more, or leave --memory out")]
    Memory { what: String, asked: u64, have: u64 },

    #[error(
        "the series of {file} are too far from each other: values of theirs are beyond the range of f32; rescale them, \
         or give a gamma that is less far below their costs"
    )]
    FarApart { file: FileArgument },

    #[error(transparent)]
    Gpu(supple::Error),
}

impl From<supple::Error> for CliError {
    fn from(error: supple::Error) -> Self {
        match error {
            // The library's remedy is a method of its own.
            supple::Error::LimitExceeded { what, limit: "the memory that is set", asked, have, .. } => {
                Self::Memory { what, asked, have }
            }
            error => Self::Gpu(error),
        }
    }
}

impl CliError {
    /// For a search among the finite series of one file.
    pub(crate) fn of_search(error: supple::Error, file: &FileArgument) -> Self {
        match error {
            supple::Error::NonFinite { .. } | supple::Error::InvalidArgument { argument: "series", .. } => {
                Self::FarApart { file: file.clone() }
            }
            error => error.into(),
        }
    }

    /// The exit status: 2 for bad input, 1 where the input was good and the machine failed.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Gpu(
                supple::Error::ShapeMismatch { .. }
                | supple::Error::InvalidArgument { .. }
                | supple::Error::NonFinite { .. }
                | supple::Error::LimitExceeded { .. },
            ) => 2,
            Self::Gpu(_) | Self::WriteOutput { .. } | Self::Print(_) => 1,
            _ => 2,
        }
    }
}
