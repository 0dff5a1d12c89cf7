use super::*;

const COSTS: [Cost; 2] = [Cost::HalfSquaredEuclidean, Cost::SquaredEuclidean];
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

#[test]
fn value_and_alignment_are_those_of_the_enumerated_paths() {
    for (n, m) in SHAPES {
        let cost = noise(1, n * m);
        let paths = all_paths(n, m);
        let totals: Vec<f64> = paths.iter().map(|path| path.iter().map(|&cell| cost[cell]).sum()).collect();
        for gamma in GAMMAS {
            let partition: f64 = totals.iter().map(|total| (-total / gamma).exp()).sum();
            let mut expected = vec![0.0; n * m];
            for (path, total) in paths.iter().zip(&totals) {
                for &cell in path {
                    expected[cell] += (-total / gamma).exp() / partition;
                }
            }
            let result = alignment(&cost, n, m, gamma);
            assert_close(&[result.value], &[-gamma * partition.ln()], 1e-12);
            assert_close(&result.expected, &expected, 1e-12);
        }
    }
}

#[test]
fn hard_value_and_alignment_are_those_of_the_best_enumerated_path() {
    for (n, m) in SHAPES {
        let cost = noise(2, n * m);
        let total = |path: &[usize]| path.iter().map(|&cell| cost[cell]).sum::<f64>();
        let paths = all_paths(n, m);
        let best = paths.iter().min_by(|a, b| total(a).total_cmp(&total(b))).expect("there is a path");
        let mut expected = vec![0.0; n * m];
        for &cell in best {
            expected[cell] = 1.0;
        }
        let result = alignment(&cost, n, m, 0.0);
        assert_close(&[result.value], &[total(best)], 1e-12);
        assert_close(&result.expected, &expected, 0.0);
    }
}

#[test]
fn expected_alignment_is_the_finite_difference_in_the_cost() {
    for (n, m) in SHAPES {
        for gamma in GAMMAS {
            let cost = noise(3, n * m);
            let differences = finite_differences(&cost, |cost| value(cost, n, m, gamma));
            // The third derivative grows as 1 / gamma^2: 1e-10 / 0.05^2 is left of the differences.
            assert_close(&alignment(&cost, n, m, gamma).expected, &differences, 1e-7);
        }
    }
}

#[test]
fn gradients_are_finite_differences_in_both_series() {
    for kind in COSTS {
        for dim in [1, 3] {
            for (n, m) in SHAPES {
                for gamma in GAMMAS {
                    let (x, y) = (noise(4, n * dim), noise(5, m * dim));
                    let f = |x: &[f64], y: &[f64]| value(&cost_matrix(kind, x, y, dim), n, m, gamma);
                    let result = value_and_grad(kind, &x, &y, dim, gamma);
                    assert_close(&[result.value], &[f(&x, &y)], 1e-14);
                    assert_close(&result.grad_x, &finite_differences(&x, |x| f(x, &y)), 1e-6);
                    assert_close(&result.grad_y, &finite_differences(&y, |y| f(&x, y)), 1e-6);
                }
            }
        }
    }
}

#[test]
fn gamma_zero_is_the_limit() {
    let (n, m) = (23, 17);
    let cost = noise(6, n * m);
    let hard = alignment(&cost, n, m, 0.0);
    let soft = alignment(&cost, n, m, 1e-6);
    // At most -gamma log(number of paths), and there are fewer than 3^(n+m) of them.
    assert_close(&[soft.value], &[hard.value], 1e-6 * 3.0_f64.ln() * (n + m) as f64);
    assert_close(&soft.expected, &hard.expected, 1e-12);
    // Where 1 / gamma overflows, too.
    let smallest = alignment(&cost, n, m, f64::from_bits(1));
    assert_close(&[smallest.value], &[hard.value], 0.0);
    assert_close(&smallest.expected, &hard.expected, 0.0);
}

#[test]
fn gamma_zero_breaks_ties_diagonal_then_up_then_left() {
    let path = alignment(&[0.0; 8], 2, 4, 0.0).expected;
    assert_close(&path, &[1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0], 0.0);
    let path = alignment(&[0.0; 8], 4, 2, 0.0).expected;
    assert_close(&path, &[1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0], 0.0);
    // The diagonal is worse, up and left are alike.
    let path = alignment(&[0.0, -1.0, -1.0, 0.0], 2, 2, 0.0).expected;
    assert_close(&path, &[1.0, 1.0, 0.0, 1.0], 0.0);
}

#[test]
fn a_series_of_one_point_has_one_alignment() {
    for gamma in [0.0, 0.01, 1.0, 100.0] {
        for len in [1, 2, 9] {
            let cost = noise(7, len);
            for (n, m) in [(1, len), (len, 1)] {
                let result = alignment(&cost, n, m, gamma);
                assert_close(&[result.value], &[cost.iter().sum()], 1e-14);
                assert_close(&result.expected, &vec![1.0; len], 0.0);
            }
        }
    }
}

