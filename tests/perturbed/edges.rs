//! Sizes at which the way through the kernels changes, numbers that are none, and bad input.

use supple::perturbed::{Baseline, Noise, Perturbed, Solver};
use supple::reference::perturbed as twin;
use supple::{Error, Tensor, wgpu};

use crate::common::{self, Random, max_error, to_f64};
use crate::settings::twin_of;

/// Estimates and derivatives of a few rows against the twin.
fn check(solver: &Solver, [rows, n, samples]: [u32; 3]) {
    let gpu = common::gpu();
    let mut random = Random::new(u64::from(n));
    let theta: Vec<f32> = (0..rows * n).map(|_| random.uniform() as f32).collect();
    let other: Vec<f32> = (0..rows * n).map(|_| random.uniform() as f32).collect();
    let (x, v) = (gpu.upload(&theta, [rows, n]).unwrap(), gpu.upload(&other, [rows, n]).unwrap());
    let perturbed = Perturbed::new(solver.clone()).samples(samples).seed(5).sigma(0.5);
    let settings = twin::Settings {
        noise: twin::Noise::Normal,
        sigma: 0.5,
        samples,
        seed: 5,
        multiplicative: false,
        antithetic: false,
    };
    let (maximum, solution, vjp, jvp) = gpu
        .run(|rec| {
            let estimate = perturbed.forward(rec, &x)?;
            Ok((estimate.maximum, estimate.solution, perturbed.vjp(rec, &x, &v)?, perturbed.jvp(rec, &x, &v)?))
        })
        .unwrap();
    let [maximum, solution, vjp, jvp] = [maximum, solution, vjp, jvp].map(|tensor| tensor.read(gpu).unwrap());
    let solve = twin_of(solver);
    for row in [0, rows as usize - 1] {
        let range = row * n as usize..(row + 1) * n as usize;
        let (theta, other) = (to_f64(&theta[range.clone()]), to_f64(&other[range.clone()]));
        let name = format!("{solver:?}, {rows} x {n}, {samples} samples, row {row}");
        let estimate = twin::estimate(&settings, solve, &theta, row as u32);
        assert!((f64::from(maximum[row]) - estimate.maximum).abs() < 3e-6 * (1.0 + estimate.maximum.abs()), "{name}");
        // Among many parameters two may be so close that f32 takes the other one, or swaps them: in a sample or two.
        let close = |found: &[f32], expected: &[f64], unit: f64| {
            let relative = if n > 1000 { 1e-3 } else { 2e-5 };
            let error = max_error(found, expected);
            assert!(error < relative * (1.0 + common::largest(expected)) + unit, "{name}: {error}");
        };
        let [once, swapped] = if n > 1000 { [2.0, 100.0].map(|unit| unit / f64::from(samples)) } else { [0.0; 2] };
        close(&solution[range.clone()], &estimate.solution, once);
        let only = |theta: &[f64]| solve(theta).1;
        let baseline = twin::Baseline::Unperturbed;
        close(&vjp[range.clone()], &twin::vjp(&settings, baseline, only, &theta, row as u32, &other), swapped);
        close(&jvp[range], &twin::jvp(&settings, baseline, only, &theta, row as u32, &other), swapped);
    }
}

#[test]
fn sizes_of_problems() {
    for n in [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 63, 64, 65, 257] {
        check(&Solver::Argmax, [3, n, 20]);
        if n >= 3 {
            check(&Solver::TopK(3), [3, n, 20]);
        }
        // As many as are kept as winners, all of the coordinates too, and one more.
        for k in [16, 17] {
            if n >= k {
                check(&Solver::TopK(k), [3, n, 20]);
            }
        }
        check(&Solver::Rank, [3, n, 20]);
    }
    check(&Solver::TopK(16), [3, 16, 20]);
}

#[test]
fn numbers_of_samples() {
    for samples in [2, 3, 7, 8, 9, 63, 64, 65, 511, 513, 1023, 1024, 1025] {
        check(&Solver::Argmax, [2, 5, samples]);
        check(&Solver::TopK(3), [2, 5, samples]);
        check(&Solver::Sort, [2, 5, samples]);
    }
    // More than a part has.
    check(&Solver::Argmax, [2, 3, 40_001]);
    check(&Solver::TopK(3), [2, 5, 10_001]);
    check(&Solver::Rank, [2, 3, 40_001]);
    check(&Solver::Rank, [2, 3000, 700]);
}

