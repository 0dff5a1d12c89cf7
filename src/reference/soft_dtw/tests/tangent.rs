use super::*;

/// Sums over the enumerated paths of a cost matrix and a direction.
struct Paths {
    /// Cells of each path that passes no forbidden cell.
    cells: Vec<Vec<usize>>,
    /// The path's probability.
    probability: Vec<f64>,
    /// The direction summed along the path.
    along: Vec<f64>,
}

impl Paths {
    fn new(cost: &[f64], direction: &[f64], n: usize, m: usize, gamma: f64) -> Self {
        let cells: Vec<_> =
            all_paths(n, m).into_iter().filter(|path| path.iter().all(|&cell| cost[cell].is_finite())).collect();
        let sum = |matrix: &[f64], path: &[usize]| path.iter().map(|&cell| matrix[cell]).sum::<f64>();
        let unscaled: Vec<f64> = cells.iter().map(|path| (-sum(cost, path) / gamma).exp()).collect();
        let partition: f64 = unscaled.iter().sum();
        let probability = unscaled.iter().map(|p| p / partition).collect();
        let along = cells.iter().map(|path| sum(direction, path)).collect();
        Self { cells, probability, along }
    }

    fn mean_along(&self) -> f64 {
        self.probability.iter().zip(&self.along).map(|(p, z)| p * z).sum()
    }

    /// The second derivative is minus the covariance of a path's cells, over gamma.
    fn hessian_product(&self, size: usize, gamma: f64) -> Vec<f64> {
        let mean = self.mean_along();
        let mut product = vec![0.0; size];
        for (cells, (p, z)) in self.cells.iter().zip(self.probability.iter().zip(&self.along)) {
            for &cell in cells {
                product[cell] -= p * (z - mean) / gamma;
            }
        }
        product
    }
}

#[test]
fn derivatives_are_those_of_the_enumerated_paths() {
    for (n, m) in SHAPES {
        let direction = noise(20, n * m);
        for cost in [noise(21, n * m), with_forbidden_cells(22, n, m)] {
            // What a direction says about forbidden cells does not count.
            let mut wild = direction.clone();
            for (z, c) in wild.iter_mut().zip(&cost) {
                *z = if c.is_finite() { *z } else { f64::NAN };
            }
            for gamma in GAMMAS {
                let paths = Paths::new(&cost, &direction, n, m, gamma);
                let derivative = directional_derivative(&cost, &wild, n, m, gamma);
                assert_close(&[derivative], &[paths.mean_along()], 1e-12);
                let product = hessian_product(&cost, &wild, n, m, gamma);
                assert_close(&product, &paths.hessian_product(n * m, gamma), 1e-11);
                let entropy_of_paths = -paths.probability.iter().map(|p| p * p.ln()).sum::<f64>();
                assert_close(&[entropy(&cost, n, m, gamma)], &[entropy_of_paths], 1e-12);
            }
        }
    }
}

#[test]
fn hessian_product_is_the_finite_difference_of_the_alignment() {
    let (n, m) = (13, 9);
    for cost in [noise(23, n * m), with_forbidden_cells(24, n, m)] {
        let direction = noise(25, n * m);
        for gamma in GAMMAS {
            let step = 1e-5;
            let moved = |step: f64| {
                let cost: Vec<f64> = cost.iter().zip(&direction).map(|(c, z)| c + step * z).collect();
                alignment(&cost, n, m, gamma).expected
            };
            let (above, below) = (moved(step), moved(-step));
            let differences: Vec<f64> = above.iter().zip(&below).map(|(a, b)| (a - b) / (2.0 * step)).collect();
            assert_close(&hessian_product(&cost, &direction, n, m, gamma), &differences, 1e-6);
        }
    }
}

#[test]
fn the_directional_derivative_is_the_alignments_product_with_the_direction() {
    let (n, m) = (40, 27);
    let (cost, direction) = (noise(26, n * m), noise(27, n * m));
    for gamma in [0.0, 0.01, 1.0, 100.0] {
        let expected = alignment(&cost, n, m, gamma).expected;
        let product: f64 = expected.iter().zip(&direction).map(|(e, z)| e * z).sum();
        assert_close(&[directional_derivative(&cost, &direction, n, m, gamma)], &[product], 1e-12);
    }
}

#[test]
fn the_hessian_is_symmetric_and_no_direction_bends_up() {
    let (n, m) = (12, 17);
    let cost = noise(28, n * m);
    let (a, b) = (noise(29, n * m), noise(30, n * m));
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    for gamma in GAMMAS {
        let [ha, hb] = [&a, &b].map(|z| hessian_product(&cost, z, n, m, gamma));
        assert_close(&[dot(&a, &hb)], &[dot(&b, &ha)], 1e-10);
        // A soft minimum is concave.
        assert!(dot(&a, &ha) < 0.0 && dot(&b, &hb) < 0.0);
    }
}

#[test]
fn gamma_zero_has_no_second_derivative_and_no_entropy() {
    let cost = noise(31, 30);
    assert_eq!(hessian_product(&cost, &noise(32, 30), 5, 6, 0.0), [0.0; 30]);
    assert_close(&[entropy(&cost, 5, 6, 0.0)], &[0.0], 0.0);
}

#[test]
fn without_a_path_derivatives_are_zero() {
    let cost = [0.0, f64::INFINITY, 0.0, 0.0, f64::INFINITY, 0.0];
    for gamma in [0.0, 1.0] {
        assert_close(&[directional_derivative(&cost, &[1.0; 6], 2, 3, gamma)], &[0.0], 0.0);
        assert_eq!(hessian_product(&cost, &[1.0; 6], 2, 3, gamma), [0.0; 6]);
    }
}

#[test]
#[should_panic(expected = "a direction [2, 3] needs 6 elements, got 5")]
fn a_direction_of_the_wrong_size_is_refused() {
    let _ = hessian_product(&[0.0; 6], &[0.0; 5], 2, 3, 1.0);
}
