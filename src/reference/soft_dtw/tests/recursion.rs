use super::*;

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
fn forbidden_cells_are_on_no_path() {
    for (n, m) in SHAPES {
        let cost = with_forbidden_cells(14, n, m);
        let paths: Vec<_> =
            all_paths(n, m).into_iter().filter(|path| path.iter().all(|&cell| cost[cell].is_finite())).collect();
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
            assert_eq!(value(&cost, n, m, gamma).to_bits(), result.value.to_bits());
        }
        let hard = alignment(&cost, n, m, 0.0);
        assert_close(&[hard.value], &[totals.iter().copied().fold(f64::INFINITY, f64::min)], 1e-12);
        assert!(hard.expected.iter().zip(&cost).all(|(&e, c)| e == 0.0 || c.is_finite()));
    }
}

#[test]
fn without_a_path_the_value_is_infinite_and_the_alignment_empty() {
    let inf = f64::INFINITY;
    let matrices = [
        ([inf, 0.0, 0.0, 0.0, 0.0, 0.0], 2, 3), // the first cell
        ([0.0, 0.0, 0.0, 0.0, 0.0, inf], 2, 3), // the last
        ([0.0, inf, 0.0, 0.0, inf, 0.0], 2, 3), // a column
        ([0.0, 0.0, inf, inf, 0.0, 0.0], 3, 2), // a row
        ([inf; 6], 3, 2),
    ];
    for (cost, n, m) in matrices {
        for gamma in [0.0, 0.1, 10.0] {
            let result = alignment(&cost, n, m, gamma);
            assert_eq!((result.value, result.expected), (inf, vec![0.0; 6]));
            assert!(value(&cost, n, m, gamma).is_infinite());
            let weights = forward(&cost, n, m, gamma).weights;
            assert!(weights.iter().flatten().all(|weight| weight.is_finite()));
        }
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
#[should_panic(expected = "needs 6 elements, got 5")]
fn a_cost_matrix_of_the_wrong_size_is_refused() {
    let _ = value(&[0.0; 5], 2, 3, 1.0);
}

#[test]
#[should_panic(expected = "costs must be finite, or infinity to forbid a cell, found NaN")]
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
