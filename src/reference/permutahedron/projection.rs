//! The projection onto the permutahedron.

use super::isotonic::{self, blocks};
use super::log_sum::{log_sum_exp, softmax};
use super::sum::{mean, sum};
use super::{Regularization, check_numbers, expect_length};
use crate::reference::segmented::{Direction, argsort, permuted};

/// A projection and what its derivatives need; made by [`project`].
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    /// `P(z, w)`, `[n]`, in the order of `z`.
    pub value: Vec<f64>,
    /// The order that sorts `z`, the largest first.
    pub order_z: Vec<usize>,
    /// The order that sorts `w`, the largest first.
    pub order_w: Vec<usize>,
    /// Where each block begins, among the sorted elements; the first begins at 0.
    pub starts: Vec<usize>,
}

/// The projection `P(z, w)` of `z` onto the convex hull of all permutations of `w`.
///
/// ```text
/// L2  argmin { |mu - z|^2 / 2         : mu in the hull of the permutations of w }
/// KL  log argmin { KL(mu, exp(z))     : mu in the hull of the permutations of exp(w) }
/// KL(a, b) = sum_i a_i log(a_i / b_i) - a_i + b_i
/// ```
///
/// Both are isotonic regressions (Blondel et al., Proposition 3): with `s` and `w` sorted, the largest first, and `v` the
/// descending fit of [`isotonic::l2`] to `s - w` or of [`isotonic::kl`] to `(s, w)`, the projection is `s - v`, put back into
/// the order of `z`. On a block `B` of the fit
///
/// ```text
/// L2  P_i = s_i - mean(s_B) + mean(w_B)
/// KL  P_i = s_i - log sum exp(s_B) + log sum exp(w_B)
/// ```
///
/// so that the sum over `P`, for KL over `exp(P)`, is that over `w`, and `P` has the order of `z`.
///
/// An infinite `z` stands apart: see the [module](super). For KL, `w` may be `-infinity`: the exponential is 0.
///
/// # Panics
///
/// If the lengths differ, a `z` is NaN, or a `w` is not finite, for KL NaN or `+infinity`.
///
/// # Examples
///
/// Onto the permutations of (1, 0, 0), the corners of the simplex:
///
/// ```
/// use supple::reference::permutahedron::{Regularization, project};
///
/// let onto_simplex = project(&[0.6, 1.0, -1.0], &[1.0, 0.0, 0.0], Regularization::L2);
/// for (p, expected) in onto_simplex.value.iter().zip([0.3, 0.7, 0.0]) {
///     assert!((p - expected).abs() < 1e-15);
/// }
/// assert_eq!(onto_simplex.starts, [0, 2]);
/// ```
#[must_use]
pub fn project(z: &[f64], w: &[f64], regularization: Regularization) -> Projection {
    check(z, w, regularization);
    let order_z = argsort(z, Direction::Descending);
    let order_w = argsort(w, Direction::Descending);
    let (s, w) = (permuted(z, &order_z), permuted(w, &order_w));
    let starts = block_starts(&s, &w, regularization);
    let mut value = vec![0.0; z.len()];
    for block in blocks(&starts, z.len()) {
        let (s, w) = (&s[block.clone()], &w[block.clone()]);
        let projected = match regularization {
            Regularization::L2 => l2_block(s, w),
            Regularization::Kl => kl_block(s, w),
        };
        for (&at, p) in order_z[block].iter().zip(projected) {
            value[at] = p;
        }
    }
    Projection { value, order_z, order_w, starts }
}

/// The gradients in `z` and in `w` of `<cotangent, P(z, w)>`.
///
/// With everything in sorted order, on a block `B`
///
/// ```text
/// L2  grad_z = cotangent - mean(cotangent_B)                 grad_w = mean(cotangent_B)
/// KL  grad_z = cotangent - softmax(s_B) sum(cotangent_B)     grad_w = softmax(w_B) sum(cotangent_B)
/// ```
///
/// (Blondel et al., Proposition 4.) Takes O(n) time.
///
/// # Panics
///
/// As [`project`] does, or if `projection` or `cotangent` has another length.
#[must_use]
pub fn project_vjp(
    z: &[f64],
    w: &[f64],
    regularization: Regularization,
    projection: &Projection,
    cotangent: &[f64],
) -> (Vec<f64>, Vec<f64>) {
    check(z, w, regularization);
    expect_length("projection", projection.value.len(), z.len());
    expect_length("cotangent", cotangent.len(), z.len());
    let mut grad_z = vec![0.0; z.len()];
    let mut grad_w = vec![0.0; z.len()];
    for block in blocks(&projection.starts, z.len()) {
        let (of_z, of_w) = (&projection.order_z[block.clone()], &projection.order_w[block]);
        let cotangent = permuted(cotangent, of_z);
        let whole = sum(cotangent.iter().copied());
        let shares_of_w = shares(&permuted(w, of_w), regularization);
        for (&at, share) in of_w.iter().zip(shares_of_w) {
            grad_w[at] = share * whole;
        }
        if z[of_z[0]].is_finite() {
            let shares_of_z = shares(&permuted(z, of_z), regularization);
            for ((&at, share), own) in of_z.iter().zip(shares_of_z).zip(cotangent) {
                grad_z[at] = own - share * whole;
            }
        }
    }
    (grad_z, grad_w)
}

