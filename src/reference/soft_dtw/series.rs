//! From series to cost matrices, and from derivatives in the costs back to series.

use super::{Alignment, GroundCost, alignment};

/// A value and its gradients in both series; made by [`value_and_grad`] and
/// [`kinds::of`](super::kinds::of).
#[derive(Clone, Debug, PartialEq)]
pub struct ValueAndGrad {
    /// The value.
    pub value: f64,
    /// `d value / d x`, `[n, dim]`.
    pub grad_x: Vec<f64>,
    /// `d value / d y`, `[m, dim]`.
    pub grad_y: Vec<f64>,
}

/// The matrix of the costs between all points of `x`, `[n, dim]`, and all points of `y`, `[m,
/// dim]`.
///
/// Takes O(n m dim) time.
///
/// # Panics
///
/// If `dim` is 0, the length of `x` or of `y` is not a multiple of it, or one of their numbers is
/// not finite.
///
/// # Examples
///
/// ```
/// use supple::reference::soft_dtw::{Cost, cost_matrix};
///
/// let cost = cost_matrix(&Cost::HalfSquaredEuclidean, &[0.0, 1.0], &[1.0, 3.0], 1);
/// assert_eq!(cost, [0.5, 4.5, 0.0, 2.0]);
/// ```
#[must_use]
pub fn cost_matrix(cost: &impl GroundCost, x: &[f64], y: &[f64], dim: usize) -> Vec<f64> {
    let (n, m) = (points(x, dim), points(y, dim));
    let mut costs = Vec::with_capacity(n * m);
    for xi in x.chunks_exact(dim) {
        for yj in y.chunks_exact(dim) {
            costs.push(cost.cost(xi, yj));
        }
    }
    costs
}

/// The gradients in `x`, `[n, dim]`, and in `y`, `[m, dim]`, from a value's derivative in the costs,
/// `[n, m]`, as the expected alignment is.
///
/// ```text
/// grad_x[i] = sum_j D[i,j] dC[i,j]/dx_i
/// grad_y[j] = sum_i D[i,j] dC[i,j]/dy_j
/// ```
///
/// Takes O(n m dim) time.
///
/// # Panics
///
/// If `dim` is 0, the length of `x` or of `y` is not a multiple of it, one of their numbers is not
/// finite, or `derivative` does not have one element for each pair of their points.
///
/// # Examples
///
/// ```
/// use supple::reference::soft_dtw::{Cost, gradients};
///
/// let (x, y) = gradients(&Cost::HalfSquaredEuclidean, &[1.0, 0.5], &[2.0], &[1.0, 4.0], 1);
/// assert_eq!(x, [0.0]); // 1 (2 - 1) + 0.5 (2 - 4)
/// assert_eq!(y, [-1.0, 1.0]);
/// ```
#[must_use]
pub fn gradients(cost: &impl GroundCost, derivative: &[f64], x: &[f64], y: &[f64], dim: usize) -> (Vec<f64>, Vec<f64>) {
    let (n, m) = (points(x, dim), points(y, dim));
    assert!(
        derivative.len() == n * m,
        "a derivative in the costs [{n}, {m}] needs {} elements, got {}",
        n * m,
        derivative.len()
    );
    let mut grad_x = vec![0.0; x.len()];
    let mut grad_y = vec![0.0; y.len()];
    let rows = x.chunks_exact(dim).zip(grad_x.chunks_exact_mut(dim));
    for ((xi, gi), row) in rows.zip(derivative.chunks_exact(m.max(1))) {
        let columns = y.chunks_exact(dim).zip(grad_y.chunks_exact_mut(dim));
        for ((yj, gj), &weight) in columns.zip(row) {
            // A forbidden match may have no derivative, and does not count.
            if weight != 0.0 {
                cost.add_gradient(xi, yj, weight, gi, gj);
            }
        }
    }
    (grad_x, grad_y)
}

/// The first of the [`gradients`]: that in `x`, `[n, dim]`.
///
/// # Panics
///
/// As [`gradients`] does.
#[must_use]
pub fn grad_x(cost: &impl GroundCost, derivative: &[f64], x: &[f64], y: &[f64], dim: usize) -> Vec<f64> {
    gradients(cost, derivative, x, y, dim).0
}

/// The second of the [`gradients`]: that in `y`, `[m, dim]`.
///
/// # Panics
///
/// As [`gradients`] does.
#[must_use]
pub fn grad_y(cost: &impl GroundCost, derivative: &[f64], x: &[f64], y: &[f64], dim: usize) -> Vec<f64> {
    gradients(cost, derivative, x, y, dim).1
}

/// The soft-DTW value of two series, `[n, dim]` and `[m, dim]`, and its gradients in both.
///
/// [`cost_matrix`], [`alignment`] and [`gradients`] in one call. Takes O(n m dim) time and O(n m)
/// memory.
///
/// # Panics
///
/// If `dim` is 0, the length of `x` or of `y` is 0 or not a multiple of `dim`, one of their numbers
/// is not finite, a cost is NaN or `-infinity`, or `gamma` is negative or not finite.
///
/// # Examples
///
/// ```
/// use supple::reference::soft_dtw::{Cost, value_and_grad};
///
/// let result = value_and_grad(&Cost::HalfSquaredEuclidean, &[0.0, 2.0], &[1.0, 2.0], 1, 0.0);
/// assert_eq!(result.value, 0.5);
/// assert_eq!(result.grad_x, [-1.0, 0.0]);
/// assert_eq!(result.grad_y, [1.0, 0.0]);
/// ```
#[must_use]
pub fn value_and_grad(cost: &impl GroundCost, x: &[f64], y: &[f64], dim: usize, gamma: f64) -> ValueAndGrad {
    let (n, m) = (points(x, dim), points(y, dim));
    let Alignment { value, expected } = alignment(&cost_matrix(cost, x, y, dim), n, m, gamma);
    let (grad_x, grad_y) = gradients(cost, &expected, x, y, dim);
    ValueAndGrad { value, grad_x, grad_y }
}

/// How many points of `dim` coordinates a series has.
pub(super) fn points(series: &[f64], dim: usize) -> usize {
    assert!(dim > 0, "dim must be at least 1");
    assert!(
        series.len().is_multiple_of(dim),
        "a series of {} numbers is not made of points of dim = {dim}",
        series.len()
    );
    assert!(series.iter().all(|value| value.is_finite()), "a series must be finite");
    series.len() / dim
}
