//! Soft dynamic time warping and its gradients.
//!
//! Between a series `x` of `n` points and a series `y` of `m` points, with `C[i,j]` the cost of
//! matching `x[i]` to `y[j]`, soft-DTW is the soft minimum of `<A, C>` over all alignments `A`: the
//! 0/1 matrices of the monotone paths from `(1,1)` to `(n,m)` with steps down, right and diagonal.
//!
//! ```text
//! value = min_gamma { <A, C> : A an alignment }
//! min_gamma(a_1, ..., a_k) = -gamma log sum_i exp(-a_i / gamma)    for gamma > 0
//!                          = min_i a_i                             for gamma = 0: plain DTW
//! ```
//!
//! With `gamma > 0` the value is not 0 for `x = y`, and negative where `gamma` is large against the
//! costs: the soft minimum over many alignments lies below the smallest of them.
//!
//! The definitions and the forward recursion are those of Cuturi and Blondel, *Soft-DTW: a
//! differentiable loss function for time-series*, 2017 ([arXiv
//! 1703.01541](https://arxiv.org/abs/1703.01541)). The backward recursion over stored transition
//! weights is that of Blondel, Mensch and Vert, *Differentiable divergences between time series*,
//! 2020 ([arXiv 2010.08354](https://arxiv.org/abs/2010.08354)).
//!
//! Cost matrices have shape `[n, m]`, series `[length, dim]`, all row-major.

use crate::soft_dtw::Cost;

/// The forward recursion's table and the weights that lead backwards through it; made by
/// [`forward`].
#[derive(Clone, Debug, PartialEq)]
pub struct Forward {
    /// `V` with its border, `[n + 1, m + 1]`, in the units of the cost; the last element is the
    /// soft-DTW value.
    pub values: Vec<f64>,
    /// For each cell, `[n, m]`, the weights of its diagonal, upper and left predecessor, which sum
    /// to 1: the probabilities of a random walk from `(n,m)` back to `(1,1)`.
    pub weights: Vec<[f64; 3]>,
}

/// A soft-DTW value and the expected alignment; made by [`alignment`].
#[derive(Clone, Debug, PartialEq)]
pub struct Alignment {
    /// The soft-DTW value.
    pub value: f64,
    /// `E = d value / d C`, `[n, m]`: the probability that the alignment passes through each cell.
    pub expected: Vec<f64>,
}

/// A soft-DTW value and its gradients in both series; made by [`value_and_grad`].
#[derive(Clone, Debug, PartialEq)]
pub struct ValueAndGrad {
    /// The soft-DTW value.
    pub value: f64,
    /// `d value / d x`, `[n, dim]`.
    pub grad_x: Vec<f64>,
    /// `d value / d y`, `[m, dim]`.
    pub grad_y: Vec<f64>,
}

/// The matrix of the costs between all points of `x`, `[n, dim]`, and all points of `y`, `[m,
/// dim]`.
///
/// ```text
/// C[i,j] = 1/2 |x_i - y_j|^2     half squared Euclidean
/// C[i,j] =     |x_i - y_j|^2     squared Euclidean
/// ```
///
/// Takes O(n m dim) time.
///
/// # Panics
///
/// If `dim` is 0, or the length of `x` or of `y` is not a multiple of it.
///
/// # Examples
///
/// ```
/// use supple::reference::soft_dtw::cost_matrix;
/// use supple::soft_dtw::Cost;
///
/// let cost = cost_matrix(Cost::HalfSquaredEuclidean, &[0.0, 1.0], &[1.0, 3.0], 1);
/// assert_eq!(cost, [0.5, 4.5, 0.0, 2.0]);
/// ```
#[must_use]
pub fn cost_matrix(kind: Cost, x: &[f64], y: &[f64], dim: usize) -> Vec<f64> {
    let (n, m) = (points(x, dim), points(y, dim));
    let scale = slope(kind) / 2.0;
    let mut cost = Vec::with_capacity(n * m);
    for xi in x.chunks_exact(dim) {
        for yj in y.chunks_exact(dim) {
            let squared: f64 = xi.iter().zip(yj).map(|(a, b)| (a - b) * (a - b)).sum();
            cost.push(scale * squared);
        }
    }
    cost
}

