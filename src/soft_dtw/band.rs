//! Bands: which cells of the matrix of costs a path may use.

use crate::error::{Error, Result};

/// Which cells a path may use. A path always exists, whatever the two lengths are.
///
/// With `i` of `n` and `j` of `m` counted from 0, the corners are `(0, 0)` and `(n - 1, m - 1)`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Band {
    /// Every cell. The default.
    #[default]
    None,
    /// Sakoe-Chiba: cells at most this many elements off the straight line between the corners, counted along the shorter series
    /// and rounded: `2 |i (m - 1) - j (n - 1)| <= (2 radius + 1) (max(n, m) - 1)`. For series of one length that is
    /// `|i - j| <= radius`. For unequal lengths the line has the slope `(m - 1) / (n - 1)`, and even radius 0 leaves a path.
    SakoeChiba(u32),
    /// Itakura: the parallelogram between lines of this slope, above 1, and its inverse through both corners, of the lengths
    /// scaled to one; and the cells of `SakoeChiba(0)`, so that a path exists.
    Itakura(f32),
}

impl Band {
    pub(super) fn check(self) -> Result<()> {
        match self {
            Self::Itakura(slope) if !(slope > 1.0 && slope.is_finite()) => Err(Error::InvalidArgument {
                argument: "band",
                value: format!("Itakura({slope})"),
                remedy: "give a finite slope above 1; 2 is usual".to_owned(),
            }),
            _ => Ok(()),
        }
    }

    /// The first and the last column that a path may use in each of `n` rows; both never decrease.
    pub(super) fn rows(self, n: u32, m: u32) -> Vec<(u32, u32)> {
        match self {
            Self::None => vec![(0, m - 1); n as usize],
            Self::SakoeChiba(radius) => (0..n).map(|i| around_the_line(radius, i, n, m)).collect(),
            Self::Itakura(slope) => {
                let mut rows: Vec<_> = (0..n)
                    .map(|i| {
                        let (first, last) = around_the_line(0, i, n, m);
                        let (low, high) = parallelogram(f64::from(slope), i, n, m);
                        (first.min(low), last.max(high))
                    })
                    .collect();
                // Rounding must not let a row begin before the one above it.
                for i in (1..rows.len()).rev() {
                    rows[i - 1].0 = rows[i - 1].0.min(rows[i].0);
                }
                for i in 1..rows.len() {
                    rows[i].1 = rows[i].1.max(rows[i - 1].1);
                }
                rows
            }
        }
    }
}

/// The columns `j` of row `i` with `2 |i (m - 1) - j (n - 1)| <= (2 radius + 1) (max(n, m) - 1)`.
fn around_the_line(radius: u32, i: u32, n: u32, m: u32) -> (u32, u32) {
    if n == 1 || m == 1 {
        return (0, m - 1);
    }
    // No radius beyond the lengths matters, which keeps all of this far within 64 bits.
    let [i, n, m, radius] = [i, n, m, radius.min(n.max(m))].map(u64::from);
    let width = (2 * radius + 1) * (n.max(m) - 1);
    let (center, step) = (2 * i * (m - 1), 2 * (n - 1));
    let first = center.saturating_sub(width).div_ceil(step);
    let last = ((center + width) / step).min(m - 1);
    (first as u32, last as u32)
}

/// The columns of row `i` between the four lines of Itakura's parallelogram; where there is none, an empty range of which
/// a union takes nothing.
fn parallelogram(slope: f64, i: u32, n: u32, m: u32) -> (u32, u32) {
    let u = f64::from(i) / f64::from(n.max(2) - 1);
    let low = (u / slope).max(1.0 - slope * (1.0 - u));
    let high = (slope * u).min(1.0 - (1.0 - u) / slope);
    let columns = f64::from(m - 1);
    // A line through a cell must not miss it by a rounding.
    let first = (low * columns - 1e-9 * columns).ceil().clamp(0.0, columns);
    let last = (high * columns + 1e-9 * columns).floor().clamp(0.0, columns);
    #[expect(clippy::cast_sign_loss, reason = "both are clamped to columns that are there")]
    if first <= last { (first as u32, last as u32) } else { (u32::MAX, 0) }
}
