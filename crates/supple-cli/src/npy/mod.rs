//! Arrays in the `.npy` format of `NumPy`: f32 or f64 in, f32 out.

mod header;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::io;

pub(crate) use read::{index_of, read};
pub(crate) use write::write;

/// An array in C order (the last index runs fastest).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Array {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
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
        "holds the data type {0}; \
         only float32 and float64 are read, so save array.astype('float32') instead"
    )]
    DataType(String),

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
}
