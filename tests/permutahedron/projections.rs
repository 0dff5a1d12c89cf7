//! Projections for any w.

use proptest::prelude::*;
use supple::permutahedron::{Permutahedron, Regularization};
use supple::reference::permutahedron as twin;
use supple::{Error, Gpu, Tensor};

use super::operators::{REGULARIZATIONS, error, noise, twin_regularization};
use crate::common::{both, gpu, to_f64};

fn project(gpu: &Gpu, regularization: Regularization, z: &[f32], w: &[f32], shape: [u32; 2], shared: bool) -> Vec<f32> {
    let z = gpu.upload(z, shape).unwrap();
    let w = if shared { gpu.upload(w, [shape[1]]).unwrap() } else { gpu.upload(w, shape).unwrap() };
    let permutahedron = Permutahedron::new().regularization(regularization);
    gpu.run(|rec| permutahedron.project(rec, &z, &w)).unwrap().read(gpu).unwrap()
}

/// Values and derivatives, `w` for each of the rows of `n` or shared, against the twin.
pub fn agree(gpu: &Gpu, regularization: Regularization, [rows, n]: [u32; 2], z: &[f32], w: &[f32]) {
    let count = z.len();
    let (g, t) = (noise(2, count, 1.0), noise(3, count, 1.0));
    let tw = noise(5, w.len(), 1.0);
    let shared = w.len() < count;
    let up = |values: &[f32]| -> Tensor<f32> {
        if values.len() == count { gpu.upload(values, [rows, n]).unwrap() } else { gpu.upload(values, [n]).unwrap() }
    };
    let (uz, ug, ut) = (up(z), up(&g), up(&t));
    let (uw, utw) = (up(w), up(&tw));
    let permutahedron = Permutahedron::new().regularization(regularization);
    let (value, (grad_z, grad_w), tangent) = gpu
        .run(|rec| {
            let projection = permutahedron.forward(rec, &uz, &uw)?;
            let grads = projection.vjp(rec, &ug)?;
            Ok((projection.value.clone(), grads, projection.jvp(rec, &ut, &utw)?))
        })
        .unwrap();
    assert_eq!(grad_w.shape(), uw.shape());
    let [value, grad_z, grad_w, tangent] = [value, grad_z, grad_w, tangent].map(|tensor| tensor.read(gpu).unwrap());
    let mut sum_w = vec![0.0; n as usize];
    for row in 0..rows as usize {
        let range = row * n as usize..(row + 1) * n as usize;
        let own = if shared { 0..n as usize } else { range.clone() };
        let (z64, w64) = (to_f64(&z[range.clone()]), to_f64(&w[own.clone()]));
        let regularization = twin_regularization(regularization);
        let expected = twin::project(&z64, &w64, regularization);
        let (ez, ew) = twin::project_vjp(&z64, &w64, regularization, &expected, &to_f64(&g[range.clone()]));
        let et = twin::project_jvp(
            &z64,
            &w64,
            regularization,
            &expected,
            &to_f64(&t[range.clone()]),
            &to_f64(&tw[own.clone()]),
        );
        // Roundings of the largest differences of z that count, those of blocks.
        let name = format!("{regularization:?}, {rows} x {n}, shared {shared}");
        let worst = error(&value[range.clone()], &expected.value, 2.0);
        assert!(worst < 1e-6, "{name}: {worst:e}");
        let worst = error(&grad_z[range.clone()], &ez, 1.0).max(error(&tangent[range.clone()], &et, 1.0));
        assert!(worst < 2e-6, "{name}: {worst:e}");
        if shared {
            sum_w.iter_mut().zip(ew).for_each(|(sum, g)| *sum += g);
        } else {
            assert!(error(&grad_w[range], &ew, 1.0) < 2e-6, "{name}");
        }
    }
    if shared {
        assert!(error(&grad_w, &sum_w, 1.0) < 6e-6);
    }
}

#[test]
fn projections_agree_with_the_twin() {
    for gpu in both() {
        for regularization in REGULARIZATIONS {
            // With a spread of 4 there are two parts of a block that differ by 2e-8, less than sums of f32 show.
            for (n, spread) in [(1, 1.0), (2, 3.0), (33, 0.1), (33, 30.0), (2500, 1.0), (2500, 5.0)] {
                for shared in [false, true] {
                    let rows = 3;
                    let z = noise(1, (rows * n) as usize, spread);
                    let w = noise(4, if shared { n as usize } else { z.len() }, 2.0);
                    agree(gpu, regularization, [rows, n], &z, &w);
                }
            }
        }
    }
}

