//! Perturbed optimizers in f64 (Berthet et al. 2020), sample by sample.

mod assignment;
mod grid;
mod knapsack;
mod noise;
mod philox;

pub use assignment::assignment;
pub use grid::shortest_path;
pub use knapsack::{Size, knapsack};
pub use noise::Noise;
pub use philox::philox;

/// What is taken off solutions for derivatives, as in [`perturbed::Baseline`](crate::perturbed::Baseline).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// Nothing.
    None,
    /// The solution without noise.
    Unperturbed,
    /// The mean of the other samples' solutions, or of the other pairs'.
    LeaveOneOut,
}

/// How samples are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// The distribution of the noise.
    pub noise: Noise,
    /// Its factor.
    pub sigma: f64,
    /// How many samples.
    pub samples: u32,
    /// The key of the noise.
    pub seed: u64,
    /// `theta exp(sigma Z - c)` instead of `theta + sigma Z`.
    pub multiplicative: bool,
    /// Pairs of samples with `Z` and `-Z`.
    pub antithetic: bool,
}

/// Estimates of one problem, with their standard errors.
#[derive(Debug, Clone)]
pub struct Estimate {
    /// The mean of the maxima.
    pub maximum: f64,
    /// Its standard error.
    pub maximum_error: f64,
    /// The mean of the solutions.
    pub solution: Vec<f64>,
    /// Its standard error.
    pub solution_error: Vec<f64>,
}

/// A sample's noise and scores, `n` each, for problem number `problem`.
#[must_use]
pub fn draw(settings: &Settings, problem: u32, sample: u32, n: usize) -> (Vec<f64>, Vec<f64>) {
    let (which, sign) = match (settings.antithetic, sample % 2) {
        (false, _) => (sample, 1.0),
        (true, 0) => (sample / 2, 1.0),
        (true, _) => (sample / 2, -1.0),
    };
    let key = [settings.seed as u32, (settings.seed >> 32) as u32];
    let blocks = (0..n.div_ceil(4)).map(|block| settings.noise.draw(philox([block as u32, which, problem, 0], key)));
    let (noise, scores): (Vec<_>, Vec<_>) = blocks.unzip();
    let flat = |all: Vec<[f64; 4]>| all.into_iter().flatten().take(n).map(|value| sign * value).collect();
    (flat(noise), flat(scores))
}

/// A sample's perturbed parameters.
#[must_use]
pub fn perturbed(settings: &Settings, theta: &[f64], noise: &[f64]) -> Vec<f64> {
    let sigma = settings.sigma;
    let one = |(&theta, &z): (&f64, &f64)| {
        if settings.multiplicative {
            theta * (sigma * z - settings.noise.log_mean_exp(sigma)).exp()
        } else {
            theta + sigma * z
        }
    };
    theta.iter().zip(noise).map(one).collect()
}

/// Estimates for one problem; `solve` maps parameters to a maximum and a solution.
pub fn estimate(
    settings: &Settings,
    solve: impl Fn(&[f64]) -> (f64, Vec<f64>),
    theta: &[f64],
    problem: u32,
) -> Estimate {
    let n = theta.len();
    let samples: Vec<(f64, Vec<f64>)> = (0..settings.samples)
        .map(|sample| solve(&perturbed(settings, theta, &draw(settings, problem, sample, n).0)))
        .collect();
    let each = if settings.antithetic { 2 } else { 1 };
    let moments = |values: Vec<f64>| {
        let units: Vec<f64> = values.chunks(each).map(|unit| unit.iter().sum::<f64>() / each as f64).collect();
        let count = units.len() as f64;
        let mean = units.iter().sum::<f64>() / count;
        let squares: f64 = units.iter().map(|unit| (unit - mean).powi(2)).sum();
        (mean, (squares / count / (count - 1.0)).sqrt())
    };
    let (maximum, maximum_error) = moments(samples.iter().map(|sample| sample.0).collect());
    let (solution, solution_error) =
        (0..n).map(|i| moments(samples.iter().map(|sample| sample.1[i]).collect())).unzip();
    Estimate { maximum, maximum_error, solution, solution_error }
}