/// The soft-DTW value of a cost matrix `[n, m]`.
///
/// ```text
/// V[0,0] = 0,   V[i,0] = V[0,j] = infinity
/// V[i,j] = C[i,j] + min_gamma(V[i-1,j-1], V[i-1,j], V[i,j-1])
/// value  = V[n,m]
/// ```
///
/// (Cuturi and Blondel, Algorithm 1.) Takes O(n m) time and O(m) memory.
///
/// # Panics
///
/// If `n` or `m` is 0, the length of `cost` is not `n * m`, a cost is not finite, or `gamma` is
/// negative or not finite.
///
/// # Examples
///
/// Three alignments lead through a 2 x 2 matrix; without costs, the value is `-gamma log 3`.
///
/// ```
/// use supple::reference::soft_dtw::value;
///
/// let soft = value(&[0.0; 4], 2, 2, 0.5);
/// assert!((soft + 0.5 * 3.0_f64.ln()).abs() < 1e-12);
/// assert_eq!(value(&[1.0, 5.0, 5.0, 2.0], 2, 2, 0.0), 3.0);
/// ```
#[must_use]
pub fn value(cost: &[f64], n: usize, m: usize, gamma: f64) -> f64 {
    check(cost, n, m, gamma);
    let mut row = vec![f64::INFINITY; m + 1];
    row[0] = 0.0;
    for costs in cost.chunks_exact(m) {
        let mut diagonal = row[0];
        row[0] = f64::INFINITY;
        let mut left = row[0];
        for (cell, &c) in row[1..].iter_mut().zip(costs) {
            let up = *cell;
            (left, _) = step(c, [diagonal, up, left], gamma);
            *cell = left;
            diagonal = up;
        }
    }
    row[m]
}

/// The forward recursion of [`value`] with all that it computes: the table `V` and the transition
/// weights
///
/// ```text
/// P_k[i,j] = exp((min_gamma(V_1, V_2, V_3) - V_k) / gamma)
/// (V_1, V_2, V_3) = (V[i-1,j-1], V[i-1,j], V[i,j-1])
/// ```
///
/// which are the derivatives of the soft minimum (Blondel, Mensch and Vert). For `gamma = 0`
/// one weight is 1 and the others are 0; a tie goes to the diagonal, then to the upper predecessor.
///
/// Takes O(n m) time and memory.
///
/// # Panics
///
/// As [`value`] does.
///
/// # Examples
///
/// ```
/// use supple::reference::soft_dtw::forward;
///
/// let forward = forward(&[0.0, 2.0, 0.0, 1.0], 2, 2, 0.0);
/// let inf = f64::INFINITY;
/// assert_eq!(forward.values, [0.0, inf, inf, inf, 0.0, 2.0, inf, 0.0, 1.0]);
/// assert_eq!(forward.weights[3], [1.0, 0.0, 0.0]);
/// ```
#[must_use]
pub fn forward(cost: &[f64], n: usize, m: usize, gamma: f64) -> Forward {
    check(cost, n, m, gamma);
    let width = m + 1;
    let mut values = vec![f64::INFINITY; (n + 1) * width];
    values[0] = 0.0;
    let mut weights = Vec::with_capacity(n * m);
    for i in 1..=n {
        for j in 1..=m {
            let at = i * width + j;
            let before = [values[at - width - 1], values[at - width], values[at - 1]];
            let (v, p) = step(cost[(i - 1) * m + j - 1], before, gamma);
            values[at] = v;
            weights.push(p);
        }
    }
    Forward { values, weights }
}

/// The soft-DTW value of a cost matrix `[n, m]` and the expected alignment, its gradient in the
/// cost.
///
/// With `P` the weights of [`forward`], each cell gathers from its three successors:
///
/// ```text
/// E[n,m] = 1
/// E[i,j] = P_diagonal[i+1,j+1] E[i+1,j+1] + P_up[i+1,j] E[i+1,j] + P_left[i,j+1] E[i,j+1]
/// ```
///
/// (Blondel, Mensch and Vert.) For `gamma = 0` this is the 0/1 matrix of one optimal
/// path, a subgradient of the value.
///
/// Takes O(n m) time and memory.
///
/// # Panics
///
/// As [`value`] does.
///
/// # Examples
///
/// ```
/// use supple::reference::soft_dtw::alignment;
///
/// let hard = alignment(&[0.0, 9.0, 9.0, 9.0, 0.0, 0.0], 2, 3, 0.0);
/// assert_eq!(hard.value, 0.0);
/// assert_eq!(hard.expected, [1.0, 0.0, 0.0, 0.0, 1.0, 1.0]);
///
/// // Without costs the three alignments of 2 x 2 are equally likely, and one of them passes each
/// // off-diagonal cell.
/// let soft = alignment(&[0.0; 4], 2, 2, 1.0);
/// assert!((soft.expected[1] - 1.0 / 3.0).abs() < 1e-12);
/// ```
#[must_use]
pub fn alignment(cost: &[f64], n: usize, m: usize, gamma: f64) -> Alignment {
    let Forward { values, weights } = forward(cost, n, m, gamma);
    let mut expected = vec![0.0; n * m];
    expected[n * m - 1] = 1.0;
    for i in (0..n).rev() {
        for j in (0..m).rev() {
            let at = i * m + j;
            let (below, right) = (i + 1 < n, j + 1 < m);
            // The last cell has no successor and keeps its 1.
            let mut e = expected[at];
            if below && right {
                e += weights[at + m + 1][0] * expected[at + m + 1];
            }
            if below {
                e += weights[at + m][1] * expected[at + m];
            }
            if right {
                e += weights[at + 1][2] * expected[at + 1];
            }
            expected[at] = e;
        }
    }
    Alignment { value: values[(n + 1) * (m + 1) - 1], expected }
}

