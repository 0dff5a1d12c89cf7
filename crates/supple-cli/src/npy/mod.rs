//! Arrays in the `.npy` format of `NumPy`: f32 or f64 in, f32 out; and whole numbers.

mod element;
mod header;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::io;

pub(crate) use read::{index_of, read};
pub(crate) use write::write;

use header::DataTypes;

/// An array in C order (the last index runs fastest), of f32 for numbers and of i64 for whole numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Array<T> {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<T>,
}

/// Why a file is not an array that the program can take; worded to follow the file's name.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NpyProblem {
    #[error("cannot be read: {0}; check the path and its permissions")]
    Io(#[from] io::Error),

    #[error("is not a .npy file; save the array with numpy.save")]
    NotNpy,

    #[error("is of .npy version {0}.{1}, not 1.0, 2.0 or 3.0; save it again with numpy.save")]
    Version(u8, u8),

    #[error("has a header that cannot be understood ({0}); save the array again with numpy.save")]
    Header(String),

    #[error(
        "holds the data type {found}; \
         only {} are read, so save array.astype('{}') instead",
        wanted.names,
        wanted.best
    )]
    DataType { found: String, wanted: &'static DataTypes },

    #[error(
        "has the shape {0:?}, more than any machine can hold; \
         the header is damaged: save the array again with numpy.save"
    )]
    TooLarge(Vec<u64>),

    #[error(
        "is cut short: shape {shape:?} needs {expected} bytes of data and {found} are there; \
         copy it or save it again"
    )]
    Truncated { shape: Vec<usize>, expected: u64, found: u64 },

    #[error("goes on after the data of its shape {0:?}; save one array to a file of its own")]
    Trailing(Vec<usize>),

    #[error("has the value {value:e} at {index:?}, beyond the range of f32; rescale the array")]
    Overflow { index: Vec<usize>, value: f64 },

    #[error("has the value {value} at {index:?}, beyond the range of int64; correct it")]
    TooLargeWhole { index: Vec<usize>, value: u64 },
}
