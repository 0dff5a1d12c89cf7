//! The values that are made of the recursion, and their gradients.

use super::tangent::{expected_and_hessian_product, inner};
use super::{Alignment, Band, GroundCost, ValueAndGrad, alignment, band, cost_matrix, gradients, series};

/// A value of two series.
///
/// With `C` the costs, `E` the expected alignment at `gamma`, and `M` the average over all alignments,
/// which is `E` in the limit of large `gamma`:
///
/// ```text
/// Value      min_gamma { <A, C> : A an alignment }
/// Sharp      <E, C>
/// MeanCost   <M, C>
/// Hard       min { <A, C> : A an alignment }
/// ```
///
/// The divergence of each `f` of the first three is `f(x, y) - f(x, x) / 2 - f(y, y) / 2`, which is 0 for
/// `x = y`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Soft-DTW.
    Value,
    /// The divergence of soft-DTW.
    Divergence,
    /// The expected cost of an alignment; soft-DTW without its entropy term.
    Sharp,
    /// The divergence of the sharp value.
    SharpDivergence,
    /// The average cost of an alignment. It does not depend on `gamma`.
    MeanCost,
    /// The divergence of the mean cost.
    MeanCostDivergence,
    /// Plain DTW. It does not depend on `gamma`.
    Hard,
}

impl Kind {
    /// The value that a divergence is made of.
    fn divergence_of(self) -> Option<Self> {
        match self {
            Self::Divergence => Some(Self::Value),
            Self::SharpDivergence => Some(Self::Sharp),
            Self::MeanCostDivergence => Some(Self::MeanCost),
            Self::Value | Self::Sharp | Self::MeanCost | Self::Hard => None,
        }
    }
}

/// A value of two series, `[n, dim]` and `[m, dim]`, and its gradients in both, with alignments
/// confined to the band if there is one.
///
/// The gradient of a divergence in `x` is that of `f(x, y)` minus half of that of `f(x, x)` in each of its
/// arguments. The band of a self term is the one for its own lengths.
///
/// Takes O(n m dim) time and O(n m) memory, with divergences also those of `n` by `n` and `m` by
/// `m`.
///
/// # Panics
///
/// As [`value_and_grad`](super::value_and_grad) and [`band::rows`] do.
///
/// # Examples
///
/// ```
/// use supple::reference::soft_dtw::{Band, Cost, Kind, kinds};
///
/// let (x, y) = ([0.0, 1.0, 2.0], [0.0, 2.0, 2.0]);
/// let divergence = |x, y| kinds::of(Kind::Divergence, &Cost::default(), x, y, 1, 0.5, None);
/// assert!(divergence(&x, &y).value > 0.0);
/// assert_eq!(divergence(&x, &x).value, 0.0);
///
/// let diagonal = Band::SakoeChiba(0);
/// let hard = kinds::of(Kind::Hard, &Cost::default(), &x, &y, 1, 0.0, Some(&diagonal));
/// assert_eq!(hard.value, 0.5);
/// ```
#[must_use]
pub fn of(
    kind: Kind,
    cost: &impl GroundCost,
    x: &[f64],
    y: &[f64],
    dim: usize,
    gamma: f64,
    band: Option<&Band>,
) -> ValueAndGrad {
    let Some(kind) = kind.divergence_of() else {
        return undiverged(kind, cost, x, y, dim, gamma, band);
    };
    let [mut xy, xx, yy] = [(x, y), (x, x), (y, y)].map(|(a, b)| undiverged(kind, cost, a, b, dim, gamma, band));
    xy.value -= 0.5 * xx.value + 0.5 * yy.value;
    subtract_half(&mut xy.grad_x, &[&xx.grad_x, &xx.grad_y]);
    subtract_half(&mut xy.grad_y, &[&yy.grad_x, &yy.grad_y]);
    xy
}

/// A value of a cost matrix, `[n, m]`, and its derivative in the costs, `[n, m]`.
///
/// ```text
///            value                derivative
/// Value      of alignment()       E
/// Sharp      <E, C>               E + (d2 Value / dC2) C
/// MeanCost   <M, C>               M
/// Hard       Value at gamma = 0   E at gamma = 0
/// ```
///
/// The number of alignments overflows from some 400 by 400 cells on, so that `M` is the expected
/// alignment of the recursion without costs, which runs on logarithms.
///
/// # Panics
///
/// As [`alignment`] does, or if the kind is a divergence, which takes more than one cost matrix.
///
/// # Examples
///
/// ```
/// use supple::reference::soft_dtw::{Kind, kinds::of_costs};
///
/// // The alignments of 2 x 2 cost 3, 4 and 5.
/// let (mean, derivative) = of_costs(Kind::MeanCost, &[1.0, 1.0, 2.0, 2.0], 2, 2, 0.1);
/// assert!((mean - 4.0).abs() < 1e-12);
/// assert!((derivative[1] - 1.0 / 3.0).abs() < 1e-12);
/// ```
#[must_use]
pub fn of_costs(kind: Kind, cost: &[f64], n: usize, m: usize, gamma: f64) -> (f64, Vec<f64>) {
    match kind {
        Kind::Value => {
            let Alignment { value, expected } = alignment(cost, n, m, gamma);
            (value, expected)
        }
        Kind::Sharp => {
            let (expected, mut derivative) = expected_and_hessian_product(cost, cost, n, m, gamma);
            for (d, e) in derivative.iter_mut().zip(&expected) {
                *d += e;
            }
            (expected_cost(&expected, cost), derivative)
        }
        Kind::MeanCost => {
            let free: Vec<f64> = cost.iter().map(|&c| if c < f64::INFINITY { 0.0 } else { c }).collect();
            let mean = alignment(&free, n, m, 1.0).expected;
            (expected_cost(&mean, cost), mean)
        }
        Kind::Hard => of_costs(Kind::Value, cost, n, m, 0.0),
        Kind::Divergence | Kind::SharpDivergence | Kind::MeanCostDivergence => {
            panic!("{kind:?} takes two series, not a cost matrix")
        }
    }
}

/// A value that is not a divergence, of two series.
fn undiverged(
    kind: Kind,
    cost: &impl GroundCost,
    x: &[f64],
    y: &[f64],
    dim: usize,
    gamma: f64,
    band: Option<&Band>,
) -> ValueAndGrad {
    let (n, m) = (series::points(x, dim), series::points(y, dim));
    let mut costs = cost_matrix(cost, x, y, dim);
    if let Some(band) = band {
        band::apply(band, &mut costs, n, m);
    }
    let (value, derivative) = of_costs(kind, &costs, n, m, gamma);
    let (grad_x, grad_y) = gradients(cost, &derivative, x, y, dim);
    ValueAndGrad { value, grad_x, grad_y }
}

/// `<E, C>`, infinite where there is no alignment.
fn expected_cost(expected: &[f64], cost: &[f64]) -> f64 {
    // Every alignment ends in the last cell.
    if expected[expected.len() - 1] == 0.0 { f64::INFINITY } else { inner(expected, cost) }
}

/// Subtracts half of each of `others`.
fn subtract_half(from: &mut [f64], others: &[&[f64]]) {
    for other in others {
        for (a, b) in from.iter_mut().zip(*other) {
            *a -= 0.5 * b;
        }
    }
}