/// The solutions of all samples less the baseline, and their scores in `theta`'s own coordinates, or in its logarithms'.
fn relative(
    settings: &Settings,
    baseline: Baseline,
    solve: impl Fn(&[f64]) -> Vec<f64>,
    theta: &[f64],
    problem: u32,
) -> Vec<(Vec<f64>, Vec<f64>)> {
    let n = theta.len();
    let all: Vec<(Vec<f64>, Vec<f64>)> = (0..settings.samples)
        .map(|sample| {
            let (noise, scores) = draw(settings, problem, sample, n);
            (solve(&perturbed(settings, theta, &noise)), scores)
        })
        .collect();
    let sum_of = |samples: &[(Vec<f64>, Vec<f64>)], i: usize| samples.iter().map(|(y, _)| y[i]).sum::<f64>();
    let sum: Vec<f64> = (0..n).map(|i| sum_of(&all, i)).collect();
    let plain = solve(theta);
    // Only units are independent of each other.
    all.chunks(if settings.antithetic { 2 } else { 1 })
        .flat_map(|unit| {
            let others = (all.len() - unit.len()) as f64;
            let off = |i: usize| match baseline {
                Baseline::None => 0.0,
                Baseline::Unperturbed => plain[i],
                Baseline::LeaveOneOut if others == 0.0 => 0.0,
                Baseline::LeaveOneOut => (sum[i] - sum_of(unit, i)) / others,
            };
            let off: Vec<f64> = (0..n).map(off).collect();
            unit.iter().map(move |(y, scores)| (y.iter().zip(&off).map(|(y, off)| y - off).collect(), scores.clone()))
        })
        .collect()
}

/// The gradient in `theta` of `<cotangent, solution>`.
pub fn vjp(
    settings: &Settings,
    baseline: Baseline,
    solve: impl Fn(&[f64]) -> Vec<f64>,
    theta: &[f64],
    problem: u32,
    cotangent: &[f64],
) -> Vec<f64> {
    let mut gradient = vec![0.0; theta.len()];
    for (y, scores) in relative(settings, baseline, solve, theta, problem) {
        let weight = dot(&y, cotangent) / (f64::from(settings.samples) * settings.sigma);
        for (gradient, score) in gradient.iter_mut().zip(scores) {
            *gradient += weight * score;
        }
    }
    if settings.multiplicative {
        gradient.iter_mut().zip(theta).for_each(|(gradient, theta)| *gradient /= theta);
    }
    gradient
}

/// The derivative of the solution along `tangent`.
pub fn jvp(
    settings: &Settings,
    baseline: Baseline,
    solve: impl Fn(&[f64]) -> Vec<f64>,
    theta: &[f64],
    problem: u32,
    tangent: &[f64],
) -> Vec<f64> {
    let of_noise: Vec<f64> = if settings.multiplicative {
        tangent.iter().zip(theta).map(|(tangent, theta)| tangent / theta).collect()
    } else {
        tangent.to_vec()
    };
    let mut derivative = vec![0.0; theta.len()];
    for (y, scores) in relative(settings, baseline, solve, theta, problem) {
        let weight = dot(&scores, &of_noise) / (f64::from(settings.samples) * settings.sigma);
        for (derivative, y) in derivative.iter_mut().zip(y) {
            *derivative += weight * y;
        }
    }
    derivative
}

/// `<a, b>`.
#[must_use]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The first of the largest coordinates, as a vector with one 1, and its value.
#[must_use]
pub fn argmax(theta: &[f64]) -> (f64, Vec<f64>) {
    top_k(theta, 1)
}

/// The `k` largest coordinates as ones, the first of equal ones first; and their sum.
#[must_use]
pub fn top_k(theta: &[f64], k: usize) -> (f64, Vec<f64>) {
    let mut order: Vec<usize> = (0..theta.len()).collect();
    order.sort_by(|&a, &b| theta[b].total_cmp(&theta[a]));
    let mut solution = vec![0.0; theta.len()];
    for &i in &order[..k] {
        solution[i] = 1.0;
    }
    (dot(theta, &solution), solution)
}

/// Ascending ranks from 1, equal coordinates in their order; and `<ranks, theta>`.
#[must_use]
pub fn rank(theta: &[f64]) -> (f64, Vec<f64>) {
    let mut order: Vec<usize> = (0..theta.len()).collect();
    order.sort_by(|&a, &b| theta[a].total_cmp(&theta[b]));
    let mut solution = vec![0.0; theta.len()];
    for (rank, &i) in order.iter().enumerate() {
        solution[i] = (rank + 1) as f64;
    }
    (dot(theta, &solution), solution)
}

/// The coordinates in ascending order, and `<(1, ..., n), sorted>`.
#[must_use]
pub fn sort(theta: &[f64]) -> (f64, Vec<f64>) {
    let mut solution = theta.to_vec();
    solution.sort_by(f64::total_cmp);
    let ranks: Vec<f64> = (1..=theta.len()).map(|rank| rank as f64).collect();
    (dot(&ranks, &solution), solution)
}
