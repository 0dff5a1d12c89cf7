//! Isotonic regression: the sorted row that is closest to a given one.
//!
//! Both kinds are solved by pooling adjacent violators: the row falls into blocks on which the fit
//! is constant, and a block's value depends on the block alone. The block starts are part of the
//! result, since derivatives need them and cannot find them again in rounded values.

pub mod kl;
pub mod l2;

use std::ops::Range;

use crate::reference::segmented::Direction;

/// A fit and its blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Isotonic {
    /// The fit, `[n]`.
    pub values: Vec<f64>,
    /// Where each block begins, ascending; the first begins at 0.
    pub starts: Vec<usize>,
}

/// The blocks, as ranges of elements.
pub(super) fn blocks(starts: &[usize], n: usize) -> impl Iterator<Item = Range<usize>> {
    let ends = starts.iter().skip(1).copied().chain([n]);
    starts.iter().zip(ends).map(|(&start, end)| start..end)
}

/// The starts of the blocks of an isotonic regression, by pooling adjacent violators (Best,
/// Chakravarti and Ubhaya 2000 show it for every separable convex loss).
///
/// `single` makes the block of one element, `merge` that of two neighbours, and `value` is the fit on
/// a block. Neighbours of equal value are pooled too. O(n) merges.
fn pool<B: Copy>(
    n: usize,
    direction: Direction,
    single: impl Fn(usize) -> B,
    merge: impl Fn(B, B) -> B,
    value: impl Fn(B) -> f64,
) -> Vec<usize> {
    let in_order = |before: f64, after: f64| match direction {
        Direction::Ascending => before < after,
        Direction::Descending => before > after,
    };
    let mut stack: Vec<(usize, B)> = Vec::new();
    for i in 0..n {
        let mut top = (i, single(i));
        while let Some(&(start, before)) = stack.last() {
            if in_order(value(before), value(top.1)) {
                break;
            }
            top = (start, merge(before, top.1));
            stack.pop();
        }
        stack.push(top);
    }
    stack.into_iter().map(|(start, _)| start).collect()
}

fn expect_length(argument: &str, found: usize, n: usize) {
    assert!(found == n, "{argument} has {found} elements, expected {n}");
}
