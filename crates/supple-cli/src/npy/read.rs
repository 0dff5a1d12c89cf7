//! Reading: the header is checked against the length of the file before memory is asked for.

use std::fs::File;
use std::io::{self, BufReader, Read};

use super::element::Element;
use super::header::{DataTypes, Header};
use super::{Array, NpyProblem};
use crate::error::{CliError, FileArgument};

const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// `NumPy`'s own reader refuses longer headers too.
const MAX_HEADER_BYTES: usize = 10_000;
/// Data is converted in blocks of this many bytes, a multiple of every element's size.
const BLOCK_BYTES: usize = 1 << 16;

/// Reads an array of any rank.
pub(crate) fn read<T: Element>(file: &FileArgument) -> Result<Array<T>, CliError> {
    let array = File::open(&file.path).map_err(NpyProblem::from).and_then(|opened| {
        let metadata = opened.metadata()?;
        // A pipe has no length to check beforehand; its array grows with what arrives.
        let length = metadata.is_file().then_some(metadata.len());
        decode(BufReader::new(opened), length)
    });
    array.map_err(|problem| CliError::Npy { file: file.clone(), problem })
}

/// Decodes a stream that is `length` bytes long, if that is known.
pub(super) fn decode<T: Element>(mut reader: impl Read, length: Option<u64>) -> Result<Array<T>, NpyProblem> {
    let (header, header_bytes) = read_header(&mut reader, T::READ_FROM)?;
    let expected = header.data_bytes();
    if let Some(length) = length {
        let found = length.saturating_sub(header_bytes);
        if found < expected {
            return Err(truncated(&header, found));
        }
    }
    let capacity = if length.is_some() { header.elements() } else { 0 };
    let mut values = Vec::with_capacity(capacity);
    let mut block = Vec::with_capacity(BLOCK_BYTES);
    let mut done = 0;
    while done < expected {
        let wanted = (expected - done).min(BLOCK_BYTES as u64);
        block.clear();
        reader.by_ref().take(wanted).read_to_end(&mut block)?;
        done += block.len() as u64;
        if (block.len() as u64) < wanted {
            return Err(truncated(&header, done));
        }
        T::append(&header, &block, &mut values)?;
    }
    if reader.read(&mut [0])? > 0 {
        return Err(NpyProblem::Trailing(header.shape));
    }
    if header.fortran_order {
        values = to_c_order(&values, &header.shape);
    }
    Ok(Array { shape: header.shape, values })
}

/// The header and the number of bytes up to its end.
fn read_header(reader: &mut impl Read, wanted: &'static DataTypes) -> Result<(Header, u64), NpyProblem> {
    let mut prelude = [0; 8];
    read_or(reader, &mut prelude, || NpyProblem::NotNpy)?;
    if !prelude.starts_with(MAGIC) {
        return Err(NpyProblem::NotNpy);
    }
    let ends = || NpyProblem::Header("the file ends inside it".to_owned());
    let (text_bytes, prelude_bytes) = match (prelude[6], prelude[7]) {
        (1, 0) => {
            let mut size = [0; 2];
            read_or(reader, &mut size, ends)?;
            (u16::from_le_bytes(size) as usize, 10)
        }
        (2 | 3, 0) => {
            let mut size = [0; 4];
            read_or(reader, &mut size, ends)?;
            (u32::from_le_bytes(size) as usize, 12)
        }
        (major, minor) => return Err(NpyProblem::Version(major, minor)),
    };
    if text_bytes > MAX_HEADER_BYTES {
        return Err(NpyProblem::Header(format!(
            "{text_bytes} bytes long, more than NumPy's limit of {MAX_HEADER_BYTES}"
        )));
    }
    let mut text = vec![0; text_bytes];
    read_or(reader, &mut text, ends)?;
    let text = String::from_utf8_lossy(&text);
    Ok((Header::parse(&text, wanted)?, (prelude_bytes + text_bytes) as u64))
}

/// Fills `buffer`; a stream that ends before is the given problem.
fn read_or(reader: &mut impl Read, buffer: &mut [u8], at_end: impl FnOnce() -> NpyProblem) -> Result<(), NpyProblem> {
    reader.read_exact(buffer).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => at_end(),
        _ => NpyProblem::Io(error),
    })
}

fn truncated(header: &Header, found: u64) -> NpyProblem {
    NpyProblem::Truncated { shape: header.shape.clone(), expected: header.data_bytes(), found }
}

/// The index of the element that stands at `position` of an [`Array`] of this shape.
pub(crate) fn index_of(position: usize, shape: &[usize]) -> Vec<usize> {
    index_in_order(position, shape, false)
}

/// The index of the element that stands at `position` in the file.
pub(super) fn index_in_order(mut position: usize, shape: &[usize], fortran_order: bool) -> Vec<usize> {
    let mut index = vec![0; shape.len()];
    let mut place = |axis: usize| {
        index[axis] = position % shape[axis];
        position /= shape[axis];
    };
    if fortran_order {
        (0..shape.len()).for_each(&mut place);
    } else {
        (0..shape.len()).rev().for_each(&mut place);
    }
    index
}

/// Reorders from Fortran order (first index fastest) to C order (last index fastest).
fn to_c_order<T: Copy>(values: &[T], shape: &[usize]) -> Vec<T> {
    let strides: Vec<usize> = shape
        .iter()
        .scan(1, |product, &length| {
            let stride = *product;
            *product *= length;
            Some(stride)
        })
        .collect();
    let mut index = vec![0; shape.len()];
    let mut position = 0;
    let mut reordered = Vec::with_capacity(values.len());
    for _ in 0..values.len() {
        reordered.push(values[position]);
        // The next index in C order: the last axis steps, and a full axis carries to the left.
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            position += strides[axis];
            if index[axis] < shape[axis] {
                break;
            }
            position -= strides[axis] * shape[axis];
            index[axis] = 0;
        }
    }
    reordered
}
