//! Writing: f32, u32 or i64, little endian, C order, version 1.0.

use std::io::{self, Write};

/// The data begins at a multiple of this, so that it can be mapped into memory.
const ALIGNMENT: usize = 64;
/// Magic, version and the header's length.
const PRELUDE_BYTES: usize = 10;

/// What can be written.
pub(crate) trait Item: Copy {
    /// The name of the type in a header.
    const DESCR: &'static str;

    fn write_to(self, writer: &mut impl Write) -> io::Result<()>;
}

impl Item for f32 {
    const DESCR: &'static str = "<f4";

    fn write_to(self, writer: &mut impl Write) -> io::Result<()> {
        writer.write_all(&self.to_le_bytes())
    }
}

impl Item for u32 {
    const DESCR: &'static str = "<u4";

    fn write_to(self, writer: &mut impl Write) -> io::Result<()> {
        writer.write_all(&self.to_le_bytes())
    }
}

impl Item for i64 {
    const DESCR: &'static str = "<i8";

    fn write_to(self, writer: &mut impl Write) -> io::Result<()> {
        writer.write_all(&self.to_le_bytes())
    }
}

/// Writes an array; `values` are in C order.
pub(crate) fn write<T: Item>(writer: &mut impl Write, shape: &[usize], values: &[T]) -> io::Result<()> {
    if shape.iter().product::<usize>() != values.len() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{} values for the shape {shape:?}", values.len()),
        ));
    }
    let lengths: Vec<String> = shape.iter().map(ToString::to_string).collect();
    // A tuple of one has a comma behind it.
    let comma = if lengths.len() == 1 { "," } else { "" };
    let (descr, lengths_text) = (T::DESCR, lengths.join(", "));
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({lengths_text}{comma}), }}");
    let unpadded = PRELUDE_BYTES + header.len() + 1;
    let padding = unpadded.next_multiple_of(ALIGNMENT) - unpadded;
    header.push_str(&" ".repeat(padding));
    header.push('\n');
    let header_bytes =
        u16::try_from(header.len()).map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "too many dimensions"))?;

    writer.write_all(b"\x93NUMPY\x01\x00")?;
    writer.write_all(&header_bytes.to_le_bytes())?;
    writer.write_all(header.as_bytes())?;
    values.iter().try_for_each(|value| value.write_to(writer))
}
