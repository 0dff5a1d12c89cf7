//! The `.ts` format: `#` comments, an `@` header, and after `@data` one series a line, its
//! dimensions separated by `:`, their values by `,`, and the class label last.

use std::io::BufRead;

use super::lines::Lines;
use super::token::{self, Value};
use super::{Dataset, Series, SeriesProblem};
use crate::error::CliError;

/// What the header says of the series below it.
#[derive(Default)]
struct Header {
    name: Option<String>,
    dimensions: Option<usize>,
    equal_length: bool,
    has_labels: bool,
    /// The labels that may occur; empty where the header lists none.
    labels: Vec<String>,
}

pub(super) fn read<R: BufRead>(lines: &mut Lines<'_, R>, dataset: &mut Dataset) -> Result<(), CliError> {
    let header = read_header(lines)?;
    if let Some(name) = header.name {
        dataset.name = name;
    }
    let mut dimensions = header.dimensions;
    while let Some(line) = lines.next()? {
        if line.starts_with('#') {
            continue;
        }
        let (channels, label) = split_label(&line, &header.labels).map_err(|problem| lines.error(problem))?;
        let found = channels.split(':').count();
        let expected = *dimensions.get_or_insert(found);
        if found != expected {
            return Err(lines.error(SeriesProblem::MixedDimensions { found, expected }));
        }
        let series = read_series(channels, found).map_err(|problem| lines.error(problem))?;
        if let Some(first) = dataset.series.first()
            && header.equal_length
            && first.length != series.length
        {
            return Err(lines.error(SeriesProblem::MixedLengths { found: series.length, expected: first.length }));
        }
        dataset.channels = expected;
        dataset.series.push(series);
        dataset.labels.push(label);
    }
    Ok(())
}

/// Reads up to and with the line `@data`.
fn read_header<R: BufRead>(lines: &mut Lines<'_, R>) -> Result<Header, CliError> {
    let mut header = Header::default();
    while let Some(line) = lines.next()? {
        if line.starts_with('#') {
            continue;
        }
        let Some(line) = line.strip_prefix('@') else {
            return Err(lines.error(SeriesProblem::DataBeforeHeaderEnds));
        };
        let (tag, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        if tag.eq_ignore_ascii_case("data") {
            if header.has_labels {
                return Ok(header);
            }
            return Err(lines.error(SeriesProblem::NoClassLabels));
        }
        header.set(tag, value.trim()).map_err(|problem| lines.error(problem))?;
    }
    Ok(header)
}

impl Header {
    fn set(&mut self, tag: &str, value: &str) -> Result<(), SeriesProblem> {
        match tag.to_ascii_lowercase().as_str() {
            "problemname" => self.name = Some(value.to_owned()),
            "timestamps" if boolean(tag, value)? => return Err(SeriesProblem::Timestamps),
            // `@dimensions` is the more exact of the two, wherever it stands.
            "univariate" if boolean(tag, value)? => {
                self.dimensions.get_or_insert(1);
            }
            "dimensions" | "dimension" => self.dimensions = Some(count(tag, value)?),
            "equallength" => self.equal_length = boolean(tag, value)?,
            "classlabel" => {
                let mut words = value.split_whitespace();
                if !boolean(tag, words.next().unwrap_or_default())? {
                    return Err(SeriesProblem::NoClassLabels);
                }
                self.has_labels = true;
                self.labels = words.map(token::label).collect();
            }
            "targetlabel" => return Err(SeriesProblem::NoClassLabels),
            // Other tags say nothing that reading depends on.
            _ => {}
        }
        Ok(())
    }
}

fn boolean(tag: &str, value: &str) -> Result<bool, SeriesProblem> {
    if value.eq_ignore_ascii_case("true") {
        return Ok(true);
    }
    if value.eq_ignore_ascii_case("false") {
        return Ok(false);
    }
    Err(header_problem(tag, value, "`true` or `false`"))
}

fn count(tag: &str, value: &str) -> Result<usize, SeriesProblem> {
    match value.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(header_problem(tag, value, "a whole number from 1 up")),
    }
}

fn header_problem(tag: &str, value: &str, expected: &'static str) -> SeriesProblem {
    SeriesProblem::Header { tag: token::shorten(tag), value: token::shorten(value), expected }
}

/// A line's dimensions and its label.
fn split_label<'a>(line: &'a str, declared: &[String]) -> Result<(&'a str, String), SeriesProblem> {
    if line.starts_with('(') {
        return Err(SeriesProblem::Timestamps);
    }
    let missing = SeriesProblem::MissingLabel { place: "after the last dimension, as `:label`" };
    let Some((dimensions, label)) = line.rsplit_once(':') else {
        return Err(missing);
    };
    let label = token::label(label);
    if label.is_empty() {
        return Err(missing);
    }
    if !declared.is_empty() && !declared.contains(&label) {
        return Err(SeriesProblem::UndeclaredLabel { label: token::shorten(&label) });
    }
    Ok((dimensions, label))
}

/// Reads the dimensions, which are rows in the file and columns in a [`Series`].
fn read_series(text: &str, dimensions: usize) -> Result<Series, SeriesProblem> {
    let length = common_length(text)?;
    // All rows are this long, so the line itself holds as many fields.
    let mut values = vec![0.0; length * dimensions];
    for (channel, row) in text.split(':').enumerate() {
        let dimension = channel + 1;
        for (step, field) in row.split(',').enumerate() {
            values[step * dimensions + channel] = match token::value(field) {
                Value::Finite(value) => value,
                Value::Missing => return Err(SeriesProblem::MissingValue { dimension, step }),
                Value::NotANumber => {
                    return Err(SeriesProblem::NotANumber { dimension, step, text: token::shorten(field) });
                }
            };
        }
    }
    Ok(Series { values, length })
}

/// The number of time steps, which all dimensions of a series have.
fn common_length(text: &str) -> Result<usize, SeriesProblem> {
    let mut first = None;
    for (channel, row) in text.split(':').enumerate() {
        let dimension = channel + 1;
        if row.trim().is_empty() {
            return Err(SeriesProblem::EmptyDimension { dimension });
        }
        let found = row.split(',').count();
        let first = *first.get_or_insert(found);
        if found != first {
            return Err(SeriesProblem::MixedDimensionLengths { dimension, found, first });
        }
    }
    Ok(first.unwrap_or_default())
}
