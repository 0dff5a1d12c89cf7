use super::*;
use crate::reference::soft_dtw::kinds::{of, of_costs};

const KINDS: [Kind; 7] = [
    Kind::Value,
    Kind::Divergence,
    Kind::Sharp,
    Kind::SharpDivergence,
    Kind::MeanCost,
    Kind::MeanCostDivergence,
    Kind::Hard,
];
const DIVERGENCES: [Kind; 3] = [Kind::Divergence, Kind::SharpDivergence, Kind::MeanCostDivergence];
const OF_COSTS: [Kind; 4] = [Kind::Value, Kind::Sharp, Kind::MeanCost, Kind::Hard];
const COSTS: [Cost; 5] = [
    Cost::HalfSquaredEuclidean,
    Cost::SquaredEuclidean,
    Cost::LogAugmented { gamma: 0.6 },
    Cost::Absolute,
    Cost::Cosine,
];
const BANDS: [Option<Band>; 4] = [None, Some(Band::SakoeChiba(0)), Some(Band::SakoeChiba(2)), Some(Band::Itakura(1.7))];

/// A cost that the library does not have: differences with a weight for each coordinate, a term of one side alone,
/// and no match of points that are far apart.
struct Weighted;

impl GroundCost for Weighted {
    fn cost(&self, x: &[f64], y: &[f64]) -> f64 {
        let difference = |k: usize| x[k] - y[k];
        if difference(0).abs() > 1.2 {
            f64::INFINITY
        } else {
            3.0 * difference(0).powi(2) + 0.5 * difference(1).powi(4) + 0.7 * x[1].powi(3)
        }
    }

    fn add_gradient(&self, x: &[f64], y: &[f64], weight: f64, grad_x: &mut [f64], grad_y: &mut [f64]) {
        assert!(self.cost(x, y).is_finite(), "a forbidden match has no gradient");
        for (k, slope) in [6.0 * (x[0] - y[0]), 2.0 * (x[1] - y[1]).powi(3)].into_iter().enumerate() {
            grad_x[k] += weight * slope;
            grad_y[k] -= weight * slope;
        }
        grad_x[1] += weight * 2.1 * x[1].powi(2);
    }
}

#[track_caller]
fn assert_gradients_are_finite_differences(
    cost: &impl GroundCost,
    (n, m, dim): (usize, usize, usize),
    gamma: f64,
    band: Option<&Band>,
) {
    let (x, y) = (noise(40, n * dim), noise(41, m * dim));
    for kind in KINDS {
        let f = |x: &[f64], y: &[f64]| of(kind, cost, x, y, dim, gamma, band).value;
        let result = of(kind, cost, &x, &y, dim, gamma, band);
        assert!(result.value.is_finite(), "{kind:?} {n} {m} {dim} {gamma} {band:?}");
        assert_close(&result.grad_x, &finite_differences(&x, |x| f(x, &y)), 1e-6);
        assert_close(&result.grad_y, &finite_differences(&y, |y| f(&x, y)), 1e-6);
    }
}

#[test]
fn gradients_are_finite_differences_for_every_kind_cost_and_band() {
    for cost in COSTS {
        for band in BANDS {
            for shape in [(1, 1, 3), (1, 4, 2), (5, 1, 3), (6, 6, 2), (7, 4, 3), (3, 12, 2), (15, 2, 3)] {
                for gamma in [0.2, 1.5] {
                    assert_gradients_are_finite_differences(&cost, shape, gamma, band.as_ref());
                }
            }
        }
    }
}

#[test]
fn a_cost_of_ones_own_works_like_any_other() {
    for band in [None, Some(Band::SakoeChiba(3))] {
        for shape in [(1, 1, 2), (6, 6, 2), (9, 7, 2)] {
            assert_gradients_are_finite_differences(&Weighted, shape, 0.5, band.as_ref());
        }
    }
    let (x, y) = (noise(40, 12), noise(41, 12));
    assert!(cost_matrix(&Weighted, &x, &y, 2).contains(&f64::INFINITY), "the test forbids something");
}

#[test]
fn derivatives_in_the_costs_are_finite_differences() {
    for (n, m) in SHAPES {
        for cost in [noise(42, n * m), with_forbidden_cells(43, n, m)] {
            for gamma in [0.2, 1.0, 20.0] {
                for kind in OF_COSTS {
                    let (value, derivative) = of_costs(kind, &cost, n, m, gamma);
                    assert!(value.is_finite());
                    let f = |cost: &[f64]| of_costs(kind, cost, n, m, gamma).0;
                    assert_close(&derivative, &finite_differences(&cost, f), 1e-6);
                }
            }
        }
    }
}

#[test]
fn the_value_is_that_of_the_recursion() {
    let (x, y) = (noise(44, 11 * 2), noise(45, 8 * 2));
    for (kind, gamma) in [(Kind::Value, 0.3), (Kind::Value, 0.0), (Kind::Hard, 0.0)] {
        let expected = value_and_grad(&Cost::default(), &x, &y, 2, gamma);
        assert_eq!(of(kind, &Cost::default(), &x, &y, 2, gamma, None), expected);
        // A band that allows every cell.
        assert_eq!(of(kind, &Cost::default(), &x, &y, 2, gamma, Some(&Band::SakoeChiba(8))), expected);
    }
}

