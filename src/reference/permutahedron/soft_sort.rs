//! Soft sorting.

use super::projection::{Projection, project, project_jvp, project_vjp};
use super::{Regularization, check_numbers, check_strength, expect_length};
use crate::reference::segmented::{Direction, sort};

/// A row, softly sorted.
///
/// ```text
/// rho = (n, ..., 1)
/// descending   P(rho / strength, x)
/// ascending   -P(rho / strength, -x)
/// ```
///
/// (Blondel et al., section 4.) For L2 the sum is that of `x`, and the ascending row is the descending one turned round; for KL the sum
/// of `exp` is that of `exp(x)` descending, and the sum of `exp(-result)` that of `exp(-x)` ascending. Infinite elements are at the
/// ends, and the finite ones are sorted as a row of their own.
///
/// # Panics
///
/// If an `x` is NaN, or the strength is not positive and finite.
///
/// # Examples
///
/// ```
/// use supple::reference::permutahedron::{Regularization, soft_sort};
/// use supple::reference::segmented::Direction;
///
/// let sort = |x: &[f64], strength| soft_sort(x, Regularization::L2, strength, Direction::Ascending);
/// assert_eq!(sort(&[5.0, 1.0, 3.0], 0.5), [1.0, 3.0, 5.0]);
/// assert_eq!(sort(&[5.0, 1.0, 3.0], 1.0), [2.0, 3.0, 4.0]);
/// ```
#[must_use]
pub fn soft_sort(x: &[f64], regularization: Regularization, strength: f64, direction: Direction) -> Vec<f64> {
    let row = SoftSort::new(x, regularization, strength, direction);
    let mut sorted = sort(x, direction);
    for (s, p) in sorted[row.first..].iter_mut().zip(&row.projection.value) {
        *s = row.sign * p;
    }
    sorted
}

/// The gradient in `x` of `<cotangent, soft_sort(x)>`: on each block the mean of the cotangent, for KL the
/// softmax of the block's elements (of `-x` ascending) times its sum.
///
/// # Panics
///
/// As [`soft_sort`] does, or if `cotangent` has another length.
#[must_use]
pub fn soft_sort_vjp(
    x: &[f64],
    regularization: Regularization,
    strength: f64,
    direction: Direction,
    cotangent: &[f64],
) -> Vec<f64> {
    let row = SoftSort::new(x, regularization, strength, direction);
    expect_length("cotangent", cotangent.len(), x.len());
    let own = &cotangent[row.first..][..row.finite.len()];
    let (_, of_finite) = project_vjp(&row.z, &row.w, regularization, &row.projection, own);
    let mut grad = vec![0.0; x.len()];
    // The signs of w = sign x and of sign P cancel.
    for (&at, g) in row.finite.iter().zip(of_finite) {
        grad[at] = g;
    }
    grad
}

/// The derivative of the softly sorted row along a direction in `x`.
///
/// # Panics
///
/// As [`soft_sort`] does, or if `tangent` has another length.
#[must_use]
pub fn soft_sort_jvp(
    x: &[f64],
    regularization: Regularization,
    strength: f64,
    direction: Direction,
    tangent: &[f64],
) -> Vec<f64> {
    let row = SoftSort::new(x, regularization, strength, direction);
    expect_length("tangent", tangent.len(), x.len());
    let own: Vec<f64> = row.finite.iter().map(|&at| tangent[at]).collect();
    let still = vec![0.0; own.len()];
    let of_finite = project_jvp(&row.z, &row.w, regularization, &row.projection, &still, &own);
    let mut sorted = vec![0.0; x.len()];
    sorted[row.first..][..of_finite.len()].copy_from_slice(&of_finite);
    sorted
}

/// The finite elements of a row, softly sorted.
struct SoftSort {
    /// Where the finite elements are in the row.
    finite: Vec<usize>,
    /// How many infinite ones come before them in the sorted row.
    first: usize,
    /// 1 descending, -1 ascending.
    sign: f64,
    z: Vec<f64>,
    w: Vec<f64>,
    projection: Projection,
}

impl SoftSort {
    fn new(x: &[f64], regularization: Regularization, strength: f64, direction: Direction) -> Self {
        check_strength(strength);
        check_numbers("x", x);
        let sign = match direction {
            Direction::Ascending => -1.0,
            Direction::Descending => 1.0,
        };
        let finite: Vec<usize> = (0..x.len()).filter(|&i| x[i].is_finite()).collect();
        let first = sort(x, direction).iter().take_while(|x| x.is_infinite()).count();
        let z: Vec<f64> = (1..=finite.len()).rev().map(|rank| rank as f64 / strength).collect();
        let w: Vec<f64> = finite.iter().map(|&at| sign * x[at]).collect();
        let projection = project(&z, &w, regularization);
        Self { finite, first, sign, z, w, projection }
    }
}