/// Terms of one sign, of which a running sum of f32 takes no more than 2^24.
#[test]
fn tens_of_millions_of_samples() {
    let gpu = common::gpu();
    let (x, y) = (gpu.upload(&[1.1], [1]).unwrap(), gpu.upload(&[0.0], [1]).unwrap());
    let perturbed = Perturbed::new(Solver::Argmax).multiplicative(true).sigma(1e-6).samples(24 << 20);
    let result = gpu.run(|rec| perturbed.fenchel_young(rec, &x, &y)).unwrap();
    let gradient = result.gradient.read(gpu).unwrap()[0];
    assert!((gradient - 1.0).abs() < 2e-4, "{gradient}");
}

#[test]
fn many_coordinates() {
    // One more than a dispatch goes over, and a bit.
    check(&Solver::Argmax, [2, (1 << 17) + 13, 3]);
    check(&Solver::Rank, [1, 70_000, 3]);
    check(&Solver::TopK(3), [2, 15_003, 3]);
    check(&Solver::TopK(16), [2, 15_003, 3]);
}

/// More than one invocation could go over in one dispatch: a software driver ends a loop after 65,535 turns, without a word.
#[test]
fn millions_of_coordinates() {
    let gpu = common::gpu();
    let n = 2_200_003_usize;
    let (mut theta, mut target) = (vec![0.0_f32; n], vec![0.0_f32; n]);
    for (i, value) in [(0, 7.0), (n / 2, 30.0), (n - 1, 100.0)] {
        theta[i] = value;
        target[i] = 0.5;
    }
    let (x, y) = (gpu.upload(&theta, [n as u32]).unwrap(), gpu.upload(&target, [n as u32]).unwrap());
    let perturbed = Perturbed::new(Solver::Argmax).sigma(1e-6).samples(1);
    let result = gpu.run(|rec| perturbed.fenchel_young(rec, &x, &y)).unwrap();
    let loss = result.loss.read(gpu).unwrap()[0];
    assert!((loss - (100.0 - 68.5)).abs() < 1e-4, "{loss}");
    assert!((result.gradient.read(gpu).unwrap()[n - 1] - 0.5).abs() < 1e-6);
}

#[test]
fn many_problems() {
    // More than 65,535 workgroups, and more than one part.
    check(&Solver::Argmax, [70_001, 3, 20]);
    check(&Solver::TopK(3), [70_001, 4, 10]);
    check(&Solver::Rank, [70_001, 3, 20]);
}

#[test]
fn no_problems() {
    let gpu = common::gpu();
    let x = gpu.upload(&[], [0, 5]).unwrap();
    for solver in [Solver::Argmax, Solver::Rank] {
        let perturbed = Perturbed::new(solver);
        let estimate = gpu.run(|rec| perturbed.forward(rec, &x)).unwrap();
        assert_eq!(estimate.solution.read(gpu).unwrap(), [0.0; 0]);
        assert_eq!(estimate.maximum.read(gpu).unwrap(), [0.0; 0]);
        assert_eq!(gpu.run(|rec| perturbed.vjp(rec, &x, &x)).unwrap().read(gpu).unwrap(), [0.0; 0]);
    }
}

#[test]
fn no_number_stays_in_its_problem() {
    let gpu = common::gpu();
    let theta = [1.0, 2.0, 3.0, 1.0, f32::NAN, 3.0, 1.0, f32::NEG_INFINITY, 3.0];
    let x = gpu.upload(&theta, [3, 3]).unwrap();
    let perturbed = Perturbed::new(Solver::Argmax).samples(100);
    let estimate = gpu.run(|rec| perturbed.forward(rec, &x)).unwrap();
    let (maximum, solution) = (estimate.maximum.read(gpu).unwrap(), estimate.solution.read(gpu).unwrap());
    assert!(maximum[0].is_finite() && maximum[1].is_nan() && maximum[2].is_finite(), "{maximum:?}");
    assert!(solution[..3].iter().chain(&solution[6..]).all(|y| y.is_finite()), "{solution:?}");
    assert!(solution[3..6].iter().all(|y| y.is_nan()), "{solution:?}");
    assert_eq!(solution[7].to_bits(), 0);
    assert!((solution[6] + solution[8] - 1.0).abs() < 1e-6);
}

