//! Linear assignments against the Hungarian method in f64.

use supple::perturbed::{Baseline, Perturbed, Solver};
use supple::reference::perturbed as twin;
use supple::{Error, Gpu, Tensor};

use crate::common::{self, Random, max_error, to_f64};

fn uniform(random: &mut Random, count: u32) -> Vec<f32> {
    (0..count).map(|_| random.uniform() as f32).collect()
}

/// Assignments as they are: one sample with no noise to speak of.
fn hard(gpu: &Gpu, theta: &Tensor<f32>) -> [Vec<f32>; 2] {
    let perturbed = Perturbed::new(Solver::Assignment).sigma(1e-30).samples(1);
    let estimate = gpu.run(|rec| perturbed.forward(rec, theta)).unwrap();
    [estimate.maximum, estimate.solution].map(|tensor| tensor.read(gpu).unwrap())
}

/// Whether there is a one in each of the fewer of rows and columns, no two in one of the others, and zeros elsewhere.
fn is_an_assignment(solution: &[f32], [height, width]: [usize; 2]) -> bool {
    let ones = |of: &dyn Fn(usize) -> bool| (0..solution.len()).filter(|&i| of(i) && solution[i] > 0.5).count();
    let rows: Vec<usize> = (0..height).map(|row| ones(&|i| i / width == row)).collect();
    let columns: Vec<usize> = (0..width).map(|column| ones(&|i| i % width == column)).collect();
    let binary = solution.iter().all(|y| [0.0_f32, 1.0].map(f32::to_bits).contains(&y.to_bits()));
    rows.iter().chain(&columns).all(|&count| count <= 1) && rows.iter().sum::<usize>() == height.min(width) && binary
}

/// Assignments with the largest sum, whichever of several.
fn check(theta: &[f32], sizes: [u32; 3]) {
    for gpu in common::both() {
        check_on(gpu, theta, sizes);
    }
}

fn check_on(gpu: &Gpu, theta: &[f32], [count, h, w]: [u32; 3]) {
    let x = gpu.upload(theta, [count, h, w]).unwrap();
    let [maximum, solution] = hard(gpu, &x);
    let (n, size) = ((h * w) as usize, [h as usize, w as usize]);
    for (k, matrix) in to_f64(theta).chunks(n).enumerate() {
        let (expected, _) = twin::assignment(matrix, size);
        let found = &solution[k * n..(k + 1) * n];
        assert!(is_an_assignment(found, size), "{h} x {w}");
        let sum: f64 = found.iter().zip(matrix).map(|(y, theta)| f64::from(*y) * theta).sum();
        let largest = common::largest(matrix) * h.min(w) as f64;
        assert!((sum - expected).abs() <= 1e-6 * largest + 1e-25, "{h} x {w}: {sum} {expected}");
        assert!((f64::from(maximum[k]) - expected).abs() <= 1e-6 * largest + 1e-25, "{h} x {w}");
    }
}

#[test]
fn assignments_are_the_best() {
    let mut random = Random::new(3);
    for [count, h, w] in [
        [1, 1, 1],
        [3, 1, 9],
        [3, 9, 1],
        [50, 2, 2],
        [50, 3, 5],
        [50, 5, 3],
        [50, 7, 7],
        [50, 8, 8],
        [20, 9, 9],
        [9, 16, 17],
        [9, 33, 31],
        [5, 64, 64],
        [4, 65, 65],
        [3, 3, 128],
        [3, 128, 100],
        [5, 128, 128],
    ] {
        check(&uniform(&mut random, count * h * w), [count, h, w]);
    }
    // More than 65,535 workgroups.
    check(&uniform(&mut random, 70_001 * 4), [70_001, 2, 2]);
}

/// Products of a number for the row and one for the column: the search for the last row passes all others, in the worst order.
#[test]
fn the_longest_searches_end() {
    for n in [40_u32, 128] {
        let theta: Vec<f32> = (0..n * n).map(|i| -(((i / n + 1) * (i % n + 1)) as f32)).collect();
        check(&theta, [1, n, n]);
        let turned: Vec<f32> = theta.iter().map(|theta| -theta).collect();
        check(&turned, [1, n, n]);
    }
}

#[test]
fn equal_entries_take_any_assignment() {
    check(&[0.0; 100], [1, 10, 10]);
    check(&vec![-3.5; 128 * 128], [1, 128, 128]);
    let mut random = Random::new(8);
    let few: Vec<f32> = (0..20 * 24 * 24).map(|_| (random.uniform() * 2.0).round() as f32).collect();
    check(&few, [20, 24, 24]);
}

