//! What is perturbed: maximisers of linear functions over sets of solutions.

use crate::error::{Error, Result};

/// A discrete decision: `y*(theta) = argmax over the solutions y of <y, theta>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Solver {
    /// The largest coordinate: `y` has one 1. Of equal ones the first.
    Argmax,
    /// The `k` largest coordinates: `y` has `k` ones. Of equal ones the first.
    TopK(u32),
    /// Ascending ranks from 1 to `n`: `y` is a permutation of them. Equal coordinates rank in their order.
    Rank,
    /// The coordinates in ascending order: `y = sort(theta)`, which maximises no linear function of `theta`: its
    /// maximum is that of [`Rank`](Self::Rank), `<(1, ..., n), sort(theta)>`.
    Sort,
}

impl Solver {
    /// Checks the settings against rows of `n` coordinates.
    pub(super) fn check(self, n: u32) -> Result<()> {
        if n == 0 {
            return Err(Error::ShapeMismatch {
                argument: "theta",
                found: vec![0],
                expected: "[n] or [.., n] with n of at least 1".to_owned(),
            });
        }
        match self {
            Self::TopK(k) if k == 0 || k > n => Err(Error::InvalidArgument {
                argument: "k",
                value: k.to_string(),
                remedy: format!("give 1 to the {n} coordinates of a row"),
            }),
            _ => Ok(()),
        }
    }
}
