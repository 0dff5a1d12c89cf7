//! From quantities to positions, and the round numbers to mark on the way.

/// Maps `low..=high` of a quantity to `from..=to` on the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    pub(super) fn new((low, high): (f64, f64), (from, to): (f64, f64)) -> Self {
        Self { low, high, from, to }
    }

    /// Time steps `0..length`, each in the middle of its share of `from..=to`.
    pub(super) fn steps(length: usize, span: (f64, f64)) -> Self {
        Self::new((-0.5, length as f64 - 0.5), span)
    }

    pub(super) fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// The page's coordinates of both ends, the smaller first.
    pub(super) fn span(&self) -> (f64, f64) {
        (self.from.min(self.to), self.from.max(self.to))
    }

    /// Round numbers inside the scale, about `wanted` of them.
    pub(super) fn ticks(&self, wanted: usize) -> Vec<f64> {
        let step = round_step((self.high - self.low) / wanted.max(1) as f64);
        self.multiples(step)
    }

    /// Whole numbers inside the scale, about `wanted` of them.
    pub(super) fn whole_ticks(&self, wanted: usize) -> Vec<f64> {
        let step = round_step((self.high - self.low) / wanted.max(1) as f64);
        self.multiples(step.max(1.0))
    }

    fn multiples(&self, step: f64) -> Vec<f64> {
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step).floor() as i64;
        (first..=last).map(|k| k as f64 * step).collect()
    }
}

/// The next 1, 2 or 5 times a power of ten from `rough` up.
fn round_step(rough: f64) -> f64 {
    let power = 10_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= rough * (1.0 - 1e-9)).unwrap_or(10.0);
    factor * power
}

/// The range of all values, with a margin so that curves keep clear of the frame.
pub(super) fn value_range<'a>(values: impl IntoIterator<Item = &'a f32>) -> (f64, f64) {
    let (low, high) = values.into_iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| {
        (low.min(value.into()), high.max(value.into()))
    });
    // Constant series get a range too.
    let margin = if high > low { (high - low) * 0.06 } else { low.abs().max(1.0) * 0.5 };
    (low - margin, high + margin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let scale = Scale::new((-1.3, 2.6), (0.0, 100.0));
        assert_eq!(scale.ticks(4), [-1.0, 0.0, 1.0, 2.0]);
        assert_eq!(Scale::steps(150, (0.0, 1.0)).whole_ticks(6), [0.0, 50.0, 100.0]);
        assert_eq!(Scale::steps(1, (0.0, 1.0)).whole_ticks(6), [0.0]);
        assert_eq!(Scale::steps(3, (0.0, 1.0)).whole_ticks(6), [0.0, 1.0, 2.0]);
    }

    #[test]
    fn steps_lie_in_the_middle_of_their_share() {
        let scale = Scale::steps(4, (100.0, 140.0));
        assert!((scale.at(0.0) - 105.0).abs() < 1e-9);
        assert!((scale.at(3.0) - 135.0).abs() < 1e-9);
    }

    #[test]
    fn constant_values_have_a_range() {
        let (low, high) = value_range(&[2.0, 2.0]);
        assert!(low < 2.0 && 2.0 < high);
        let (low, high) = value_range(&[f32::MIN, f32::MAX]);
        assert!(low.is_finite() && high.is_finite());
        assert!(Scale::new((low, high), (0.0, 1.0)).ticks(4).iter().all(|t| t.is_finite()));
    }
}