/// The derivative of `P(z, w)` along a direction in `z` and one in `w`.
///
/// With everything in sorted order, on a block `B`
///
/// ```text
/// L2  P' = z' - mean(z'_B) + mean(w'_B)
/// KL  P' = z' - <softmax(s_B), z'_B> + <softmax(w_B), w'_B>
/// ```
///
/// Takes O(n) time.
///
/// # Panics
///
/// As [`project`] does, or if `projection` or a tangent has another length.
#[must_use]
pub fn project_jvp(
    z: &[f64],
    w: &[f64],
    regularization: Regularization,
    projection: &Projection,
    tangent_z: &[f64],
    tangent_w: &[f64],
) -> Vec<f64> {
    check(z, w, regularization);
    expect_length("projection", projection.value.len(), z.len());
    expect_length("tangent_z", tangent_z.len(), z.len());
    expect_length("tangent_w", tangent_w.len(), z.len());
    let mut tangent = vec![0.0; z.len()];
    for block in blocks(&projection.starts, z.len()) {
        let (of_z, of_w) = (&projection.order_z[block.clone()], &projection.order_w[block]);
        let mean_of = |row: &[f64], tangent: &[f64], order: &[usize]| {
            let shares = shares(&permuted(row, order), regularization);
            sum(shares.iter().zip(order).map(|(share, &at)| share * tangent[at]))
        };
        let target = mean_of(w, tangent_w, of_w);
        let finite = z[of_z[0]].is_finite();
        let offset = if finite { mean_of(z, tangent_z, of_z) } else { 0.0 };
        for &at in of_z {
            tangent[at] = if finite { tangent_z[at] - offset } else { 0.0 } + target;
        }
    }
    tangent
}

/// The blocks of the isotonic regression of the finite elements, and one for the infinite ones at each end.
fn block_starts(s: &[f64], w: &[f64], regularization: Regularization) -> Vec<usize> {
    let begin = s.partition_point(|&s| s == f64::INFINITY);
    let end = s.partition_point(|&s| s > f64::NEG_INFINITY);
    let (finite, targets) = (&s[begin..end], &w[begin..end]);
    let fit = match regularization {
        Regularization::L2 => {
            let difference: Vec<f64> = finite.iter().zip(targets).map(|(s, w)| s - w).collect();
            isotonic::l2::solve(&difference, &vec![1.0; difference.len()], Direction::Descending)
        }
        Regularization::Kl => isotonic::kl::solve(finite, targets, Direction::Descending),
    };
    let first = (begin > 0).then_some(0);
    let last = (end < s.len()).then_some(end);
    first.into_iter().chain(fit.starts.iter().map(|start| begin + start)).chain(last).collect()
}

/// `P` on a block. Relative to the first element, so that large `s` cost no digits and a block of one is exactly `w`.
fn l2_block(s: &[f64], w: &[f64]) -> Vec<f64> {
    let target = mean(w);
    if s[0].is_infinite() {
        return vec![target; s.len()];
    }
    let offsets: Vec<f64> = s.iter().map(|s_i| s_i - s[0]).collect();
    let centre = mean(&offsets);
    offsets.iter().map(|offset| (offset - centre) + target).collect()
}

/// Likewise.
fn kl_block(s: &[f64], w: &[f64]) -> Vec<f64> {
    let target = log_sum_exp(w);
    if s[0].is_infinite() {
        return vec![target - (s.len() as f64).ln(); s.len()];
    }
    let offsets: Vec<f64> = s.iter().map(|s_i| s_i - s[0]).collect();
    let total = log_sum_exp(&offsets);
    offsets.iter().map(|offset| (offset - total) + target).collect()
}

/// How a block's value depends on each element: by the mean, or by the softmax.
fn shares(block: &[f64], regularization: Regularization) -> Vec<f64> {
    match regularization {
        Regularization::L2 => vec![1.0 / block.len() as f64; block.len()],
        Regularization::Kl => softmax(block),
    }
}

fn check(z: &[f64], w: &[f64], regularization: Regularization) {
    expect_length("w", w.len(), z.len());
    check_numbers("z", z);
    match regularization {
        Regularization::L2 => assert!(w.iter().all(|w| w.is_finite()), "w must be finite"),
        Regularization::Kl => {
            assert!(w.iter().all(|w| *w < f64::INFINITY), "w must be finite, or -infinity");
        }
    }
}