#[test]
fn the_first_of_equal_coordinates_are_chosen() {
    let gpu = common::gpu();
    let mut theta = vec![1.0_f32; 30];
    theta[20] = 2.0;
    let x = gpu.upload(&theta, [30]).unwrap();
    for k in [2, 5, 16, 17] {
        let solution = gpu.run(|rec| Perturbed::new(Solver::TopK(k)).unperturbed(rec, &x)).unwrap().read(gpu).unwrap();
        let chosen: Vec<u32> = (0..30).filter(|&i| solution[i as usize] > 0.5).collect();
        assert_eq!(chosen, (0..k - 1).chain([20]).collect::<Vec<_>>());
    }
}

#[test]
fn too_few_coordinates_to_choose_from_are_no_choice() {
    let gpu = common::gpu();
    let no = f32::NEG_INFINITY;
    let x = gpu.upload(&[1.0, no, no, 3.0, 1.0, 2.0, no, 0.0, no, no, no, no, no, 1.0, f32::NAN], [3, 5]).unwrap();
    let perturbed = Perturbed::new(Solver::TopK(3)).samples(10).sigma(1e-6);
    let estimate = gpu.run(|rec| perturbed.forward(rec, &x)).unwrap();
    let (maximum, solution) = (estimate.maximum.read(gpu).unwrap(), estimate.solution.read(gpu).unwrap());
    assert!((maximum[0] - 5.0).abs() < 1e-4 && solution[..5] == [1.0, 0.0, 0.0, 1.0, 1.0], "{maximum:?} {solution:?}");
    assert!((maximum[1]).is_nan() && solution[5..].iter().all(|y| y.is_nan()), "{maximum:?} {solution:?}");
    assert!((maximum[2]).is_nan());
}

/// Whether a sample is kept as its winners or whole.
#[test]
fn problems_with_no_solution_have_no_derivative_either() {
    let gpu = common::gpu();
    let mut theta = [0.0_f32; 3 * 20];
    for (i, number) in theta.iter_mut().enumerate() {
        *number = if (20..24).contains(&i) { f32::NEG_INFINITY } else { i as f32 / 10.0 };
    }
    theta[45] = f32::NAN;
    let (x, v) = (gpu.upload(&theta, [3, 20]).unwrap(), gpu.upload(&[1.0; 60], [3, 20]).unwrap());
    for k in [1, 3, 16, 17, 20] {
        for baseline in [Baseline::None, Baseline::Unperturbed, Baseline::LeaveOneOut] {
            for multiplicative in [false, true] {
                let solver = if k == 1 { Solver::Argmax } else { Solver::TopK(k) };
                let perturbed = Perturbed::new(solver).samples(20).baseline(baseline).multiplicative(multiplicative);
                let results = gpu
                    .run(|rec| {
                        let (estimate, loss) = perturbed.forward_and_fenchel_young(rec, &x, &v)?;
                        let derivatives = [perturbed.vjp(rec, &x, &v)?, perturbed.jvp(rec, &x, &v)?];
                        Ok((estimate, loss, derivatives))
                    })
                    .unwrap();
                let (estimate, loss, [vjp, jvp]) = results;
                let nan = |row: usize| row == 2 || (row == 1 && k > 16);
                for values in [estimate.maximum, loss.loss] {
                    let values = values.read(gpu).unwrap();
                    assert!((0..3).all(|row| values[row].is_nan() == nan(row)), "{k} of 20: {values:?}");
                }
                for values in [estimate.solution, loss.gradient, vjp, jvp] {
                    let values = values.read(gpu).unwrap();
                    let each = |row: usize| values[row * 20..][..20].iter().all(|value| value.is_nan() == nan(row));
                    assert!((0..3).all(each), "{k} of 20, {baseline:?}, multiplicative: {multiplicative}");
                }
            }
        }
    }
}

