//! Arrays in `.npy` files.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

use npyz::{AutoSerialize, NpyFile, WriteOptions, WriterBuilder};

use crate::Result;

/// An array of a result.
pub struct Array {
    pub name: String,
    pub shape: Vec<u64>,
    pub values: Values,
}

pub enum Values {
    F32(Vec<f32>),
    F64(Vec<f64>),
}

impl Array {
    /// Writes the array to a file of its name.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(format!("{}.npy", self.name));
        match &self.values {
            Values::F32(values) => write(&path, &self.shape, values),
            Values::F64(values) => write(&path, &self.shape, values),
        }
    }
}

/// The sizes and the values of an array of f32 with two dimensions, in C order.
pub fn read_matrix(folder: &Path, name: &str) -> Result<([u32; 2], Vec<f32>)> {
    let file = NpyFile::new(BufReader::new(File::open(folder.join(name))?))?;
    let [rows, columns] = file.shape()[..] else { return Err(format!("{name}: not two dimensions").into()) };
    Ok(([u32::try_from(rows)?, u32::try_from(columns)?], file.into_vec()?))
}

/// The one value of an array of f32.
pub fn read_number(folder: &Path, name: &str) -> Result<f32> {
    let values: Vec<f32> = NpyFile::new(BufReader::new(File::open(folder.join(name))?))?.into_vec()?;
    let [value] = values[..] else { return Err(format!("{name}: not one value").into()) };
    Ok(value)
}

fn write<T: AutoSerialize + Copy>(path: &Path, shape: &[u64], values: &[T]) -> Result<()> {
    let file = BufWriter::new(File::create(path)?);
    let mut writer = WriteOptions::new().default_dtype().shape(shape).writer(file).begin_nd()?;
    writer.extend(values.iter().copied())?;
    writer.finish()?;
    Ok(())
}
