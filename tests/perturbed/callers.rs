//! Solvers of a caller's, on the GPU and on the host.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use supple::perturbed::{Baseline, CustomSolver, Perturbed, Solver};
use supple::segmented::Sort;
use supple::{Error, Gpu, Recorder, Result, Tensor, wgpu};

use crate::common::{self, Random};

/// Everything that is computed of some problems.
fn everything(rec: &mut Recorder<'_>, perturbed: &Perturbed, x: &Tensor<f32>) -> Result<Vec<Tensor<f32>>> {
    let estimate = perturbed.forward(rec, x)?;
    let loss = perturbed.fenchel_young(rec, x, x)?;
    Ok(vec![
        estimate.maximum,
        estimate.maximum_error,
        estimate.solution,
        estimate.solution_error,
        loss.loss,
        loss.gradient,
        perturbed.vjp(rec, x, x)?,
        perturbed.jvp(rec, x, x)?,
    ])
}

fn read(gpu: &Gpu, tensors: &[Tensor<f32>]) -> Vec<Vec<f32>> {
    tensors.iter().map(|tensor| tensor.read(gpu).unwrap()).collect()
}

fn parameters(count: u32) -> Vec<f32> {
    let mut random = Random::new(3);
    (0..count).map(|_| (random.uniform() + 1.5) as f32).collect()
}

/// Ranks, as `Solver::Rank` has them.
fn ranks(theta: &[f32], solution: &mut [f32]) {
    let mut order: Vec<usize> = (0..theta.len()).collect();
    order.sort_by(|&a, &b| theta[a].total_cmp(&theta[b]));
    for (rank, &i) in order.iter().enumerate() {
        solution[i] = (rank + 1) as f32;
    }
}

fn settings(solver: &Solver) -> [Perturbed; 2] {
    let perturbed = Perturbed::new(solver.clone()).samples(130).seed(9).sigma(0.3);
    [perturbed.clone(), perturbed.antithetic(true).multiplicative(true).baseline(Baseline::LeaveOneOut)]
}

#[test]
fn a_solver_on_the_host_gives_the_bits_of_one_on_the_gpu() {
    let gpu = common::gpu();
    let host = Solver::Custom(CustomSolver::on_host(1, ranks));
    for (rows, n) in [(1, 5), (2, 7), (3, 4), (23, 17), (9, 700)] {
        let x = gpu.upload(&parameters(rows * n), [rows, n]).unwrap();
        for (ours, theirs) in settings(&Solver::Rank).iter().zip(&settings(&host)) {
            // Little memory makes many parts.
            for memory in [Perturbed::DEFAULT_MEMORY, 100_000] {
                let of = |perturbed: &Perturbed| {
                    let perturbed = perturbed.clone().memory(memory);
                    read(gpu, &gpu.run(|rec| everything(rec, &perturbed, &x)).unwrap())
                };
                assert_eq!(of(ours), of(theirs), "{rows} x {n}, {memory} bytes, {ours:?}");
            }
        }
    }
}

#[test]
fn a_solver_on_the_host_works_on_dirty_memory_and_borrowed_devices() {
    let poisoned = Gpu::builder().poison_memory(true).build().unwrap();
    let own = common::gpu();
    let info = own.adapter_info().clone();
    let borrowed = Gpu::from_wgpu(own.device().clone(), own.queue().clone(), info).unwrap();
    let host = Solver::Custom(CustomSolver::on_host(1, ranks));
    let theta = parameters(23 * 17);
    let of = |gpu: &Gpu, solver: &Solver| {
        let x = gpu.upload(&theta, [23, 17]).unwrap();
        let perturbed = &settings(solver)[1].clone().memory(20_000);
        read(gpu, &gpu.run(|rec| everything(rec, perturbed, &x)).unwrap())
    };
    let expected = of(own, &Solver::Rank);
    assert_eq!(of(&poisoned, &host), expected);
    assert_eq!(of(&borrowed, &host), expected);
    let profiled = {
        let x = own.upload(&theta, [23, 17]).unwrap();
        let perturbed = &settings(&host)[1].clone().memory(20_000);
        let (results, _) = own.run_profiled(|rec| everything(rec, perturbed, &x)).unwrap();
        read(own, &results)
    };
    assert_eq!(profiled, expected);
}

