use super::*;
use crate::reference::permutahedron::isotonic::{blocks, kl, l2};

/// The fit by the closed formula for descending order, `v_i = min over a <= i of max over b >= i of value(a..=b)`, for
/// ascending order with both turned round (Barlow et al. 1972).
fn min_max(n: usize, direction: Direction, value: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let sign = if direction == Direction::Descending { 1.0 } else { -1.0 };
    let largest = |a: usize, i: usize| (i..n).map(|b| sign * value(a, b)).fold(f64::NEG_INFINITY, f64::max);
    (0..n).map(|i| sign * (0..=i).map(|a| largest(a, i)).fold(f64::INFINITY, f64::min)).collect()
}

fn positive(seed: u64, n: usize) -> Vec<f64> {
    noise(seed, n).iter().map(|x| (3.0 * x).exp()).collect()
}

/// Few distinct numbers, with many ties.
fn coarse(seed: u64, n: usize) -> Vec<f64> {
    noise(seed, n).iter().map(|x| (3.0 * x).round()).collect()
}

#[test]
fn least_squares_are_those_of_the_closed_formula() {
    for n in 0..14 {
        for (seed, y) in [(1, noise(1, n)), (2, coarse(2, n))] {
            let weights = positive(10 + seed, n);
            let mean = |a: usize, b: usize| {
                let range = a..=b;
                inner(&y[range.clone()], &weights[range.clone()]) / weights[range].iter().sum::<f64>()
            };
            for direction in DIRECTIONS {
                let fit = l2::solve(&y, &weights, direction);
                assert_close(&fit.values, &min_max(n, direction, mean), 1e-14);
            }
        }
    }
}

#[test]
fn divergences_are_those_of_the_closed_formula() {
    for n in 0..14 {
        for s in [noise(3, n), coarse(4, n)] {
            let w = noise(5, n);
            let total = |row: &[f64]| row.iter().map(|x| x.exp()).sum::<f64>();
            for direction in DIRECTIONS {
                let fit = kl::solve(&s, &w, direction);
                let value = |a: usize, b: usize| (total(&s[a..=b]) / total(&w[a..=b])).ln();
                assert_close(&fit.values, &min_max(n, direction, value), 1e-14);
            }
        }
    }
}

#[test]
fn the_divergence_is_the_logarithm_of_weighted_least_squares() {
    let (s, w) = (noise(6, 200), noise(7, 200));
    let ratios: Vec<f64> = s.iter().zip(&w).map(|(s, w)| (s - w).exp()).collect();
    let weights: Vec<f64> = w.iter().map(|w| w.exp()).collect();
    for direction in DIRECTIONS {
        let fit = kl::solve(&s, &w, direction);
        let squares = l2::solve(&ratios, &weights, direction);
        assert_eq!(fit.starts, squares.starts);
        let logarithms: Vec<f64> = squares.values.iter().map(|v| v.ln()).collect();
        assert_close(&fit.values, &logarithms, 1e-14);
    }
}

