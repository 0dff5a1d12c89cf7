use super::*;
use crate::reference::permutahedron::sum::Sum;

fn rows(n: usize) -> [(Vec<f64>, Vec<f64>); 3] {
    let times = |factor: f64, row: Vec<f64>| -> Vec<f64> { row.iter().map(|x| factor * x).collect() };
    let coarse = |row: Vec<f64>| -> Vec<f64> { row.iter().map(|x| (2.0 * x).round()).collect() };
    [
        (noise(20, n), noise(21, n)),
        (times(3.0, noise(22, n)), times(0.5, noise(23, n))),
        (coarse(noise(24, n)), coarse(noise(25, n))),
    ]
}

fn exponentials(row: &[f64]) -> Vec<f64> {
    row.iter().map(|x| x.exp()).collect()
}

/// How far a point can be from the projection, of which nothing but the definition is used: `mu` is in the hull of
/// the permutations of `w` if no sum of its k largest exceeds that of `w` (Rado 1952), and it minimises a function
/// with this gradient if no permutation is further down along it. That one is sorted against the gradient.
fn violation(mu: &[f64], gradient: &[f64], w: &[f64]) -> f64 {
    let (mu_sorted, w_sorted) = (sort(mu, Direction::Descending), sort(w, Direction::Descending));
    let (mut outside, mut excess) = (0.0_f64, Sum::default());
    for (m, w) in mu_sorted.iter().zip(&w_sorted) {
        excess = excess.plus(Sum::of(m - w));
        outside = outside.max(excess.value());
    }
    let gap = inner(gradient, mu) - inner(&sort(gradient, Direction::Ascending), &w_sorted);
    outside.max(excess.value().abs()).max(gap)
}

#[test]
fn nothing_in_the_permutahedron_is_closer() {
    for n in [1, 2, 3, 7, 64, 1000, 100_000] {
        for (z, w) in rows(n) {
            let mu = project(&z, &w, Regularization::L2).value;
            let gradient: Vec<f64> = mu.iter().zip(&z).map(|(mu, z)| mu - z).collect();
            assert!(violation(&mu, &gradient, &w) < 1e-13 * n as f64);

            let p = project(&z, &w, Regularization::Kl).value;
            let gradient: Vec<f64> = p.iter().zip(&z).map(|(p, z)| p - z).collect();
            assert!(violation(&exponentials(&p), &gradient, &exponentials(&w)) < 1e-13 * n as f64);
        }
    }
}

#[test]
fn sums_and_order_are_kept() {
    for n in [1, 5, 300] {
        for (z, w) in rows(n) {
            let l2 = project(&z, &w, Regularization::L2).value;
            assert_close(&[l2.iter().sum()], &[w.iter().sum()], 1e-13 * n as f64);
            let kl = project(&z, &w, Regularization::Kl).value;
            assert_close(&[exponentials(&kl).iter().sum()], &[exponentials(&w).iter().sum()], 1e-14 * n as f64);
            for (p, tolerance) in [(l2, 1e-15), (kl, 1e-15)] {
                for i in 0..n {
                    for j in 0..n {
                        assert!(z[i] < z[j] || p[i] >= p[j] - tolerance, "{i} {j}");
                        assert!(z[i] != z[j] || (p[i] - p[j]).abs() <= tolerance);
                    }
                }
            }
        }
    }
}

#[test]
fn a_projection_is_its_own() {
    for (z, w) in rows(200) {
        for regularization in REGULARIZATIONS {
            let once = project(&z, &w, regularization).value;
            assert_close(&project(&once, &w, regularization).value, &once, 1e-13);
        }
    }
}

#[test]
fn a_common_part_of_z_does_not_count() {
    for (z, w) in rows(100) {
        let moved: Vec<f64> = z.iter().map(|z| z + 1e6).collect();
        for regularization in REGULARIZATIONS {
            assert_close(
                &project(&moved, &w, regularization).value,
                &project(&z, &w, regularization).value,
                // The last place of 1e6.
                1e-9,
            );
        }
    }
}

#[test]
fn derivatives_are_finite_differences() {
    for (z, w) in rows(31).into_iter().take(2) {
        for regularization in REGULARIZATIONS {
            let projection = project(&z, &w, regularization);
            let still = vec![0.0; 31];
            assert_derivatives(
                &z,
                |z| project(z, &w, regularization).value,
                |g| project_vjp(&z, &w, regularization, &projection, g).0,
                |t| project_jvp(&z, &w, regularization, &projection, t, &still),
                1e-8,
            );
            assert_derivatives(
                &w,
                |w| project(&z, w, regularization).value,
                |g| project_vjp(&z, &w, regularization, &projection, g).1,
                |t| project_jvp(&z, &w, regularization, &projection, &still, t),
                1e-8,
            );
        }
    }
}

#[test]
fn empty_rows_have_an_empty_projection() {
    for regularization in REGULARIZATIONS {
        let projection = project(&[], &[], regularization);
        assert_eq!((projection.value, projection.starts), (vec![], vec![]));
    }
}

#[test]
#[should_panic(expected = "z must not hold NaN")]
fn nan_is_refused() {
    let _ = project(&[0.0, f64::NAN], &[0.0, 1.0], Regularization::L2);
}
