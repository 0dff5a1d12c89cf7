//! Noise of a caller's own.

use supple::Gpu;
use supple::perturbed::{Baseline, CustomNoise, Noise, Perturbed, Solver};

use crate::common::{self, Random};

/// Laplace's distribution by its quantile function.
const LAPLACE: &str = "
fn quantile(word: u32) -> f32 {
    let u = open_unit(word);
    let tail = -ln(2.0 * min(u, 1.0 - u));
    return select(tail, -tail, u < 0.5);
}
fn sample(words: vec4<u32>) -> vec4<f32> {
    return vec4(quantile(words.x), quantile(words.y), quantile(words.z), quantile(words.w));
}
fn score(z: vec4<f32>) -> vec4<f32> { return sign(z); }
";

/// The logistic distribution.
const LOGISTIC: &str = "
fn logit(word: u32) -> f32 { let u = open_unit(word); return ln(u) - ln(1.0 - u); }
fn sample(words: vec4<u32>) -> vec4<f32> {
    return vec4(logit(words.x), logit(words.y), logit(words.z), logit(words.w));
}
fn score(z: vec4<f32>) -> vec4<f32> { return tanh(0.5 * z); }
";

/// Gumbel's, from the driver's own logarithm.
const GUMBEL: &str = "
fn sample(words: vec4<u32>) -> vec4<f32> {
    return -log(-log(vec4(open_unit(words.x), open_unit(words.y), open_unit(words.z), open_unit(words.w))));
}
fn score(z: vec4<f32>) -> vec4<f32> { return 1.0 - exp(-z); }
";

fn custom(text: &str) -> Noise {
    Noise::Custom(CustomNoise::new(text).unwrap())
}

/// One number of noise for each of `count` problems: that of coordinate `i` of eight, the others being out of the race.
fn draws(noise: &Noise, count: u32, i: usize) -> Vec<f32> {
    let gpu = common::gpu();
    let row: Vec<f32> = (0..8).map(|j| if i == j { 0.0 } else { f32::NEG_INFINITY }).collect();
    let theta = gpu.upload(&row.repeat(count as usize), [count, 8]).unwrap();
    let perturbed = Perturbed::new(Solver::Argmax).noise(noise.clone()).samples(1);
    gpu.run(|rec| perturbed.maximum(rec, &theta)).unwrap().read(gpu).unwrap()
}

#[test]
fn a_callers_noise_has_its_distribution() {
    const COUNT: u32 = 100_000;
    let laplace = |x: f64| if x < 0.0 { 0.5 * x.exp() } else { 1.0 - 0.5 * (-x).exp() };
    let logistic = |x: f64| 1.0 / (1.0 + (-x).exp());
    let distributions: [(&str, &dyn Fn(f64) -> f64); 2] = [(LAPLACE, &laplace), (LOGISTIC, &logistic)];
    for (text, cdf) in distributions {
        let noise = custom(text);
        for i in [0, 3, 6] {
            let mut z = draws(&noise, COUNT, i);
            z.sort_by(f32::total_cmp);
            // Kolmogorov and Smirnov: above 1.95 once in a thousand times.
            let n = f64::from(COUNT);
            let distance = z.iter().enumerate().fold(0.0, |far: f64, (k, &z)| {
                let at = cdf(f64::from(z));
                far.max((at - k as f64 / n).abs()).max(((k + 1) as f64 / n - at).abs())
            });
            assert!(distance * n.sqrt() < 1.95, "{text} {i}: {distance}");
        }
    }
}

/// The same numbers but for rounding, and so the same decisions but for a few.
#[test]
fn gumbel_noise_of_a_callers_own_is_that_of_this_crate() {
    let gpu = common::gpu();
    let (rows, n) = (3, 21);
    let mut random = Random::new(4);
    let theta: Vec<f32> = (0..rows * n).map(|_| (random.uniform() + 1.5) as f32).collect();
    let x = gpu.upload(&theta, [rows, n]).unwrap();
    for solver in [Solver::Argmax, Solver::TopK(3), Solver::Rank] {
        for multiplicative in [false, true] {
            let of = |noise: Noise| {
                let perturbed = Perturbed::new(solver.clone())
                    .noise(noise)
                    .samples(2000)
                    .sigma(0.3)
                    .multiplicative(multiplicative)
                    .baseline(Baseline::LeaveOneOut);
                let results = gpu
                    .run(|rec| {
                        let estimate = perturbed.forward(rec, &x)?;
                        let derivatives = [perturbed.vjp(rec, &x, &x)?, perturbed.jvp(rec, &x, &x)?];
                        Ok([vec![estimate.maximum, estimate.solution], derivatives.to_vec()].concat())
                    })
                    .unwrap();
                results.iter().flat_map(|tensor| tensor.read(gpu).unwrap()).collect::<Vec<_>>()
            };
            for (ours, theirs) in of(Noise::Gumbel).into_iter().zip(of(custom(GUMBEL))) {
                assert!(
                    (ours - theirs).abs() < 2e-2 * (1.0 + ours.abs()),
                    "{solver:?} {multiplicative}: {ours} {theirs}"
                );
            }
        }
    }
}

