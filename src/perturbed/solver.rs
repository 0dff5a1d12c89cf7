//! What is perturbed: maximisers of linear functions over sets of solutions.

use super::{CustomSolver, Knapsack, assignment, grid};
use crate::error::{Error, Result};

/// A discrete decision: `y*(theta) = argmax over the solutions y of <y, theta>`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Solver {
    /// The largest coordinate: `y` has one 1. Of equal ones the first.
    Argmax,
    /// The `k` largest coordinates: `y` has `k` ones. Of equal ones the first. At least `k` coordinates are to be above `-infinity`: else there is no solution, and the
    /// maximum is NaN.
    TopK(u32),
    /// Ascending ranks from 1 to `n`: `y` is a permutation of them. Equal coordinates rank in their order.
    Rank,
    /// The coordinates in ascending order: `y = sort(theta)`, which maximises no linear function of `theta`: its
    /// maximum is that of [`Rank`](Self::Rank), `<(1, ..., n), sort(theta)>`.
    Sort,
    /// The cheapest path through a grid of vertices, from its first corner to the opposite one: `y` is 1 on the path. `theta` is
    /// `[h, w]` or `[.., h, w]`, with at most 2^14 vertices, and holds costs with a minus.
    ///
    /// Costs are to be 0 or more: where noise makes one negative it counts as 0 for the choice of the path, and as it is for the maximum. The path is then not
    /// always the one with the largest `<y, theta + sigma Z>`, so that the perturbed solution is not exactly the gradient of the maximum any more, nor
    /// what a loss returns exactly its gradient: the less so the more costs fall below 0, and not at all where noise is small beside costs, or
    /// [multiplicative](super::Perturbed::multiplicative), which leaves them positive.
    ///
    /// A vertex of `-infinity` is a wall; where walls leave no path there is no solution, and the maximum is NaN.
    ShortestPath(Neighbours),
    /// A linear assignment: `y` is 1 at an entry in each row of a matrix, no two in one column, and `theta` is `[h, w]` or `[.., h, w]`, with at most
    /// 128 rows and columns. Where there are more rows than columns, an entry in each column, no two in one row.
    ///
    /// An entry of `-infinity` is never taken; where such entries leave no assignment there is no solution, and the maximum is NaN.
    Assignment,
    /// The best subset within a budget.
    Knapsack(Knapsack),
    /// A caller's own.
    Custom(CustomSolver),
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
    pub(super) fn problem<'s>(&self, sizes: &'s [u32]) -> Result<&'s [u32]> {
        if let Self::Custom(custom) = self {
            custom.check()?;
        }
        let (dimensions, expected) = match self {
            Self::ShortestPath(_) => (2, "[h, w] or [.., h, w], grids with at least one vertex".to_owned()),
            Self::Assignment => (2, "[h, w] or [.., h, w], matrices with at least one entry".to_owned()),
            Self::Custom(custom) => (
                custom.dimensions(),
                format!("{} dimensions or more, problems with at least one coordinate", custom.dimensions()),
            ),
            _ => (1, "[n] or [.., n], problems with at least one coordinate".to_owned()),
        };
        match sizes.len().checked_sub(dimensions).map(|outer| &sizes[outer..]) {
            Some(problem) if !problem.contains(&0) => {
                self.check(problem)?;
                Ok(problem)
            }
            _ => Err(Error::ShapeMismatch { argument: "theta", found: sizes.to_vec(), expected }),
        }
    }

    fn check(&self, problem: &[u32]) -> Result<()> {
        match (self, problem) {
            (Self::ShortestPath(_), &[height, width]) => grid::check([height, width]),
            (Self::Assignment, &[height, width]) => assignment::check([height, width]),
            (Self::Knapsack(knapsack), &[n]) => knapsack.check(n),
            (&Self::TopK(k), &[n]) if k == 0 || k > n => Err(Error::InvalidArgument {
                argument: "k",
                value: k.to_string(),
                remedy: format!("give 1 to the {n} coordinates of a row"),
            }),
            _ => Ok(()),
        }
    }

    /// How many coordinates each sample's solution is kept as, where it is 1 at a few and 0 elsewhere; `None` where solutions are kept whole.
    pub(super) fn winners(&self) -> Option<u32> {
        match *self {
            Self::Argmax => Some(1),
            Self::TopK(k) if k <= WINNERS => Some(k),
            _ => None,
        }
    }
}

/// The most coordinates that a sample is kept as: what one invocation holds of each of its samples.
const WINNERS: u32 = 16;
