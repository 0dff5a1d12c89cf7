//! The predictions as comma-separated text.

use std::borrow::Cow;
use std::io::{self, Write};

use super::nearest::Neighbour;
use super::split::Split;

/// Writes one line for each test series, in the order of their file.
pub(super) fn write(writer: &mut impl Write, split: &Split, neighbours: &[Neighbour]) -> io::Result<()> {
    writeln!(writer, "index,label,predicted,nearest,distance")?;
    for (index, (label, neighbour)) in split.test.labels.iter().zip(neighbours).enumerate() {
        let predicted = &split.train.labels[neighbour.index];
        let Neighbour { index: nearest, distance } = neighbour;
        writeln!(writer, "{index},{},{},{nearest},{distance}", field(label), field(predicted))?;
    }
    Ok(())
}

/// A field, in quotes where it holds what would end it (RFC 4180).
fn field(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\"")).into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn labels_stay_one_field() {
        assert_eq!(field("walk"), "walk");
        assert_eq!(field("a,b"), "\"a,b\"");
        assert_eq!(field("say \"a\""), "\"say \"\"a\"\"\"");
    }
}
