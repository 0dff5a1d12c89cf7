//! Rows of which some elements take no part.

use super::expect_length;

/// The elements that take part, those whose mask is set.
///
/// # Panics
///
/// If the lengths differ.
///
/// # Examples
///
/// ```
/// use supple::reference::permutahedron::{Ties, mask, rank};
/// use supple::reference::segmented::Direction;
///
/// let keep = [true, false, true];
/// let ranks = rank(&mask::kept(&[3.0, 2.0, 1.0], &keep), Direction::Ascending, Ties::Average);
/// assert_eq!(mask::spread(&ranks, &keep), [2.0, 0.0, 1.0]);
/// ```
#[must_use]
pub fn kept(row: &[f64], mask: &[bool]) -> Vec<f64> {
    expect_length("mask", mask.len(), row.len());
    row.iter().zip(mask).filter(|&(_, keep)| *keep).map(|(x, _)| *x).collect()
}

/// Puts what belongs to the elements that take part to where they were, with 0 between.
///
/// # Panics
///
/// If there is not one for each mask that is set.
#[must_use]
pub fn spread(kept: &[f64], mask: &[bool]) -> Vec<f64> {
    expect_length("kept", kept.len(), mask.iter().filter(|keep| **keep).count());
    let mut next = kept.iter();
    mask.iter().map(|keep| if *keep { next.next().copied().unwrap_or_default() } else { 0.0 }).collect()
}
