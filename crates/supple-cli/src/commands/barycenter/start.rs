//! Where a search begins.

use std::convert::Infallible;
use std::path::PathBuf;

use supple::soft_dtw::barycenter::Start;

use crate::batch::Batch;
use crate::error::{CliError, FileArgument};

/// What the command line says of the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StartOption {
    Mean,
    MeanCost,
    File(PathBuf),
}

impl StartOption {
    /// A file that is called `mean` can be named as `./mean`.
    #[expect(clippy::unnecessary_wraps, reason = "the form of a parser of arguments")]
    pub(super) fn parse(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "mean" => Self::Mean,
            "mean-cost" => Self::MeanCost,
            path => Self::File(path.into()),
        })
    }

    /// The start for a barycenter of the batch, of this length if one is asked for.
    pub(super) fn read(&self, batch: &Batch, length: Option<u32>) -> Result<Start, CliError> {
        let path = match self {
            Self::Mean => return Ok(Start::EuclideanMean),
            Self::MeanCost => return Ok(Start::MeanCost),
            Self::File(path) => path,
        };
        let start = Batch::read_one(FileArgument::new("--start", path))?;
        start.check_channels(batch)?;
        if let Some(length) = length
            && length as usize != start.length()
        {
            return Err(CliError::Argument {
                argument: "--length",
                problem: format!("is {length}, and {} has {} steps", start.file, start.length()),
                remedy: "leave --length out, or resample the start".to_owned(),
            });
        }
        Ok(Start::Given(start.values))
    }
}
