//! How well the first state and velocity came back from the last ones.

use std::fmt;

use serde::Serialize;
use supple::momentum;

use crate::summary::line;

/// By states in f32: differences between what came back and what was given.
#[derive(Debug, Serialize)]
pub(super) struct Recovery {
    #[serde(flatten)]
    differences: Differences,
    /// Whether gradients from reversed states can be used.
    is_safe: bool,
}

/// Of states and velocities.
#[derive(Debug, Serialize)]
pub(super) struct Differences {
    x: Difference,
    v: Difference,
}

/// Infinite ones are null in JSON.
#[derive(Debug, Serialize)]
struct Difference {
    absolute: f64,
    relative: f64,
}

impl From<momentum::Recovery> for Differences {
    fn from(recovery: momentum::Recovery) -> Self {
        let difference = |of: momentum::Difference| Difference { absolute: of.absolute, relative: of.relative };
        Self { x: difference(recovery.x), v: difference(recovery.v) }
    }
}

impl From<momentum::Recovery> for Recovery {
    fn from(recovery: momentum::Recovery) -> Self {
        Self { differences: recovery.into(), is_safe: recovery.is_safe() }
    }
}

impl Recovery {
    /// Of so many layers, with the least and the largest gamma.
    pub(super) fn show(&self, f: &mut fmt::Formatter<'_>, layers: usize, gamma: [f32; 2]) -> fmt::Result {
        const SAFE: f64 = momentum::Recovery::SAFE;
        self.differences.show(f, ["x_0 came back", "v_0 came back"])?;
        if self.is_safe {
            return line(f, "reversal", format_args!("safe: relative errors are at most {SAFE}"));
        }
        let gamma = match gamma {
            [least, largest] if least < largest => format!("gammas from {least} to {largest}"),
            [gamma, _] => format!("gamma {gamma}"),
        };
        line(
            f,
            "reversal",
            format_args!(
                "UNSAFE: with {layers} layers and {gamma} a relative error is above {SAFE}, and gradients by --backward reversible \
                 would be wrong; take --backward stored or --backward exact, or gammas closer to 1"
            ),
        )
    }
}

impl Differences {
    /// Under two labels.
    pub(super) fn show(&self, f: &mut fmt::Formatter<'_>, labels: [&str; 2]) -> fmt::Result {
        line(f, labels[0], &self.x)?;
        line(f, labels[1], &self.v)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "to {:.1e} at worst, relative {:.1e}", self.absolute, self.relative)
    }
}
