use super::*;

/// The root of a function that falls from above to below 0, by halving.
fn root(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if f(middle) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

#[test]
fn one_of_them_is_sparsemax_and_softmax() {
    for n in [1, 2, 50, 1000] {
        for strength in [0.01, 0.5, 30.0] {
            let x = noise(60, n);
            let z: Vec<f64> = x.iter().map(|x| x / strength).collect();
            // Martins and Astudillo 2016: max(z - tau, 0) with the tau that makes the sum 1.
            let tau = root(-200.0, 200.0, |tau| z.iter().map(|z| (z - tau).max(0.0)).sum::<f64>() - 1.0);
            let sparsemax: Vec<f64> = z.iter().map(|z| (z - tau).max(0.0)).collect();
            assert_close(&soft_top_k(&x, 1, Regularization::L2, strength), &sparsemax, 1e-13);
            let mut corner = vec![0.0; n];
            corner[n - 1] = 1.0;
            assert_close(&project(&z, &corner, Regularization::L2).value, &sparsemax, 1e-13);

            let total: f64 = z.iter().map(|z| z.exp()).sum();
            let softmax: Vec<f64> = z.iter().map(|z| z.exp() / total).collect();
            assert_close(&soft_top_k(&x, 1, Regularization::Kl, strength), &softmax, 1e-13);
        }
    }
}

#[test]
fn more_of_them_are_clipped() {
    for (n, k) in [(2, 2), (9, 4), (100, 1), (100, 37), (100, 99)] {
        for strength in [0.01, 0.5, 30.0] {
            let x = noise(61, n);
            let z: Vec<f64> = x.iter().map(|x| x / strength).collect();
            let sum_of = |share: &dyn Fn(f64) -> f64| z.iter().map(|z| share(*z)).sum::<f64>() - k as f64;
            let tau = root(-200.0, 200.0, |tau| sum_of(&|z| (z - tau).clamp(0.0, 1.0)) + 1e-14);
            let clipped: Vec<f64> = z.iter().map(|z| (z - tau).clamp(0.0, 1.0)).collect();
            let found = soft_top_k(&x, k, Regularization::L2, strength);
            assert_close(&found, &clipped, 1e-12);
            let log_c = root(-400.0, 400.0, |c| sum_of(&|z| (z - c).exp().min(1.0)));
            let clipped: Vec<f64> = z.iter().map(|z| (z - log_c).exp().min(1.0)).collect();
            assert_close(&soft_top_k(&x, k, Regularization::Kl, strength), &clipped, 1e-12);
        }
    }
}

#[test]
fn derivatives_are_finite_differences() {
    let x = noise(64, 30);
    for regularization in REGULARIZATIONS {
        for k in [1, 7, 29, 30] {
            for strength in [0.01, 0.2, 5.0] {
                assert_derivatives(
                    &x,
                    |x| soft_top_k(x, k, regularization, strength),
                    |g| soft_top_k_vjp(&x, k, regularization, strength, g),
                    |t| soft_top_k_jvp(&x, k, regularization, strength, t),
                    1e-6,
                );
            }
        }
    }
}

#[test]
fn infinite_scores_are_in_or_out() {
    let inf = f64::INFINITY;
    let x = [0.0, inf, 0.25, -inf, 0.5];
    for regularization in REGULARIZATIONS {
        let two = soft_top_k(&x, 2, regularization, 1.0);
        assert_eq!((two[1], two[3]), (1.0, 0.0));
        let rest = soft_top_k(&[0.0, 0.25, 0.5], 1, regularization, 1.0);
        assert_close(&[two[0], two[2], two[4]], &rest, 1e-15);
        let g = noise(63, 5);
        let gradient = soft_top_k_vjp(&x, 2, regularization, 1.0, &g);
        assert_eq!((gradient[1], gradient[3]), (0.0, 0.0));
        assert!(gradient.iter().all(|g| g.is_finite()));
    }
}

#[test]
#[should_panic(expected = "k must be from 1 to 3, got 4")]
fn more_than_there_are_is_refused() {
    let _ = soft_top_k(&[0.0; 3], 4, Regularization::L2, 1.0);
}