#[test]
fn rows_of_nothing_leave_others_alone() {
    let gpu = common::gpu();
    let no = f32::NEG_INFINITY;
    let x = gpu.upload(&[no, no, no, 0.0, 50.0, 0.0, no, f32::NAN, no, 50.0, 0.0, 0.0], [4, 3]).unwrap();
    for solver in [Solver::Argmax, Solver::TopK(2)] {
        let k = if solver == Solver::Argmax { 1.0 } else { 2.0 };
        let perturbed = Perturbed::new(solver).samples(1000);
        let estimate = gpu.run(|rec| perturbed.forward(rec, &x)).unwrap();
        let (maximum, solution) = (estimate.maximum.read(gpu).unwrap(), estimate.solution.read(gpu).unwrap());
        assert!(maximum[0].is_nan() && maximum[2].is_nan(), "{maximum:?}");
        for row in [1, 3] {
            assert!((solution[3 * row..3 * row + 3].iter().sum::<f32>() - k).abs() < 1e-5, "{solution:?}");
        }
    }
    // Noise as large as may be.
    let x = gpu.upload(&[0.0, no, no, no, no, 0.0, 1.0, 0.0, 0.0, 0.0], [2, 5]).unwrap();
    let perturbed = Perturbed::new(Solver::TopK(2)).noise(Noise::Gumbel).sigma(1e30).samples(200_000);
    let solution = gpu.run(|rec| perturbed.solution(rec, &x)).unwrap().read(gpu).unwrap();
    assert!((solution[5..].iter().sum::<f32>() - 2.0).abs() < 1e-5, "{solution:?}");
}

#[test]
fn no_number_far_ahead_is_not_forgotten() {
    let gpu = common::gpu();
    let mut theta = vec![0.0_f32; 7000];
    theta[0] = f32::NAN;
    let x = gpu.upload(&theta, [7000]).unwrap();
    for solver in [Solver::Argmax, Solver::TopK(2), Solver::TopK(16)] {
        let maximum = gpu.run(|rec| Perturbed::new(solver).samples(5).maximum(rec, &x)).unwrap();
        assert!(maximum.read(gpu).unwrap()[0].is_nan());
    }
}

/// Of losses, of gradients under noise that multiplies, and of sorted coordinates, which are then solutions.
#[test]
fn what_is_never_chosen_makes_no_other_number_none() {
    let gpu = common::gpu();
    let no = f32::NEG_INFINITY;
    let x = gpu.upload(&[-1.0, no, -2.0], [3]).unwrap();
    let y = gpu.upload(&[0.0, 0.0, 1.0], [3]).unwrap();
    for multiplicative in [false, true] {
        let perturbed = Perturbed::new(Solver::Argmax).multiplicative(multiplicative);
        let result = gpu.run(|rec| perturbed.fenchel_young(rec, &x, &y)).unwrap();
        assert!(result.loss.read(gpu).unwrap()[0].is_finite());
        assert!(result.gradient.read(gpu).unwrap().iter().all(|gradient| gradient.is_finite()));
    }
    let x = gpu.upload(&[-1.0, no, -2.0, -3.0], [2, 2]).unwrap();
    let y = gpu.upload(&[1.0, 0.0, 0.0, 1.0], [2, 2]).unwrap();
    let perturbed = Perturbed::new(Solver::Assignment).multiplicative(true);
    let result = gpu.run(|rec| perturbed.fenchel_young(rec, &x, &y)).unwrap();
    assert!(result.loss.read(gpu).unwrap()[0].is_finite());
    assert!(result.gradient.read(gpu).unwrap().iter().all(|gradient| gradient.is_finite()));
    let x = gpu.upload(&[2.0, no, 1.0], [3]).unwrap();
    let perturbed = Perturbed::new(Solver::Sort).sigma(1e-6);
    let [solution, plain] = gpu
        .run(|rec| Ok([perturbed.solution(rec, &x)?, perturbed.unperturbed(rec, &x)?]))
        .unwrap()
        .map(|tensor| tensor.read(gpu).unwrap());
    assert_eq!(plain, [no, 1.0, 2.0]);
    assert_eq!(solution[0].to_bits(), no.to_bits());
    assert!((solution[1] - 1.0).abs() < 1e-5 && (solution[2] - 2.0).abs() < 1e-5, "{solution:?}");
}

