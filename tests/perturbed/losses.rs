//! The Fenchel-Young loss.

use supple::Error;
use supple::perturbed::{Perturbed, Solver};
use supple::reference::perturbed as twin;

use crate::common::{self, Random, largest, max_error, to_f64};

#[test]
fn loss_and_gradient_are_the_twins() {
    let gpu = common::gpu();
    let (rows, n) = (5_u32, 9_u32);
    let mut random = Random::new(8);
    let theta: Vec<f32> = (0..rows * n).map(|_| random.uniform() as f32).collect();
    let targets: Vec<f32> = (0..rows * n).map(|_| random.uniform() as f32).collect();
    let x = gpu.upload(&theta, [rows, n]).unwrap();
    let perturbed = Perturbed::new(Solver::Rank).sigma(0.4).samples(100).seed(3);
    let settings = twin::Settings {
        noise: twin::Noise::Normal,
        sigma: f64::from(0.4_f32),
        samples: 100,
        seed: 3,
        multiplicative: false,
        antithetic: false,
    };
    for shared in [false, true] {
        let target = if shared {
            gpu.upload(&targets[..n as usize], [n]).unwrap()
        } else {
            gpu.upload(&targets, [rows, n]).unwrap()
        };
        let result = gpu.run(|rec| perturbed.fenchel_young(rec, &x, &target)).unwrap();
        let (loss, gradient) = (result.loss.read(gpu).unwrap(), result.gradient.read(gpu).unwrap());
        let (both, alone) = gpu
            .run(|rec| Ok((perturbed.forward_and_fenchel_young(rec, &x, &target)?, perturbed.forward(rec, &x)?)))
            .unwrap();
        for (found, alone) in [(&both.1.loss, &loss), (&both.1.gradient, &gradient)] {
            let alone = to_f64(alone);
            // A GPU's compiler may contract the kernels that also sum squares in other places.
            let bound = if gpu.capabilities().software { 0.0 } else { 1e-6 * largest(&alone) };
            assert!(max_error(&found.read(gpu).unwrap(), &alone) <= bound);
        }
        assert_eq!(both.0.maximum.read(gpu).unwrap(), alone.maximum.read(gpu).unwrap());
        assert_eq!(both.0.solution_error.read(gpu).unwrap(), alone.solution_error.read(gpu).unwrap());
        for (row, &loss) in loss.iter().enumerate() {
            let range = row * n as usize..(row + 1) * n as usize;
            let theta = to_f64(&theta[range.clone()]);
            let target = to_f64(&targets[if shared { 0..n as usize } else { range.clone() }]);
            let estimate = twin::estimate(&settings, twin::rank, &theta, row as u32);
            let expected = estimate.maximum - twin::dot(&theta, &target);
            assert!((f64::from(loss) - expected).abs() < 1e-4, "{loss} {expected}"); // sums of some ten
            let difference: Vec<f64> = estimate.solution.iter().zip(&target).map(|(y, t)| y - t).collect();
            assert!(max_error(&gradient[range], &difference) < 5e-6);
        }
    }
}

/// Learning from solutions alone: gradient descent on the loss towards the mean of observed solutions finds parameters whose perturbed
/// solution that is.
#[test]
fn descent_finds_parameters_of_a_mean_solution() {
    let gpu = common::gpu();
    let wanted = [0.1_f32, 0.2, 0.3, 0.4];
    let target = gpu.upload(&wanted, [4]).unwrap();
    let mut theta = [0.0_f32; 4];
    for step in 0..60 {
        let x = gpu.upload(&theta, [4]).unwrap();
        let perturbed = Perturbed::new(Solver::Argmax).samples(20_000).seed(step);
        let gradient = gpu.run(|rec| perturbed.fenchel_young(rec, &x, &target)).unwrap().gradient.read(gpu).unwrap();
        theta.iter_mut().zip(gradient).for_each(|(theta, gradient)| *theta -= gradient);
    }
    let x = gpu.upload(&theta, [4]).unwrap();
    let perturbed = Perturbed::new(Solver::Argmax).samples(100_000).seed(1000);
    let solution = gpu.run(|rec| perturbed.solution(rec, &x)).unwrap().read(gpu).unwrap();
    let error = solution.iter().zip(wanted).map(|(found, wanted)| (found - wanted).abs()).fold(0.0, f32::max);
    assert!(error < 0.015, "{solution:?}"); // the last steps' noise: sqrt(0.24 / 20,000) each
}

#[test]
fn sorts_have_no_loss() {
    let gpu = common::gpu();
    let x = gpu.upload(&[1.0, 2.0], [2]).unwrap();
    let error = gpu.run(|rec| Perturbed::new(Solver::Sort).fenchel_young(rec, &x, &x)).unwrap_err();
    assert!(matches!(error, Error::InvalidArgument { argument: "solver", .. }), "{error}");
}
