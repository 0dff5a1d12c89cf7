//! Perturbed optimizers: draws of noise a second against the adapter's own peak, and solved samples a second.
//!
//! `cargo bench --bench perturbed`, followed by `-- noise` or by solvers such as `-- argmax` for some of it.

use std::hint::black_box;
use std::time::Instant;

use supple::perturbed::{Knapsack, Neighbours, Noise, Perturbed, Solver};
use supple::reference::perturbed as twin;
use supple::{Gpu, Recorder, Result, Shape, Tensor};

#[path = "../tests/common/random.rs"]
#[allow(dead_code, reason = "walks are for series")]
mod random;
#[path = "rounds/timed.rs"]
mod timed;

use random::Random;
use timed::{loops, median, peak};

/// Runs of which the median is taken.
const ROUNDS: usize = 5;

/// The parts that the kernels draw with, and the loops of `noise.wgsl`.
fn noise_source(wide: bool, distribution: &str) -> String {
    let product = if wide {
        include_str!("../shaders/shared/product_wide.wgsl")
    } else {
        include_str!("../shaders/shared/product_halves.wgsl")
    };
    [
        include_str!("../shaders/shared/dispatch.wgsl"),
        include_str!("../shaders/shared/extended.wgsl"),
        include_str!("../shaders/shared/logarithm.wgsl"),
        product,
        include_str!("../shaders/shared/philox.wgsl"),
        include_str!("../shaders/perturbed/draw.wgsl"),
        distribution,
        include_str!("noise.wgsl"),
    ]
    .join("\n")
}

/// Seconds of a dispatch of `workgroups` of the loops of `noise.wgsl`.
fn noise_loops(gpu: &Gpu, source: &str, work: f64, workgroups: u32) -> f64 {
    median(ROUNDS, loops(gpu, source, &[("WORK", work)], workgroups))
}

fn noise(gpu: &Gpu) {
    const TURNS: f64 = 1024.0; // as in noise.wgsl
    let workgroups = if gpu.capabilities().software { 64 } else { 16_384 };
    let invocations = f64::from(workgroups) * 64.0;
    let normal = include_str!("../shaders/perturbed/normal.wgsl");
    let gumbel = include_str!("../shaders/perturbed/gumbel.wgsl");
    let peak = peak(gpu, ROUNDS);
    println!("peak: {peak:.2} G multiplications with an addition a second");
    for wide in [false, true] {
        if wide && !gpu.capabilities().int64 {
            continue;
        }
        let draws = 4.0 * TURNS * invocations;
        let products = if wide { "products of 64 bits" } else { "products of halves" };
        for (name, distribution, work) in
            [("Philox words", normal, 0.0), ("normal numbers", normal, 1.0), ("Gumbel numbers", gumbel, 1.0)]
        {
            let rate = draws / noise_loops(gpu, &noise_source(wide, distribution), work, workgroups) / 1e9;
            println!("  {name}, {products}: {:.3} G a second, each as long as {:.1} of them", rate, peak / rate);
        }
    }
}

type Operator<'a> = (&'a str, &'a dyn Fn(&mut Recorder<'_>) -> Result<Tensor<f32>>);

/// Wall time of recording, submitting and waiting for a batch; one element is read back.
fn solver(
    gpu: &Gpu,
    perturbed: &Perturbed,
    samples: u32,
    [rows, n]: [u32; 2],
    twin_solve: &dyn Fn(&[f64]) -> Vec<f64>,
) {
    println!("{rows} problems of {n}, {samples} samples: medians of {ROUNDS}");
    let mut random = Random::new(1);
    let mut numbers = || (0..rows * n).map(|_| random.uniform() as f32).collect::<Vec<_>>();
    let host = numbers();
    let (theta, vector) = (gpu.upload(&host, [rows, n]).unwrap(), gpu.upload(&numbers(), [rows, n]).unwrap());
    let draws = f64::from(rows) * f64::from(n) * f64::from(samples);
    let operators: [Operator<'_>; 3] = [
        ("solution", &|rec| perturbed.solution(rec, &theta)),
        ("vjp", &|rec| perturbed.vjp(rec, &theta, &vector)),
        ("jvp", &|rec| perturbed.jvp(rec, &theta, &vector)),
    ];
    for (name, record) in operators {
        let seconds = median(ROUNDS, || {
            let result = gpu.run(|rec| record(rec)).unwrap();
            black_box(result.reshape([rows * n]).unwrap().rows(0..1).unwrap().read(gpu).unwrap());
        });
        println!("  {name}: {:.3} s, {:.3} ns a draw", seconds, seconds / draws * 1e9);
        if gpu.capabilities().timestamps {
            let (_, profile) = gpu.run_profiled(|rec| record(rec)).unwrap();
            let mut all = std::collections::BTreeMap::<&str, f64>::new();
            for kernel in &profile.kernels {
                *all.entry(kernel.kernel).or_default() += kernel.time.as_secs_f64();
            }
            println!("    kernels, s: {all:.4?}");
        }
    }
    // The twin, one core, a hundredth of the rows.
    let some = (rows / 100).max(1);
    let settings = twin::Settings {
        noise: twin::Noise::Normal,
        sigma: 1.0,
        samples,
        seed: 0,
        multiplicative: false,
        antithetic: false,
    };
    let start = Instant::now();
    for (row, theta) in host.chunks(n as usize).take(some as usize).enumerate() {
        let theta: Vec<f64> = theta.iter().map(|&v| f64::from(v)).collect();
        for sample in 0..samples {
            let z = twin::draw(&settings, row as u32, sample, n as usize).0;
            black_box(twin_solve(&twin::perturbed(&settings, &theta, &z)));
        }
    }
    let seconds = start.elapsed().as_secs_f64() * f64::from(rows) / f64::from(some);
    println!("  f64 twin's solutions, one core: {seconds:.3} s, {:.3} ns a draw", seconds / draws * 1e9);
}