#[test]
fn many_rows_share_w() {
    // Sums over rows in two steps.
    let (rows, n) = (1000_u32, 3_u32);
    let (z, g) = (noise(1, 3000, 2.0), noise(2, 3000, 1.0));
    let w = [0.5, -1.0, 2.0];
    let (uz, ug, uw) =
        (gpu().upload(&z, [rows, n]).unwrap(), gpu().upload(&g, [rows, n]).unwrap(), gpu().upload(&w, [n]).unwrap());
    let grad = gpu().run(|rec| Ok(Permutahedron::new().forward(rec, &uz, &uw)?.vjp(rec, &ug)?.1)).unwrap();
    let mut expected = [0.0; 3];
    for (z, g) in z.chunks(3).zip(g.chunks(3)) {
        let (z, w) = (to_f64(z), to_f64(&w));
        let projection = twin::project(&z, &w, twin::Regularization::L2);
        let (_, of_w) = twin::project_vjp(&z, &w, twin::Regularization::L2, &projection, &to_f64(g));
        expected.iter_mut().zip(of_w).for_each(|(sum, g)| *sum += g);
    }
    // A thousand terms of 1, each rounded once.
    assert!(error(&grad.read(gpu()).unwrap(), &expected, 1000.0) < 1e-6);
}

#[test]
fn targets_of_no_weight_and_bad_ones() {
    let inf = f32::INFINITY;
    let run = |regularization, w: &[f32]| project(gpu(), regularization, &[1.0, 0.0, 2.0], w, [1, 3], true);
    let expected = twin::project(&[1.0, 0.0, 2.0], &[1.0, f64::NEG_INFINITY, 0.0], twin::Regularization::Kl);
    assert!(error(&run(Regularization::Kl, &[1.0, -inf, 0.0]), &expected.value, 1.0) < 1e-6);
    let z = gpu().upload(&[1.0, 0.0, 2.0], [1, 3]).unwrap();
    let w = gpu().upload(&[1.0, -inf, 0.0], [3]).unwrap();
    let kl = Permutahedron::new().regularization(Regularization::Kl);
    let (of_z, of_w) = gpu().run(|rec| kl.forward(rec, &z, &w)?.vjp(rec, &z)).unwrap();
    assert!(of_z.read(gpu()).unwrap().iter().chain(&of_w.read(gpu()).unwrap()).all(|g| g.is_finite()));
    for (regularization, w) in [
        (Regularization::L2, [1.0, -inf, 0.0]),
        (Regularization::L2, [inf, 1.0, 0.0]),
        (Regularization::Kl, [inf, 1.0, 0.0]),
        (Regularization::Kl, [f32::NAN, 1.0, 0.0]),
    ] {
        assert!(run(regularization, &w).iter().all(|p| p.is_nan()), "{regularization:?} {w:?}");
    }
    let refused = gpu().run(|rec| Permutahedron::new().project(rec, &z, &z.reshape([3, 1])?)).unwrap_err();
    assert!(matches!(refused, Error::ShapeMismatch { argument: "w", .. }), "{refused}");
}

fn ties() -> impl Strategy<Value = (Vec<f32>, Vec<f32>)> {
    // Quarters: ties, and sums that f32 holds exactly.
    (1_usize..80).prop_flat_map(|n| {
        let row = || prop::collection::vec((-12_i8..12).prop_map(|quarters| f32::from(quarters) / 4.0), n);
        (row(), row())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn projections_are_what_they_are_called((z, w) in ties()) {
        let shape = [1, z.len() as u32];
        for regularization in REGULARIZATIONS {
            let p = project(gpu(), regularization, &z, &w, shape, false);
            let expected = twin::project(&to_f64(&z), &to_f64(&w), twin_regularization(regularization));
            prop_assert!(error(&p, &expected.value, 1.0) < 2e-6, "{p:?} {expected:?}");
            // The order of z.
            for (a, x) in p.iter().zip(&z) {
                for (b, y) in p.iter().zip(&z) {
                    prop_assert!(x < y || a >= b || (b - a) < 2e-6, "{p:?}");
                }
            }
            // The sum of w.
            let sum = |row: &[f32]| row.iter().map(|&v| {
                let v = f64::from(v);
                if regularization == Regularization::L2 { v } else { v.exp() }
            }).sum::<f64>();
            prop_assert!((sum(&p) - sum(&w)).abs() <= 1e-5 * sum(&w).abs().max(z.len() as f64));
            // Nothing moves any more.
            let again = project(gpu(), regularization, &p, &w, shape, false);
            prop_assert!(error(&again, &to_f64(&p), 1.0) < 4e-6, "{p:?} {again:?}");
        }
        // Sparsemax (Martins and Astudillo 2016).
        let mut corner = vec![0.0; z.len()];
        corner[z.len() / 2] = 1.0;
        let p = project(gpu(), Regularization::L2, &z, &corner, shape, false);
        let mut sorted = to_f64(&z);
        sorted.sort_by(|a, b| b.total_cmp(a));
        let mut sum = 0.0;
        let mut threshold = 0.0;
        for (k, z) in sorted.iter().enumerate() {
            sum += z;
            if 1.0 + (k + 1) as f64 * z > sum {
                threshold = (sum - 1.0) / (k + 1) as f64;
            }
        }
        let expected: Vec<f64> = z.iter().map(|&z| (f64::from(z) - threshold).max(0.0)).collect();
        prop_assert!(error(&p, &expected, 1.0) < 1e-6);
    }
}