#[test]
fn several_threads_solve_on_the_host_at_once() {
    let gpu = common::gpu();
    let host = Solver::Custom(CustomSolver::on_host(1, ranks));
    let x = gpu.upload(&parameters(12 * 9), [12, 9]).unwrap();
    let expected = read(gpu, &gpu.run(|rec| everything(rec, &settings(&Solver::Rank)[0], &x)).unwrap());
    std::thread::scope(|scope| {
        let work = || {
            for _ in 0..3 {
                let found = gpu.run(|rec| everything(rec, &settings(&host)[0], &x)).unwrap();
                assert_eq!(read(gpu, &found), expected);
            }
        };
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

/// What was submitted so far.
fn submissions(queue: &wgpu::Queue) -> u64 {
    let shown = format!("{:?}", queue.submit([]));
    shown.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

/// Of one problem the host gets the parameters without noise, and then samples in pieces, which have all been submitted when it begins: the GPU makes the next ones
/// meanwhile.
#[test]
fn pieces_are_on_their_way_before_the_host_begins() {
    const SAMPLES: u32 = 400;
    let gpu = common::gpu();
    let x = gpu.upload(&parameters(50), [1, 50]).unwrap();
    let seen = std::sync::Arc::new(Mutex::new(Vec::new()));
    let (queue, of_calls) = (gpu.queue().clone(), seen.clone());
    let host = CustomSolver::on_host(1, move |theta, solution| {
        let mut of_calls = of_calls.lock().unwrap();
        of_calls.push(submissions(&queue));
        drop(of_calls);
        ranks(theta, solution);
    });
    let perturbed = Perturbed::new(Solver::Custom(host)).samples(SAMPLES);
    gpu.run(|rec| perturbed.solution(rec, &x)).unwrap().read(gpu).unwrap();
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 1 + SAMPLES as usize);
    // One for each call, which is its own, and none between the first and the last.
    assert_eq!(seen[SAMPLES as usize] - seen[1], u64::from(SAMPLES) - 1);
    // Four pieces, and a copy to the host of each.
    assert!(seen[1] - seen[0] > 8, "{seen:?}");
}

#[test]
fn several_threads_solve_a_piece() {
    if rayon::current_num_threads() < 2 {
        return;
    }
    let gpu = common::gpu();
    let x = gpu.upload(&parameters(10), [2, 5]).unwrap();
    // Every call but the first two, without noise and each a piece of its own, waits until there is another one, or gives up.
    let (calls, inside, met) = (AtomicU32::new(0), AtomicU32::new(0), std::sync::Arc::new(AtomicBool::new(false)));
    let have_met = met.clone();
    let give_up = Instant::now() + Duration::from_secs(20);
    let host = CustomSolver::on_host(1, move |theta, solution| {
        inside.fetch_add(1, Ordering::SeqCst);
        let of_samples = calls.fetch_add(1, Ordering::SeqCst) >= 2;
        while of_samples && !have_met.load(Ordering::SeqCst) && Instant::now() < give_up {
            if inside.load(Ordering::SeqCst) > 1 {
                have_met.store(true, Ordering::SeqCst);
            }
            std::thread::yield_now();
        }
        inside.fetch_sub(1, Ordering::SeqCst);
        ranks(theta, solution);
    });
    let perturbed = Perturbed::new(Solver::Custom(host)).samples(100);
    gpu.run(|rec| perturbed.solution(rec, &x)).unwrap().read(gpu).unwrap();
    assert!(met.load(Ordering::SeqCst));
}

#[test]
fn what_a_solver_on_the_host_cannot_do_is_said() {
    let gpu = common::gpu();
    let x = gpu.upload(&parameters(10), [2, 5]).unwrap();
    let calls = std::sync::Arc::new(AtomicU32::new(0));
    let counted = calls.clone();
    let host = CustomSolver::on_host(1, move |theta, solution| {
        counted.fetch_add(1, Ordering::Relaxed);
        ranks(theta, solution);
    });
    let perturbed = Perturbed::new(Solver::Custom(host)).samples(10);
    let mut encoder = gpu.device().create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    let error = perturbed.solution(&mut gpu.record_into(&mut encoder).unwrap(), &x).unwrap_err();
    assert!(matches!(error, Error::InvalidArgument { argument: "rec", .. }), "{error}");
    assert!(error.to_string().contains("Gpu::run"), "{error}");
    // Nothing runs where kernels are only compiled.
    gpu.prepare(|rec| perturbed.solution(rec, &x)).unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), 0);
    // Once without noise for each problem, and once for each sample.
    gpu.run(|rec| perturbed.solution(rec, &x)).unwrap().read(gpu).unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), 22);
    let ranked = gpu.run(|rec| perturbed.unperturbed(rec, &x)).unwrap().read(gpu).unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), 24);
    let expected = gpu.run(|rec| Perturbed::new(Solver::Rank).unperturbed(rec, &x)).unwrap().read(gpu).unwrap();
    assert_eq!(ranked, expected);
    for dimensions in [0, 4] {
        let perturbed = Perturbed::new(Solver::Custom(CustomSolver::on_host(dimensions, ranks)));
        let error = gpu.run(|rec| perturbed.solution(rec, &x)).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { argument: "dimensions", .. }), "{error}");
    }
    let perturbed = Perturbed::new(Solver::Custom(CustomSolver::on_host(3, ranks)));
    let error = gpu.run(|rec| perturbed.solution(rec, &x)).unwrap_err();
    assert!(matches!(error, Error::ShapeMismatch { argument: "theta", .. }), "{error}");
}

