//! Derivatives: against finite differences, against those of a softmax, and their variance.

use supple::Tensor;
use supple::perturbed::{Baseline, Noise, Perturbed, Solver};

use crate::common::{self, Random, to_f64};

/// The maximum's gradient is the solution. With the same noise on both sides the difference is that of the very samples.
#[test]
fn the_gradient_of_the_maximum_is_the_solution() {
    let gpu = common::gpu();
    let n = 5;
    let theta = [0.1_f32, 0.5, -0.2, 0.3, 0.45];
    for solver in [Solver::Argmax, Solver::TopK(2), Solver::Rank] {
        for multiplicative in [false, true] {
            let perturbed =
                Perturbed::new(solver.clone()).sigma(0.5).samples(20_000).seed(2).multiplicative(multiplicative);
            // All shifted parameters have the noise of problem 0.
            let step = 0.01_f32;
            let value = |theta: &[f32]| {
                let x = gpu.upload(theta, [n]).unwrap();
                f64::from(gpu.run(|rec| perturbed.maximum(rec, &x)).unwrap().read(gpu).unwrap()[0])
            };
            let x = gpu.upload(&theta, [n]).unwrap();
            let zero = gpu.upload(&[0.0; 5], [n]).unwrap();
            // Of the loss towards 0.
            let gradient = gpu.run(|rec| perturbed.fenchel_young(rec, &x, &zero)).unwrap().gradient.read(gpu).unwrap();
            for i in 0..n as usize {
                let shifted = |sign: f32| {
                    let mut theta = theta;
                    theta[i] += sign * step;
                    value(&theta)
                };
                let difference = (shifted(1.0) - shifted(-1.0)) / (2.0 * f64::from(step));
                // Some hundred of the samples change their solution within the step, half of them on either side.
                assert!((difference - f64::from(gradient[i])).abs() < 0.01, "{solver:?} {multiplicative} {i}");
            }
        }
    }
}

struct Moments {
    mean: Vec<f64>,
    /// Of the mean.
    error: Vec<f64>,
    /// Summed over coordinates.
    variance: f64,
}

/// Over the rows of a tensor, each of which had other noise.
fn over_rows(tensor: &Tensor<f32>) -> Moments {
    let &[rows, n] = tensor.shape().sizes() else { panic!("two dimensions") };
    let values = to_f64(&tensor.read(common::gpu()).unwrap());
    let column = |i: usize| values.iter().skip(i).step_by(n as usize);
    let count = f64::from(rows);
    let mean: Vec<f64> = (0..n as usize).map(|i| column(i).sum::<f64>() / count).collect();
    let variances: Vec<f64> =
        (0..n as usize).map(|i| column(i).map(|v| (v - mean[i]).powi(2)).sum::<f64>() / (count - 1.0)).collect();
    let error = variances.iter().map(|v| (v / count).sqrt()).collect();
    Moments { mean, error, variance: variances.iter().sum() }
}

const ROWS: u32 = 400;

fn same_rows(row: &[f32]) -> Tensor<f32> {
    common::gpu().upload(&row.repeat(ROWS as usize), [ROWS, row.len() as u32]).unwrap()
}

#[test]
fn derivatives_under_gumbel_noise_are_those_of_a_softmax() {
    let gpu = common::gpu();
    let (theta, other) = ([0.3_f32, -1.0, 1.2, 0.9], [1.0_f32, 0.5, -1.0, 2.0]);
    let (x, v) = (same_rows(&theta), same_rows(&other));
    let sigma = 0.7;
    let exponentials = theta.map(|theta| (f64::from(theta) / sigma).exp());
    let sum: f64 = exponentials.iter().sum();
    let p = exponentials.map(|e| e / sum);
    let mean: f64 = p.iter().zip(other).map(|(p, other)| p * f64::from(other)).sum();
    for baseline in [Baseline::None, Baseline::Unperturbed, Baseline::LeaveOneOut] {
        let perturbed =
            Perturbed::new(Solver::Argmax).noise(Noise::Gumbel).sigma(sigma as f32).samples(1000).baseline(baseline);
        let [vjp, jvp] = gpu
            .run(|rec| Ok([perturbed.vjp(rec, &x, &v)?, perturbed.jvp(rec, &x, &v)?]))
            .unwrap()
            .map(|tensor| over_rows(&tensor));
        for i in 0..4 {
            // The Jacobian is symmetric.
            let expected = p[i] * (f64::from(other[i]) - mean) / sigma;
            for moments in [&vjp, &jvp] {
                assert!((moments.mean[i] - expected).abs() < 4.0 * moments.error[i], "{baseline:?} {i}");
                assert!(moments.error[i] < 0.02, "{baseline:?} {:?}", moments.error);
            }
        }
    }
}

