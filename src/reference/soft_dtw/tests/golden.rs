use super::*;
use crate::reference::soft_dtw::kinds::of;
use crate::reference::testing::golden;

#[test]
fn everything_is_as_in_the_golden_file() {
    let golden = golden("soft_dtw");
    let mut unused: Vec<&str> = golden.keys().map(String::as_str).collect();
    for case in 0..7 {
        let mut get = |name: &str| {
            let name = format!("case{case}/{name}");
            unused.retain(|unused| *unused != name);
            golden[&name].clone()
        };
        let (shape, x) = get("X");
        let y = get("Y").1;
        let gamma = get("gamma").1[0];
        let (n, dim) = (shape[0] as usize, shape[1] as usize);
        let m = y.len() / dim;
        // Relative to the largest element: both sides are f64, and round some n + m times.
        let mut check = |name: &str, found: &[f64], tolerance: f64| {
            let expected = get(name).1;
            let largest = expected.iter().fold(1.0, |largest: f64, e| largest.max(e.abs()));
            assert_eq!(found.len(), expected.len(), "case {case}, {name}");
            for (f, e) in found.iter().zip(&expected) {
                let error = (f - e).abs() / largest;
                assert!(error <= tolerance, "case {case}, {name}: {f}, expected {e}, {error:.1e}");
            }
        };

        let cost = cost_matrix(&Cost::HalfSquaredEuclidean, &x, &y, dim);
        let result = alignment(&cost, n, m, gamma);
        check("value", &[result.value], 1e-13);
        check("alignment", &result.expected, 1e-11);
        check("entropy", &[entropy(&cost, n, m, gamma)], 1e-11);
        let direction = golden[&format!("case{case}/hvp_direction")].1.clone();
        check("hvp_direction", &direction, 0.0);
        check("directional_derivative", &[directional_derivative(&cost, &direction, n, m, gamma)], 1e-11);
        check("hessian_product", &hessian_product(&cost, &direction, n, m, gamma), 1e-11);

        let kinds = [
            (Kind::Value, "value", "grad_x"),
            (Kind::Divergence, "divergence", "divergence_grad_x"),
            (Kind::Sharp, "sharp", "sharp_grad_x"),
            (Kind::SharpDivergence, "sharp_divergence", "sharp_divergence_grad_x"),
            (Kind::MeanCost, "mean_cost", "mean_cost_grad_x"),
            (Kind::MeanCostDivergence, "mean_cost_divergence", "mean_cost_divergence_grad_x"),
        ];
        for (kind, value, grad_x) in kinds {
            let result = of(kind, &Cost::HalfSquaredEuclidean, &x, &y, dim, gamma, None);
            check(value, &[result.value], 1e-12);
            check(grad_x, &result.grad_x, 1e-11);
            // The file has no other gradient in y; the one in x of the series exchanged is the same.
            let exchanged = of(kind, &Cost::HalfSquaredEuclidean, &y, &x, dim, gamma, None);
            assert_close(&exchanged.grad_y, &result.grad_x, 1e-9);
            assert_close(&exchanged.grad_x, &result.grad_y, 1e-9);
            if kind == Kind::Value {
                check("grad_y", &result.grad_y, 1e-11);
            }
        }
    }
    assert_eq!(unused, [""; 0], "arrays that nothing was compared with");
}
