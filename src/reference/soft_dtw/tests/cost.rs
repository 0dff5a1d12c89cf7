use super::*;

const DIM: usize = 3;

const COSTS: [Cost; 6] = [
    Cost::HalfSquaredEuclidean,
    Cost::SquaredEuclidean,
    Cost::LogAugmented { gamma: 0.4 },
    Cost::LogAugmented { gamma: 5.0 },
    Cost::Absolute,
    Cost::Cosine,
];

#[track_caller]
fn assert_gradient_is_finite_difference(cost: &impl GroundCost, x: &[f64], y: &[f64]) {
    // On top of what is there.
    let (mut grad_x, mut grad_y) = (vec![1.0; DIM], vec![2.0; DIM]);
    cost.add_gradient(x, y, -1.5, &mut grad_x, &mut grad_y);
    let plus = |start: f64, differences: Vec<f64>| differences.iter().map(|d| start - 1.5 * d).collect::<Vec<_>>();
    assert_close(&grad_x, &plus(1.0, finite_differences(x, |x| cost.cost(x, y))), 1e-8);
    assert_close(&grad_y, &plus(2.0, finite_differences(y, |y| cost.cost(x, y))), 1e-8);
}

#[test]
fn gradients_are_finite_differences() {
    for seed in 0..10 {
        let (x, y) = (noise(100 + seed, DIM), noise(200 + seed, DIM));
        for cost in COSTS {
            assert_gradient_is_finite_difference(&cost, &x, &y);
        }
    }
}

#[test]
fn costs_are_those_of_their_formulas() {
    let (x, y) = ([1.0, -2.0, 0.5], [0.0, 1.0, 0.5]);
    let h: f64 = 5.0 / 0.4;
    let expected = [5.0, 10.0, 0.4 * (h + (2.0 - (-h).exp()).ln())];
    let found = COSTS[..3].iter().map(|cost| cost.cost(&x, &y)).collect::<Vec<_>>();
    assert_close(&found, &expected, 1e-15);
    assert_close(&[Cost::Absolute.cost(&x, &y)], &[4.0], 1e-15);
    let cosine = (-2.0 + 0.25) / (5.25_f64 * 1.25).sqrt();
    assert_close(&[Cost::Cosine.cost(&x, &y)], &[1.0 - cosine], 1e-15);
}

#[test]
fn a_point_costs_nothing_against_itself() {
    let x = noise(300, DIM);
    for cost in COSTS {
        assert_close(&[cost.cost(&x, &x)], &[0.0], 1e-15);
        let (mut grad_x, mut grad_y) = (vec![0.0; DIM], vec![0.0; DIM]);
        cost.add_gradient(&x, &x, 1.0, &mut grad_x, &mut grad_y);
        assert_close(&grad_x, &[0.0; DIM], 1e-15);
        assert_close(&grad_y, &[0.0; DIM], 1e-15);
    }
}

#[test]
fn the_log_augmented_cost_keeps_its_digits_near_zero_and_far_away() {
    let cost = Cost::LogAugmented { gamma: 1.0 };
    // h + log(2 - exp(-h)) = 2 h - h^2 + ...
    let near = cost.cost(&[1e-9], &[0.0]);
    assert!((near / 1e-18 - 1.0).abs() < 1e-12, "{near}");
    assert_close(&[cost.cost(&[1e9], &[0.0])], &[0.5e18 + 2.0_f64.ln()], 0.0);
}

#[test]
fn a_point_that_is_zero_has_cosine_cost_one_and_no_gradient() {
    let point = noise(301, DIM);
    for zero in [[0.0; DIM], [1e-16; DIM]] {
        for (x, y) in [(&zero[..], &point[..]), (&point, &zero), (&zero, &zero)] {
            assert_close(&[Cost::Cosine.cost(x, y)], &[1.0], 0.0);
            let (mut grad_x, mut grad_y) = (vec![0.0; DIM], vec![0.0; DIM]);
            Cost::Cosine.add_gradient(x, y, 1.0, &mut grad_x, &mut grad_y);
            assert_eq!((grad_x, grad_y), (vec![0.0; DIM], vec![0.0; DIM]));
        }
    }
    let zero = [0.0; DIM];
    assert_close(&[Cost::Cosine.cost(&zero, &point), Cost::Cosine.cost(&zero, &zero)], &[1.0, 1.0], 0.0);
}

#[test]
#[should_panic(expected = "must be above 0, got 0")]
fn a_log_augmented_cost_without_gamma_is_refused() {
    let _ = Cost::LogAugmented { gamma: 0.0 }.cost(&[1.0], &[2.0]);
}
