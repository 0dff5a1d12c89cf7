//! Named tensors in the `.safetensors` format: f32 in and out.

mod read;
mod write;

use std::io;

pub(crate) use read::Tensors;
pub(crate) use write::write;

/// Why a file is not what the program can take; worded to follow the file's name.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TensorsProblem {
    #[error("cannot be read: {0}; check the path and its permissions")]
    Io(#[from] io::Error),

    #[error("is not a regular file; name one that was saved with safetensors.torch.save_file or its like")]
    NotAFile,

    #[error("is not a sound .safetensors file ({0}); save it again with safetensors.torch.save_file or its like")]
    Damaged(String),

    #[error("holds the tensor {tensor:?} of data type {found}; only F32 is read, so save tensor.float() instead")]
    DataType { tensor: String, found: String },

    #[error("holds {value} at {index:?} of the tensor {tensor:?}; remove or replace values that are not finite")]
    NotFinite { tensor: String, index: Vec<usize>, value: f32 },

    #[error("holds no tensor {tensor:?}; {remedy}")]
    Missing { tensor: String, remedy: &'static str },

    #[error("holds the tensor {tensor:?}, {problem}; {remedy}")]
    Unexpected { tensor: String, problem: String, remedy: &'static str },

    #[error("holds the tensor {tensor:?} of shape {shape:?}; give {expected}")]
    Shape { tensor: String, shape: Vec<usize>, expected: String },

    #[error("has no {key:?} in its metadata; give {expected}")]
    NoMetadata { key: &'static str, expected: String },

    #[error("has {value:?} as {key:?} in its metadata; give {expected}")]
    Metadata { key: &'static str, value: String, expected: String },
}

/// The beginning of a text from a file, which may be of any length.
pub(crate) fn shorten(text: &str) -> String {
    text.chars().take(80).collect()
}