/// The gradient in `x`, `[n, dim]`, from the expected alignment `[n, m]`.
///
/// ```text
/// grad_x[i] =   sum_j E[i,j] (x_i - y_j)     half squared Euclidean
/// grad_x[i] = 2 sum_j E[i,j] (x_i - y_j)     squared Euclidean
/// ```
///
/// Takes O(n m dim) time.
///
/// # Panics
///
/// If `dim` is 0, the length of `x` or of `y` is not a multiple of it, or `expected` does not have
/// one element for each pair of their points.
///
/// # Examples
///
/// ```
/// use supple::reference::soft_dtw::grad_x;
/// use supple::soft_dtw::Cost;
///
/// let grad = grad_x(Cost::HalfSquaredEuclidean, &[1.0, 0.5], &[2.0], &[1.0, 4.0], 1);
/// assert_eq!(grad, [0.0]); // 1 (2 - 1) + 0.5 (2 - 4)
/// ```
#[must_use]
pub fn grad_x(kind: Cost, expected: &[f64], x: &[f64], y: &[f64], dim: usize) -> Vec<f64> {
    let m = check_expected(expected, x, y, dim);
    let slope = slope(kind);
    let mut grad = vec![0.0; x.len()];
    for (i, (xi, gi)) in x.chunks_exact(dim).zip(grad.chunks_exact_mut(dim)).enumerate() {
        for (j, yj) in y.chunks_exact(dim).enumerate() {
            accumulate(gi, slope * expected[i * m + j], xi, yj);
        }
    }
    grad
}

/// The gradient in `y`, `[m, dim]`, from the expected alignment `[n, m]`.
///
/// ```text
/// grad_y[j] =   sum_i E[i,j] (y_j - x_i)     half squared Euclidean
/// grad_y[j] = 2 sum_i E[i,j] (y_j - x_i)     squared Euclidean
/// ```
///
/// Takes O(n m dim) time.
///
/// # Panics
///
/// As [`grad_x`] does.
///
/// # Examples
///
/// ```
/// use supple::reference::soft_dtw::grad_y;
/// use supple::soft_dtw::Cost;
///
/// let grad = grad_y(Cost::SquaredEuclidean, &[1.0, 0.5], &[2.0], &[1.0, 4.0], 1);
/// assert_eq!(grad, [-2.0, 2.0]);
/// ```
#[must_use]
pub fn grad_y(kind: Cost, expected: &[f64], x: &[f64], y: &[f64], dim: usize) -> Vec<f64> {
    let m = check_expected(expected, x, y, dim);
    let slope = slope(kind);
    let mut grad = vec![0.0; y.len()];
    for (i, xi) in x.chunks_exact(dim).enumerate() {
        for (j, (yj, gj)) in y.chunks_exact(dim).zip(grad.chunks_exact_mut(dim)).enumerate() {
            accumulate(gj, slope * expected[i * m + j], yj, xi);
        }
    }
    grad
}

