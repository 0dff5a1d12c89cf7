//! Rows read from arrays, checked for what sorting, ranking and projections need.

use std::fmt;
use std::ops::RangeInclusive;

use serde::Serialize;
use supple::{Gpu, Shape, Tensor};

use crate::error::{CliError, FileArgument};
use crate::npy;
use crate::options::Regularization;
use crate::summary::{Written, line};
use crate::timing::Work;

/// One row `[n]`, or several `[B, n]`.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) file: FileArgument,
    /// As in the file.
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

impl Rows {
    /// Reads rows that may be infinite, but not NaN.
    pub(crate) fn read(file: FileArgument) -> Result<Self, CliError> {
        Self::read_ranks(file, 1..=2, "[n] for one row of n elements, or [B, n] for B rows")
    }

    /// Likewise an array with so many dimensions, in words `expected`.
    pub(crate) fn read_ranks(
        file: FileArgument,
        ranks: RangeInclusive<usize>,
        expected: &'static str,
    ) -> Result<Self, CliError> {
        let rows = Self::read_shaped(file, ranks, expected)?;
        match rows.values.iter().position(|value| value.is_nan()) {
            Some(position) => {
                Err(CliError::NotANumber { index: npy::index_of(position, &rows.shape), file: rows.file })
            }
            None => Ok(rows),
        }
    }

    /// Reads one row or several of finite numbers, in words `expected`.
    pub(crate) fn read_finite(file: FileArgument, expected: &'static str) -> Result<Self, CliError> {
        let rows = Self::read_shaped(file, 1..=2, expected)?;
        rows.check(f32::is_finite)?;
        Ok(rows)
    }

    fn read_shaped(file: FileArgument, ranks: RangeInclusive<usize>, expected: &'static str) -> Result<Self, CliError> {
        let rows = Self::read_any(file)?;
        if !ranks.contains(&rows.shape.len()) {
            return Err(CliError::Shape { file: rows.file, shape: rows.shape, expected });
        }
        if rows.shape.iter().any(|&size| u32::try_from(size).is_err()) {
            let expected = "fewer than 4294967296 along each dimension";
            return Err(CliError::Shape { file: rows.file, shape: rows.shape, expected });
        }
        Ok(rows)
    }

    /// Reads finite values, one for each element of these rows.
    pub(crate) fn read_alike(&self, file: FileArgument) -> Result<Self, CliError> {
        let rows = Self::read_any(file)?;
        if rows.shape != self.shape {
            return Err(self.unlike(rows, "one value for each element of X"));
        }
        rows.check(f32::is_finite)?;
        Ok(rows)
    }

    /// Reads finite values of the shape of this array, or of its last dimensions alone.
    pub(crate) fn read_alike_or_one(&self, file: FileArgument, dimensions: usize) -> Result<Self, CliError> {
        let one = Self::read_any(file)?;
        if one.shape != self.shape && one.shape[..] != self.shape[self.shape.len() - dimensions..] {
            return Err(self.unlike(one, "the shape of X, or that of one problem for all"));
        }
        one.check(f32::is_finite)?;
        Ok(one)
    }

    /// Reads the weights that go with these rows: one row of them for all, or one for each. Under KL, where the exponentials of the
    /// weights count, they may be `-inf`.
    pub(crate) fn read_weights(&self, file: FileArgument, regularization: Regularization) -> Result<Self, CliError> {
        let rows = Self::read_any(file)?;
        if rows.shape != self.shape && rows.shape[..] != [self.length()] {
            return Err(self.unlike(rows, "[n] for all rows of n elements, or the shape of X"));
        }
        let zero_may_be = regularization == Regularization::Kl;
        rows.check(|value| value.is_finite() || (zero_may_be && value == f32::NEG_INFINITY))?;
        Ok(rows)
    }

    fn read_any(file: FileArgument) -> Result<Self, CliError> {
        let npy::Array { shape, values } = npy::read(&file)?;
        Ok(Self { file, shape, values })
    }

    fn unlike(&self, other: Self, remedy: &'static str) -> CliError {
        CliError::Unlike { file: other.file, shape: other.shape, x: self.shape.clone(), remedy }
    }

    fn check(&self, allowed: impl Fn(f32) -> bool) -> Result<(), CliError> {
        let Some(position) = self.values.iter().position(|&value| !allowed(value)) else { return Ok(()) };
        let (file, index) = (self.file.clone(), npy::index_of(position, &self.shape));
        Err(CliError::NotFinite { file, index, value: self.values[position] })
    }

    /// The elements of a row.
    pub(crate) fn length(&self) -> usize {
        self.shape.last().copied().unwrap_or_default()
    }

    pub(crate) fn count(&self) -> usize {
        if self.shape.len() == 1 { 1 } else { self.shape[0] }
    }

    pub(crate) fn is_finite(&self) -> bool {
        self.values.iter().all(|value| value.is_finite())
    }

    pub(crate) fn upload(&self, gpu: &Gpu) -> supple::Result<Tensor<f32>> {
        let sizes: Vec<u32> = self.shape.iter().map(|&size| size as u32).collect();
        gpu.upload(&self.values, Shape::try_from(&sizes[..])?)
    }
}

/// What a command reports that was done with rows.
#[derive(Serialize)]
pub(crate) struct Report<S> {
    command: &'static str,
    #[serde(flatten)]
    settings: S,
    rows: usize,
    length: usize,
    #[serde(flatten)]
    work: Work,
    outputs: Vec<Written>,
}

impl<S> Report<S> {
    pub(crate) fn new(command: &'static str, settings: S, rows: &Rows, work: Work, outputs: Vec<Written>) -> Self {
        Self { command, settings, rows: rows.count(), length: rows.length(), work, outputs }
    }
}

impl<S> fmt::Display for Report<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(f, "rows", format_args!("{} of {} elements", self.rows, self.length))?;
        self.work.fmt(f)?;
        self.outputs.iter().try_for_each(|output| output.fmt(f))
    }
}
