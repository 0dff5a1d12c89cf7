//! Amounts of memory.

/// Reads a number of bytes, with a unit or without.
pub(super) fn bytes(text: &str) -> Result<u64, String> {
    const FORM: &str = "give a whole number of bytes from 1 up, or one with a unit, such as 512M, 2GiB or 500MB";
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| FORM.to_owned())?;
    let unit = unit_bytes(unit.trim_start()).ok_or_else(|| FORM.to_owned())?;
    match number.checked_mul(unit) {
        Some(0) => Err(FORM.to_owned()),
        Some(bytes) => Ok(bytes),
        None => Err(format!("more than any machine has; {FORM}")),
    }
}

/// As the GNU tools read units: `K` and `KiB` are 1024, `KB` is 1000.
fn unit_bytes(unit: &str) -> Option<u64> {
    let unit = unit.to_ascii_uppercase();
    if unit.is_empty() || unit == "B" {
        return Some(1);
    }
    let power = "KMGT".find(unit.chars().next()?)? as u32 + 1;
    match &unit[1..] {
        "" | "IB" => Some(1024_u64.pow(power)),
        "B" => Some(1000_u64.pow(power)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn units() {
        for (text, expected) in [
            ("1", 1),
            ("4096", 4096),
            ("7B", 7),
            ("2K", 2048),
            ("2KiB", 2048),
            ("2kb", 2000),
            ("512M", 512 << 20),
            (" 3 GiB ", 3 << 30),
            ("1g", 1 << 30),
            ("1T", 1 << 40),
        ] {
            assert_eq!(bytes(text), Ok(expected), "{text}");
        }
        for text in ["", "0", "0K", "-1", "1.5G", "M", "5X", "5KiBs", "5é", "99999999999999999999", "99999999999T"] {
            assert!(bytes(text).unwrap_err().contains("such as 512M"), "{text}");
        }
    }
}
