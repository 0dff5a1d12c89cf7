//! Choices within a budget against dynamic programming in f64.

use supple::perturbed::{Knapsack, Perturbed, Solver};
use supple::reference::perturbed::{self as twin, Size};
use supple::{Error, Gpu, wgpu};

use crate::common::{self, Random, max_error, to_f64};

fn sized(knapsack: Knapsack, size: Size) -> Knapsack {
    match size {
        Size::Any => knapsack,
        Size::AtMost(k) => knapsack.at_most(k as u32),
        Size::Exactly(k) => knapsack.exactly(k as u32),
    }
}

/// Parameters from -1/4 to 3/4, so that not every coordinate is worth choosing.
fn parameters(random: &mut Random, count: u32) -> Vec<f32> {
    (0..count).map(|_| (random.uniform() * 0.5 + 0.25) as f32).collect()
}

/// Estimates and derivatives of a few problems.
fn check(gpu: &Gpu, [rows, n, samples]: [u32; 3], budget: u32, size: Size) {
    let mut random = Random::new(u64::from(n));
    let (theta, other) = (parameters(&mut random, rows * n), parameters(&mut random, rows * n));
    let costs: Vec<u32> = (0..n).map(|i| i * 7 % 12).collect();
    let (x, v) = (gpu.upload(&theta, [rows, n]).unwrap(), gpu.upload(&other, [rows, n]).unwrap());
    let knapsack = sized(Knapsack::new(&costs[..], budget), size);
    let perturbed = Perturbed::new(Solver::Knapsack(knapsack)).samples(samples).sigma(0.2);
    let settings = twin::Settings {
        noise: twin::Noise::Normal,
        sigma: f64::from(0.2_f32),
        samples,
        seed: 0,
        multiplicative: false,
        antithetic: false,
    };
    let results = gpu
        .run(|rec| {
            let estimate = perturbed.forward(rec, &x)?;
            Ok([estimate.maximum, estimate.solution, perturbed.vjp(rec, &x, &v)?, perturbed.jvp(rec, &x, &v)?])
        })
        .unwrap();
    let [maximum, solution, vjp, jvp] = results.map(|tensor| tensor.read(gpu).unwrap());
    let solve = |theta: &[f64]| twin::knapsack(theta, &costs, budget, size);
    let only = |theta: &[f64]| solve(theta).1;
    for (row, &maximum) in maximum.iter().enumerate() {
        let range = row * n as usize..(row + 1) * n as usize;
        let (theta, other) = (to_f64(&theta[range.clone()]), to_f64(&other[range.clone()]));
        let name = format!("{rows} x {n}, {samples} samples, budget {budget}, {size:?}, row {row}");
        let expected = twin::estimate(&settings, solve, &theta, row as u32);
        assert!((f64::from(maximum) - expected.maximum).abs() < 3e-6 * (1.0 + expected.maximum.abs()), "{name}");
        // Two choices may be so close that f32 takes the other one.
        let once = if n > 100 { 2.0 / f64::from(samples) } else { 0.0 };
        assert!(max_error(&solution[range.clone()], &expected.solution) < 1e-5 + once, "{name}");
        let baseline = twin::Baseline::Unperturbed;
        let gradient = twin::vjp(&settings, baseline, only, &theta, row as u32, &other);
        let tolerance = (2e-5 + 5.0 * once) * (1.0 + common::largest(&gradient));
        assert!(max_error(&vjp[range.clone()], &gradient) < tolerance, "{name}");
        let derivative = twin::jvp(&settings, baseline, only, &theta, row as u32, &other);
        let tolerance = (2e-5 + 5.0 * once) * (1.0 + common::largest(&derivative));
        assert!(max_error(&jvp[range], &derivative) < tolerance, "{name}");
    }
}

#[test]
fn choices_are_the_best() {
    let gpu = common::gpu();
    for size in [Size::Any, Size::AtMost(1), Size::AtMost(3), Size::Exactly(1), Size::Exactly(3)] {
        for n in [3, 8, 32, 33] {
            // From a budget for next to nothing to one for everything.
            for budget in [40, 1000] {
                check(gpu, [2, n, 20], budget, size);
            }
        }
    }
    check(gpu, [3, 6, 20], 0, Size::Any);
    check(gpu, [1, 300, 4], 500, Size::AtMost(30));
}

#[test]
fn small_bindings_take_parts() {
    let ample = common::gpu().capabilities().limits.clone();
    let limits = wgpu::Limits { max_storage_buffer_binding_size: 24 << 10, ..ample };
    let small = Gpu::builder().limits(limits).poison_memory(true).build().unwrap();
    check(&small, [3, 40, 50], 60, Size::Exactly(5));
}