#[test]
fn entries_that_are_never_taken() {
    let (no, nan) = (f32::NEG_INFINITY, f32::NAN);
    let matrices = [
        [9.0, 1.0, 1.0, no, 1.0, 2.0, no, 2.0, 1.0],
        // The best row of all cannot be used as it would like to.
        [no, 1.0, no, 5.0, 9.0, 1.0, 1.0, 1.0, 1.0],
        // Two rows want the only column they may have.
        [no, 1.0, no, no, 1.0, no, 1.0, 1.0, 1.0],
        [1.0, 1.0, 1.0, 1.0, nan, 1.0, 1.0, 1.0, 1.0],
    ];
    for gpu in common::both() {
        let x = gpu.upload(&matrices.concat(), [4, 3, 3]).unwrap();
        let [maximum, solution] = hard(gpu, &x);
        assert_eq!(solution[..9], [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
        assert_eq!(solution[9..18], [0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
        assert_eq!([maximum[0], maximum[1]].map(f32::to_bits), [13.0_f32, 7.0].map(f32::to_bits));
        assert!(maximum[2].is_nan() && maximum[3].is_nan(), "{maximum:?}");
        assert!(solution[18].is_nan() && solution[27].is_nan(), "{solution:?}");
    }
}

#[test]
fn estimates_and_derivatives_are_the_twins() {
    let gpu = common::gpu();
    for [h, w] in [[6_u32, 6_u32], [4, 7]] {
        let (count, n) = (2_u32, (h * w) as usize);
        let mut random = Random::new(5);
        let (theta, other) = (uniform(&mut random, count * h * w), uniform(&mut random, count * h * w));
        let (x, v) = (gpu.upload(&theta, [count, h, w]).unwrap(), gpu.upload(&other, [count, h, w]).unwrap());
        let perturbed =
            Perturbed::new(Solver::Assignment).sigma(0.4).samples(200).antithetic(true).baseline(Baseline::LeaveOneOut);
        let settings = twin::Settings {
            noise: twin::Noise::Normal,
            sigma: f64::from(0.4_f32),
            samples: 200,
            seed: 0,
            multiplicative: false,
            antithetic: true,
        };
        let (estimate, loss, vjp, jvp) = gpu
            .run(|rec| {
                let loss = perturbed.fenchel_young(rec, &x, &v)?;
                Ok((perturbed.forward(rec, &x)?, loss, perturbed.vjp(rec, &x, &v)?, perturbed.jvp(rec, &x, &v)?))
            })
            .unwrap();
        assert_eq!(estimate.maximum.shape(), [count].into());
        assert_eq!(loss.gradient.shape(), [count, h, w].into());
        let read = |tensor: &Tensor<f32>| tensor.read(gpu).unwrap();
        let (maximum, loss) = (read(&estimate.maximum), read(&loss.loss));
        let [solution, error, vjp, jvp] = [&estimate.solution, &estimate.solution_error, &vjp, &jvp].map(read);
        for k in 0..count as usize {
            let range = k * n..(k + 1) * n;
            let (theta, other) = (to_f64(&theta[range.clone()]), to_f64(&other[range.clone()]));
            let solve = |theta: &[f64]| twin::assignment(theta, [h as usize, w as usize]);
            let only = |theta: &[f64]| solve(theta).1;
            let expected = twin::estimate(&settings, solve, &theta, k as u32);
            assert!((f64::from(maximum[k]) - expected.maximum).abs() < 1e-5);
            assert!((f64::from(loss[k]) - expected.maximum + twin::dot(&theta, &other)).abs() < 1e-5);
            assert!(max_error(&solution[range.clone()], &expected.solution) < 1e-5);
            assert!(max_error(&error[range.clone()], &expected.solution_error) < 1e-5);
            let baseline = twin::Baseline::LeaveOneOut;
            let gradient = twin::vjp(&settings, baseline, only, &theta, k as u32, &other);
            assert!(max_error(&vjp[range.clone()], &gradient) < 2e-5 * (1.0 + common::largest(&gradient)));
            let derivative = twin::jvp(&settings, baseline, only, &theta, k as u32, &other);
            assert!(max_error(&jvp[range], &derivative) < 2e-5 * (1.0 + common::largest(&derivative)));
        }
    }
}

#[test]
fn matrices_that_are_none_are_refused() {
    let gpu = common::gpu();
    let perturbed = Perturbed::new(Solver::Assignment);
    for shape in [&[9][..], &[0, 3], &[3, 0], &[2, 0, 3]] {
        let shape = supple::Shape::try_from(shape).unwrap();
        let x = gpu.upload(&vec![-1.0; shape.elements() as usize], shape).unwrap();
        let error = gpu.run(|rec| perturbed.maximum(rec, &x)).unwrap_err();
        assert!(matches!(error, Error::ShapeMismatch { argument: "theta", .. }), "{error}");
    }
    for shape in [[129, 2], [2, 129]] {
        let x = gpu.upload(&vec![-1.0; 129 * 2], shape).unwrap();
        let error = gpu.run(|rec| perturbed.maximum(rec, &x)).unwrap_err();
        assert!(error.to_string().contains("smaller matrices"), "{error}");
    }
}
