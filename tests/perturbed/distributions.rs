//! The noise, and what theory says of decisions under it.

use supple::perturbed::{Noise, Perturbed, Solver};
use supple::reference::perturbed as twin;

use crate::common::{self, Random, to_f64};

/// Standard normal distribution function, by Marsaglia's series, within 1e-14 for |x| < 7.
fn phi(x: f64) -> f64 {
    let (mut term, mut sum, mut k) = (x, x, 1.0);
    while term.abs() > 1e-17 * sum.abs() && k < 400.0 {
        k += 2.0;
        term *= x * x / k;
        sum += term;
    }
    0.5 + sum * (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

fn gumbel(x: f64) -> f64 {
    (-(-x).exp()).exp()
}

/// One number of noise for each of `count` problems: that of coordinate `i` of eight, the others being out of the race.
fn noise(noise: Noise, count: u32, i: usize, seed: u64) -> Vec<f32> {
    let gpu = common::gpu();
    let row: Vec<f32> = (0..8).map(|j| if i == j { 0.0 } else { f32::NEG_INFINITY }).collect();
    let theta = gpu.upload(&row.repeat(count as usize), [count, 8]).unwrap();
    let perturbed = Perturbed::new(Solver::Argmax).noise(noise).samples(1).seed(seed);
    gpu.run(|rec| perturbed.maximum(rec, &theta)).unwrap().read(gpu).unwrap()
}

#[test]
fn noise_is_the_twins() {
    for (kind, twin_kind) in [(Noise::Normal, twin::Noise::Normal), (Noise::Gumbel, twin::Noise::Gumbel)] {
        for seed in [0, 1, u64::MAX, 0x8000_0000_7fff_ffff] {
            for i in 0..8 {
                let words = |problem: usize| {
                    twin::philox([(i / 4) as u32, 0, problem as u32, 0], [seed as u32, (seed >> 32) as u32])
                };
                for (problem, &z) in noise(kind.clone(), 2000, i, seed).iter().enumerate() {
                    let expected = twin_kind.draw(words(problem)).0[i % 4];
                    // The radius of normal noise near 0 is the root of a small difference from 1.
                    assert!(
                        (f64::from(z) - expected).abs() < 2e-6 * (1.0 + expected.abs()),
                        "{kind:?} {i} {z} {expected}"
                    );
                }
            }
        }
    }
}

#[test]
fn noise_has_its_distribution() {
    const COUNT: u32 = 200_000;
    for kind in [Noise::Normal, Noise::Gumbel] {
        for i in [0, 1, 2, 3, 5] {
            let mut z = to_f64(&noise(kind.clone(), COUNT, i, 11));
            let n = f64::from(COUNT);
            let mean = z.iter().sum::<f64>() / n;
            let central = |power: i32| z.iter().map(|z| (z - mean).powi(power)).sum::<f64>() / n;
            let (variance, third, fourth) = (central(2), central(3), central(4));
            // Mean, variance, skewness and kurtosis; within five deviations of what samples of this size have.
            let [mu, var, skew, kurt] = match kind {
                Noise::Normal => [0.0, 1.0, 0.0, 3.0],
                _ => [0.577_215_66, std::f64::consts::PI.powi(2) / 6.0, 1.139_547, 5.4],
            };
            let spread = match kind {
                Noise::Normal => [1.0, 2.0_f64.sqrt(), 6.0_f64.sqrt(), 24.0_f64.sqrt()],
                _ => [1.3, 3.5, 12.0, 90.0],
            };
            let found = [mean, variance, third / variance.powf(1.5), fourth / variance.powi(2)];
            for ((found, expected), spread) in found.into_iter().zip([mu, var, skew, kurt]).zip(spread) {
                assert!((found - expected).abs() < 5.0 * spread / n.sqrt(), "{kind:?} {i}: {found} for {expected}");
            }
            // Kolmogorov and Smirnov: above 1.95 once in a thousand times.
            z.sort_by(f64::total_cmp);
            let cdf = if kind == Noise::Normal { phi } else { gumbel };
            let distance = z.iter().enumerate().fold(0.0, |far: f64, (k, &z)| {
                let at = cdf(z);
                far.max((at - k as f64 / n).abs()).max((at - (k + 1) as f64 / n).abs())
            });
            assert!(distance * n.sqrt() < 1.95, "{kind:?} {i}: {distance}");
        }
    }
}

/// Likewise the number of sample 0, 1 or 2: from means of as many maxima and of one less.
fn noise_of_sample(sample: u32, count: u32) -> Vec<f32> {
    let gpu = common::gpu();
    let theta = gpu.upload(&vec![0.0; count as usize], [count, 1]).unwrap();
    let mean = |samples: u32| {
        let perturbed = Perturbed::new(Solver::Argmax).samples(samples).seed(3);
        gpu.run(|rec| perturbed.maximum(rec, &theta)).unwrap().read(gpu).unwrap()
    };
    let sums = |samples: u32| mean(samples).into_iter().map(move |mean| mean * samples as f32);
    if sample == 0 {
        return mean(1);
    }
    sums(sample + 1).zip(sums(sample)).map(|(more, less)| more - less).collect()
}

/// Of normal numbers, and of their squares.
fn assert_independent(first: &[f32], second: &[f32], what: &str) {
    let count = first.len().min(second.len()) as f64;
    for power in [1, 2] {
        let centre = |z: &f32| f64::from(*z).powi(power) - if power == 2 { 1.0 } else { 0.0 };
        let sum: f64 = first.iter().zip(second).map(|(a, b)| centre(a) * centre(b)).sum();
        let deviation = if power == 2 { 2.0 } else { 1.0 };
        assert!(sum.abs() < 5.0 * deviation * count.sqrt(), "{what}, power {power}: {sum}");
    }
}

#[test]
fn coordinates_samples_problems_and_seeds_are_independent() {
    const COUNT: u32 = 30_000;
    let coordinates = (0..5).map(|i| (format!("coordinate {i}"), noise(Noise::Normal, COUNT, i, 3)));
    let seeds = [4, 3 << 32].map(|seed| (format!("seed {seed}"), noise(Noise::Normal, COUNT, 0, seed)));
    let samples = [1, 2].map(|sample| (format!("sample {sample}"), noise_of_sample(sample, COUNT)));
    let streams: Vec<(String, Vec<f32>)> = coordinates.chain(seeds).chain(samples).collect();
    for (a, (name, first)) in streams.iter().enumerate() {
        for (other, second) in &streams[a + 1..] {
            assert_independent(first, second, &format!("{name} and {other}"));
        }
        // Of problems near each other and far from each other.
        for apart in [1, 2, 4, 64, 4096] {
            assert_independent(first, &first[apart..], &format!("{name}, problems {apart} apart"));
        }
    }
    // They are those of other samples indeed.
    let of_twin =
        |sample: u32, problem: u32| twin::Noise::Normal.draw(twin::philox([0, sample, problem, 0], [3, 0])).0[0];
    for (sample, stream) in [(1, &streams[7].1), (2, &streams[8].1)] {
        for problem in [0, 1, COUNT - 1] {
            let found = f64::from(stream[problem as usize]);
            assert!((found - of_twin(sample, problem)).abs() < 1e-5, "sample {sample}, problem {problem}: {found}");
        }
    }
}

fn softmax(theta: &[f64], sigma: f64) -> Vec<f64> {
    let exponentials: Vec<f64> = theta.iter().map(|theta| (theta / sigma).exp()).collect();
    let sum: f64 = exponentials.iter().sum();
    exponentials.iter().map(|e| e / sum).collect()
}

#[test]
fn gumbel_noise_and_argmax_make_a_softmax() {
    let gpu = common::gpu();
    let theta = [0.3, -1.0, 1.2, 0.9, 0.0, 0.31];
    for sigma in [0.5_f32, 2.0] {
        let x = gpu.upload(&theta.map(|theta| theta as f32), [6]).unwrap();
        let perturbed = Perturbed::new(Solver::Argmax).noise(Noise::Gumbel).sigma(sigma).samples(1_000_000).seed(1);
        let estimate = gpu.run(|rec| perturbed.forward(rec, &x)).unwrap();
        let read = |tensor: &supple::Tensor<f32>| to_f64(&tensor.read(gpu).unwrap());
        let (found, error) = (read(&estimate.solution), read(&estimate.solution_error));
        for ((found, error), expected) in found.iter().zip(&error).zip(softmax(&theta, f64::from(sigma))) {
            assert!((found - expected).abs() < 4.0 * error && *error < 6e-4, "{found} +- {error}, {expected}");
        }
        // F is sigma times the logarithm of the sum of exponentials, and sigma times the mean of the noise.
        let sum: f64 = theta.iter().map(|theta| (theta / f64::from(sigma)).exp()).sum();
        let expected = f64::from(sigma) * (sum.ln() + 0.577_215_66);
        let (found, error) = (read(&estimate.maximum)[0], read(&estimate.maximum_error)[0]);
        assert!((found - expected).abs() < 4.0 * error && error < 3e-3, "{found} +- {error}, {expected}");
    }
}

#[test]
fn two_classes_and_ranks_of_two_items_are_those_of_the_normal_distribution() {
    let gpu = common::gpu();
    let (theta, sigma) = ([0.4_f64, -0.3], 0.8_f32);
    let x = gpu.upload(&theta.map(|theta| theta as f32), [2]).unwrap();
    let probability = phi((theta[0] - theta[1]) / (f64::from(sigma) * 2.0_f64.sqrt()));
    for antithetic in [false, true] {
        for (solver, expected) in
            [(Solver::Argmax, [probability, 1.0 - probability]), (Solver::Rank, [1.0 + probability, 2.0 - probability])]
        {
            let perturbed = Perturbed::new(solver.clone()).sigma(sigma).samples(400_000).antithetic(antithetic);
            let estimate = gpu.run(|rec| perturbed.forward(rec, &x)).unwrap();
            let (found, error) = (estimate.solution.read(gpu).unwrap(), estimate.solution_error.read(gpu).unwrap());
            for i in 0..2 {
                let difference = (f64::from(found[i]) - expected[i]).abs();
                assert!(difference < 4.0 * f64::from(error[i]) && error[i] < 1e-3, "{solver:?} {found:?} +- {error:?}");
            }
        }
    }
}

/// Over three decades of samples, and the standard errors say how large it is.
#[test]
fn errors_fall_as_the_root_of_samples() {
    const ROWS: u32 = 128;
    let gpu = common::gpu();
    let theta = [0.3, -1.0, 1.2, 0.9];
    let expected = softmax(&theta, 1.0);
    let x = gpu.upload(&theta.map(|theta| theta as f32).repeat(ROWS as usize), [ROWS, 4]).unwrap();
    let mut scaled = Vec::new();
    for samples in [100_u32, 1000, 10_000, 100_000] {
        let perturbed = Perturbed::new(Solver::Argmax).noise(Noise::Gumbel).samples(samples).seed(5);
        let estimate = gpu.run(|rec| perturbed.forward(rec, &x)).unwrap();
        let (found, error) = (estimate.solution.read(gpu).unwrap(), estimate.solution_error.read(gpu).unwrap());
        let differences = || found.iter().enumerate().map(|(k, &found)| f64::from(found) - expected[k % 4]);
        let squares: f64 = differences().map(|d| d * d).sum();
        scaled.push((squares / f64::from(4 * ROWS) * f64::from(samples)).sqrt());
        let claimed: f64 = error.iter().map(|&e| f64::from(e).powi(2)).sum();
        // 128 problems of three free numbers: the ratio of two sums of squares is off by a tenth or so.
        assert!((squares / claimed - 1.0).abs() < 0.3, "{samples}: {squares} for {claimed}");
    }
    for root in &scaled {
        assert!((root / scaled[0] - 1.0).abs() < 0.15, "{scaled:?}");
    }
}

#[test]
fn multiplicative_noise_keeps_signs_and_means() {
    let gpu = common::gpu();
    let mut random = Random::new(9);
    let theta: Vec<f32> = (0..2000).map(|_| (random.uniform() + 1.01) as f32).collect();
    let x = gpu.upload(&theta, [2000, 1]).unwrap();
    // One coordinate: the maximum is what becomes of it.
    let perturbed = Perturbed::new(Solver::Argmax).multiplicative(true).sigma(0.5).samples(1);
    let one = gpu.run(|rec| perturbed.maximum(rec, &x)).unwrap().read(gpu).unwrap();
    assert!(one.iter().all(|&value| value > 0.0));
    let many = perturbed.samples(4000);
    let estimate = gpu.run(|rec| many.forward(rec, &x)).unwrap();
    let (mean, error) = (estimate.maximum.read(gpu).unwrap(), estimate.maximum_error.read(gpu).unwrap());
    let far = (0..2000).filter(|&k| (mean[k] - theta[k]).abs() > 3.0 * error[k]).count();
    assert!(far < 20, "{far} of 2000 are three standard errors off"); // 5.4 are to be expected
}
