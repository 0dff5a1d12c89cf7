//! What a network is beside its tensors, from the metadata.

use clap::ValueEnum;

use crate::options::{Activation, name};
use crate::tensors::{Tensors, TensorsProblem, shorten};

/// What is between dense layers.
pub(super) fn activation(tensors: &Tensors) -> Result<Activation, TensorsProblem> {
    const KEY: &str = "activation";
    let expected = || {
        let names: Vec<String> = Activation::value_variants().iter().map(name).collect();
        format!("one of {}", names.join(", "))
    };
    let Some(value) = tensors.metadata(KEY) else {
        return Err(TensorsProblem::NoMetadata { key: KEY, expected: expected() });
    };
    Activation::from_str(value, false).map_err(|_| bad(KEY, value, expected()))
}

/// Whether layers compute `x + f(x)`.
pub(super) fn is_residual(tensors: &Tensors) -> Result<bool, TensorsProblem> {
    const KEY: &str = "is_residual";
    match tensors.metadata(KEY) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(value) => Err(bad(KEY, value, "true or false, or leave it out for false".to_owned())),
    }
}

/// The momentum of each layer.
pub(super) fn gamma(tensors: &Tensors, layers: usize) -> Result<Vec<f32>, TensorsProblem> {
    const KEY: &str = "gamma";
    let expected = || {
        format!(
            "a number from 0 to less than 1, such as 0.9, or {layers} of them separated by commas, one for each layer"
        )
    };
    let Some(value) = tensors.metadata(KEY) else {
        return Err(TensorsProblem::NoMetadata { key: KEY, expected: expected() });
    };
    let gamma = numbers(value).ok_or_else(|| bad(KEY, value, expected()))?;
    match gamma[..] {
        [one] => Ok(vec![one; layers]),
        _ if gamma.len() == layers => Ok(gamma),
        _ => Err(bad(KEY, value, expected())),
    }
}

/// Gammas with commas between them, in brackets as in JSON or not.
fn numbers(text: &str) -> Option<Vec<f32>> {
    let text = text.trim();
    let list = match text.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?,
        None => text,
    };
    list.split(',').map(|number| one(number.trim())).collect()
}

fn one(text: &str) -> Option<f32> {
    let exact: f64 = text.parse().ok()?;
    let gamma = exact as f32;
    // A tiny number must not become 0 unseen: with 0 nothing can be reversed.
    let in_range = exact == 0.0 || (f32::MIN_POSITIVE..1.0).contains(&gamma);
    in_range.then_some(gamma.abs())
}

fn bad(key: &'static str, value: &str, expected: String) -> TensorsProblem {
    TensorsProblem::Metadata { key, value: shorten(value), expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gammas() {
        for (text, expected) in [
            ("0.9", &[0.9][..]),
            (" 0 ", &[0.0]),
            ("-0", &[0.0]),
            ("0.5,0.25", &[0.5, 0.25]),
            ("[0.5, 2.5e-1]", &[0.5, 0.25]),
            ("[0.9]", &[0.9]),
        ] {
            let found: Vec<u32> = numbers(text).unwrap().into_iter().map(f32::to_bits).collect();
            assert_eq!(found, expected.iter().map(|gamma: &f32| gamma.to_bits()).collect::<Vec<_>>(), "{text}");
        }
        for text in ["", "1", "-0.1", "nan", "inf", "0.99999999999", "1e-60", "[0.5", "0.5]", "0.5,", "[]", "0.5 0.5"] {
            assert_eq!(numbers(text), None, "{text}");
        }
    }
}
