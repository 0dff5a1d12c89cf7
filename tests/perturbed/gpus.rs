//! The same bits however the work is split, and on devices that have less.

use supple::perturbed::{Baseline, CustomSolver, Knapsack, Neighbours, Noise, Perturbed, Solver};
use supple::{Gpu, Shape, Tensor, wgpu};

use crate::common::{self, Random};

const SOLVERS: [Solver; 5] = [Solver::Argmax, Solver::TopK(2), Solver::TopK(17), Solver::Rank, Solver::Sort];

fn everything(gpu: &Gpu, perturbed: &Perturbed, theta: &[f32], rows: u32) -> Vec<Vec<f32>> {
    let n = theta.len() as u32 / rows;
    let x = gpu.upload(theta, [rows, n]).unwrap();
    let results: Vec<Tensor<f32>> = gpu
        .run(|rec| {
            let estimate = perturbed.forward(rec, &x)?;
            let per_row = [estimate.maximum, estimate.maximum_error];
            let per_element =
                [estimate.solution, estimate.solution_error, perturbed.vjp(rec, &x, &x)?, perturbed.jvp(rec, &x, &x)?];
            Ok(per_row.into_iter().chain(per_element).collect())
        })
        .unwrap();
    results.iter().map(|tensor| tensor.read(gpu).unwrap()).collect()
}

fn settings(solver: &Solver) -> [Perturbed; 3] {
    let perturbed = Perturbed::new(solver.clone()).samples(130).seed(9).sigma(0.3);
    [
        perturbed.clone(),
        perturbed.clone().antithetic(true).baseline(Baseline::LeaveOneOut),
        perturbed.noise(Noise::Gumbel).multiplicative(true).baseline(Baseline::None),
    ]
}

fn parameters(count: u32) -> Vec<f32> {
    let mut random = Random::new(3);
    (0..count).map(|_| (random.uniform() + 1.5) as f32).collect()
}

#[test]
fn batches_do_not_matter() {
    let gpu = common::gpu();
    let (rows, n) = (23, 19);
    let theta = parameters(rows * n);
    for solver in SOLVERS {
        for perturbed in settings(&solver) {
            let whole = everything(gpu, &perturbed, &theta, rows);
            assert_eq!(whole, everything(gpu, &perturbed, &theta, rows), "another run");
            let cut = 9 * n as usize;
            let first = everything(gpu, &perturbed, &theta[..cut], 9);
            let rest = everything(gpu, &perturbed.clone().first_problem(9), &theta[cut..], rows - 9);
            let joined: Vec<Vec<f32>> = first.into_iter().zip(rest).map(|(a, b)| [a, b].concat()).collect();
            assert_eq!(whole, joined, "{perturbed:?}");
        }
    }
}

/// As `batches_do_not_matter`, for problems of two dimensions, solutions of many coordinates and a caller's own.
#[test]
fn batches_of_matrices_do_not_matter() {
    let gpu = common::gpu();
    let (rows, h, w) = (23, 4, 5);
    let n = (h * w) as usize;
    let theta: Vec<f32> = parameters(rows * h * w).iter().map(|theta| -theta).collect();
    let flat = CustomSolver::on_host(2, |theta, solution| solution.copy_from_slice(theta));
    let solvers = [
        Solver::ShortestPath(Neighbours::Eight),
        Solver::ShortestPath(Neighbours::Four),
        Solver::Assignment,
        Solver::Custom(flat),
    ];
    for solver in solvers {
        for perturbed in settings(&solver) {
            let of = |perturbed: &Perturbed, range: std::ops::Range<usize>| -> Vec<Vec<f32>> {
                let count = range.len() as u32;
                let x = gpu.upload(&theta[range.start * n..range.end * n], [count, h, w]).unwrap();
                let results = gpu
                    .run(|rec| {
                        let estimate = perturbed.forward(rec, &x)?;
                        let derivatives = [perturbed.vjp(rec, &x, &x)?, perturbed.jvp(rec, &x, &x)?];
                        let loss = perturbed.fenchel_young(rec, &x, &x)?;
                        Ok([vec![estimate.maximum, estimate.solution, loss.gradient], derivatives.to_vec()].concat())
                    })
                    .unwrap();
                results.iter().map(|tensor| tensor.read(gpu).unwrap()).collect()
            };
            let whole = of(&perturbed, 0..23);
            assert_eq!(whole, of(&perturbed, 0..23), "another run");
            let first = of(&perturbed, 0..9);
            let rest = of(&perturbed.clone().first_problem(9), 9..23);
            let joined: Vec<Vec<f32>> = first.into_iter().zip(rest).map(|(a, b)| [a, b].concat()).collect();
            assert_eq!(whole, joined, "{perturbed:?}");
        }
    }
}