#[test]
fn divergences_vanish_for_equal_series_with_their_gradients() {
    for (n, dim) in [(1, 2), (2, 2), (19, 3)] {
        let x = noise(46, n * dim);
        for (kind, band) in DIVERGENCES.into_iter().flat_map(|kind| BANDS.map(|band| (kind, band))) {
            for cost in COSTS {
                let result = of(kind, &cost, &x, &x, dim, 0.7, band.as_ref());
                assert_close(&[result.value], &[0.0], 0.0);
                assert_close(&result.grad_x, &vec![0.0; n * dim], 1e-12);
                assert_close(&result.grad_y, &vec![0.0; n * dim], 1e-12);
            }
        }
    }
}

#[test]
fn the_divergence_of_the_log_augmented_cost_is_not_negative() {
    for seed in 0..20 {
        let (x, y) = (noise(400 + seed, 9 * 2), noise(500 + seed, 7 * 2));
        for gamma in [0.05, 0.5, 5.0] {
            let divergence = of(Kind::Divergence, &Cost::LogAugmented { gamma }, &x, &y, 2, gamma, None);
            assert!(divergence.value > 0.0, "seed {seed}, gamma {gamma}: {}", divergence.value);
        }
    }
}

#[test]
fn sharp_values_lie_between_the_hard_one_and_the_mean() {
    let (x, y) = (noise(47, 20), noise(48, 30));
    for band in BANDS {
        let value = |kind, gamma| of(kind, &Cost::default(), &x, &y, 1, gamma, band.as_ref()).value;
        let (hard, mean) = (value(Kind::Hard, 1.0), value(Kind::MeanCost, 1.0));
        let sharp = [1e-4, 0.01, 0.1, 1.0, 10.0, 1e4].map(|gamma| value(Kind::Sharp, gamma));
        assert!(sharp.is_sorted() && hard <= sharp[0] + 1e-12 && sharp[5] <= mean, "{hard} {sharp:?} {mean}");
        assert_close(&sharp[..1], &[hard], 1e-9);
        // The limits of gamma, as far as they are reached.
        assert_close(&sharp[5..], &[mean], 1e-3);
        assert!(value(Kind::Value, 1.0) <= hard + 1e-12);
    }
}

#[test]
fn the_mean_is_over_all_paths_alike() {
    for (n, m) in SHAPES {
        for cost in [noise(49, n * m), with_forbidden_cells(50, n, m)] {
            let paths: Vec<_> =
                all_paths(n, m).into_iter().filter(|path| path.iter().all(|&cell| cost[cell].is_finite())).collect();
            let mut mean = vec![0.0; n * m];
            for &cell in paths.iter().flatten() {
                mean[cell] += 1.0 / paths.len() as f64;
            }
            let (value, derivative) = of_costs(Kind::MeanCost, &cost, n, m, 0.3);
            assert_close(&derivative, &mean, 1e-12);
            let total: f64 = paths.iter().flatten().map(|&cell| cost[cell]).sum();
            assert_close(&[value], &[total / paths.len() as f64], 1e-12);
        }
    }
}

#[test]
fn the_mean_of_long_series_does_not_overflow() {
    let n = 2000;
    let mean = of_costs(Kind::MeanCost, &vec![1.0; n * n], n, n, 1.0).1;
    // Each path read backwards, and each mirrored at the diagonal, is a path.
    let rounding = 1e-9;
    assert!((mean[0] - 1.0).abs() <= rounding, "{}", mean[0]);
    for i in 0..n {
        for j in 0..n {
            let p = mean[i * n + j];
            assert!((0.0..=1.0 + rounding).contains(&p), "({i}, {j}): {p}");
            assert!((p - mean[(n - 1 - i) * n + (n - 1 - j)]).abs() <= rounding, "({i}, {j}): {p}");
            assert!((p - mean[j * n + i]).abs() <= rounding, "({i}, {j}): {p}");
        }
    }
}

#[test]
fn a_band_confines_what_both_series_feel() {
    // With radius 0 each point has one partner.
    let (x, y) = ([0.0, 1.0, 5.0], [1.0, 1.0, 2.0]);
    for kind in [Kind::Value, Kind::Sharp, Kind::MeanCost, Kind::Hard] {
        let result = of(kind, &Cost::SquaredEuclidean, &x, &y, 1, 0.3, Some(&Band::SakoeChiba(0)));
        assert_close(&[result.value], &[10.0], 1e-12);
        assert_close(&result.grad_x, &[-2.0, 0.0, 6.0], 1e-12);
        assert_close(&result.grad_y, &[2.0, 0.0, -6.0], 1e-12);
    }
}

#[test]
fn without_a_path_values_are_infinite_and_derivatives_zero() {
    for kind in OF_COSTS {
        let (value, derivative) = of_costs(kind, &[0.0, f64::INFINITY], 2, 1, 1.0);
        assert_eq!((value, derivative), (f64::INFINITY, vec![0.0; 2]), "{kind:?}");
    }
}

#[test]
#[should_panic(expected = "SharpDivergence takes two series")]
fn a_divergence_of_one_cost_matrix_is_refused() {
    let _ = of_costs(Kind::SharpDivergence, &[0.0], 1, 1, 1.0);
}
