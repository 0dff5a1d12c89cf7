use super::*;

const COSTS: [Cost; 2] = [Cost::HalfSquaredEuclidean, Cost::SquaredEuclidean];

#[test]
fn gradients_are_finite_differences_in_both_series() {
    for kind in COSTS {
        for dim in [1, 3] {
            for (n, m) in SHAPES {
                for gamma in GAMMAS {
                    let (x, y) = (noise(4, n * dim), noise(5, m * dim));
                    let f = |x: &[f64], y: &[f64]| value(&cost_matrix(&kind, x, y, dim), n, m, gamma);
                    let result = value_and_grad(&kind, &x, &y, dim, gamma);
                    assert_close(&[result.value], &[f(&x, &y)], 1e-14);
                    assert_close(&result.grad_x, &finite_differences(&x, |x| f(x, &y)), 1e-6);
                    assert_close(&result.grad_y, &finite_differences(&y, |y| f(&x, y)), 1e-6);
                }
            }
        }
    }
}

#[test]
fn halving_the_cost_is_doubling_gamma() {
    let (x, y) = (noise(10, 14 * 2), noise(11, 9 * 2));
    let half = value_and_grad(&Cost::HalfSquaredEuclidean, &x, &y, 2, 0.35);
    let whole = value_and_grad(&Cost::SquaredEuclidean, &x, &y, 2, 0.7);
    let doubled = |v: &[f64]| v.iter().map(|v| 2.0 * v).collect::<Vec<_>>();
    assert_close(&[whole.value], &[2.0 * half.value], 1e-12);
    assert_close(&whole.grad_x, &doubled(&half.grad_x), 1e-12);
    assert_close(&whole.grad_y, &doubled(&half.grad_y), 1e-12);
}

#[test]
fn exchanging_the_series_exchanges_the_gradients() {
    let (x, y) = (noise(12, 12 * 3), noise(13, 20 * 3));
    for kind in COSTS {
        let one = value_and_grad(&kind, &x, &y, 3, 0.2);
        let other = value_and_grad(&kind, &y, &x, 3, 0.2);
        assert_close(&[one.value], &[other.value], 1e-12);
        assert_close(&one.grad_x, &other.grad_y, 1e-12);
        assert_close(&one.grad_y, &other.grad_x, 1e-12);
    }
}

#[test]
#[should_panic(expected = "at least one point")]
fn an_empty_series_is_refused() {
    let _ = value_and_grad(&Cost::HalfSquaredEuclidean, &[], &[1.0], 1, 1.0);
}

#[test]
#[should_panic(expected = "not made of points of dim = 2")]
fn a_series_of_partial_points_is_refused() {
    let _ = cost_matrix(&Cost::HalfSquaredEuclidean, &[0.0; 3], &[0.0; 4], 2);
}

#[test]
#[should_panic(expected = "a derivative in the costs [2, 2] needs 4 elements, got 3")]
fn a_derivative_of_the_wrong_size_is_refused() {
    let _ = grad_x(&Cost::HalfSquaredEuclidean, &[0.0; 3], &[0.0; 4], &[0.0; 4], 2);
}

#[test]
#[should_panic(expected = "a series must be finite")]
fn a_series_that_is_not_finite_is_refused() {
    let _ = value_and_grad(&Cost::default(), &[0.0, f64::INFINITY], &[0.0], 1, 1.0);
}