#[test]
fn expected_alignment_is_a_distribution_over_paths() {
    let (n, m) = (31, 53);
    let cost = noise(8, n * m);
    for gamma in [0.0, 0.001, 0.1, 1.0, 1000.0] {
        let e = alignment(&cost, n, m, gamma).expected;
        let rounding = 1e-12;
        assert!(e.iter().all(|p| (0.0..=1.0 + rounding).contains(p)), "a cell's probability");
        // Every path has both ends, and a cell in every row and in every column.
        assert_close(&[e[0], e[n * m - 1]], &[1.0, 1.0], rounding);
        assert!(e.chunks_exact(m).all(|row| row.iter().sum::<f64>() >= 1.0 - rounding), "rows");
        assert!((0..m).all(|j| (0..n).map(|i| e[i * m + j]).sum::<f64>() >= 1.0 - rounding), "columns");
        let length: f64 = e.iter().sum();
        let lengths = m as f64 - rounding * 1e2..=(n + m - 1) as f64 + rounding * 1e2;
        assert!(lengths.contains(&length), "{length} cells on a path");
    }
}

#[test]
fn forward_ends_in_the_value_and_its_weights_sum_to_one() {
    let (n, m) = (19, 8);
    let cost = noise(9, n * m);
    for gamma in [0.0, 0.01, 1.0, 50.0] {
        let forward = forward(&cost, n, m, gamma);
        assert_eq!(forward.values.len(), (n + 1) * (m + 1));
        let last = forward.values[(n + 1) * (m + 1) - 1];
        assert_eq!(last.to_bits(), value(&cost, n, m, gamma).to_bits());
        for weights in forward.weights {
            assert_close(&[weights.iter().sum()], &[1.0], 1e-15);
        }
    }
}

#[test]
fn halving_the_cost_is_doubling_gamma() {
    let (x, y) = (noise(10, 14 * 2), noise(11, 9 * 2));
    let half = value_and_grad(Cost::HalfSquaredEuclidean, &x, &y, 2, 0.35);
    let whole = value_and_grad(Cost::SquaredEuclidean, &x, &y, 2, 0.7);
    let doubled = |v: &[f64]| v.iter().map(|v| 2.0 * v).collect::<Vec<_>>();
    assert_close(&[whole.value], &[2.0 * half.value], 1e-12);
    assert_close(&whole.grad_x, &doubled(&half.grad_x), 1e-12);
    assert_close(&whole.grad_y, &doubled(&half.grad_y), 1e-12);
}

#[test]
fn exchanging_the_series_exchanges_the_gradients() {
    let (x, y) = (noise(12, 12 * 3), noise(13, 20 * 3));
    for kind in COSTS {
        let one = value_and_grad(kind, &x, &y, 3, 0.2);
        let other = value_and_grad(kind, &y, &x, 3, 0.2);
        assert_close(&[one.value], &[other.value], 1e-12);
        assert_close(&one.grad_x, &other.grad_y, 1e-12);
        assert_close(&one.grad_y, &other.grad_x, 1e-12);
    }
}

#[test]
#[should_panic(expected = "at least one point")]
fn an_empty_series_is_refused() {
    let _ = value_and_grad(Cost::HalfSquaredEuclidean, &[], &[1.0], 1, 1.0);
}

#[test]
#[should_panic(expected = "needs 6 elements, got 5")]
fn a_cost_matrix_of_the_wrong_size_is_refused() {
    let _ = value(&[0.0; 5], 2, 3, 1.0);
}

#[test]
#[should_panic(expected = "costs must be finite, found NaN")]
fn a_nan_cost_is_refused_even_off_the_path() {
    let _ = alignment(&[0.0, f64::NAN, 0.0, 0.0], 2, 2, 0.0);
}

#[test]
#[should_panic(expected = "gamma must be finite and at least 0, got -1")]
fn a_negative_gamma_is_refused() {
    let _ = value(&[0.0], 1, 1, -1.0);
}

#[test]
#[should_panic(expected = "gamma must be finite and at least 0, got NaN")]
fn a_nan_gamma_is_refused() {
    let _ = value(&[0.0], 1, 1, f64::NAN);
}

#[test]
#[should_panic(expected = "not made of points of dim = 2")]
fn a_series_of_partial_points_is_refused() {
    let _ = cost_matrix(Cost::HalfSquaredEuclidean, &[0.0; 3], &[0.0; 4], 2);
}

#[test]
#[should_panic(expected = "an expected alignment [2, 2] needs 4 elements, got 3")]
fn an_expected_alignment_of_the_wrong_size_is_refused() {
    let _ = grad_x(Cost::HalfSquaredEuclidean, &[0.0; 3], &[0.0; 4], &[0.0; 4], 2);
}
