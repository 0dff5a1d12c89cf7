//! The regularization's strength.

use crate::error::{Error, Result};

/// Strengths beyond which differences of f32 times or over them leave f32.
const RANGE: std::ops::RangeInclusive<f32> = 1e-30..=1e30;

pub(super) fn check_strength(strength: f32) -> Result<()> {
    if RANGE.contains(&strength) {
        return Ok(());
    }
    Err(Error::InvalidArgument {
        argument: "strength",
        value: strength.to_string(),
        remedy: "give a number from 1e-30 to 1e30".to_owned(),
    })
}
