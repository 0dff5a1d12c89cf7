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
//! [`kinds`] holds what else is made of the same recursion: the divergences, which are 0 for `x = y`,
//! the sharp value and the mean cost.
//!
//! The definitions and the forward recursion are those of Cuturi and Blondel, *Soft-DTW: a
//! differentiable loss function for time-series*, 2017 ([arXiv
//! 1703.01541](https://arxiv.org/abs/1703.01541)). The backward recursion over stored transition
//! weights, its derivatives and all the rest are those of Blondel, Mensch and Vert, *Differentiable
//! divergences between time series*, 2020 ([arXiv 2010.08354](https://arxiv.org/abs/2010.08354)).
//!
//! Cost matrices have shape `[n, m]`, series `[length, dim]`, all row-major. A cost of `+infinity`
//! forbids its cell: no alignment passes it. Where that leaves no alignment at all, the value is
//! `+infinity` and its derivatives are 0.

pub mod band;
mod cost;
pub mod kinds;
mod series;
mod tangent;

pub use band::Band;
pub use cost::{Cost, GroundCost};
pub use kinds::Kind;
pub use series::{ValueAndGrad, cost_matrix, grad_x, grad_y, gradients, value_and_grad};
pub use tangent::{directional_derivative, entropy, hessian_product};

/// The forward recursion's table and the weights that lead backwards through it; made by
/// [`forward`].
#[derive(Clone, Debug, PartialEq)]
pub struct Forward {
    /// `V` with its border, `[n + 1, m + 1]`, in the units of the cost; the last element is the
    /// soft-DTW value.
    pub values: Vec<f64>,
    /// For each cell, `[n, m]`, the weights of its diagonal, upper and left predecessor, which sum
    /// to 1: the probabilities of a random walk from `(n,m)` back to `(1,1)`. All are 0 where no
    /// alignment reaches a predecessor.
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
/// If `n` or `m` is 0, the length of `cost` is not `n * m`, a cost is NaN or `-infinity`, or `gamma`
/// is negative or not finite.
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
    let value = values[values.len() - 1];
    let mut expected = vec![0.0; n * m];
    expected[n * m - 1] = if value < f64::INFINITY { 1.0 } else { 0.0 };
    for i in (0..n).rev() {
        for j in (0..m).rev() {
            let at = i * m + j;
            let (below, right) = (i + 1 < n, j + 1 < m);
            // The last cell has no successor and keeps what it has.
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
    Alignment { value, expected }
}

/// One cell of the recursion: its value, from its cost and its predecessors' values, and their
/// weights.
fn step(cost: f64, before: [f64; 3], gamma: f64) -> (f64, [f64; 3]) {
    // NaN is not above anything.
    assert!(cost > f64::NEG_INFINITY, "costs must be finite, or infinity to forbid a cell, found {cost}");
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
        if diagonal == f64::INFINITY {
            return (f64::INFINITY, [0.0; 3]);
        }
        (diagonal, [1.0, exp(diagonal - up), exp(diagonal - left)])
    } else if up <= left {
        (up, [exp(up - diagonal), 1.0, exp(up - left)])
    } else {
        (left, [exp(left - diagonal), exp(left - up), 1.0])
    };
    let sum = terms[0] + terms[1] + terms[2];
    (min - gamma * sum.ln(), terms.map(|term| term / sum))
}

fn check(cost: &[f64], n: usize, m: usize, gamma: f64) {
    check_cells(cost, n, m);
    assert!(gamma >= 0.0 && gamma.is_finite(), "gamma must be finite and at least 0, got {gamma}");
}

fn check_cells(cost: &[f64], n: usize, m: usize) {
    assert!(n > 0 && m > 0, "both series need at least one point, got n = {n} and m = {m}");
    assert!(cost.len() == n * m, "a cost matrix [{n}, {m}] needs {} elements, got {}", n * m, cost.len());
}

#[cfg(test)]
mod tests;
