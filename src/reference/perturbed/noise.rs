//! Noise from random words.

use std::f64::consts::PI;

/// The distribution of the noise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noise {
    /// The standard normal distribution, by Box and Muller's transform of pairs of words.
    Normal,
    /// The standard Gumbel distribution.
    Gumbel,
}

impl Noise {
    /// Four numbers from four words, and their scores: minus the derivative of the logarithm of the density.
    #[must_use]
    pub fn draw(self, words: [u32; 4]) -> ([f64; 4], [f64; 4]) {
        match self {
            Self::Normal => {
                let [a, b] = two_normals(words[0], words[1]);
                let [c, d] = two_normals(words[2], words[3]);
                ([a, b, c, d], [a, b, c, d])
            }
            Self::Gumbel => {
                let exponentials = words.map(|word| -((f64::from(word) + 0.5) / 2.0_f64.powi(32)).ln());
                (exponentials.map(|e| -e.ln()), exponentials.map(|e| 1.0 - e))
            }
        }
    }

    /// What is subtracted from `sigma Z` where noise multiplies.
    pub(super) fn log_mean_exp(self, sigma: f64) -> f64 {
        match self {
            Self::Normal => 0.5 * sigma * sigma,
            Self::Gumbel => 0.0,
        }
    }
}

/// The angle is on the right half of the circle, and the lowest bit of its word mirrors it.
fn two_normals(u: u32, v: u32) -> [f64; 2] {
    // Rounded to f32: that is what the distribution is made of.
    let unit = f64::from((u >> 1) as f32 + 0.5) / 2.0_f64.powi(31);
    let radius = (-2.0 * unit.ln()).sqrt();
    let angle = PI * f64::from(v.cast_signed()) / 2.0_f64.powi(32);
    let mirror = if v & 1 == 1 { -1.0 } else { 1.0 };
    [radius * mirror * angle.cos(), radius * angle.sin()]
}
