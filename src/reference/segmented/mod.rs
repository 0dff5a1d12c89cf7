//! Sorting a row.
//!
//! A batch of rows, of unequal lengths too, is worked through row by row. What goes along with the
//! keys, a payload, is put into the same order by [`permuted`].

use std::cmp::Ordering;

/// Which end a sorted row begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// The smallest first. The default.
    #[default]
    Ascending,
    /// The largest first.
    Descending,
}

/// How two keys compare: as numbers, so that -0 and 0 are equal; NaN is above everything else, and
/// equal to NaN.
#[must_use]
pub fn compare(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

/// The order that sorts a row: element `order[i]` of the row is the `i`th of the sorted row.
///
/// Stable in both directions: equal keys stay in the order in which they were. NaN comes last
/// ascending, and first descending. Takes O(n log n) time.
///
/// # Examples
///
/// ```
/// use supple::reference::segmented::{Direction, argsort};
///
/// let keys = [2.0, f64::NAN, 1.0, 2.0];
/// assert_eq!(argsort(&keys, Direction::Ascending), [2, 0, 3, 1]);
/// assert_eq!(argsort(&keys, Direction::Descending), [1, 0, 3, 2]);
/// ```
#[must_use]
pub fn argsort(keys: &[f64], direction: Direction) -> Vec<usize> {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    match direction {
        Direction::Ascending => order.sort_by(|&a, &b| compare(keys[a], keys[b])),
        Direction::Descending => order.sort_by(|&a, &b| compare(keys[b], keys[a])),
    }
    order
}

/// The sorted row: the keys in the order of [`argsort`].
///
/// # Examples
///
/// ```
/// use supple::reference::segmented::{Direction, sort};
///
/// assert_eq!(sort(&[2.0, 3.0, 1.0], Direction::Descending), [3.0, 2.0, 1.0]);
/// ```
#[must_use]
pub fn sort(keys: &[f64], direction: Direction) -> Vec<f64> {
    permuted(keys, &argsort(keys, direction))
}

/// The values in the given order: the `i`th is `values[order[i]]`.
///
/// # Panics
///
/// If an index of `order` is outside `values`.
///
/// # Examples
///
/// ```
/// use supple::reference::segmented::{inverse, permuted};
///
/// let order = [2, 0, 1];
/// let letters = permuted(&['a', 'b', 'c'], &order);
/// assert_eq!(letters, ['c', 'a', 'b']);
/// assert_eq!(permuted(&letters, &inverse(&order)), ['a', 'b', 'c']);
/// ```
#[must_use]
pub fn permuted<T: Copy>(values: &[T], order: &[usize]) -> Vec<T> {
    order.iter().map(|&at| values[at]).collect()
}

/// The order that undoes another: where each element of the row is in the sorted row.
///
/// # Panics
///
/// If `order` does not hold each of `0..n` once.
#[must_use]
pub fn inverse(order: &[usize]) -> Vec<usize> {
    let unset = order.len();
    let mut inverse = vec![unset; order.len()];
    for (i, &at) in order.iter().enumerate() {
        assert!(inverse.get(at) == Some(&unset), "{at} is twice in an order of {unset} elements, or beyond them");
        inverse[at] = i;
    }
    inverse
}

#[cfg(test)]
mod tests;