#[test]
fn fits_are_sorted_and_constant_on_their_blocks_alone() {
    for n in [1, 2, 100, 5000] {
        for y in [noise(8, n), coarse(9, n)] {
            for direction in DIRECTIONS {
                let fits = [l2::solve(&y, &positive(10, n), direction), kl::solve(&y, &noise(11, n), direction)];
                for fit in fits {
                    let steps: Vec<f64> = blocks(&fit.starts, n).map(|block| fit.values[block.start]).collect();
                    match direction {
                        Direction::Ascending => assert!(steps.is_sorted_by(|a, b| a < b)),
                        Direction::Descending => assert!(steps.is_sorted_by(|a, b| a > b)),
                    }
                    for block in blocks(&fit.starts, n) {
                        assert!(fit.values[block.clone()].iter().all(|v| *v == fit.values[block.start]));
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_sorted_stays_and_what_is_reversed_becomes_its_mean() {
    let y: Vec<f64> = (0..100).map(f64::from).collect();
    let ones = vec![1.0; 100];
    let sorted = l2::solve(&y, &ones, Direction::Ascending);
    assert_eq!((sorted.values, sorted.starts.len()), (y.clone(), 100));
    let reversed = l2::solve(&y, &ones, Direction::Descending);
    assert_eq!((reversed.values, reversed.starts), (vec![49.5; 100], vec![0]));
}

#[test]
fn a_large_common_part_costs_no_digits() {
    let small = noise(12, 1000);
    let weights = positive(13, 1000);
    // Multiples of 2^-20 keep their value beside 2^30.
    let small: Vec<f64> = small.iter().map(|x| (x * 1_048_576.0).round() / 1_048_576.0).collect();
    let large: Vec<f64> = small.iter().map(|x| x + 1_073_741_824.0).collect();
    let (a, b) = (l2::solve(&small, &weights, Direction::Ascending), l2::solve(&large, &weights, Direction::Ascending));
    assert_eq!(a.starts, b.starts);
    let moved: Vec<f64> = b.values.iter().map(|v| v - 1_073_741_824.0).collect();
    // The last place of 2^30.
    assert_close(&moved, &a.values, 1.2e-7);
}

#[test]
fn derivatives_of_least_squares_are_finite_differences() {
    let (y, weights) = (noise(14, 40), positive(15, 40));
    for direction in DIRECTIONS {
        let fit = l2::solve(&y, &weights, direction);
        let still = vec![0.0; 40];
        assert_derivatives(
            &y,
            |y| l2::solve(y, &weights, direction).values,
            |g| l2::vjp(&y, &weights, &fit, g).0,
            |t| l2::jvp(&y, &weights, &fit, t, &still),
            1e-8,
        );
        assert_derivatives(
            &weights,
            |weights| l2::solve(&y, weights, direction).values,
            |g| l2::vjp(&y, &weights, &fit, g).1,
            |t| l2::jvp(&y, &weights, &fit, &still, t),
            1e-7,
        );
    }
}

#[test]
fn derivatives_of_the_divergence_are_finite_differences() {
    let (s, w) = (noise(16, 40), noise(17, 40));
    for direction in DIRECTIONS {
        let fit = kl::solve(&s, &w, direction);
        let still = vec![0.0; 40];
        assert_derivatives(
            &s,
            |s| kl::solve(s, &w, direction).values,
            |g| kl::vjp(&s, &w, &fit, g).0,
            |t| kl::jvp(&s, &w, &fit, t, &still),
            1e-8,
        );
        assert_derivatives(
            &w,
            |w| kl::solve(&s, w, direction).values,
            |g| kl::vjp(&s, &w, &fit, g).1,
            |t| kl::jvp(&s, &w, &fit, &still, t),
            1e-8,
        );
    }
}

#[test]
fn elements_without_weight_join_their_neighbours() {
    let none = f64::NEG_INFINITY;
    let fit = kl::solve(&[0.0, 1.0, 2.0], &[0.0, none, none], Direction::Descending);
    assert_eq!(fit.starts, [0]);
    assert_close(&fit.values, &[(1.0 + 1.0_f64.exp() + 2.0_f64.exp()).ln(); 3], 1e-15);
    let (grad_s, grad_w) = kl::vjp(&[0.0, 1.0, 2.0], &[0.0, none, none], &fit, &[1.0, 0.0, 0.0]);
    assert_close(&[grad_s.iter().sum()], &[1.0], 1e-15);
    assert_eq!(grad_w, [-1.0, 0.0, 0.0]);
}

#[test]
#[should_panic(expected = "weights must be positive and finite")]
fn an_element_without_weight_is_refused_for_least_squares() {
    let _ = l2::solve(&[1.0, 2.0], &[1.0, 0.0], Direction::Ascending);
}