#[test]
fn infinite_coordinates_make_infinite_maxima_where_they_count() {
    let gpu = common::gpu();
    let (low, high) = (f32::NEG_INFINITY, f32::INFINITY);
    let x = gpu.upload(&[low, 1.0, 9.0, high, 1.0, 9.0], [2, 3]).unwrap();
    let same = |found: f32, expected: f32| found.total_cmp(&expected).is_eq() || (found - expected).abs() < 1e-4;
    for (solver, maxima, solutions) in [
        (Solver::Argmax, [9.0, high], [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]),
        (Solver::TopK(2), [10.0, high], [0.0, 1.0, 1.0, 1.0, 0.0, 1.0]),
        (Solver::Rank, [low, high], [1.0, 2.0, 3.0, 3.0, 1.0, 2.0]),
        (Solver::Sort, [low, high], [low, 1.0, 9.0, 1.0, 9.0, high]),
    ] {
        // Noise that changes no decision.
        let perturbed = Perturbed::new(solver.clone()).sigma(1e-6).samples(10);
        for perturbed in [perturbed.clone(), perturbed.antithetic(true)] {
            let estimate = gpu.run(|rec| perturbed.forward(rec, &x)).unwrap();
            let read = |tensor: &Tensor<f32>| tensor.read(gpu).unwrap();
            let (maximum, solution) = (read(&estimate.maximum), read(&estimate.solution));
            let all_the_same = |found: &[f32], expected: &[f32]| found.iter().zip(expected).all(|(&a, &b)| same(a, b));
            assert!(all_the_same(&maximum, &maxima), "{solver:?}: {maximum:?}");
            assert!(all_the_same(&solution, &solutions), "{solver:?}: {solution:?}");
            let errors = [read(&estimate.maximum_error), read(&estimate.solution_error)].concat();
            assert!(errors.iter().all(|&error| error < 1e-4), "{solver:?}: {errors:?}");
        }
    }
}

#[test]
fn without_noise_to_speak_of_decisions_are_hard() {
    let gpu = common::gpu();
    let x = gpu.upload(&[3.0, 1.0, 2.0, 5.0], [4]).unwrap();
    for (solver, expected) in [
        (Solver::Argmax, [0.0, 0.0, 0.0, 1.0]),
        (Solver::TopK(2), [1.0, 0.0, 0.0, 1.0]),
        (Solver::Rank, [3.0, 1.0, 2.0, 4.0]),
        (Solver::Sort, [1.0, 2.0, 3.0, 5.0]),
    ] {
        let perturbed = Perturbed::new(solver).sigma(1e-30).samples(10);
        let estimate = gpu.run(|rec| perturbed.forward(rec, &x)).unwrap();
        assert_eq!(estimate.solution.read(gpu).unwrap(), expected);
        assert_eq!(estimate.solution_error.read(gpu).unwrap(), [0.0; 4]);
    }
}

#[test]
fn one_sample_has_no_standard_error() {
    let gpu = common::gpu();
    let x = gpu.upload(&[3.0, 1.0], [2]).unwrap();
    let estimate = gpu.run(|rec| Perturbed::new(Solver::Argmax).samples(1).forward(rec, &x)).unwrap();
    assert!(estimate.maximum_error.read(gpu).unwrap()[0].is_nan());
    assert!(estimate.solution_error.read(gpu).unwrap().iter().all(|error| error.is_nan()));
    assert!(estimate.solution.read(gpu).unwrap().iter().all(|y| y.is_finite()));
}