/// Solved problems a second: kernels with noise and means, and a twin on one core without them; medians, after a first run of each.
fn side_by_side(
    gpu: &Gpu,
    perturbed: &Perturbed,
    settings: &twin::Settings,
    (host, shape): (&[f32], &[u32]),
    twin_solve: &dyn Fn(&[f64]),
) -> [f64; 2] {
    let theta = gpu.upload(host, Shape::try_from(shape).unwrap()).unwrap();
    let seconds = median(ROUNDS, || {
        let solution = gpu.run(|rec| perturbed.solution(rec, &theta)).unwrap();
        black_box(solution.reshape([host.len() as u32]).unwrap().rows(0..1).unwrap().read(gpu).unwrap());
    });
    let n = host.len() / shape[0] as usize;
    let row: Vec<f64> = host[..n].iter().map(|&v| f64::from(v)).collect();
    let some: Vec<Vec<f64>> = (0..settings.samples.min(100))
        .map(|sample| twin::perturbed(settings, &row, &twin::draw(settings, 0, sample, n).0))
        .collect();
    let seconds_of_twin = median(ROUNDS, || some.iter().for_each(|theta| twin_solve(theta)));
    let of_twin = some.len() as f64 / seconds_of_twin;
    [f64::from(shape[0]) * f64::from(settings.samples) / seconds, of_twin]
}

/// Paths of the first problem's samples, with noise from the twin, cost what Dijkstra's cost.
fn expect_same_costs(
    gpu: &Gpu,
    neighbours: Neighbours,
    settings: &twin::Settings,
    (row, size): (&[f32], u32),
) -> usize {
    let theta: Vec<f64> = row.iter().map(|&v| f64::from(v)).collect();
    let grids: Vec<f32> = (0..settings.samples.min(100))
        .flat_map(|sample| twin::perturbed(settings, &theta, &twin::draw(settings, 0, sample, theta.len()).0))
        .map(|theta| theta as f32)
        .collect();
    let count = grids.len() / theta.len();
    let x = gpu.upload(&grids, [count as u32, size, size]).unwrap();
    let perturbed = Perturbed::new(Solver::ShortestPath(neighbours));
    let found = gpu.run(|rec| perturbed.unperturbed(rec, &x)).unwrap().read(gpu).unwrap();
    for (grid, path) in grids.chunks(theta.len()).zip(found.chunks(theta.len())) {
        let grid: Vec<f64> = grid.iter().map(|&v| f64::from(v)).collect();
        let cost: f64 = grid.iter().zip(path).map(|(theta, y)| theta * f64::from(*y)).sum();
        let (expected, _) = twin::shortest_path(&grid, [size as usize, size as usize], neighbours == Neighbours::Eight);
        // Two paths may differ by less than distances in f32 tell.
        assert!((cost - expected).abs() <= 2e-6 * expected.abs(), "{cost} for {expected}");
    }
    count
}

/// Shortest paths, against Dijkstra's algorithm.
fn paths(gpu: &Gpu, [rows, size, samples]: [u32; 3]) {
    let mut random = Random::new(1);
    let host: Vec<f32> = (0..rows * size * size).map(|_| -(random.uniform() + 1.1) as f32).collect();
    println!("shortest path, {rows} grids of {size} x {size}, {samples} samples, multiplicative noise");
    let settings = twin::Settings {
        noise: twin::Noise::Normal,
        sigma: 0.5,
        samples,
        seed: 0,
        multiplicative: true,
        antithetic: false,
    };
    for (name, neighbours) in [("4", Neighbours::Four), ("8", Neighbours::Eight)] {
        let perturbed =
            Perturbed::new(Solver::ShortestPath(neighbours)).sigma(0.5).multiplicative(true).samples(samples);
        let [rate, of_twin] = side_by_side(gpu, &perturbed, &settings, (&host, &[rows, size, size]), &|theta| {
            black_box(twin::shortest_path(theta, [size as usize, size as usize], neighbours == Neighbours::Eight));
        });
        let row = &host[..(size * size) as usize];
        let same = expect_same_costs(gpu, neighbours, &settings, (row, size));
        println!(
            "  {name} neighbours: {rate:.0} grids a second, Dijkstra {of_twin:.0}: {:.2} times; the same costs for {same} grids",
            rate / of_twin
        );
    }
}