#[test]
fn a_panic_on_the_host_leaves_the_device_as_it_was() {
    let gpu = common::gpu();
    let x = gpu.upload(&parameters(10), [2, 5]).unwrap();
    let perturbed =
        Perturbed::new(Solver::Custom(CustomSolver::on_host(1, |_, _| panic!("as a test wants it")))).samples(10);
    let run = || gpu.run(|rec| perturbed.solution(rec, &x));
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_err();
    let ranked = gpu.run(|rec| Perturbed::new(Solver::Rank).solution(rec, &x)).unwrap();
    assert!(ranked.read(gpu).unwrap().iter().all(|rank| rank.is_finite()));
}

/// 1 where a parameter is above 0: a kernel of the caller's own.
const STEP: &str = "
@group(0) @binding(0) var<storage, read> theta: array<f32>;
@group(0) @binding(1) var<storage, read_write> solution: array<f32>;
@group(0) @binding(2) var<uniform> count: vec4<u32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x < count.x { solution[id.x] = select(0.0, 1.0, theta[id.x] > 0.0); }
}";

/// Records the kernel.
fn step(rec: &mut Recorder<'_>, theta: &Tensor<f32>, solution: &Tensor<f32>) {
    use wgpu::util::DeviceExt;

    let device = rec.gpu().device().clone();
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: None,
        source: wgpu::ShaderSource::Wgsl(STEP.into()),
    });
    let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label: None,
        layout: None,
        module: &module,
        entry_point: Some("main"),
        compilation_options: wgpu::PipelineCompilationOptions::default(),
        cache: None,
    });
    let count = theta.shape().elements() as u32;
    let uniform = device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
        label: None,
        contents: bytemuck::cast_slice(&[count, 0, 0, 0]),
        usage: wgpu::BufferUsages::UNIFORM,
    });
    let [theta, solution] = [theta, solution].map(|tensor| {
        let size = wgpu::BufferSize::new(tensor.shape().elements() * 4);
        wgpu::BindingResource::Buffer(wgpu::BufferBinding { buffer: tensor.buffer(), offset: tensor.offset(), size })
    });
    let entries = [
        wgpu::BindGroupEntry { binding: 0, resource: theta },
        wgpu::BindGroupEntry { binding: 1, resource: solution },
        wgpu::BindGroupEntry { binding: 2, resource: uniform.as_entire_binding() },
    ];
    let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: None,
        layout: &pipeline.get_bind_group_layout(0),
        entries: &entries,
    });
    let mut pass = rec.encoder().begin_compute_pass(&wgpu::ComputePassDescriptor::default());
    pass.set_pipeline(&pipeline);
    pass.set_bind_group(0, &group, &[]);
    pass.dispatch_workgroups(count.div_ceil(64), 1, 1);
}

