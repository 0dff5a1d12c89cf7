//! Weights of series.

use super::Batch;
use crate::error::{CliError, FileArgument};
use crate::npy;

impl Batch {
    /// Reads one weight for each series, `[N]`.
    pub(crate) fn read_weights(&self, file: FileArgument) -> Result<Vec<f32>, CliError> {
        let npy::Array { shape, values } = npy::read::<f32>(&file)?;
        if shape != [self.count()] {
            let expected = "[N], one weight for each of the N series of X";
            return Err(CliError::Shape { file, shape, expected });
        }
        if let Some(row) = values.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0)) {
            return Err(CliError::Weight { file, row, value: values[row] });
        }
        if values.iter().all(|&weight| weight == 0.0) {
            return Err(CliError::Argument {
                argument: "--weights",
                problem: format!("is {}, in which all weights are 0", file.path.display()),
                remedy: "give at least one series a weight above 0".to_owned(),
            });
        }
        Ok(values)
    }
}
