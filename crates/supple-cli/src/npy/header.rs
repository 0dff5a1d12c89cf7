//! The header of a `.npy` file: a Python dictionary literal with three known keys.
//!
//! Only what `NumPy` writes for a plain array is accepted, by a parser without recursion, so that
//! its time and memory are linear in the length of the header whatever the header says.

use super::NpyProblem;

/// What the elements of an array are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    F32,
    F64,
    I32,
    I64,
    U32,
    U64,
}

/// Format and byte order of one element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ElementType {
    pub(super) format: Format,
    pub(super) big_endian: bool,
}

/// The data types that an argument takes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DataTypes {
    pub(super) formats: &'static [Format],
    /// As `NumPy` calls them.
    pub(super) names: &'static str,
    /// The one to convert others to.
    pub(super) best: &'static str,
}

impl ElementType {
    pub(super) fn bytes(self) -> usize {
        match self.format {
            Format::F32 | Format::I32 | Format::U32 => 4,
            Format::F64 | Format::I64 | Format::U64 => 8,
        }
    }

    fn from_descr(descr: &str, wanted: &'static DataTypes) -> Result<Self, NpyProblem> {
        // NumPy writes the byte order it has; `=` is allowed by its reader and means "native".
        let (big_endian, kind) = match descr.chars().next() {
            Some('<') => (false, &descr[1..]),
            Some('>') => (true, &descr[1..]),
            Some('=') => (cfg!(target_endian = "big"), &descr[1..]),
            _ => (cfg!(target_endian = "big"), descr),
        };
        let format = match kind {
            "f4" => Some(Format::F32),
            "f8" => Some(Format::F64),
            "i4" => Some(Format::I32),
            "i8" => Some(Format::I64),
            "u4" => Some(Format::U32),
            "u8" => Some(Format::U64),
            _ => None,
        };
        match format.filter(|format| wanted.formats.contains(format)) {
            Some(format) => Ok(Self { format, big_endian }),
            None => Err(NpyProblem::DataType { found: shorten(descr), wanted }),
        }
    }
}

/// What a header says, checked: the product of any of the lengths, in bytes, fits a `usize`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(super) element: ElementType,
    pub(super) fortran_order: bool,
    pub(super) shape: Vec<usize>,
}

impl Header {
    pub(super) fn parse(text: &str, wanted: &'static DataTypes) -> Result<Self, NpyProblem> {
        let mut cursor = Cursor { rest: text };
        let (mut element, mut fortran_order, mut shape) = (None, None, None);
        cursor.expect('{')?;
        while !cursor.accept('}') {
            let key = cursor.string()?;
            cursor.expect(':')?;
            match key {
                "descr" if cursor.peek() == Some('[') => {
                    return Err(NpyProblem::DataType { found: "of a structured array".to_owned(), wanted });
                }
                "descr" => element = Some(ElementType::from_descr(cursor.string()?, wanted)?),
                "fortran_order" => fortran_order = Some(cursor.boolean()?),
                "shape" => shape = Some(cursor.integers()?),
                _ => return Err(problem(&format!("unknown key {:?}", shorten(key)))),
            }
            if !cursor.accept(',') {
                cursor.expect('}')?;
                break;
            }
        }
        if cursor.peek().is_some() {
            return Err(problem("text after the dictionary"));
        }
        let missing = |key: &str| problem(&format!("no key '{key}'"));
        let element = element.ok_or_else(|| missing("descr"))?;
        Ok(Self {
            element,
            fortran_order: fortran_order.ok_or_else(|| missing("fortran_order"))?,
            shape: check_shape(shape.ok_or_else(|| missing("shape"))?, element)?,
        })
    }

    pub(super) fn elements(&self) -> usize {
        self.shape.iter().product()
    }

    pub(super) fn data_bytes(&self) -> u64 {
        (self.elements() * self.element.bytes()) as u64
    }
}

/// Lengths of 0 count as 1 here, so that no later product over a part of the shape overflows.
fn check_shape(shape: Vec<u64>, element: ElementType) -> Result<Vec<usize>, NpyProblem> {
    let limit = isize::MAX.unsigned_abs() as u64;
    let bytes = shape.iter().try_fold(element.bytes() as u64, |product, &length| product.checked_mul(length.max(1)));
    match bytes {
        Some(bytes) if bytes <= limit => Ok(shape.into_iter().map(|length| length as usize).collect()),
        _ => Err(NpyProblem::TooLarge(shape.into_iter().take(8).collect())),
    }
}

fn problem(what: &str) -> NpyProblem {
    NpyProblem::Header(what.to_owned())
}

/// As much of a text as fits a message.
fn shorten(text: &str) -> String {
    text.chars().take(40).flat_map(char::escape_debug).collect()
}

/// A place in the header; every step skips the white space before what it looks for.
struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    fn accept(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.rest = &self.rest[wanted.len_utf8()..];
        }
        found
    }

    fn expect(&mut self, wanted: char) -> Result<(), NpyProblem> {
        if self.accept(wanted) {
            return Ok(());
        }
        Err(problem(&format!("no '{wanted}' before {:?}", shorten(self.rest))))
    }

    fn string(&mut self) -> Result<&'a str, NpyProblem> {
        let quote = if self.accept('"') {
            '"'
        } else {
            self.expect('\'')?;
            '\''
        };
        let (text, rest) = self.rest.split_once(quote).ok_or_else(|| problem("a string that does not end"))?;
        self.rest = rest;
        Ok(text)
    }

    fn boolean(&mut self) -> Result<bool, NpyProblem> {
        self.peek();
        for (word, value) in [("True", true), ("False", false)] {
            if let Some(rest) = self.rest.strip_prefix(word) {
                self.rest = rest;
                return Ok(value);
            }
        }
        Err(problem(&format!("neither True nor False at {:?}", shorten(self.rest))))
    }

    /// A tuple of lengths, such as `()`, `(3,)` or `(3, 4)`.
    fn integers(&mut self) -> Result<Vec<u64>, NpyProblem> {
        self.expect('(')?;
        let mut integers = Vec::new();
        while !self.accept(')') {
            integers.push(self.integer()?);
            if !self.accept(',') {
                self.expect(')')?;
                break;
            }
        }
        Ok(integers)
    }

    fn integer(&mut self) -> Result<u64, NpyProblem> {
        self.peek();
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        let value = digits.parse().map_err(|_| problem(&format!("not a length: {:?}", shorten(self.rest))))?;
        // Python 2 wrote long integers with an L behind them.
        self.rest = rest.strip_prefix('L').unwrap_or(rest);
        Ok(value)
    }
}
