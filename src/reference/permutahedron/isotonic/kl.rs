//! The Kullback-Leibler divergence, on logarithms.

use super::{Direction, Isotonic, blocks, expect_length, pool};
use crate::reference::permutahedron::log_sum::{LogSum, log_sum_exp, softmax};
use crate::reference::permutahedron::sum::sum;

/// The sorted row `v` that minimises a divergence between `exp(s - v)` and `exp(w)`.
///
/// ```text
/// minimise   <exp(s - v), 1> + <exp(w), v>
/// subject to v_1 >= ... >= v_n (descending) or v_1 <= ... <= v_n (ascending)
///
/// v = log sum_B exp(s_i) - log sum_B exp(w_i)    on a block B
/// ```
///
/// (Blondel, Teboul, Berthet and Djolonga, section 5.) It is the logarithm of the weighted least squares
/// fit of `exp(s - w)` with weights `exp(w)`. Elements with `w = -infinity` have no weight of their own;
/// `v` is `+infinity` on a block of nothing else. Takes O(n) time.
///
/// # Panics
///
/// If the lengths differ, an `s` is not finite, or a `w` is NaN or `+infinity`.
///
/// # Examples
///
/// ```
/// use supple::reference::permutahedron::isotonic::kl;
/// use supple::reference::segmented::Direction;
///
/// let (s, w) = ([0.0, 2.0_f64.ln()], [0.0, 0.0]);
/// let fit = kl::solve(&s, &w, Direction::Descending); // pools 1 and 2, of weight 1 each
/// assert!((fit.values[0] - 1.5_f64.ln()).abs() < 1e-15);
/// assert_eq!(fit.starts, [0]);
/// ```
#[must_use]
pub fn solve(s: &[f64], w: &[f64], direction: Direction) -> Isotonic {
    check(s, w);
    let starts = pool(
        s.len(),
        direction,
        |i| (LogSum::of(s[i]), LogSum::of(w[i])),
        |a, b| (a.0.plus(b.0), a.1.plus(b.1)),
        |(total, weight)| total.log_quotient(weight),
    );
    let mut values = Vec::with_capacity(s.len());
    for block in blocks(&starts, s.len()) {
        let value = log_sum_exp(&s[block.clone()]) - log_sum_exp(&w[block.clone()]);
        values.extend(block.map(|_| value));
    }
    Isotonic { values, starts }
}

/// The gradients in `s` and in `w` of `<cotangent, v>`.
///
/// ```text
/// grad_s =  softmax(s_B) sum_B cotangent
/// grad_w = -softmax(w_B) sum_B cotangent    on a block B
/// ```
///
/// # Panics
///
/// As [`solve`] does, or if `fit` or `cotangent` has another length.
#[must_use]
pub fn vjp(s: &[f64], w: &[f64], fit: &Isotonic, cotangent: &[f64]) -> (Vec<f64>, Vec<f64>) {
    check_with(s, w, fit, "cotangent", cotangent);
    let mut grad_s = Vec::with_capacity(s.len());
    let mut grad_w = Vec::with_capacity(s.len());
    for block in blocks(&fit.starts, s.len()) {
        let whole = sum(cotangent[block.clone()].iter().copied());
        grad_s.extend(softmax(&s[block.clone()]).iter().map(|p| p * whole));
        grad_w.extend(softmax(&w[block]).iter().map(|p| -p * whole));
    }
    (grad_s, grad_w)
}

/// The derivative of the fit along a direction in `s` and one in `w`.
///
/// ```text
/// v' = <softmax(s_B), s'_B> - <softmax(w_B), w'_B>    on a block B
/// ```
///
/// # Panics
///
/// As [`solve`] does, or if `fit` or a tangent has another length.
#[must_use]
pub fn jvp(s: &[f64], w: &[f64], fit: &Isotonic, tangent_s: &[f64], tangent_w: &[f64]) -> Vec<f64> {
    check_with(s, w, fit, "tangent_s", tangent_s);
    expect_length("tangent_w", tangent_w.len(), s.len());
    let mut tangent = Vec::with_capacity(s.len());
    for block in blocks(&fit.starts, s.len()) {
        let mean = |row: &[f64], tangent: &[f64]| {
            sum(softmax(&row[block.clone()]).iter().zip(&tangent[block.clone()]).map(|(p, t)| p * t))
        };
        let each = mean(s, tangent_s) - mean(w, tangent_w);
        tangent.extend(block.map(|_| each));
    }
    tangent
}

fn check(s: &[f64], w: &[f64]) {
    expect_length("w", w.len(), s.len());
    assert!(s.iter().all(|s| s.is_finite()), "s must be finite");
    assert!(w.iter().all(|w| *w < f64::INFINITY), "w must be finite, or -infinity");
}

fn check_with(s: &[f64], w: &[f64], fit: &Isotonic, argument: &str, row: &[f64]) {
    check(s, w);
    expect_length("fit", fit.values.len(), s.len());
    expect_length(argument, row.len(), s.len());
}
