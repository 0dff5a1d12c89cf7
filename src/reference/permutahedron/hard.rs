//! Hard ranks, and the derivatives of hard sorting.

use super::{check_numbers, expect_length};
use crate::reference::segmented::{Direction, argsort, compare, permuted};

/// What ranks equal elements have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ties {
    /// All the mean of the ranks that they take up, as soft ranks do. The default, and that of `scipy.stats.rankdata`.
    #[default]
    Average,
    /// Each its own, in the order in which they are in the row.
    Ordinal,
}

/// The ranks of a row, from 1: ascending, the smallest element has rank 1.
///
/// They are constant around every row without ties, so that their derivatives are 0.
///
/// # Panics
///
/// If an `x` is NaN.
///
/// # Examples
///
/// ```
/// use supple::reference::permutahedron::{Ties, rank};
/// use supple::reference::segmented::Direction;
///
/// let x = [4.0, 7.0, 4.0];
/// assert_eq!(rank(&x, Direction::Ascending, Ties::Average), [1.5, 3.0, 1.5]);
/// assert_eq!(rank(&x, Direction::Descending, Ties::Ordinal), [2.0, 1.0, 3.0]);
/// ```
#[must_use]
pub fn rank(x: &[f64], direction: Direction, ties: Ties) -> Vec<f64> {
    check_numbers("x", x);
    let order = argsort(x, direction);
    let mut ranks = vec![0.0; x.len()];
    let mut before = 0;
    for equal in order.chunk_by(|&a, &b| ties == Ties::Average && compare(x[a], x[b]).is_eq()) {
        let mean = before as f64 + (equal.len() + 1) as f64 / 2.0;
        for &at in equal {
            ranks[at] = mean;
        }
        before += equal.len();
    }
    ranks
}

/// The gradient in `x` of `<cotangent, sort(x)>`: the cotangent, put back to where the elements were.
///
/// # Panics
///
/// If `cotangent` has another length.
#[must_use]
pub fn sort_vjp(x: &[f64], direction: Direction, cotangent: &[f64]) -> Vec<f64> {
    expect_length("cotangent", cotangent.len(), x.len());
    let mut grad = vec![0.0; x.len()];
    for (at, g) in argsort(x, direction).into_iter().zip(cotangent) {
        grad[at] = *g;
    }
    grad
}

/// The derivative of the sorted row along a direction in `x`: the direction, in the order of the sorted row.
///
/// # Panics
///
/// If `tangent` has another length.
#[must_use]
pub fn sort_jvp(x: &[f64], direction: Direction, tangent: &[f64]) -> Vec<f64> {
    expect_length("tangent", tangent.len(), x.len());
    permuted(tangent, &argsort(x, direction))
}
