//! What an array is read as: its elements' bytes turned into f32 or i64.

use super::NpyProblem;
use super::header::{DataTypes, ElementType, Format, Header};
use super::read::index_in_order;

/// The elements of an array in memory.
pub(crate) trait Element: Copy {
    /// What may be in the file.
    const READ_FROM: &'static DataTypes;

    /// Appends a block of the file; `values` holds all elements before it.
    fn append(header: &Header, block: &[u8], values: &mut Vec<Self>) -> Result<(), NpyProblem>;
}

impl Element for f32 {
    const READ_FROM: &'static DataTypes =
        &DataTypes { formats: &[Format::F32, Format::F64], names: "float32 and float64", best: "float32" };

    fn append(header: &Header, block: &[u8], values: &mut Vec<Self>) -> Result<(), NpyProblem> {
        if header.element.format == Format::F32 {
            values.extend(arrays(block, header.element).map(f32::from_le_bytes));
            return Ok(());
        }
        for value in arrays(block, header.element).map(f64::from_le_bytes) {
            let narrowed = value as f32;
            if narrowed.is_infinite() && value.is_finite() {
                return Err(NpyProblem::Overflow { index: next_index(header, values), value });
            }
            values.push(narrowed);
        }
        Ok(())
    }
}

impl Element for i64 {
    const READ_FROM: &'static DataTypes = &DataTypes {
        formats: &[Format::I32, Format::I64, Format::U32, Format::U64],
        names: "int32, int64, uint32 and uint64",
        best: "uint32",
    };

    fn append(header: &Header, block: &[u8], values: &mut Vec<Self>) -> Result<(), NpyProblem> {
        let element = header.element;
        match element.format {
            Format::I32 => values.extend(arrays(block, element).map(|bytes| i64::from(i32::from_le_bytes(bytes)))),
            Format::U32 => values.extend(arrays(block, element).map(|bytes| i64::from(u32::from_le_bytes(bytes)))),
            Format::U64 => {
                for value in arrays(block, element).map(u64::from_le_bytes) {
                    let too_large = |_| NpyProblem::TooLargeWhole { index: next_index(header, values), value };
                    let narrowed = i64::try_from(value).map_err(too_large)?;
                    values.push(narrowed);
                }
            }
            _ => values.extend(arrays(block, element).map(i64::from_le_bytes)),
        }
        Ok(())
    }
}

/// The block as elements of `N` bytes, little endian.
fn arrays<const N: usize>(block: &[u8], element: ElementType) -> impl Iterator<Item = [u8; N]> {
    block.as_chunks().0.iter().map(move |bytes| {
        let mut bytes = *bytes;
        if element.big_endian {
            bytes.reverse();
        }
        bytes
    })
}

/// The index of the element that comes after `values` in the file.
fn next_index<T>(header: &Header, values: &[T]) -> Vec<usize> {
    index_in_order(values.len(), &header.shape, header.fortran_order)
}