#[test]
fn baselines_and_pairs_reduce_the_variance_and_keep_the_mean() {
    let gpu = common::gpu();
    let mut random = Random::new(6);
    let n = 12_usize;
    let theta: Vec<f32> = (0..n).map(|_| random.uniform() as f32).collect();
    let other: Vec<f32> = (0..n).map(|_| (random.uniform() + 2.0) as f32).collect();
    let (x, v) = (same_rows(&theta), same_rows(&other));
    for solver in [Solver::Argmax, Solver::TopK(4), Solver::Rank, Solver::Sort] {
        let perturbed = Perturbed::new(solver.clone()).sigma(0.3).samples(50);
        let derivatives = |perturbed: &Perturbed| {
            gpu.run(|rec| Ok([perturbed.vjp(rec, &x, &v)?, perturbed.jvp(rec, &x, &v)?]))
                .unwrap()
                .map(|tensor| over_rows(&tensor))
        };
        let plain = derivatives(&perturbed.clone().baseline(Baseline::None));
        for reduced in [
            perturbed.clone().baseline(Baseline::Unperturbed),
            perturbed.clone().baseline(Baseline::LeaveOneOut),
            perturbed.clone().baseline(Baseline::None).antithetic(true),
            perturbed.clone().baseline(Baseline::LeaveOneOut).antithetic(true),
        ] {
            let found = derivatives(&reduced);
            // Of the gradient, and of the derivative along a direction: of an argmax each coordinate of that has a part of its own, of which the solution
            // without noise may be a poor guess, and pairs, half as many, no better.
            let leaves_one_out = reduced == perturbed.clone().baseline(Baseline::LeaveOneOut);
            let most = match (&solver, leaves_one_out) {
                (Solver::Argmax, false) => 1.3,
                (Solver::Argmax, true) => 0.9,
                _ => 0.7,
            };
            for (k, most) in [0.7, most].into_iter().enumerate() {
                let ratio = found[k].variance / plain[k].variance;
                assert!(ratio < most, "{reduced:?}: {ratio} of the variance of derivative {k}");
            }
            for (found, plain) in found.iter().zip(&plain) {
                for i in 0..n {
                    let error = found.error[i].hypot(plain.error[i]);
                    let difference = (found.mean[i] - plain.mean[i]).abs();
                    assert!(difference <= 4.5 * error, "{reduced:?} {i}: {difference} +- {error}");
                }
            }
        }
    }
}

/// However few the samples: of a pair the mirrored one is not among the others. Two classes are the normal distribution's.
#[test]
fn pairs_that_leave_one_out_keep_the_mean() {
    let gpu = common::gpu();
    let (theta, sigma, rows) = ([0.4_f32, -0.1], 0.8, 20_000_u32);
    let repeated = |row: [f32; 2]| gpu.upload(&row.repeat(rows as usize), [rows, 2]).unwrap();
    let (x, v) = (repeated(theta), repeated([1.0, -0.5]));
    // Phi'((theta_1 - theta_2) / s) / s, s^2 the variance of the difference.
    let spread = f64::from(sigma) * 2.0_f64.sqrt();
    let at = 0.5 / spread;
    let slope = (-0.5 * at * at).exp() / (2.0 * std::f64::consts::PI).sqrt() / spread;
    for samples in [2, 4] {
        let perturbed = Perturbed::new(Solver::Argmax)
            .sigma(sigma)
            .samples(samples)
            .antithetic(true)
            .baseline(Baseline::LeaveOneOut);
        let derivatives = gpu.run(|rec| Ok([perturbed.vjp(rec, &x, &v)?, perturbed.jvp(rec, &x, &v)?])).unwrap();
        for moments in derivatives.iter().map(over_rows) {
            for (i, expected) in [1.5 * slope, -1.5 * slope].into_iter().enumerate() {
                let difference = (moments.mean[i] - expected).abs();
                assert!(difference < 4.5 * moments.error[i], "{samples} samples: {:?} for {expected}", moments.mean);
                assert!(moments.error[i] < 0.02 * slope, "{:?}", moments.error);
            }
        }
    }
}