#[test]
fn small_bindings_give_the_same_bits() {
    let ample = common::gpu().capabilities().limits.clone();
    let (rows, n) = (23, 17);
    let theta = parameters(rows * n);
    // So little that a part has two rows' solutions, or a few.
    for binding_bytes in [24 << 10, 100 << 10] {
        let limits = wgpu::Limits {
            max_storage_buffer_binding_size: binding_bytes,
            max_compute_workgroups_per_dimension: 64,
            max_storage_buffers_per_shader_stage: 8,
            ..ample.clone()
        };
        let small = Gpu::builder().limits(limits).poison_memory(true).build().unwrap();
        for solver in SOLVERS {
            for perturbed in settings(&solver) {
                let expected = everything(common::gpu(), &perturbed, &theta, rows);
                assert_eq!(expected, everything(&small, &perturbed, &theta, rows), "{perturbed:?}");
            }
        }
        // More winners than a binding holds.
        for solver in [Solver::Argmax, Solver::TopK(2)] {
            let perturbed = Perturbed::new(solver).samples(5000);
            let expected = everything(common::gpu(), &perturbed, &theta, rows);
            assert_eq!(expected, everything(&small, &perturbed, &theta, rows), "{perturbed:?}");
        }
        let many = Perturbed::new(Solver::TopK(16)).samples(1000);
        for (ours, theirs) in
            everything(common::gpu(), &many, &theta, rows).iter().zip(everything(&small, &many, &theta, rows))
        {
            let near = |(a, b): (&f32, f32)| (a - b).abs() < 1e-4 * (1.0 + b.abs());
            assert!(ours.iter().zip(theirs).all(near));
        }
    }
}

#[test]
fn devices_without_features_give_the_same_bits() {
    let (rows, n) = (5, 21);
    let theta = parameters(rows * n);
    for features in [
        wgpu::Features::SUBGROUP,
        wgpu::Features::SHADER_INT64,
        wgpu::Features::SUBGROUP | wgpu::Features::SHADER_INT64,
    ] {
        let gpu = Gpu::builder().without_features(features).poison_memory(true).build().unwrap();
        for solver in [Solver::Argmax, Solver::Rank] {
            for perturbed in settings(&solver) {
                let expected = everything(common::gpu(), &perturbed, &theta, rows);
                assert_eq!(expected, everything(&gpu, &perturbed, &theta, rows), "{features:?} {perturbed:?}");
            }
        }
    }
}

#[test]
fn a_callers_encoder_gives_the_same_bits() {
    let gpu = common::gpu();
    let (rows, n) = (4, 9);
    let x = gpu.upload(&parameters(rows * n), [rows, n]).unwrap();
    for solver in [Solver::Argmax, Solver::TopK(2)] {
        let perturbed = Perturbed::new(solver.clone()).samples(50);
        let record = |rec: &mut supple::Recorder<'_>| {
            let loss = perturbed.fenchel_young(rec, &x, &x)?;
            Ok([perturbed.solution(rec, &x)?, perturbed.vjp(rec, &x, &x)?, loss.gradient])
        };
        let mut encoder = gpu.device().create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let recorded = record(&mut gpu.record_into(&mut encoder).unwrap()).unwrap();
        gpu.queue().submit([encoder.finish()]);
        let direct = gpu.run(record).unwrap();
        for (recorded, direct) in recorded.iter().zip(&direct) {
            assert_eq!(recorded.read(gpu).unwrap(), direct.read(gpu).unwrap(), "{solver:?}");
        }
    }
}

/// Five times as many samples take no more memory, nor do the dispatches that they take: parts are small here, and there are thousands of them.
#[test]
fn memory_does_not_grow_with_samples() {
    let on_host = Solver::Custom(CustomSolver::on_host(1, |theta, solution| solution.copy_from_slice(theta)));
    let knapsack = Solver::Knapsack(Knapsack::new([1; 50], 5));
    let rows = SOLVERS.into_iter().map(|solver| (solver, vec![2, 50], [6000, 30_000]));
    let matrices = [
        (on_host, vec![2, 50], [3000, 15_000]),
        (knapsack, vec![2, 50], [500, 2500]),
        (Solver::Assignment, vec![2, 8, 8], [3000, 15_000]),
        (Solver::ShortestPath(Neighbours::Eight), vec![1, 20, 20], [600, 3000]),
    ];
    for (solver, shape, counts) in rows.chain(matrices) {
        let shape = Shape::try_from(&shape[..]).unwrap();
        let theta: Vec<f32> = parameters(shape.elements() as u32).iter().map(|theta| -theta).collect();
        let [some, many] = counts.map(|samples: u32| {
            let gpu = Gpu::new().unwrap();
            let x = gpu.upload(&theta, shape).unwrap();
            let perturbed = Perturbed::new(solver.clone()).samples(samples).memory(30_000);
            for _ in 0..2 {
                let result = gpu.run(|rec| perturbed.vjp(rec, &x, &x)).unwrap();
                result.read(&gpu).unwrap();
            }
            gpu.idle_bytes()
        });
        assert!(many <= some + (300 << 10), "{solver:?}: {some} and {many} bytes");
    }
}
