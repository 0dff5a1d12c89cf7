//! The twin against enumerated paths, finite differences, other packages' numbers, and itself.

use super::*;

mod band;
mod cost;
mod golden;
mod kinds;
mod recursion;
mod series;
mod tangent;

const SHAPES: [(usize, usize); 7] = [(1, 1), (1, 5), (6, 1), (2, 2), (3, 4), (7, 5), (4, 11)];
const GAMMAS: [f64; 4] = [0.05, 0.3, 1.0, 20.0];

/// `len` numbers in [-1, 1) from a linear congruential generator (Knuth's constants), the same on
/// every run.
fn noise(seed: u64, len: usize) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    };
    // The first numbers of neighbouring seeds resemble each other.
    next();
    next();
    (0..len).map(|_| next()).collect()
}

/// Central differences of `f` at `at`, with a step that keeps truncation and rounding errors alike
/// small in f64.
fn finite_differences(at: &[f64], f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    const STEP: f64 = 1e-5;
    let mut moved = at.to_vec();
    (0..at.len())
        .map(|k| {
            moved[k] = at[k] + STEP;
            let above = f(&moved);
            moved[k] = at[k] - STEP;
            let below = f(&moved);
            moved[k] = at[k];
            (above - below) / (2.0 * STEP)
        })
        .collect()
}

#[track_caller]
fn assert_close(actual: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(actual.len(), expected.len());
    for (k, (a, e)) in actual.iter().zip(expected).enumerate() {
        assert!((a - e).abs() <= tolerance * e.abs().max(1.0), "element {k}: {a}, expected {e}");
    }
}

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
