//! f32 arrays in `.npy` files.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

use npyz::{NpyFile, WriteOptions, WriterBuilder};

use crate::Result;

/// The shape and the values of an array in C order.
pub fn read(path: &Path) -> Result<(Vec<u64>, Vec<f32>)> {
    let file = NpyFile::new(BufReader::new(File::open(path)?))?;
    Ok((file.shape().to_vec(), file.into_vec()?))
}

pub fn write(path: &Path, shape: &[u64], values: &[f32]) -> Result<()> {
    let file = BufWriter::new(File::create(path)?);
    let mut writer = WriteOptions::new().default_dtype().shape(shape).writer(file).begin_nd()?;
    writer.extend(values.iter().copied())?;
    writer.finish()?;
    Ok(())
}
