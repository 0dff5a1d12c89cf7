//! Sums that keep what rounding drops.

/// An unevaluated sum of two numbers: the rounded sum, and the sum of its rounding errors.
///
/// Blocks of a million elements are compared by their sums, which may be a million times larger
/// than what sets them apart.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    high: f64,
    low: f64,
}

impl Sum {
    pub(super) fn of(x: f64) -> Self {
        Self { high: x, low: 0.0 }
    }

    /// Knuth's two-sum of the rounded sums, whose error joins the others.
    pub(super) fn plus(self, other: Self) -> Self {
        let high = self.high + other.high;
        let theirs = high - self.high;
        let error = (self.high - (high - theirs)) + (other.high - theirs);
        Self { high, low: self.low + other.low + error }
    }

    pub(super) fn value(self) -> f64 {
        self.high + self.low
    }
}

/// The sum of all terms.
pub(super) fn sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    terms.into_iter().fold(Sum::default(), |sum, term| sum.plus(Sum::of(term))).value()
}

/// The mean of a row.
pub(super) fn mean(row: &[f64]) -> f64 {
    sum(row.iter().copied()) / row.len() as f64
}
