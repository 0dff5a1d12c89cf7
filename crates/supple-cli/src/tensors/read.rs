//! Reading: the format is checked by the crate `safetensors`, what tensors hold here.

use std::fs::File;
use std::io::Read;

use safetensors::tensor::{Metadata, TensorInfo};
use safetensors::{Dtype, SafeTensors};

use super::{TensorsProblem, shorten};
use crate::error::FileArgument;
use crate::npy::{Array, index_of};

/// The bytes before the header, which hold its length.
const PRELUDE_BYTES: usize = 8;
/// Lists in a header take some thirty times its length to parse. A tensor takes about a hundred bytes.
const MAX_HEADER_BYTES: u64 = 1 << 24;

/// The tensors of a file. Their offsets cover its data without overlaps and agree with their shapes.
#[derive(Debug)]
pub(crate) struct Tensors {
    header: Metadata,
    bytes: Vec<u8>,
    /// Where the data begins.
    data: usize,
}

impl Tensors {
    pub(crate) fn read(file: &FileArgument) -> Result<Self, TensorsProblem> {
        let mut opened = File::open(&file.path)?;
        let metadata = opened.metadata()?;
        if !metadata.is_file() {
            return Err(TensorsProblem::NotAFile);
        }
        let mut bytes = Vec::new();
        opened.by_ref().take(PRELUDE_BYTES as u64).read_to_end(&mut bytes)?;
        // Checked before the rest is read: any long file of another format fails here.
        if let Ok(length) = <[u8; PRELUDE_BYTES]>::try_from(&bytes[..]) {
            let length = u64::from_le_bytes(length);
            if length > MAX_HEADER_BYTES.min(metadata.len()) {
                return Err(damaged(&format!("its header would have {length} bytes")));
            }
        }
        opened.read_to_end(&mut bytes)?;
        Self::parse(bytes)
    }

    pub(super) fn parse(bytes: Vec<u8>) -> Result<Self, TensorsProblem> {
        let (length, header) = SafeTensors::read_metadata(&bytes).map_err(|error| damaged(&error.to_string()))?;
        Ok(Self { header, bytes, data: PRELUDE_BYTES + length })
    }

    /// All names, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names = self.header.offset_keys();
        names.sort_unstable();
        names
    }

    /// An entry of `__metadata__`.
    pub(crate) fn metadata(&self, key: &str) -> Option<&str> {
        self.header.metadata().as_ref()?.get(key).map(String::as_str)
    }

    /// A tensor of finite numbers, if there is one of this name.
    pub(crate) fn get(&self, tensor: &str) -> Result<Option<Array<f32>>, TensorsProblem> {
        let Some(TensorInfo { dtype, shape, data_offsets: (begin, end) }) = self.header.info(tensor) else {
            return Ok(None);
        };
        if *dtype != Dtype::F32 {
            return Err(TensorsProblem::DataType { tensor: tensor.to_owned(), found: dtype.to_string() });
        }
        let (numbers, _) = self.bytes[self.data..][*begin..*end].as_chunks();
        let values: Vec<f32> = numbers.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
        match values.iter().position(|value| !value.is_finite()) {
            Some(position) => Err(TensorsProblem::NotFinite {
                tensor: tensor.to_owned(),
                index: index_of(position, shape),
                value: values[position],
            }),
            None => Ok(Some(Array { shape: shape.clone(), values })),
        }
    }
}

fn damaged(problem: &str) -> TensorsProblem {
    // It may quote the file.
    TensorsProblem::Damaged(shorten(problem).escape_debug().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with this header and so many bytes of data.
    fn file(header: &str, data: usize) -> Vec<u8> {
        [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &vec![0; data]].concat()
    }

    #[test]
    fn damaged_files() {
        let entry = |name: &str, shape: &str, begin: usize, end: usize| {
            format!(r#""{name}":{{"dtype":"F32","shape":{shape},"data_offsets":[{begin},{end}]}}"#)
        };
        for (bytes, fragment) in [
            (Vec::new(), "too small"),
            (vec![0xff; 64], "too large"),
            ([&1000_u64.to_le_bytes()[..], b"{}"].concat(), "header length"),
            (file("{", 0), "JSON"),
            (file(&"[".repeat(1 << 16), 0), "JSON"),
            (file(&format!("{{{}}}", entry("a", "[2]", 0, 8)), 4), "not fully covered"),
            (file(&format!("{{{}}}", entry("a", "[2]", 0, 8)), 12), "not fully covered"),
            (file(&format!("{{{},{}}}", entry("a", "[2]", 0, 8), entry("b", "[2]", 4, 12)), 12), "offset"),
            (file(&format!("{{{}}}", entry("a", "[2]", 8, 0)), 8), "offset"),
            (file(&format!("{{{}}}", entry("a", "[3]", 0, 8)), 8), "shape"),
            (file(&format!("{{{}}}", entry("a", "[4294967296,4294967296]", 0, 8)), 8), "overflow"),
            (file(r#"{"__metadata__":{"gamma":0.9}}"#, 0), "JSON"),
        ] {
            let problem = Tensors::parse(bytes).unwrap_err().to_string();
            assert!(problem.contains("is not a sound .safetensors file") && problem.contains(fragment), "{problem}");
        }
    }

    #[test]
    fn tensors_and_metadata() {
        let header = r#"{"__metadata__":{"gamma":"0.9"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"I32","shape":[],"data_offsets":[8,12]}}"#;
        let tensors = Tensors::parse(file(header, 12)).unwrap();
        assert_eq!(tensors.names(), ["a", "b"]);
        assert_eq!((tensors.metadata("gamma"), tensors.metadata("delta")), (Some("0.9"), None));
        assert_eq!(tensors.get("b").unwrap(), Some(Array { shape: vec![2], values: vec![0.0; 2] }));
        assert_eq!(tensors.get("c").unwrap(), None);
        assert!(tensors.get("a").unwrap_err().to_string().contains("data type I32"));
    }
}
