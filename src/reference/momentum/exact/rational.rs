//! Momenta as fractions of small integers.

use thiserror::Error;

/// `numerator / denominator`, between 0 and 1 and neither of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rational {
    numerator: u32,
    denominator: u32,
}

/// No fraction stands for this momentum.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
#[error("gamma must be greater than 0 and less than 1 to be reversed exactly, got {0}")]
pub struct OutOfRange(pub f32);

/// The largest denominator of [`Rational::nearest`].
const LARGEST_NEAREST: u64 = 4096;

/// Every f32 from `1 / LARGEST_NEAREST` to 1 is a multiple of one in so many.
const ONE: u64 = 1 << 36;

impl Rational {
    /// The largest denominator, `floor(sqrt(2^31))`. It has 16 bits, and `floor(c / d) n + n - 1` and `floor(c / d) n` are i32 for every i32 `c`: either
    /// `|floor(c / d)| >= d`, and they are no further from 0 than `c` is, or they are less than `d^2`.
    pub const LARGEST_DENOMINATOR: u32 = 46_340;

    /// `numerator / denominator`. In lowest terms there is less [noise](super#noise).
    ///
    /// # Panics
    /// Unless `0 < numerator < denominator <= LARGEST_DENOMINATOR`.
    #[must_use]
    pub fn new(numerator: u32, denominator: u32) -> Self {
        let valid = 0 < numerator && numerator < denominator && denominator <= Self::LARGEST_DENOMINATOR;
        assert!(valid, "{numerator} / {denominator} is no fraction between 0 and 1 of numbers that are small enough");
        Self { numerator, denominator }
    }

    /// The fraction nearest to `gamma` among those with a denominator up to 4096, by continued fractions. Fractions `n / d` with such a denominator that
    /// were rounded to f32 are found again.
    ///
    /// # Errors
    /// Unless `0 < gamma < 1`.
    ///
    /// # Examples
    ///
    /// ```
    /// use supple::reference::momentum::exact::Rational;
    ///
    /// assert_eq!(Rational::nearest(0.9), Ok(Rational::new(9, 10)));
    /// assert!(Rational::nearest(1.0).is_err());
    /// ```
    pub fn nearest(gamma: f32) -> Result<Self, OutOfRange> {
        if !(gamma > 0.0 && gamma < 1.0) {
            return Err(OutOfRange(gamma));
        }
        // Nothing between 0 and the least fraction, nor between the greatest one and 1, is nearer.
        let least = 1.0 / LARGEST_NEAREST as f64;
        let gamma = f64::from(gamma).clamp(least, 1.0 - least);
        #[expect(clippy::cast_sign_loss, reason = "gamma is positive")]
        let (numerator, denominator) = nearest((gamma * ONE as f64) as u64, ONE);
        Ok(Self::new(numerator as u32, denominator as u32))
    }

    /// `n` in `n / d`.
    #[must_use]
    pub fn numerator(self) -> u32 {
        self.numerator
    }

    /// `d` in `n / d`.
    #[must_use]
    pub fn denominator(self) -> u32 {
        self.denominator
    }

    /// The fraction as a number.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from(self.numerator) / f64::from(self.denominator)
    }
}

/// The fraction nearest to `p / q < 1` with a denominator up to [`LARGEST_NEAREST`]: the last convergent, or what lies between the last two and the next one.
fn nearest(p: u64, q: u64) -> (u64, u64) {
    // Convergents and the rest of the expansion.
    let (mut before, mut last) = ((1, 0), (0, 1));
    let (mut over, mut under) = (q, p);
    while under > 0 {
        let digit = over / under;
        let next = (before.0 + digit * last.0, before.1 + digit * last.1);
        if next.1 > LARGEST_NEAREST {
            let digit = (LARGEST_NEAREST - before.1) / last.1;
            let between = (before.0 + digit * last.0, before.1 + digit * last.1);
            let distance = |(a, b): (u64, u64)| (a * q).abs_diff(b * p) as f64 / b as f64;
            return if distance(between) < distance(last) { between } else { last };
        }
        (before, last) = (last, next);
        (over, under) = (under, over % under);
    }
    last
}
