//! Derivatives along a direction in the costs, and second derivatives.

use super::{Forward, alignment, forward};

/// The derivative of the value of [`value`](super::value) along a direction `Z`, `[n, m]`, in the
/// costs.
///
/// With `P` the weights of [`forward`],
///
/// ```text
/// V'[0,0] = V'[i,0] = V'[0,j] = 0
/// V'[i,j] = Z[i,j] + sum_k P_k[i,j] V'_k        k: the diagonal, upper and left predecessor
/// ```
///
/// and the derivative is `V'[n,m] = <E, Z>`, with `E` the expected alignment. Forbidden cells have
/// no derivative: `Z` counts as 0 there.
///
/// Takes O(n m) time and memory.
///
/// # Panics
///
/// As [`value`](super::value) does, or if the length of `direction` is not `n * m`.
///
/// # Examples
///
/// The first cell is on every alignment, the second on one in three.
///
/// ```
/// use supple::reference::soft_dtw::directional_derivative;
///
/// let along = |direction: [f64; 4]| directional_derivative(&[0.0; 4], &direction, 2, 2, 1.0);
/// assert_eq!(along([1.0, 0.0, 0.0, 0.0]), 1.0);
/// assert!((along([0.0, 1.0, 0.0, 0.0]) - 1.0 / 3.0).abs() < 1e-12);
/// ```
#[must_use]
pub fn directional_derivative(cost: &[f64], direction: &[f64], n: usize, m: usize, gamma: f64) -> f64 {
    check_direction(direction, n, m);
    let Forward { values, weights } = forward(cost, n, m, gamma);
    if values[values.len() - 1] == f64::INFINITY {
        return 0.0;
    }
    let tangents = tangents(cost, direction, &weights, n, m);
    tangents[tangents.len() - 1]
}

/// The product of the value's second derivative in the costs with a direction `Z`, `[n, m]`: how the
/// expected alignment `E` changes along `Z`.
///
/// With `P` and `V'` as in [`directional_derivative`], the weights change by `P'` / gamma along `Z`,
/// and the recursion of [`alignment`] is differentiated step by step:
///
/// ```text
/// P'_k   = P_k (sum_l P_l V'_l - V'_k)
/// E'[n,m] = 0
/// E'[i,j] = sum over the successors s of (i,j) of  P'_s E_s + P_s E'_s
/// (d2 value / dC2) Z = E' / gamma
/// ```
///
/// where `P_s` is the weight that `s` gives to `(i,j)`. For `gamma = 0` it is 0, as the expected
/// alignment is constant wherever it is differentiable.
///
/// Takes O(n m) time and memory.
///
/// # Panics
///
/// As [`directional_derivative`] does.
///
/// # Examples
///
/// ```
/// use supple::reference::soft_dtw::hessian_product;
///
/// // The cost of the second cell bears on the one alignment in three that passes it.
/// let product = hessian_product(&[0.0; 4], &[0.0, 1.0, 0.0, 0.0], 2, 2, 1.0);
/// assert!((product[1] + 1.0 / 3.0 * 2.0 / 3.0).abs() < 1e-12);
/// assert!((product[2] - 1.0 / 3.0 * 1.0 / 3.0).abs() < 1e-12);
/// ```
#[must_use]
pub fn hessian_product(cost: &[f64], direction: &[f64], n: usize, m: usize, gamma: f64) -> Vec<f64> {
    expected_and_hessian_product(cost, direction, n, m, gamma).1
}

/// The entropy of the alignments, whose probabilities are proportional to `exp(-<A, C> / gamma)`.
///
/// ```text
/// (<E, C> - value) / gamma
/// ```
///
/// For `gamma = 0` it is 0, that of a single path. Takes O(n m) time and memory.
///
/// # Panics
///
/// As [`value`](super::value) does.
///
/// # Examples
///
/// ```
/// use supple::reference::soft_dtw::entropy;
///
/// // Three alignments, equally likely.
/// assert!((entropy(&[0.0; 4], 2, 2, 0.5) - 3.0_f64.ln()).abs() < 1e-12);
/// ```
#[must_use]
pub fn entropy(cost: &[f64], n: usize, m: usize, gamma: f64) -> f64 {
    let alignment = alignment(cost, n, m, gamma);
    if gamma > 0.0 { (inner(&alignment.expected, cost) - alignment.value) / gamma } else { 0.0 }
}

/// The expected alignment `E`, and the [`hessian_product`] with it.
pub(super) fn expected_and_hessian_product(
    cost: &[f64],
    direction: &[f64],
    n: usize,
    m: usize,
    gamma: f64,
) -> (Vec<f64>, Vec<f64>) {
    check_direction(direction, n, m);
    let Forward { values, weights } = forward(cost, n, m, gamma);
    let tangents = tangents(cost, direction, &weights, n, m);
    let changes: Vec<[f64; 3]> =
        (0..n * m).map(|at| change(weights[at], before(&tangents, at / m, at % m, m))).collect();

    let mut expected = vec![0.0; n * m];
    let mut change = vec![0.0; n * m];
    expected[n * m - 1] = if values[values.len() - 1] < f64::INFINITY { 1.0 } else { 0.0 };
    for i in (0..n).rev() {
        for j in (0..m).rev() {
            let at = i * m + j;
            let (below, right) = (i + 1 < n, j + 1 < m);
            for (exists, successor, k) in [(below && right, at + m + 1, 0), (below, at + m, 1), (right, at + 1, 2)] {
                if exists {
                    let weight = weights[successor][k];
                    change[at] += changes[successor][k] * expected[successor] + weight * change[successor];
                    expected[at] += weight * expected[successor];
                }
            }
        }
    }
    if gamma > 0.0 {
        for change in &mut change {
            *change /= gamma;
        }
    }
    (expected, change)
}

/// `<E, C>`, where forbidden cells, which `E` never passes, do not count.
pub(super) fn inner(expected: &[f64], cost: &[f64]) -> f64 {
    expected.iter().zip(cost).filter(|&(&e, _)| e != 0.0).map(|(e, c)| e * c).sum()
}

/// `V'` without its border, `[n, m]`.
fn tangents(cost: &[f64], direction: &[f64], weights: &[[f64; 3]], n: usize, m: usize) -> Vec<f64> {
    let mut tangents = vec![0.0; n * m];
    for i in 0..n {
        for j in 0..m {
            let at = i * m + j;
            let own = if cost[at] < f64::INFINITY { direction[at] } else { 0.0 };
            tangents[at] = own + mean(weights[at], before(&tangents, i, j, m));
        }
    }
    tangents
}

/// `V'` of the diagonal, upper and left predecessor; 0 on the border.
fn before(tangents: &[f64], i: usize, j: usize, m: usize) -> [f64; 3] {
    let at = i * m + j;
    [
        if i > 0 && j > 0 { tangents[at - m - 1] } else { 0.0 },
        if i > 0 { tangents[at - m] } else { 0.0 },
        if j > 0 { tangents[at - 1] } else { 0.0 },
    ]
}

/// `sum_k P_k V'_k`.
fn mean(weights: [f64; 3], before: [f64; 3]) -> f64 {
    weights[0] * before[0] + weights[1] * before[1] + weights[2] * before[2]
}

/// `P'`, a cell's change of weights.
fn change(weights: [f64; 3], before: [f64; 3]) -> [f64; 3] {
    let mean = mean(weights, before);
    std::array::from_fn(|k| weights[k] * (mean - before[k]))
}

fn check_direction(direction: &[f64], n: usize, m: usize) {
    assert!(direction.len() == n * m, "a direction [{n}, {m}] needs {} elements, got {}", n * m, direction.len());
}
