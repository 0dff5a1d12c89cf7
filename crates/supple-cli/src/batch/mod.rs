//! Series read from files, checked for what the operators need.

mod input;
mod labelled;
mod lengths;
mod weights;

use supple::soft_dtw::{Lengths, Series};
use supple::{Gpu, Tensor};

use crate::error::{CliError, FileArgument};
use crate::npy;
pub(crate) use input::InputOptions;
pub(crate) use lengths::LengthsFile;

/// Series ready for the GPU, padded to one length.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) file: FileArgument,
    /// As in the file.
    pub(crate) shape: Vec<usize>,
    /// `[series, length, channels]`.
    sizes: [u32; 3],
    pub(crate) values: Vec<f32>,
    /// How many steps of each series count; nothing where all do.
    lengths: Option<Lengths>,
}

impl Batch {
    /// Reads many series, `[B, n]` or `[B, n, d]`, and their lengths.
    pub(crate) fn read_many(file: FileArgument, lengths: &LengthsFile) -> Result<Self, CliError> {
        let expected = "[B, n] or [B, n, d] for B series of n steps, such as array[None] for one series";
        let mut batch = Self::read(file, expected, |shape| match *shape {
            [count, length] => Some([count, length, 1]),
            [count, length, channels] => Some([count, length, channels]),
            _ => None,
        })?;
        batch.lengths = lengths.read(&batch.file, batch.count(), batch.length())?;
        batch.check_finite(Some(lengths.argument))?;
        Ok(batch)
    }

    /// Reads one series, `[n]` or `[n, d]`.
    pub(crate) fn read_one(file: FileArgument) -> Result<Self, CliError> {
        let expected = "[n] or [n, d] for one series of n steps, such as array[0] of a batch";
        let batch = Self::read(file, expected, |shape| match *shape {
            [length] => Some([1, length, 1]),
            [length, channels] => Some([1, length, channels]),
            _ => None,
        })?;
        batch.check_finite(None)?;
        Ok(batch)
    }

    fn read(
        file: FileArgument,
        expected: &'static str,
        sizes: impl FnOnce(&[usize]) -> Option<[usize; 3]>,
    ) -> Result<Self, CliError> {
        let npy::Array { shape, values } = npy::read(&file)?;
        let Some(sizes) = sizes(&shape) else {
            return Err(CliError::Shape { file, shape, expected });
        };
        if sizes[1] == 0 || sizes[2] == 0 {
            return Err(CliError::Shape { file, shape, expected: "series of at least one step and one channel" });
        }
        let [Ok(count), Ok(length), Ok(channels)] = sizes.map(u32::try_from) else {
            return Err(CliError::Shape { file, shape, expected: "fewer than 4294967296 along each dimension" });
        };
        Ok(Self { file, shape, sizes: [count, length, channels], values, lengths: None })
    }

    /// Checks that every element that counts is finite; `lengths` is the argument that could tell the others.
    fn check_finite(&self, lengths: Option<&'static str>) -> Result<(), CliError> {
        for row in 0..self.count() {
            let values = self.series(row);
            let Some(position) = values.iter().position(|value| !value.is_finite()) else { continue };
            let index = npy::index_of(row * self.length() * self.channels() + position, &self.shape);
            let (file, value) = (self.file.clone(), values[position]);
            return Err(match lengths {
                Some(lengths) if self.lengths.is_none() && values[position..].iter().all(|value| value.is_nan()) => {
                    CliError::Padding { file, index, lengths }
                }
                _ => CliError::NotFinite { file, index, value },
            });
        }
        Ok(())
    }

    pub(crate) fn count(&self) -> usize {
        self.sizes[0] as usize
    }

    /// The steps that each series has room for.
    pub(crate) fn length(&self) -> usize {
        self.sizes[1] as usize
    }

    pub(crate) fn channels(&self) -> usize {
        self.sizes[2] as usize
    }

    /// The steps of one series that count.
    pub(crate) fn steps(&self, row: usize) -> usize {
        self.lengths.as_ref().map_or(self.length(), |lengths| lengths.as_slice()[row] as usize)
    }

    /// The steps of all series that count.
    pub(crate) fn all_steps(&self) -> u64 {
        (0..self.count()).map(|row| self.steps(row) as u64).sum()
    }

    /// One series, `[steps, channels]`, without its padding.
    pub(crate) fn series(&self, row: usize) -> &[f32] {
        &self.values[row * self.length() * self.channels()..][..self.steps(row) * self.channels()]
    }

    /// The shape of a series of this many steps that goes with these.
    pub(crate) fn shape_of(&self, steps: usize) -> Vec<usize> {
        if self.shape.len() == 2 { vec![steps] } else { vec![steps, self.channels()] }
    }

    pub(crate) fn upload(&self, gpu: &Gpu) -> supple::Result<Tensor<f32>> {
        gpu.upload(&self.values, self.sizes)
    }

    /// The uploaded series with their lengths.
    pub(crate) fn with_lengths<'a>(&'a self, values: &'a Tensor<f32>) -> Series<'a> {
        match &self.lengths {
            Some(lengths) => Series::new(values).lengths(lengths),
            None => Series::new(values),
        }
    }

    /// Checks that series of the two can be compared.
    pub(crate) fn check_channels(&self, other: &Self) -> Result<(), CliError> {
        self.check_size(other, 2, "channels", "give series with the same channels")
    }

    /// Checks that the two hold equally many series.
    pub(crate) fn check_count(&self, other: &Self) -> Result<(), CliError> {
        self.check_size(other, 0, "series", "give one for one, or compare all with all by `--pairs all`")
    }

    fn check_size(&self, other: &Self, axis: usize, what: &'static str, remedy: &'static str) -> Result<(), CliError> {
        let numbers = [self.sizes[axis], other.sizes[axis]];
        if numbers[0] == numbers[1] {
            return Ok(());
        }
        Err(CliError::Unequal { first: self.file.clone(), second: other.file.clone(), what, numbers, remedy })
    }
}

/// Checks that an array fits one buffer of the GPU, as every input and output must.
pub(crate) fn check_fits(gpu: &Gpu, file: &FileArgument, shape: &[usize]) -> Result<(), CliError> {
    let limit = gpu.capabilities().limits.max_buffer_size;
    let bytes = shape.iter().fold(size_of::<f32>() as u64, |bytes, &size| bytes.saturating_mul(size as u64));
    if bytes <= limit {
        return Ok(());
    }
    Err(CliError::TooLarge { file: file.clone(), shape: shape.to_vec(), bytes, limit })
}

/// Checks that a result is finite. Inputs are, but their costs may pass the range of f32.
pub(crate) fn check_result(file: &FileArgument, shape: &[usize], values: &[f32]) -> Result<(), CliError> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(position) => Err(CliError::Overflow { file: file.clone(), index: npy::index_of(position, shape) }),
        None => Ok(()),
    }
}