/// Assignments, against the Hungarian method.
fn assignments(gpu: &Gpu, [rows, size, samples]: [u32; 3]) {
    let mut random = Random::new(1);
    let host: Vec<f32> = (0..rows * size * size).map(|_| random.uniform() as f32).collect();
    println!("assignment, {rows} matrices of {size} x {size}, {samples} samples, normal noise");
    let settings = twin::Settings {
        noise: twin::Noise::Normal,
        sigma: 1.0,
        samples,
        seed: 0,
        multiplicative: false,
        antithetic: false,
    };
    let perturbed = Perturbed::new(Solver::Assignment).samples(samples);
    let [rate, of_twin] = side_by_side(gpu, &perturbed, &settings, (&host, &[rows, size, size]), &|theta| {
        black_box(twin::assignment(theta, [size as usize, size as usize]));
    });
    println!("  {rate:.0} matrices a second, the Hungarian method {of_twin:.0}: {:.2} times", rate / of_twin);
}

/// Knapsacks with at most `k` of `n` coordinates, against the same dynamic programming in f64.
fn knapsacks(gpu: &Gpu, [rows, n, samples]: [u32; 3], [budget, k]: [u32; 2]) {
    let mut random = Random::new(1);
    let host: Vec<f32> = (0..rows * n).map(|_| random.uniform() as f32).collect();
    let costs: Vec<u32> = (0..n).map(|i| 1 + i * 7 % 12).collect();
    println!("knapsack, {rows} problems, {k} of {n} coordinates within {budget}, {samples} samples, normal noise");
    let settings = twin::Settings {
        noise: twin::Noise::Normal,
        sigma: 1.0,
        samples,
        seed: 0,
        multiplicative: false,
        antithetic: false,
    };
    let perturbed = Perturbed::new(Solver::Knapsack(Knapsack::new(&costs[..], budget).at_most(k))).samples(samples);
    let [rate, of_twin] = side_by_side(gpu, &perturbed, &settings, (&host, &[rows, n]), &|theta| {
        black_box(twin::knapsack(theta, &costs, budget, twin::Size::AtMost(k as usize)));
    });
    println!("  {rate:.0} a second, dynamic programming in f64 {of_twin:.0}: {:.2} times", rate / of_twin);
}

fn main() {
    let gpu = Gpu::new().expect("a GPU; `cargo xtask test` installs a software one");
    println!("adapter: {} ({})", gpu.adapter_info().name, gpu.adapter_info().driver_info);
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let wanted = |name: &str| named.is_empty() || named.iter().any(|argument| argument == name);
    if wanted("noise") {
        noise(&gpu);
    }
    for (name, which, samples, shape, twin_solve) in [
        ("argmax", Solver::Argmax, 1000, [1024, 1000], (|theta| twin::argmax(theta).1) as fn(&[f64]) -> Vec<f64>),
        ("top-k", Solver::TopK(10), 100, [256, 1000], |theta| twin::top_k(theta, 10).1),
        ("rank", Solver::Rank, 100, [256, 1000], |theta| twin::rank(theta).1),
    ] {
        if wanted(name) {
            println!("{name}, normal noise");
            solver(&gpu, &Perturbed::new(which).samples(samples), samples, shape, &twin_solve);
        }
    }
    if wanted("paths") {
        paths(&gpu, [16, 12, 1000]);
        paths(&gpu, [4, 96, 100]);
    }
    if wanted("assignment") {
        assignments(&gpu, [16, 8, 1000]);
        assignments(&gpu, [4, 32, 1000]);
        assignments(&gpu, [1, 128, 200]);
    }
    if wanted("knapsack") {
        knapsacks(&gpu, [16, 40, 1000], [100, 10]);
        knapsacks(&gpu, [4, 400, 100], [500, 20]);
    }
    if wanted("gumbel") {
        println!("argmax, Gumbel noise");
        let perturbed = Perturbed::new(Solver::Argmax).noise(Noise::Gumbel).samples(1000);
        solver(&gpu, &perturbed, 1000, [256, 1000], &|theta| twin::argmax(theta).1);
    }
}
