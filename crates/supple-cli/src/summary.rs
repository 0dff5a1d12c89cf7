//! What a command reports when it is done: the summary on standard output, and remarks on standard error.

use std::fmt;
use std::io::{Write, stderr, stdout};

use serde::Serialize;

use crate::error::{CliError, FileArgument};

/// Prints a summary, for a program or for a person.
pub(crate) fn print<S: Serialize + fmt::Display>(summary: &S, json: bool) -> Result<(), CliError> {
    let mut out = stdout().lock();
    let printed = if json {
        serde_json::to_writer_pretty(&mut out, summary).map_err(std::io::Error::from).and_then(|()| writeln!(out))
    } else {
        write!(out, "{summary}")
    };
    printed.and_then(|()| out.flush()).map_err(CliError::Print)
}

/// A remark for the person at the terminal.
pub(crate) fn say(text: &str) {
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(stderr(), "{text}");
}

/// One line of a summary for a person.
pub(crate) fn line(f: &mut fmt::Formatter<'_>, label: &str, value: impl fmt::Display) -> fmt::Result {
    writeln!(f, "{label:<16}{value}")
}

/// A file that was written.
#[derive(Debug, Serialize)]
pub(crate) struct Written {
    argument: &'static str,
    path: String,
    #[serde(flatten)]
    content: Content,
}

/// What it holds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Content {
    /// An array of this shape.
    Shape(Vec<usize>),
    /// So many named tensors.
    Tensors(usize),
    /// Its name says it.
    Picture,
}

impl Written {
    pub(crate) fn new(file: &FileArgument, shape: &[usize]) -> Self {
        Self::of(file, Content::Shape(shape.to_vec()))
    }

    pub(crate) fn tensors(file: &FileArgument, count: usize) -> Self {
        Self::of(file, Content::Tensors(count))
    }

    pub(crate) fn picture(file: &FileArgument) -> Self {
        Self::of(file, Content::Picture)
    }

    fn of(file: &FileArgument, content: Content) -> Self {
        Self { argument: file.argument, path: file.path.to_string_lossy().into_owned(), content }
    }
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            Content::Shape(shape) => line(f, self.argument, format_args!("{}, shape {shape:?}", self.path)),
            Content::Tensors(count) => line(f, self.argument, format_args!("{}, {count} tensors", self.path)),
            Content::Picture => line(f, self.argument, &self.path),
        }
    }
}

/// How many steps, and how many channels if there are several.
pub(crate) fn steps(length: u32, channels: u32) -> String {
    match (length, channels) {
        (length, 1) => format!("{length} steps"),
        (length, channels) => format!("{length} steps of {channels} channels"),
    }
}

/// A count or a rate with four significant digits and a word for its size.
pub(crate) fn large(value: f64) -> String {
    for (size, word) in [(1e12, " trillion"), (1e9, " billion"), (1e6, " million"), (1e3, " thousand")] {
        if value >= size {
            return format!("{}{word}", four_digits(value / size));
        }
    }
    four_digits(value)
}

/// Seconds with a unit that suits them.
pub(crate) fn duration(seconds: f64) -> String {
    if seconds >= 1.0 {
        format!("{} s", four_digits(seconds))
    } else if seconds >= 1e-3 {
        format!("{} ms", four_digits(seconds * 1e3))
    } else {
        format!("{} us", four_digits(seconds * 1e6))
    }
}

/// Four significant digits of a number from 0 up, or all digits before its decimal point.
fn four_digits(value: f64) -> String {
    let decimals = [10.0, 100.0, 1000.0].into_iter().filter(|&size| value < size).count();
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_a_person() {
        assert_eq!(large(7500.0), "7.500 thousand");
        assert_eq!(large(751_234_567.0), "751.2 million");
        assert_eq!(large(12.0), "12.00");
        assert_eq!(large(0.0), "0.000");
        assert_eq!(duration(0.231_44), "231.4 ms");
        assert_eq!(duration(2.5), "2.500 s");
        assert_eq!(duration(12_345.6), "12346 s");
        assert_eq!(duration(8.5e-6), "8.500 us");
    }
}
