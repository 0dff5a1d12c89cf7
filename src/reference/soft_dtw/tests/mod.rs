//! The twin against enumerated paths, finite differences, other packages' numbers, and itself.

use super::*;
use crate::reference::testing::{assert_close, finite_differences, noise};

mod band;
mod cost;
mod golden;
mod kinds;
mod recursion;
mod series;
mod tangent;

const SHAPES: [(usize, usize); 7] = [(1, 1), (1, 5), (6, 1), (2, 2), (3, 4), (7, 5), (4, 11)];
const GAMMAS: [f64; 4] = [0.05, 0.3, 1.0, 20.0];

/// Every monotone path from (0, 0) to (n - 1, m - 1), as lists of cell indices.
fn all_paths(n: usize, m: usize) -> Vec<Vec<usize>> {
    let mut done = Vec::new();
    let mut open = vec![vec![0]];
    while let Some(path) = open.pop() {
        let at = path[path.len() - 1];
        let (below, right) = (at / m + 1 < n, at % m + 1 < m);
        if !below && !right {
            done.push(path);
            continue;
        }
        let steps = [(below && right, m + 1), (below, m), (right, 1)];
        for (_, step) in steps.into_iter().filter(|&(allowed, _)| allowed) {
            let mut longer = path.clone();
            longer.push(at + step);
            open.push(longer);
        }
    }
    done
}

/// Costs in [-1, 1), a quarter of them infinite, but none on the way along the first column and the last row.
fn with_forbidden_cells(seed: u64, n: usize, m: usize) -> Vec<f64> {
    let mut cost = noise(seed, n * m);
    for (at, chance) in noise(seed + 1, n * m).into_iter().enumerate() {
        if chance < -0.5 && at % m != 0 && at / m != n - 1 {
            cost[at] = f64::INFINITY;
        }
    }
    cost
}
