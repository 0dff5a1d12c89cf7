//! Bands: which cells of the matrix of costs a path may use.

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
