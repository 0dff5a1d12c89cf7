use super::*;

#[track_caller]
fn assert_gradient(x: &[f64], loss: impl Fn(&[f64]) -> ValueAndGrad) {
    let differences = finite_differences(x, |x| loss(x).value);
    let scale = differences.iter().fold(1.0, |scale: f64, d| scale.max(d.abs()));
    assert_close(&loss(x).grad, &differences, 1e-7 * scale);
}

#[test]
fn gradients_are_finite_differences() {
    let (x, target) = (noise(70, 20), noise(71, 20));
    let ranks = rank(&target, Direction::Descending, Ties::Average);
    for regularization in REGULARIZATIONS {
        for strength in STRENGTHS {
            for q in [0.0, 0.3, 0.5, 1.0] {
                assert_gradient(&x, |x| soft_quantile(x, q, regularization, strength));
            }
            for kept in [1, 13, 20] {
                assert_gradient(&x, |x| trimmed_mean(x, kept, regularization, strength));
                assert_gradient(&x, |x| least_trimmed_squares(x, kept, regularization, strength));
            }
            assert_gradient(&x, |x| label_ranking_loss(x, &ranks, regularization, strength));
            assert_gradient(&x, |x| spearman_loss(x, &target, regularization, strength));
            assert_gradient(&x, |x| spearman_coefficient(x, &target, regularization, strength));
        }
    }
}

#[test]
fn a_small_strength_gives_the_hard_ones() {
    let x = [3.0, -1.0, 0.5, 8.0, 2.0];
    for regularization in REGULARIZATIONS {
        assert_close(&[soft_median(&x, regularization, 1e-3).value], &[2.0], 1e-14);
        assert_close(&[soft_quantile(&x, 0.9, regularization, 1e-3).value], &[6.0], 1e-14);
        assert_close(&[trimmed_mean(&x, 3, regularization, 1e-3).value], &[0.5], 1e-14);
        let squares = least_trimmed_squares(&x, 3, regularization, 1e-3);
        assert_close(&[squares.value], &[(0.5 + 0.125 + 2.0) / 3.0], 1e-14);
        assert_close(&squares.grad, &[0.0, -1.0 / 3.0, 0.5 / 3.0, 0.0, 2.0 / 3.0], 1e-14);
    }
}

#[test]
fn a_large_strength_gives_least_squares() {
    let x = noise(72, 10);
    let squares = inner(&x, &x) / 20.0;
    let found = least_trimmed_squares(&x, 4, Regularization::L2, 1e9);
    assert_close(&[found.value], &[squares], 1e-8);
    assert_close(&found.grad, &x.iter().map(|x| x / 10.0).collect::<Vec<_>>(), 1e-14);
}

#[test]
fn the_coefficient_and_the_loss_say_the_same_of_hard_ranks() {
    // 1 - 6 sum d^2 / (n^3 - n), of ranks without ties.
    let (x, target) = (noise(73, 40), noise(74, 40));
    for regularization in REGULARIZATIONS {
        let loss = spearman_loss(&x, &target, regularization, 1e-6).value;
        let coefficient = spearman_coefficient(&x, &target, regularization, 1e-6).value;
        assert_close(&[coefficient], &[1.0 - 12.0 * loss / (64_000.0 - 40.0)], 1e-13);
    }
}

#[test]
fn constant_rows_are_correlated_with_nothing() {
    let (constant, other) = ([0.1; 7], noise(75, 7));
    for regularization in REGULARIZATIONS {
        for strength in STRENGTHS {
            for (x, target) in [(&constant[..], &other[..]), (&other, &constant), (&[], &[]), (&[1.0], &[2.0])] {
                let result = spearman_coefficient(x, target, regularization, strength);
                assert_eq!((result.value, result.grad), (0.0, vec![0.0; x.len()]));
            }
        }
    }
}

#[test]
fn an_infinite_loss_is_trimmed() {
    let losses = [1.0, f64::INFINITY, 2.0, 4.0];
    let trimmed = trimmed_mean(&losses, 3, Regularization::L2, 0.01);
    assert_close(&[trimmed.value], &[7.0 / 3.0], 1e-15);
    assert_close(&trimmed.grad, &[1.0 / 3.0, 0.0, 1.0 / 3.0, 1.0 / 3.0], 1e-15);
    let squares = least_trimmed_squares(&losses, 3, Regularization::L2, 0.01);
    assert!(squares.value.is_finite() && squares.grad.iter().all(|g| g.is_finite()));
}

#[test]
#[should_panic(expected = "q must be from 0 to 1, got 1.5")]
fn quantiles_beyond_the_row_are_refused() {
    let _ = soft_quantile(&[1.0], 1.5, Regularization::L2, 1.0);
}
