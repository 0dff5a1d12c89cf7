//! Writing f32.

use std::borrow::Cow;
use std::io::{self, Write};

use safetensors::{Dtype, View};

use crate::npy::Array;

impl View for &Array<f32> {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        self.values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    fn data_len(&self) -> usize {
        size_of_val(&self.values[..])
    }
}

/// Writes tensors by name, and metadata, if there is any.
pub(crate) fn write(
    writer: &mut impl Write,
    tensors: &[(String, Array<f32>)],
    metadata: &[(&'static str, String)],
) -> io::Result<()> {
    let views = tensors.iter().map(|(name, array)| (name, array));
    let owned = |(key, value): &(&'static str, String)| ((*key).to_owned(), value.clone());
    let metadata = (!metadata.is_empty()).then(|| metadata.iter().map(owned).collect());
    writer.write_all(&safetensors::serialize(views, metadata).map_err(io::Error::other)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tensors::Tensors;

    #[test]
    fn what_is_written_can_be_read() {
        let array = |shape: &[usize]| Array { shape: shape.to_vec(), values: vec![1.5; shape.iter().product()] };
        let written = [("w".to_owned(), array(&[2, 3])), ("b".to_owned(), array(&[]))];
        let mut bytes = Vec::new();
        write(&mut bytes, &written, &[("gamma", "0.9".to_owned())]).unwrap();
        let read = Tensors::decode(&bytes[..], bytes.len() as u64).unwrap();
        assert_eq!((read.names(), read.metadata("gamma")), (vec!["b".to_owned(), "w".to_owned()], Some("0.9")));
        for (name, array) in written {
            assert_eq!(read.get(&name).unwrap(), Some(array));
        }
    }
}