/// As many coordinates as there may be, in as many dispatches. With equal costs the largest ones are chosen.
#[test]
fn the_longest_knapsack() {
    let gpu = common::gpu();
    let n = 1 << 14;
    let theta = parameters(&mut Random::new(5), n);
    let x = gpu.upload(&theta, [n]).unwrap();
    let perturbed = Perturbed::new(Solver::Knapsack(Knapsack::new(vec![3; n as usize], 302)));
    let solution = gpu.run(|rec| perturbed.unperturbed(rec, &x)).unwrap().read(gpu).unwrap();
    let mut order: Vec<usize> = (0..n as usize).collect();
    order.sort_by(|&a, &b| theta[b].total_cmp(&theta[a]));
    assert_eq!(solution.iter().sum::<f32>().to_bits(), 100.0_f32.to_bits());
    assert!(order[..100].iter().all(|&i| solution[i].to_bits() == 1.0_f32.to_bits()));
}

#[test]
fn equal_choices_take_the_first_coordinates() {
    let gpu = common::gpu();
    let x = gpu.upload(&[1.0; 6], [6]).unwrap();
    for (knapsack, expected) in [
        (Knapsack::new([1; 6], 2), [1.0, 1.0, 0.0, 0.0, 0.0, 0.0]),
        (Knapsack::new([1; 6], 9).exactly(3), [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]),
        (Knapsack::new([3, 3, 3, 1, 1, 1], 4).at_most(2), [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]),
    ] {
        let perturbed = Perturbed::new(Solver::Knapsack(knapsack)).sigma(1e-30).samples(2);
        assert_eq!(gpu.run(|rec| perturbed.solution(rec, &x)).unwrap().read(gpu).unwrap(), expected);
    }
}

#[test]
fn no_numbers_and_coordinates_that_are_never_chosen() {
    let gpu = common::gpu();
    let no = f32::NEG_INFINITY;
    let x = gpu.upload(&[1.0, no, 2.0, 1.0, f32::NAN, -5.0, 1.0, no, no], [3, 3]).unwrap();
    let solve = |knapsack| {
        let perturbed = Perturbed::new(Solver::Knapsack(knapsack)).sigma(1e-30).samples(2);
        let estimate = gpu.run(|rec| perturbed.forward(rec, &x)).unwrap();
        (estimate.maximum.read(gpu).unwrap(), estimate.solution.read(gpu).unwrap())
    };
    let (maximum, solution) = solve(Knapsack::new([1; 3], 3));
    assert_eq!(solution[..3], [1.0, 0.0, 1.0]);
    assert_eq!(solution[6..], [1.0, 0.0, 0.0]);
    assert!(maximum[1].is_nan() && solution[3].is_nan(), "{maximum:?} {solution:?}");
    assert_eq!([maximum[0], maximum[2]].map(f32::to_bits), [3.0_f32, 1.0].map(f32::to_bits));
    let (maximum, _) = solve(Knapsack::new([1; 3], 3).exactly(2));
    assert!(maximum[0].is_finite() && maximum[1].is_nan() && maximum[2].is_nan(), "{maximum:?}");
}

#[test]
fn bad_settings_are_refused_by_name() {
    let gpu = common::gpu();
    let x = gpu.upload(&[1.0; 3], [3]).unwrap();
    for (knapsack, name) in [
        (Knapsack::new([1; 2], 3), "costs"),
        (Knapsack::new([1; 3], 3).exactly(0), "k"),
        (Knapsack::new([1; 3], 3).exactly(4), "k"),
        (Knapsack::new([1; 3], 3).at_most(4), "k"),
        (Knapsack::new([2, 3, 2], 3).exactly(2), "budget"),
    ] {
        let perturbed = Perturbed::new(Solver::Knapsack(knapsack));
        let error = gpu.run(|rec| perturbed.maximum(rec, &x)).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { argument, .. } if argument == name), "{error}");
    }
    for knapsack in [Knapsack::new([u32::MAX; 3], u32::MAX), Knapsack::new(vec![1; 20_000], 3)] {
        let x = if knapsack == Knapsack::new([u32::MAX; 3], u32::MAX) {
            x.clone()
        } else {
            gpu.upload(&vec![1.0; 20_000], [20_000]).unwrap()
        };
        let perturbed = Perturbed::new(Solver::Knapsack(knapsack));
        let error = gpu.run(|rec| perturbed.maximum(rec, &x)).unwrap_err();
        assert!(matches!(error, Error::LimitExceeded { .. }), "{error}");
    }
}
