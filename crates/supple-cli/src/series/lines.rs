//! The lines of a file that say something, and errors that know their line.

use std::io::BufRead;

use super::SeriesProblem;
use crate::error::{CliError, FileArgument};

/// Reads line by line, so that a file is never in memory twice.
pub(super) struct Lines<'a, R> {
    file: &'a FileArgument,
    reader: R,
    /// The last line read; the first is 1.
    number: usize,
}

impl<'a, R: BufRead> Lines<'a, R> {
    pub(super) fn new(file: &'a FileArgument, reader: R) -> Self {
        Self { file, reader, number: 0 }
    }

    /// The next line that is not blank, without the white space around it.
    pub(super) fn next(&mut self) -> Result<Option<String>, CliError> {
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let read = self.reader.read_until(b'\n', &mut bytes);
            let read = read.map_err(|source| CliError::Read { file: self.file.clone(), source })?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            // Comments of the archive are not all UTF-8; in a value the replacement character
            // is an error of that value.
            let text = String::from_utf8_lossy(&bytes);
            let text = text.trim_start_matches('\u{feff}').trim();
            if !text.is_empty() {
                return Ok(Some(text.to_owned()));
            }
        }
    }

    /// An error at the last line read.
    pub(super) fn error(&self, problem: SeriesProblem) -> CliError {
        CliError::Series { file: self.file.clone(), line: self.number, problem }
    }
}
