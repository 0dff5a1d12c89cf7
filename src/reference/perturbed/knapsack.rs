//! The best subset within a budget, by dynamic programming.

/// How many coordinates are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Any number.
    Any,
    /// At most so many.
    AtMost(usize),
    /// Exactly so many.
    Exactly(usize),
}

/// The choice of coordinates with the largest sum whose costs sum up to at most `budget`, as ones, and its sum. O(n k budget).
///
/// # Panics
/// Where there is no choice of so many coordinates.
#[must_use]
pub fn knapsack(theta: &[f64], costs: &[u32], budget: u32, size: Size) -> (f64, Vec<f64>) {
    let (n, budget) = (theta.len(), budget as usize);
    let most = match size {
        Size::Any => n,
        Size::AtMost(k) | Size::Exactly(k) => k,
    };
    // best[i][c][b]: of the first i coordinates c are chosen, within b.
    let mut best = vec![vec![vec![f64::NEG_INFINITY; budget + 1]; most + 1]; n + 1];
    best[0][0].fill(0.0);
    for i in 0..n {
        let cost = costs[i] as usize;
        for c in 0..=most {
            for b in 0..=budget {
                let without = best[i][c][b];
                let with = if c > 0 && b >= cost { best[i][c - 1][b - cost] + theta[i] } else { f64::NEG_INFINITY };
                best[i + 1][c][b] = without.max(with);
            }
        }
    }
    let of_size = |c: usize| best[n][c][budget];
    let mut c = match size {
        Size::Exactly(k) => k,
        Size::Any | Size::AtMost(_) => (0..=most).max_by(|&a, &b| of_size(a).total_cmp(&of_size(b))).unwrap_or(0),
    };
    assert!(of_size(c) > f64::NEG_INFINITY, "no choice");
    let (sum, mut b) = (of_size(c), budget);
    let mut solution = vec![0.0; n];
    for i in (0..n).rev() {
        if best[i + 1][c][b] > best[i][c][b] {
            solution[i] = 1.0;
            c -= 1;
            b -= costs[i] as usize;
        }
    }
    (sum, solution)
}

#[cfg(test)]
mod tests {
    use super::{Size, knapsack};

    #[test]
    fn no_other_choice_is_better() {
        let theta = [5.0, -1.0, 4.0, 3.0, 1.0, 0.5, 2.0];
        let costs = [4, 0, 2, 2, 1, 1, 3];
        for budget in 0..14 {
            for size in (1..=4).flat_map(|k| [Size::Any, Size::AtMost(k), Size::Exactly(k)]) {
                let fits = |choice: &u32| {
                    let chosen = (0..7).filter(|i| choice >> i & 1 == 1);
                    let count = chosen.clone().count();
                    let sized = match size {
                        Size::Any => true,
                        Size::AtMost(k) => count <= k,
                        Size::Exactly(k) => count == k,
                    };
                    sized && chosen.map(|i| costs[i]).sum::<u32>() <= budget
                };
                let sum = |choice: u32| (0..7).filter(|i| choice >> i & 1 == 1).map(|i| theta[i]).sum::<f64>();
                let best = (0..128).filter(fits).map(sum).max_by(f64::total_cmp);
                let Some(best) = best else { continue };
                let (found, solution) = knapsack(&theta, &costs, budget, size);
                let choice = (0..7).filter(|&i| solution[i] > 0.5).map(|i| 1 << i).sum::<u32>();
                assert!(fits(&choice), "{size:?} {budget} {solution:?}");
                assert!((found - best).abs() < 1e-12 && (sum(choice) - best).abs() < 1e-12, "{size:?} {budget}");
            }
        }
    }
}
