//! Reading: the header is checked, by the crate `safetensors`, and compared with the length of the file before memory is asked for.

use std::fs::{self, File};
use std::io::Read;

use safetensors::Dtype;
use safetensors::tensor::{Metadata, TensorInfo};

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
    data: Vec<u8>,
}

impl Tensors {
    pub(crate) fn read(file: &FileArgument) -> Result<Self, TensorsProblem> {
        let metadata = fs::metadata(&file.path)?;
        // Asked before it is opened: a pipe would wait for its other end.
        if !metadata.is_file() {
            return Err(TensorsProblem::NotAFile);
        }
        Self::decode(File::open(&file.path)?, metadata.len())
    }

    /// Decodes a stream that is `length` bytes long.
    pub(super) fn decode(mut reader: impl Read, length: u64) -> Result<Self, TensorsProblem> {
        let prelude = read_bytes(&mut reader, PRELUDE_BYTES as u64)?;
        let Ok(prelude) = <[u8; PRELUDE_BYTES]>::try_from(prelude) else {
            return Err(damaged("it is shorter than 8 bytes"));
        };
        let header_bytes = u64::from_le_bytes(prelude);
        if header_bytes > MAX_HEADER_BYTES.min(length) {
            return Err(damaged(&format!("its header would have {header_bytes} bytes")));
        }
        let header = read_bytes(&mut reader, header_bytes)?;
        let header: Metadata =
            serde_json::from_slice(&header).map_err(|error| damaged(&format!("its header: {error}")))?;
        let expected = (PRELUDE_BYTES as u64 + header_bytes).saturating_add(header.data_len() as u64);
        if expected != length {
            return Err(damaged(&format!("by its header it has {expected} bytes, and it has {length}")));
        }
        let data = read_bytes(&mut reader, header.data_len() as u64)?;
        if data.len() < header.data_len() {
            return Err(damaged("it became shorter while it was read"));
        }
        Ok(Self { header, data })
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
        let (numbers, _) = self.data[*begin..*end].as_chunks();
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

/// The next bytes, so many unless the stream ends before.
fn read_bytes(reader: &mut impl Read, count: u64) -> Result<Vec<u8>, TensorsProblem> {
    let mut bytes = Vec::new();
    reader.take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
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
            (Vec::new(), "shorter than 8 bytes"),
            (vec![0xff; 64], "would have 18446744073709551615 bytes"),
            ([&1000_u64.to_le_bytes()[..], b"{}"].concat(), "would have 1000 bytes"),
            (file("{", 0), "its header: EOF"),
            (file("\u{0}", 0), "its header: expected value"),
            (file(&"[".repeat(1 << 16), 0), "its header: invalid type"),
            (file(&format!("{{{}}}", entry("a", "[2]", 0, 8)), 4), "and it has"),
            (file(&format!("{{{}}}", entry("a", "[2]", 0, 8)), 12), "and it has"),
            (file(&format!("{{{}}}", entry("a", "[1099511627776]", 0, 1 << 42)), 12), "and it has"),
            (
                file(&format!("{{{},{}}}", entry("a", "[2]", 0, 8), entry("b", "[2]", 4, 12)), 12),
                "offset for tensor `b`",
            ),
            (file(&format!("{{{}}}", entry("a", "[2]", 8, 0)), 8), "offset for tensor `a`"),
            (file(&format!("{{{}}}", entry("a", "[3]", 0, 8)), 8), "shape"),
            (file(&format!("{{{}}}", entry("a", "[4294967296,4294967296]", 0, 8)), 8), "overflow"),
            (file(r#"{"__metadata__":{"gamma":0.9}}"#, 0), "its header: invalid type"),
        ] {
            let length = bytes.len() as u64;
            let problem = Tensors::decode(&bytes[..], length).unwrap_err().to_string();
            assert!(problem.contains("is not a sound .safetensors file") && problem.contains(fragment), "{problem}");
        }
        let cut = file(&format!("{{{}}}", entry("a", "[2]", 0, 8)), 8);
        let problem = Tensors::decode(&cut[..cut.len() - 1], cut.len() as u64).unwrap_err().to_string();
        assert!(problem.contains("became shorter"), "{problem}");
    }

    #[test]
    fn tensors_and_metadata() {
        let header = r#"{"__metadata__":{"gamma":"0.9"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"I32","shape":[],"data_offsets":[8,12]}}"#;
        let bytes = file(header, 12);
        let tensors = Tensors::decode(&bytes[..], bytes.len() as u64).unwrap();
        assert_eq!(tensors.names(), ["a", "b"]);
        assert_eq!((tensors.metadata("gamma"), tensors.metadata("delta")), (Some("0.9"), None));
        assert_eq!(tensors.get("b").unwrap(), Some(Array { shape: vec![2], values: vec![0.0; 2] }));
        assert_eq!(tensors.get("c").unwrap(), None);
        assert!(tensors.get("a").unwrap_err().to_string().contains("data type I32"));
    }
}
