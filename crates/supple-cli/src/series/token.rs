//! What one field of a line means.

/// A field that should be a value.
#[derive(Debug, PartialEq)]
pub(super) enum Value {
    Finite(f32),
    /// `?`, `NaN` or nothing.
    Missing,
    NotANumber,
}

pub(super) fn value(text: &str) -> Value {
    let text = text.trim();
    if text.is_empty() || text == "?" {
        return Value::Missing;
    }
    match text.parse::<f32>() {
        Ok(value) if value.is_nan() => Value::Missing,
        Ok(value) if value.is_finite() => Value::Finite(value),
        _ => Value::NotANumber,
    }
}

/// A class label. The older text writes classes as floats, so a number is given one spelling and
/// `1`, `1.0` and `1.0000000e+00` are the same class; any other label stays as it is.
pub(crate) fn label(text: &str) -> String {
    let text = text.trim();
    match text.parse::<f64>() {
        // Adding zero turns -0 into 0.
        Ok(number) if number.is_finite() => (number + 0.0).to_string(),
        _ => text.to_owned(),
    }
}

/// As much of a field as fits a message.
pub(super) fn shorten(text: &str) -> String {
    text.trim().chars().take(40).collect()
}
