//! Every combination of settings against the twin, sample by sample with the same noise.

use supple::perturbed::{Baseline, Noise, Perturbed, Solver};
use supple::reference::perturbed as twin;
use supple::{Gpu, Tensor};

use crate::common::{self, Random, max_error, to_f64};

pub type Solve = fn(&[f64]) -> (f64, Vec<f64>);

pub fn twin_of(solver: &Solver) -> Solve {
    match solver {
        Solver::Argmax | Solver::TopK(1) => twin::argmax,
        Solver::TopK(3) => |theta| twin::top_k(theta, 3),
        Solver::TopK(16) => |theta| twin::top_k(theta, 16),
        Solver::TopK(17) => |theta| twin::top_k(theta, 17),
        Solver::Rank => twin::rank,
        Solver::Sort => twin::sort,
        _ => unreachable!("not in these tests"),
    }
}

fn twin_noise(noise: &Noise) -> twin::Noise {
    match noise {
        Noise::Normal => twin::Noise::Normal,
        Noise::Gumbel => twin::Noise::Gumbel,
        _ => unreachable!("not in these tests"),
    }
}

fn twin_baseline(baseline: Baseline) -> twin::Baseline {
    match baseline {
        Baseline::None => twin::Baseline::None,
        Baseline::Unperturbed => twin::Baseline::Unperturbed,
        Baseline::LeaveOneOut => twin::Baseline::LeaveOneOut,
    }
}

/// One setting of everything, and its twin.
#[derive(Clone)]
struct Case {
    solver: Solver,
    noise: Noise,
    multiplicative: bool,
    antithetic: bool,
    baseline: Baseline,
    samples: u32,
}

impl Case {
    fn perturbed(&self) -> Perturbed {
        Perturbed::new(self.solver.clone())
            .noise(self.noise.clone())
            .multiplicative(self.multiplicative)
            .antithetic(self.antithetic)
            .baseline(self.baseline)
            .samples(self.samples)
            .sigma(SIGMA)
            .seed(SEED)
    }

    fn settings(&self) -> twin::Settings {
        twin::Settings {
            noise: twin_noise(&self.noise),
            sigma: f64::from(SIGMA),
            samples: self.samples,
            seed: SEED,
            multiplicative: self.multiplicative,
            antithetic: self.antithetic,
        }
    }
}

const SIGMA: f32 = 0.7;
const SEED: u64 = 0x0123_4567_89ab_cdef;

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for solver in [Solver::Argmax, Solver::TopK(3), Solver::TopK(16), Solver::TopK(17), Solver::Rank, Solver::Sort] {
        for (noise, multiplicative, antithetic) in [
            (Noise::Normal, false, false),
            (Noise::Normal, false, true),
            (Noise::Gumbel, false, false),
            (Noise::Normal, true, false),
            (Noise::Normal, true, true),
            (Noise::Gumbel, true, false),
        ] {
            for baseline in [Baseline::None, Baseline::Unperturbed, Baseline::LeaveOneOut] {
                let (solver, noise) = (solver.clone(), noise.clone());
                cases.push(Case { solver, noise, multiplicative, antithetic, baseline, samples: 150 });
            }
        }
    }
    cases
}

/// Positive parameters, so that multiplicative noise has a derivative everywhere.
fn positive(random: &mut Random, count: u32) -> Vec<f32> {
    (0..count).map(|_| (random.uniform() + 1.5) as f32).collect()
}

fn uploaded(gpu: &Gpu, values: &[f32], rows: u32, n: u32) -> Tensor<f32> {
    gpu.upload(values, [rows, n]).unwrap()
}

#[test]
fn all_settings_agree_with_the_twin() {
    check(common::gpu(), cases(), [3, 19]);
}

/// As GPUs have them, of which a workgroup has more lanes and shares products out among them; some cases of each kind.
#[test]
fn layouts_of_gpus_agree_with_the_twin() {
    let few = |samples: u32| cases().into_iter().map(move |case| Case { samples, ..case });
    check(common::hardware(), few(70).step_by(13), [3, 19]);
    check(common::hardware(), few(6).step_by(25), [2, 301]);
}

fn check(gpu: &Gpu, cases: impl IntoIterator<Item = Case>, [rows, n]: [u32; 2]) {
    let mut random = Random::new(4);
    let theta = positive(&mut random, rows * n);
    let other: Vec<f32> = (0..rows * n).map(|_| random.uniform() as f32).collect();
    let (x, v) = (uploaded(gpu, &theta, rows, n), uploaded(gpu, &other, rows, n));
    for case in cases {
        let perturbed = case.perturbed();
        let name = format!("{perturbed:?}");
        let (estimate, vjp, jvp) = gpu
            .run(|rec| Ok((perturbed.forward(rec, &x)?, perturbed.vjp(rec, &x, &v)?, perturbed.jvp(rec, &x, &v)?)))
            .unwrap();
        let read = |tensor: &Tensor<f32>| tensor.read(gpu).unwrap();
        let [maximum, maximum_error, solution, solution_error] =
            [&estimate.maximum, &estimate.maximum_error, &estimate.solution, &estimate.solution_error].map(read);
        let [vjp, jvp] = [&vjp, &jvp].map(read);
        for row in 0..rows as usize {
            let range = row * n as usize..(row + 1) * n as usize;
            let (theta, other) = (to_f64(&theta[range.clone()]), to_f64(&other[range.clone()]));
            let solve = twin_of(&case.solver);
            let expected = twin::estimate(&case.settings(), solve, &theta, row as u32);
            // Solutions are the same but where two parameters are nearly equal, which this noise does not bring about; sums of 150 terms up to 100.
            assert!((f64::from(maximum[row]) - expected.maximum).abs() < 2e-6 * expected.maximum.abs(), "{name}");
            assert!(
                max_error(&maximum_error[row..=row], &[expected.maximum_error]) < 1e-5 * expected.maximum.abs(),
                "{name}"
            );
            let largest = 1.0 + common::largest(&expected.solution);
            assert!(max_error(&solution[range.clone()], &expected.solution) < 5e-6 * largest, "{name}");
            assert!(max_error(&solution_error[range.clone()], &expected.solution_error) < 1e-5 * largest, "{name}");
            let only = |theta: &[f64]| solve(theta).1;
            let baseline = twin_baseline(case.baseline);
            let gradient = twin::vjp(&case.settings(), baseline, only, &theta, row as u32, &other);
            assert!(max_error(&vjp[range.clone()], &gradient) < 2e-5 * (1.0 + common::largest(&gradient)), "{name}");
            let derivative = twin::jvp(&case.settings(), baseline, only, &theta, row as u32, &other);
            assert!(max_error(&jvp[range], &derivative) < 2e-5 * (1.0 + common::largest(&derivative)), "{name}");
        }
    }
}
