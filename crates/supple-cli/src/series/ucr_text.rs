//! The older UCR text: one series a line, the class label first and then the values of its one
//! channel, separated by tabs, commas or spaces. Shorter series are padded with NaN at the end.

use std::io::BufRead;

use super::lines::Lines;
use super::token::{self, Value};
use super::{Dataset, Series, SeriesProblem};
use crate::error::CliError;

pub(super) fn read<R: BufRead>(lines: &mut Lines<'_, R>, dataset: &mut Dataset) -> Result<(), CliError> {
    while let Some(line) = lines.next()? {
        let (label, series) = read_line(&line).map_err(|problem| lines.error(problem))?;
        dataset.labels.push(label);
        dataset.series.push(series);
    }
    Ok(())
}

fn read_line(line: &str) -> Result<(String, Series), SeriesProblem> {
    // Fields between commas or tabs may be empty; spaces align columns, and any number separates.
    if line.contains(',') {
        read_fields(line.split(','))
    } else if line.contains('\t') {
        read_fields(line.split('\t'))
    } else {
        read_fields(line.split_whitespace())
    }
}

fn read_fields<'a>(mut fields: impl Iterator<Item = &'a str>) -> Result<(String, Series), SeriesProblem> {
    let label = fields.next().unwrap_or_default();
    if token::value(label) == Value::Missing {
        return Err(SeriesProblem::MissingLabel { place: "before the first value" });
    }
    let mut values = Vec::new();
    let mut first_missing = None;
    for (step, field) in fields.enumerate() {
        match (token::value(field), first_missing) {
            (Value::Missing, None) => first_missing = Some(step),
            (Value::Missing, Some(_)) => {}
            // A value after a gap: the gap was no padding.
            (_, Some(step)) => return Err(SeriesProblem::MissingValue { dimension: 1, step }),
            (Value::Finite(value), None) => values.push(value),
            (Value::NotANumber, None) => {
                return Err(SeriesProblem::NotANumber { dimension: 1, step, text: token::shorten(field) });
            }
        }
    }
    if values.is_empty() {
        return Err(SeriesProblem::EmptyDimension { dimension: 1 });
    }
    let length = values.len();
    Ok((token::label(label), Series { values, length }))
}
