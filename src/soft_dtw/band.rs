//! Bands: which cells of the matrix of costs a path may use.

use crate::error::{Error, Result};

/// Which cells a path may use. A path always exists, whatever the two lengths are.
///
/// With `i` of `n` and `j` of `m` counted from 0, the corners are `(0, 0)` and `(n - 1, m - 1)`.
///
/// The pairs of a call with a band are put in a table, with all pairs one of `A B` entries; [`SoftDtw::memory`](super::SoftDtw::memory)
/// says what that takes.
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
            Self::Itakura(slope) => (0..n)
                .map(|i| {
                    let (first, last) = around_the_line(0, i, n, m);
                    let (low, high) = parallelogram(f64::from(slope), i, n, m);
                    (first.min(low), last.max(high))
                })
                .collect(),
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

/// The columns of row `i` between the four lines of Itakura's parallelogram. Where there is none, the first is right of the straight
/// line and the last left of it, so that a union with the cells around that line takes neither.
fn parallelogram(slope: f64, i: u32, n: u32, m: u32) -> (u32, u32) {
    let (last_row, last_column) = (n.max(2) - 1, m - 1);
    // Cells on a line are inside, whichever way the slope and the quotients are rounded.
    let slope = slope * (1.0 + 1e-12);
    // How far lines of the slope and of its inverse get, in columns, in so many rows: as far as the last column at most.
    let columns = |rows: u32| f64::from(rows) * f64::from(last_column);
    #[expect(clippy::cast_sign_loss, reason = "neither is negative")]
    let steepest = |rows: u32| (slope * columns(rows) / f64::from(last_row)).floor().min(f64::from(last_column)) as u32;
    #[expect(clippy::cast_sign_loss, reason = "neither is negative")]
    let shallowest = |rows: u32| (columns(rows) / (slope * f64::from(last_row))).ceil() as u32;
    let rest = last_row - i;
    (shallowest(i).max(last_column - steepest(rest)), steepest(i).min(last_column - shallowest(rest)))
}

#[cfg(test)]
mod tests {
    use super::Band;
    use crate::reference::soft_dtw as reference;

    #[test]
    fn bands_are_the_twins_cell_by_cell() {
        let lengths = [1, 2, 3, 4, 5, 7, 8, 13, 64, 99, 100, 997, 4096, 99_999, 100_000];
        let slopes =
            [1.000_000_1, 1.001, 1.1, 1.25, 1.5, 1.7, 2.0, 3.0, 7.0, 50.0, 1e3, 1e5, 1e9, 1e20, 1e30, f32::MAX];
        for n in lengths {
            for m in lengths {
                for slope in slopes {
                    let twin = reference::Band::Itakura(f64::from(slope));
                    let twin = reference::band::rows(&twin, n as usize, m as usize);
                    assert!(Band::Itakura(slope).rows(n, m) == twin, "Itakura({slope}), {n} x {m}");
                }
                for radius in [0, 1, 5, 100, u32::MAX] {
                    let twin = reference::band::rows(&reference::Band::SakoeChiba(radius), n as usize, m as usize);
                    assert!(Band::SakoeChiba(radius).rows(n, m) == twin, "SakoeChiba({radius}), {n} x {m}");
                }
            }
        }
    }
}