#[test]
fn bad_settings_are_refused_by_name() {
    let gpu = common::gpu();
    let x = gpu.upload(&[3.0, 1.0], [2]).unwrap();
    let argmax = Perturbed::new(Solver::Argmax);
    for (perturbed, name) in [
        (argmax.clone().sigma(0.0), "sigma"),
        (argmax.clone().sigma(f32::NAN), "sigma"),
        (argmax.clone().sigma(-1.0), "sigma"),
        (argmax.clone().sigma(f32::INFINITY), "sigma"),
        (argmax.clone().samples(0), "samples"),
        (argmax.clone().samples((1 << 31) + 1), "samples"),
        (argmax.clone().antithetic(true).samples(7), "samples"),
        (argmax.clone().antithetic(true).noise(Noise::Gumbel), "antithetic"),
        (argmax.clone().baseline(Baseline::LeaveOneOut).samples(1), "baseline"),
        (Perturbed::new(Solver::TopK(0)), "k"),
        (Perturbed::new(Solver::TopK(3)), "k"),
    ] {
        let error = gpu.run(|rec| perturbed.maximum(rec, &x)).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { argument, .. } if argument == name), "{error}");
    }
    for (shape, len) in [(vec![], 1), (vec![0], 0), (vec![2, 0], 0)] {
        let shape = supple::Shape::try_from(&shape[..]).unwrap();
        let x = gpu.upload(&vec![1.0; len], shape).unwrap();
        let error = gpu.run(|rec| argmax.maximum(rec, &x)).unwrap_err();
        assert!(matches!(error, Error::ShapeMismatch { argument: "theta", .. }), "{error}");
    }
    let other = gpu.upload(&[1.0; 3], [3]).unwrap();
    for (error, name) in [
        (gpu.run(|rec| argmax.vjp(rec, &x, &other)).unwrap_err(), "cotangent"),
        (gpu.run(|rec| argmax.jvp(rec, &x, &other)).unwrap_err(), "tangent"),
        (gpu.run(|rec| argmax.fenchel_young(rec, &x, &other)).unwrap_err(), "target"),
        (gpu.run(|rec| argmax.solution_into(rec, &x, &other)).unwrap_err(), "solution"),
    ] {
        assert!(matches!(error, Error::ShapeMismatch { argument, .. } if argument == name), "{error}");
    }
    let error = gpu.run(|rec| argmax.solution_into(rec, &x, &x)).unwrap_err();
    assert!(matches!(error, Error::InvalidArgument { argument: "solution", .. }), "{error}");
    let error = gpu.run(|rec| argmax.clone().first_problem(u32::MAX).maximum(rec, &x.reshape([2, 1])?)).unwrap_err();
    assert!(matches!(error, Error::LimitExceeded { .. }), "{error}");
}

#[test]
fn parameters_in_the_middle_of_a_callers_buffer() {
    let gpu = common::gpu();
    let usage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::COPY_SRC;
    let buffer = gpu.device().create_buffer(&wgpu::BufferDescriptor {
        label: None,
        size: 4096,
        usage,
        mapped_at_creation: false,
    });
    let theta: Vec<f32> = (0..60).map(|i| (i % 7) as f32 * 0.3).collect();
    gpu.queue().write_buffer(&buffer, 300, bytemuck::cast_slice(&theta));
    let inside = Tensor::<f32>::from_buffer(&buffer, 300, [6, 10]).unwrap();
    let out = Tensor::<f32>::from_buffer(&buffer, 1204, [6, 10]).unwrap();
    let outside = gpu.upload(&theta, [6, 10]).unwrap();
    for solver in [Solver::Argmax, Solver::TopK(4)] {
        let perturbed = Perturbed::new(solver).samples(64);
        let expected = gpu.run(|rec| perturbed.solution(rec, &outside)).unwrap().read(gpu).unwrap();
        gpu.run(|rec| perturbed.solution_into(rec, &inside, &out)).unwrap();
        assert_eq!(out.read(gpu).unwrap(), expected);
        let of = |x: &Tensor<f32>| {
            let result = gpu
                .run(|rec| {
                    let loss = perturbed.fenchel_young(rec, x, x)?;
                    Ok([loss.loss.reshape([6])?, loss.gradient.reshape([60])?, perturbed.vjp(rec, x, x)?])
                })
                .unwrap();
            result.map(|tensor| tensor.read(gpu).unwrap())
        };
        assert_eq!(of(&inside), of(&outside));
    }
}
