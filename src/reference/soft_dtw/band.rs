//! Bands: which cells an alignment may pass.

/// The cells that an alignment may pass, around the straight line from the first cell to the last.
///
/// Lengths may differ, and a monotone path within the band always exists. A band does not depend on
/// which of the two series comes first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Band {
    /// At most this many points from the line, along the shorter series and rounded:
    ///
    /// ```text
    /// |i (m-1) - j (n-1)| <= (radius + 1/2) (max(n,m) - 1)        i < n, j < m, from 0
    /// ```
    ///
    /// For `n = m` this is `|i - j| <= radius`.
    SakoeChiba(u32),
    /// Between lines of at most this slope, and at least its inverse, through the first and through the last cell:
    /// a parallelogram. With `u = i / (n-1)` and `v = j / (m-1)`,
    ///
    /// ```text
    /// u / slope       <= v <= slope u
    /// (1 - u) / slope <= 1 - v <= slope (1 - u)
    /// ```
    ///
    /// Where these leave no path, the cells of `SakoeChiba(0)` do, which always belong to the band.
    Itakura(f64),
}

/// The longest series that a band is made for: products of two lengths stay exact.
const LONGEST: usize = 1 << 30;

/// The first and the last column of each row of a cost matrix `[n, m]` that are within the band.
///
/// Neither ever decreases from one row to the next, and rows follow one another without a gap: each
/// begins at most one column after the end of the row before. Takes O(n) time.
///
/// # Panics
///
/// If `n` or `m` is 0 or above 2^30, or the slope of an Itakura band is not finite or not above 1.
///
/// # Examples
///
/// ```
/// use supple::reference::soft_dtw::{Band, band::rows};
///
/// assert_eq!(rows(&Band::SakoeChiba(1), 4, 4), [(0, 1), (0, 2), (1, 3), (2, 3)]);
/// assert_eq!(rows(&Band::SakoeChiba(0), 3, 5), [(0, 1), (1, 3), (3, 4)]);
/// assert_eq!(rows(&Band::Itakura(2.0), 5, 5), [(0, 0), (1, 2), (1, 3), (2, 3), (4, 4)]);
/// ```
#[must_use]
pub fn rows(band: &Band, n: usize, m: usize) -> Vec<(u32, u32)> {
    assert!(n > 0 && m > 0, "both series need at least one point, got n = {n} and m = {m}");
    assert!(n.max(m) <= LONGEST, "a band's series have at most {LONGEST} points, got n = {n} and m = {m}");
    if let Band::Itakura(slope) = *band {
        assert!(slope > 1.0 && slope.is_finite(), "an Itakura band's slope must be finite and above 1, got {slope}");
    }
    let corner = Corner { row: n as u64 - 1, column: m as u64 - 1 };
    let row = |i| match *band {
        // All cells of a single row are the path.
        _ if n == 1 => (0, corner.column),
        Band::SakoeChiba(radius) => corner.around_the_line(radius, i),
        Band::Itakura(slope) => {
            let (first, last) = corner.parallelogram(slope, i);
            // Both contain the line. A row without a cell in the parallelogram has `first` right of the
            // line and `last` left of it, so that this leaves the second pair alone.
            let (line_first, line_last) = corner.around_the_line(0, i);
            (first.min(line_first), last.max(line_last))
        }
    };
    (0..n as u64)
        .map(|i| {
            let (first, last) = row(i);
            (first as u32, last as u32)
        })
        .collect()
}

/// Forbids the cells of a cost matrix `[n, m]` that are outside the band: their cost becomes
/// `+infinity`.
///
/// # Panics
///
/// As [`rows`] does, or if the length of `cost` is not `n * m`.
///
/// # Examples
///
/// ```
/// use supple::reference::soft_dtw::{Band, band::apply};
///
/// let mut cost = [1.0, 2.0, 3.0, 4.0];
/// apply(&Band::SakoeChiba(0), &mut cost, 2, 2);
/// assert_eq!(cost, [1.0, f64::INFINITY, f64::INFINITY, 4.0]);
/// ```
pub fn apply(band: &Band, cost: &mut [f64], n: usize, m: usize) {
    super::check_cells(cost, n, m);
    for (row, (first, last)) in cost.chunks_exact_mut(m).zip(rows(band, n, m)) {
        row[..first as usize].fill(f64::INFINITY);
        row[last as usize + 1..].fill(f64::INFINITY);
    }
}

/// The last row and column of a matrix of at least two rows.
struct Corner {
    row: u64,
    column: u64,
}

impl Corner {
    /// The columns of row `i` within a Sakoe-Chiba band: those between the two ends of the
    /// inequality in [`Band::SakoeChiba`].
    fn around_the_line(&self, radius: u32, i: u64) -> (u64, u64) {
        // Larger radii allow every cell as well, and could overflow.
        let radius = u64::from(radius).min(self.row.min(self.column));
        let reach = (2 * radius + 1) * self.row.max(self.column);
        let (line, unit) = (2 * i * self.column, 2 * self.row);
        (line.saturating_sub(reach).div_ceil(unit), ((line + reach) / unit).min(self.column))
    }

    /// The columns of row `i` within the parallelogram of [`Band::Itakura`]. The first is greater
    /// than the last where there are none.
    #[expect(clippy::cast_sign_loss, reason = "none is negative")]
    fn parallelogram(&self, slope: f64, i: u64) -> (u64, u64) {
        // Cells on the border are inside, whichever way the slope was rounded.
        let slope = slope * (1.0 + 1e-12);
        let steepest = |rows: u64| (slope * (rows * self.column) as f64 / self.row as f64).floor() as u64;
        let shallowest = |rows: u64| ((rows * self.column) as f64 / (slope * self.row as f64)).ceil() as u64;
        let rest = self.row - i;
        let first = shallowest(i).max(self.column.saturating_sub(steepest(rest)));
        let last = steepest(i).min(self.column - shallowest(rest));
        (first, last)
    }
}
