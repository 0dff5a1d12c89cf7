//! The names of tensors.

use std::fmt;

/// Those of the dense layers before and after a network, if it has them.
pub(super) const INPUT: [&str; 2] = ["input.w", "input.b"];
pub(super) const OUTPUT: [&str; 2] = ["output.w", "output.b"];

/// What a tensor is in a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Which layer of the network it belongs to, from 0.
    pub(super) layer: usize,
    /// Which dense layer of that layer's perceptron, from 1.
    pub(super) dense: usize,
    pub(super) parameter: Parameter,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parameter {
    Weight,
    Bias,
}

impl Place {
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (layer, parameter) = name.strip_prefix("layers.")?.split_once('.')?;
        let (parameter, dense) = match parameter.strip_prefix('w') {
            Some(dense) => (Parameter::Weight, dense),
            None => (Parameter::Bias, parameter.strip_prefix('b')?),
        };
        let place = Self { layer: layer.parse().ok()?, dense: dense.parse().ok()?, parameter };
        // Numbers have other spellings too, such as 01.
        (place.dense > 0 && place.to_string() == name).then_some(place)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = match self.parameter {
            Parameter::Weight => 'w',
            Parameter::Bias => 'b',
        };
        write!(f, "layers.{}.{letter}{}", self.layer, self.dense)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let place = Place { layer: 12, dense: 3, parameter: Parameter::Bias };
        assert_eq!(Place::parse("layers.12.b3"), Some(place));
        for name in ["", "w1", "layers.0", "layers.0.", "layers.0.w", "layers.0.w0", "layers.00.w1", "layers.0.w01"] {
            assert_eq!(Place::parse(name), None, "{name}");
        }
        for name in ["layers.-1.w1", "layers.+1.w1", "layers.0.c1", "layers.0.w1.x", "layers.99999999999999999999.w1"] {
            assert_eq!(Place::parse(name), None, "{name}");
        }
    }
}
