//! The lengths of padded series, from a file of whole numbers.

use std::path::PathBuf;

use supple::soft_dtw::Lengths;

use crate::error::{CliError, FileArgument};
use crate::npy;

/// The argument that tells lengths, and the file that it may name.
#[derive(Clone, Debug)]
pub(crate) struct LengthsFile {
    pub(crate) argument: &'static str,
    pub(crate) path: Option<PathBuf>,
}

impl LengthsFile {
    pub(crate) fn new(argument: &'static str, path: Option<&PathBuf>) -> Self {
        Self { argument, path: path.cloned() }
    }

    /// Reads one length, up to the longest, for each of `count` series of a file; nothing where no lengths are named.
    pub(crate) fn read(
        &self,
        series: &FileArgument,
        count: usize,
        longest: usize,
    ) -> Result<Option<Lengths>, CliError> {
        let Some(path) = &self.path else { return Ok(None) };
        let file = FileArgument::new(self.argument, path);
        let npy::Array { shape, values } = npy::read::<i64>(&file)?;
        if shape.len() != 1 {
            return Err(CliError::Shape { file, shape, expected: "[B], one length for each of B series" });
        }
        if values.len() != count {
            let found = values.len();
            return Err(CliError::LengthCount { file, found, series: series.clone(), expected: count });
        }
        let mut lengths = Vec::with_capacity(values.len());
        for (row, value) in values.into_iter().enumerate() {
            match u32::try_from(value) {
                Ok(length) if length > 0 && length as usize <= longest => lengths.push(length),
                _ => return Err(CliError::Length { file, row, value, longest }),
            }
        }
        Ok(Some(Lengths::new(&lengths)?))
    }
}
