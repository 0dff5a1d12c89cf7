//! How well the first state and velocity came back from the last ones.

use std::fmt;

use serde::Serialize;
use supple::momentum;

use crate::summary::line;

/// Differences between what came back and what was given.
#[derive(Debug, Serialize)]
pub(super) struct Recovery {
    x: Difference,
    v: Difference,
    /// Whether gradients from reversed states can be used.
    is_safe: bool,
}

/// Infinite ones are null in JSON.
#[derive(Debug, Serialize)]
struct Difference {
    absolute: f64,
    relative: f64,
}

impl From<momentum::Recovery> for Recovery {
    fn from(recovery: momentum::Recovery) -> Self {
        let difference = |of: momentum::Difference| Difference { absolute: of.absolute, relative: of.relative };
        Self { x: difference(recovery.x), v: difference(recovery.v), is_safe: recovery.is_safe() }
    }
}

impl fmt::Display for Recovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SAFE: f64 = momentum::Recovery::SAFE;
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
