//! The smoothing.

use supple::soft_dtw::SoftDtw;

/// Reads a smoothing strength.
pub(crate) fn gamma(text: &str) -> Result<f32, String> {
    const RANGE: &str = "give 0 for plain DTW, or a number between 1e-30 and 1e30";
    let exact: f64 = text.trim().parse().map_err(|_| format!("not a number; {RANGE}"))?;
    let gamma = exact as f32;
    // A tiny number must not become 0 unseen: 0 is another operator.
    let in_range = exact == 0.0 || (SoftDtw::MIN_GAMMA..=SoftDtw::MAX_GAMMA).contains(&gamma);
    if in_range { Ok(gamma.abs()) } else { Err(RANGE.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_is_checked() {
        for (text, value) in [("0", 0.0), ("-0", 0.0), ("0.1", 0.1), ("1e3", 1e3), ("1e30", 1e30)] {
            assert_eq!(gamma(text).unwrap().to_bits(), f32::to_bits(value));
        }
        for text in ["-1", "nan", "inf", "-inf", "1e31", "1e-40", "1e-60", "", "one"] {
            assert!(gamma(text).unwrap_err().contains("give 0"), "{text}");
        }
    }
}