/// The soft-DTW value of two series, `[n, dim]` and `[m, dim]`, and its gradients in both.
///
/// [`cost_matrix`], [`alignment`], [`grad_x`] and [`grad_y`] in one call:
///
/// ```text
/// d value / d x_i = sum_j E[i,j] dC[i,j]/dx_i
/// d value / d y_j = sum_i E[i,j] dC[i,j]/dy_j
/// ```
///
/// Takes O(n m dim) time and O(n m) memory.
///
/// # Panics
///
/// If `dim` is 0, the length of `x` or of `y` is 0 or not a multiple of `dim`, a cost is not
/// finite, or `gamma` is negative or not finite.
///
/// # Examples
///
/// ```
/// use supple::reference::soft_dtw::value_and_grad;
/// use supple::soft_dtw::Cost;
///
/// let result = value_and_grad(Cost::HalfSquaredEuclidean, &[0.0, 2.0], &[1.0, 2.0], 1, 0.0);
/// assert_eq!(result.value, 0.5);
/// assert_eq!(result.grad_x, [-1.0, 0.0]);
/// assert_eq!(result.grad_y, [1.0, 0.0]);
/// ```
#[must_use]
pub fn value_and_grad(kind: Cost, x: &[f64], y: &[f64], dim: usize, gamma: f64) -> ValueAndGrad {
    let (n, m) = (points(x, dim), points(y, dim));
    let cost = cost_matrix(kind, x, y, dim);
    let Alignment { value, expected } = alignment(&cost, n, m, gamma);
    ValueAndGrad { value, grad_x: grad_x(kind, &expected, x, y, dim), grad_y: grad_y(kind, &expected, x, y, dim) }
}

/// One cell of the recursion: its value, from its cost and its predecessors' values, and their
/// weights.
fn step(cost: f64, before: [f64; 3], gamma: f64) -> (f64, [f64; 3]) {
    assert!(cost.is_finite(), "costs must be finite, found {cost}");
    let (min, weights) = soft_min(before, gamma);
    (cost + min, weights)
}

/// The soft minimum of the values of the diagonal, upper and left predecessor, and its derivatives
/// in them.
///
/// Exponentials are taken relative to the smallest value, so that none overflows and the sum is at
/// least 1.
fn soft_min([diagonal, up, left]: [f64; 3], gamma: f64) -> (f64, [f64; 3]) {
    // Without smoothing only the smallest counts, even in a tie, where 0 / 0 would follow.
    let exp = |difference: f64| {
        if gamma > 0.0 { (difference / gamma).exp() } else { 0.0 }
    };
    let (min, terms) = if diagonal <= up && diagonal <= left {
        (diagonal, [1.0, exp(diagonal - up), exp(diagonal - left)])
    } else if up <= left {
        (up, [exp(up - diagonal), 1.0, exp(up - left)])
    } else {
        (left, [exp(left - diagonal), exp(left - up), 1.0])
    };
    let sum = terms[0] + terms[1] + terms[2];
    (min - gamma * sum.ln(), terms.map(|term| term / sum))
}

/// The factor in `dC/dx = slope (x - y)`; the cost itself is `slope / 2 |x - y|^2`.
fn slope(kind: Cost) -> f64 {
    match kind {
        Cost::HalfSquaredEuclidean => 1.0,
        _ => 2.0,
    }
}

/// Adds `weight (a - b)` to `grad`.
fn accumulate(grad: &mut [f64], weight: f64, a: &[f64], b: &[f64]) {
    for (g, (a, b)) in grad.iter_mut().zip(a.iter().zip(b)) {
        *g += weight * (a - b);
    }
}

/// How many points of `dim` coordinates a series has.
fn points(series: &[f64], dim: usize) -> usize {
    assert!(dim > 0, "dim must be at least 1");
    assert!(
        series.len().is_multiple_of(dim),
        "a series of {} numbers is not made of points of dim = {dim}",
        series.len()
    );
    series.len() / dim
}

fn check(cost: &[f64], n: usize, m: usize, gamma: f64) {
    assert!(n > 0 && m > 0, "both series need at least one point, got n = {n} and m = {m}");
    assert!(cost.len() == n * m, "a cost matrix [{n}, {m}] needs {} elements, got {}", n * m, cost.len());
    assert!(gamma >= 0.0 && gamma.is_finite(), "gamma must be finite and at least 0, got {gamma}");
}

/// Checks the shapes that the gradients take and returns the number of points of `y`.
fn check_expected(expected: &[f64], x: &[f64], y: &[f64], dim: usize) -> usize {
    let (n, m) = (points(x, dim), points(y, dim));
    assert!(
        expected.len() == n * m,
        "an expected alignment [{n}, {m}] needs {} elements, got {}",
        n * m,
        expected.len()
    );
    m
}

#[cfg(test)]
mod tests;
