//! Which points to connect: each time step of one series with its expected partner in the other.

/// More lines than this are no longer seen as lines.
const MAX_LINKS: usize = 150;

/// A time step of `a`, the expected time step of `b`, and how sure the alignment is of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Link {
    pub(super) step_a: usize,
    pub(super) step_b: f64,
    /// The largest share that one time step of `b` has in the alignment, 0 to 1.
    pub(super) weight: f64,
}

/// The links of the alignment `[n, m]`; of a long series the strongest one in each stretch.
pub(super) fn links(alignment: &[f32], m: usize) -> Vec<Link> {
    let all: Vec<Link> = alignment.chunks_exact(m).enumerate().filter_map(|(i, row)| link(i, row)).collect();
    let stretch = all.len().div_ceil(MAX_LINKS).max(1);
    all.chunks(stretch).filter_map(|near| near.iter().max_by(|k, l| k.weight.total_cmp(&l.weight))).copied().collect()
}

/// The link of time step `i`, if its row holds any alignment.
fn link(i: usize, row: &[f32]) -> Option<Link> {
    let elements = || row.iter().map(|&element| f64::from(element.max(0.0)));
    let sum: f64 = elements().sum();
    let moment: f64 = elements().enumerate().map(|(j, e)| j as f64 * e).sum();
    let largest = elements().fold(0.0, f64::max);
    (sum > 0.0).then(|| Link { step_a: i, step_b: moment / sum, weight: largest / sum })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expected_partner_and_its_weight() {
        let found = links(&[1.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.0, 0.0, 0.0], 3);
        let expected = [Link { step_a: 0, step_b: 0.0, weight: 1.0 }, Link { step_a: 1, step_b: 1.5, weight: 0.5 }];
        assert_eq!(found, expected);
    }

    #[test]
    fn long_series_have_no_more_lines_than_can_be_seen() {
        let n = 1_000;
        let found = links(&vec![0.1; n * 2], 2);
        assert!(found.len() <= MAX_LINKS && found.len() > MAX_LINKS / 2);
    }
}
