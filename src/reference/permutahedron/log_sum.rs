//! Sums of exponentials, by their logarithms.

use super::sum::sum;

/// `sum exp(x_i)` as `total exp(max)`: no exponential overflows, and one of the terms of `total` is 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct LogSum {
    max: f64,
    total: f64,
}

impl LogSum {
    /// `exp(x)`, which is 0 for `x = -infinity`.
    pub(super) fn of(x: f64) -> Self {
        Self { max: x, total: if x > f64::NEG_INFINITY { 1.0 } else { 0.0 } }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        let (large, small) = if self.max >= other.max { (self, other) } else { (other, self) };
        if small.total == 0.0 {
            return large;
        }
        Self { max: large.max, total: large.total + small.total * (small.max - large.max).exp() }
    }

    /// The logarithm of the quotient of two sums, of which the first is not 0.
    pub(super) fn log_quotient(self, other: Self) -> f64 {
        (self.max - other.max) + (self.total / other.total).ln()
    }
}

/// `log sum exp(x_i)`; `-infinity` where all `x_i` are.
pub(super) fn log_sum_exp(row: &[f64]) -> f64 {
    let max = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if max == f64::NEG_INFINITY {
        return max;
    }
    max + sum(row.iter().map(|x| (x - max).exp())).ln()
}

/// `exp(x_i) / sum exp(x_j)`, the derivative of [`log_sum_exp`]; 0 where all `x_i` are `-infinity`.
pub(super) fn softmax(row: &[f64]) -> Vec<f64> {
    let total = log_sum_exp(row);
    row.iter().map(|x| if *x > f64::NEG_INFINITY { (x - total).exp() } else { 0.0 }).collect()
}
