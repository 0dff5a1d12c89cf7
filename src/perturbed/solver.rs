//! What is perturbed: maximisers of linear functions over sets of solutions.

use super::grid;
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
    /// The cheapest path through a grid of vertices, from its first corner to the opposite one: `y` is 1 on the path. `theta` is
    /// `[h, w]` or `[.., h, w]`, with at most 2^14 vertices, and holds costs with a minus.
    ///
    /// Costs are to be 0 or more: where noise makes one negative it counts as 0 for the choice of the path, and as it is for the maximum. Noise that is
    /// [multiplicative](super::Perturbed::multiplicative) does not. A vertex of `-infinity` is a wall; where walls leave no path there is no solution, and
    /// the maximum is NaN.
    ShortestPath(Neighbours),
}

/// Which vertices of a grid a path goes to next.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Neighbours {
    /// Those above, below, to the left and to the right.
    Four,
    /// Those and the diagonal ones, at no other cost. The default.
    #[default]
    Eight,
}

impl Solver {
    /// The last dimensions of `theta` that make up a problem; checked, with the settings.
    pub(super) fn problem(self, sizes: &[u32]) -> Result<&[u32]> {
        let (dimensions, expected) = match self {
            Self::ShortestPath(_) => (2, "[h, w] or [.., h, w], grids with at least one vertex"),
            _ => (1, "[n] or [.., n], problems with at least one coordinate"),
        };
        match sizes.len().checked_sub(dimensions).map(|outer| &sizes[outer..]) {
            Some(problem) if !problem.contains(&0) => {
                self.check(problem)?;
                Ok(problem)
            }
            _ => Err(Error::ShapeMismatch { argument: "theta", found: sizes.to_vec(), expected: expected.to_owned() }),
        }
    }

    fn check(self, problem: &[u32]) -> Result<()> {
        let n = problem[0];
        match self {
            Self::ShortestPath(_) => grid::check([problem[0], problem[1]]),
            Self::TopK(k) if k == 0 || k > n => Err(Error::InvalidArgument {
                argument: "k",
                value: k.to_string(),
                remedy: format!("give 1 to the {n} coordinates of a row"),
            }),
            _ => Ok(()),
        }
    }
}
