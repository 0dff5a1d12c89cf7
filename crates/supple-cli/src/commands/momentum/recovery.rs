//! How well the first state and velocity came back from the last ones.

use std::fmt;

use serde::Serialize;

use crate::summary::line;

/// Relative errors of recovered states above this leave gradients no digit to trust: they grow further on the way through a layer's derivatives.
const SAFE: f64 = 1e-3;

/// Differences between what came back and what was given.
#[derive(Debug, Serialize)]
pub(super) struct Recovery {
    x: Difference,
    v: Difference,
    /// Whether gradients from reversed states can be used.
    is_safe: bool,
}

/// The largest difference among many numbers; infinite, null in JSON, where one of them is not finite.
#[derive(Debug, Serialize)]
struct Difference {
    absolute: f64,
    /// To the largest number among states and velocities: velocities, which may all be 0, are added to states.
    relative: f64,
}

impl Recovery {
    /// Of states and velocities, each as given and as it came back.
    pub(super) fn new([x, v]: [&[f32]; 2], recovered: [&[f32]; 2]) -> Self {
        let largest = x.iter().chain(v).fold(0.0_f64, |largest, &value| largest.max(f64::from(value).abs()));
        let scale = if largest > 0.0 { largest } else { 1.0 };
        let difference = |given: &[f32], recovered: &[f32]| {
            let absolute = given.iter().zip(recovered).fold(0.0, |largest: f64, (&given, &recovered)| {
                let difference = (f64::from(recovered) - f64::from(given)).abs();
                // A comparison with NaN would hide it.
                if difference.is_nan() { f64::INFINITY } else { largest.max(difference) }
            });
            Difference { absolute, relative: absolute / scale }
        };
        let (x, v) = (difference(x, recovered[0]), difference(v, recovered[1]));
        let is_safe = x.relative.max(v.relative) <= SAFE;
        Self { x, v, is_safe }
    }
}

impl fmt::Display for Recovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(f, "x_0 came back", &self.x)?;
        line(f, "v_0 came back", &self.v)?;
        if self.is_safe {
            line(f, "reversal", format_args!("safe: relative errors are at most {SAFE}"))
        } else {
            let remedy =
                "gradients by --backward reversible would be wrong; take --backward stored, or gammas closer to 1";
            line(f, "reversal", format_args!("UNSAFE: with a relative error above {SAFE}, {remedy}"))
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "to {:.1e} at worst, relative {:.1e}", self.absolute, self.relative)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_number_counts() {
        let given: [&[f32]; 2] = [&[1.0, -2.0], &[0.0, 0.0]];
        let exact = Recovery::new(given, given);
        assert!(exact.is_safe && exact.to_string().contains("safe: relative errors are at most 0.001"));
        let near = Recovery::new(given, [&[1.0, -2.0], &[0.0, 0.001]]);
        assert!(near.is_safe && (near.v.relative - 0.0005).abs() < 1e-9);
        for v in [[0.003, 0.0], [f32::NAN, 0.0], [0.0, f32::INFINITY]] {
            let far = Recovery::new(given, [given[0], &v]);
            assert!(!far.is_safe && far.to_string().contains("UNSAFE"), "{v:?}");
        }
        let zeros: [&[f32]; 2] = [&[0.0], &[0.0]];
        assert!(Recovery::new(zeros, zeros).is_safe && !Recovery::new(zeros, [&[0.1], &[0.0]]).is_safe);
    }
}