/// With the same noise on both sides of the difference, whose error is then that of samples which change their solution; and the derivative of
/// solutions against differences of them with many samples.
#[test]
fn derivatives_under_a_callers_noise_are_those_of_differences() {
    let gpu = common::gpu();
    let theta = [0.1_f32, 0.5, -0.2];
    for text in [LAPLACE, LOGISTIC] {
        let perturbed = Perturbed::new(Solver::Argmax).noise(custom(text)).sigma(0.7).samples(400_000).seed(2);
        let solution = |theta: &[f32]| {
            let x = gpu.upload(theta, [3]).unwrap();
            gpu.run(|rec| perturbed.solution(rec, &x)).unwrap().read(gpu).unwrap()
        };
        let maximum = |theta: &[f32]| {
            let x = gpu.upload(theta, [3]).unwrap();
            gpu.run(|rec| perturbed.maximum(rec, &x)).unwrap().read(gpu).unwrap()[0]
        };
        let x = gpu.upload(&theta, [3]).unwrap();
        for i in 0..3 {
            let step = 0.05;
            let shifted = |sign: f32| {
                let mut theta = theta;
                theta[i] += sign * step;
                theta
            };
            let difference = (maximum(&shifted(1.0)) - maximum(&shifted(-1.0))) / (2.0 * step);
            assert!((difference - solution(&theta)[i]).abs() < 5e-3, "{text} {i}: {difference}");
            let unit: Vec<f32> = (0..3).map(|j| if i == j { 1.0 } else { 0.0 }).collect();
            let unit = gpu.upload(&unit, [3]).unwrap();
            let jvp = gpu.run(|rec| perturbed.jvp(rec, &x, &unit)).unwrap().read(gpu).unwrap();
            let vjp = gpu.run(|rec| perturbed.vjp(rec, &x, &unit)).unwrap().read(gpu).unwrap();
            let (above, below) = (solution(&shifted(1.0)), solution(&shifted(-1.0)));
            for j in 0..3 {
                let difference = (above[j] - below[j]) / (2.0 * step);
                assert!((difference - jvp[j]).abs() < 2e-2, "{text} {i} {j}: {difference} {jvp:?}");
                // The Jacobian is symmetric.
                assert!((difference - vjp[j]).abs() < 2e-2, "{text} {i} {j}: {difference} {vjp:?}");
            }
        }
    }
}

#[test]
fn devices_without_features_draw_the_same() {
    let noise = custom(LOGISTIC);
    let perturbed = Perturbed::new(Solver::Argmax).noise(noise.clone()).samples(100);
    let of = |gpu: &Gpu| {
        let x = gpu.upload(&[0.1, 0.5, -0.2, 0.3, 0.2], [5]).unwrap();
        let results = gpu.run(|rec| Ok([perturbed.solution(rec, &x)?, perturbed.vjp(rec, &x, &x)?])).unwrap();
        results.map(|tensor| tensor.read(gpu).unwrap())
    };
    let expected = of(common::gpu());
    for features in [supple::wgpu::Features::SUBGROUP, supple::wgpu::Features::SHADER_INT64] {
        assert_eq!(of(&Gpu::builder().without_features(features).build().unwrap()), expected);
    }
}

#[test]
fn antithetic_pairs_are_refused() {
    let gpu = common::gpu();
    let x = gpu.upload(&[0.1, 0.5], [2]).unwrap();
    let perturbed = Perturbed::new(Solver::Argmax).noise(custom(LAPLACE)).antithetic(true);
    let error = gpu.run(|rec| perturbed.maximum(rec, &x)).unwrap_err().to_string();
    assert!(error.contains("antithetic") && error.contains("Custom"), "{error}");
    assert!(!error.contains("quantile"), "{error}");
}