#[test]
fn a_callers_kernel_solves() {
    let gpu = common::gpu();
    let theta: Vec<f32> = parameters(3 * 4 * 5).iter().map(|theta| theta - 1.5).collect();
    let x = gpu.upload(&theta, [3, 4, 5]).unwrap();
    let shapes = std::sync::Arc::new(Mutex::new(Vec::new()));
    let seen = shapes.clone();
    let on_gpu = CustomSolver::on_gpu(2, move |rec, theta, solution| {
        seen.lock().unwrap().push(theta.shape().sizes().to_vec());
        step(rec, theta, solution);
        Ok(())
    });
    let on_host = CustomSolver::on_host(2, |theta, solution| {
        for (theta, y) in theta.iter().zip(solution) {
            *y = if *theta > 0.0 { 1.0 } else { 0.0 };
        }
    });
    let [gpu_solver, host_solver] = [on_gpu, on_host].map(Solver::Custom);
    for (of_gpu, of_host) in settings(&gpu_solver).iter().zip(&settings(&host_solver)) {
        let (of_gpu, of_host) = (of_gpu.clone().memory(30_000), of_host.clone().memory(30_000));
        let found = gpu.run(|rec| everything(rec, &of_gpu, &x)).unwrap();
        let expected = gpu.run(|rec| everything(rec, &of_host, &x)).unwrap();
        assert_eq!(found[0].shape(), [3].into());
        assert_eq!(found[2].shape(), [3, 4, 5].into());
        assert_eq!(read(gpu, &found), read(gpu, &expected));
        // The same within a caller's encoder.
        let mut encoder = gpu.device().create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut rec = gpu.record_into(&mut encoder).unwrap();
        let recorded = everything(&mut rec, &of_gpu, &x).unwrap();
        drop(rec);
        gpu.queue().submit([encoder.finish()]);
        assert_eq!(read(gpu, &recorded), read(gpu, &expected));
    }
    for sizes in shapes.lock().unwrap().iter() {
        assert_eq!(sizes[1..], [4, 5]);
        assert!(sizes[0] * 20 * 8 <= 30_000, "{sizes:?}");
    }
}

#[test]
fn what_a_caller_records_may_fail() {
    let gpu = common::gpu();
    let x = gpu.upload(&parameters(10), [2, 5]).unwrap();
    let failing =
        CustomSolver::on_gpu(1, |rec, theta, solution| Sort::new().values_into(rec, theta, &solution.reshape([1])?));
    let perturbed = Perturbed::new(Solver::Custom(failing)).samples(10);
    let error = gpu.run(|rec| perturbed.solution(rec, &x)).unwrap_err();
    assert!(matches!(error, Error::ShapeMismatch { .. }), "{error}");
}

#[test]
fn solvers_are_equal_to_their_clones() {
    let first = CustomSolver::on_host(1, ranks);
    let second = CustomSolver::on_host(1, ranks);
    assert_eq!(first, first.clone());
    assert_ne!(first, second);
    let on_gpu = CustomSolver::on_gpu(1, |_, _, _| Ok(()));
    assert_ne!(first, on_gpu);
    assert_eq!(on_gpu, on_gpu.clone());
    assert_eq!(format!("{first:?}"), "CustomSolver { dimensions: 1, on: \"host\" }");
    assert_eq!(format!("{on_gpu:?}"), "CustomSolver { dimensions: 1, on: \"GPU\" }");
}
