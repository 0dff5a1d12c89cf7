//! Soft-DTW on the GPU against the sequential f64 twin, in one run.
//!
//! `cargo bench --bench soft_dtw` prints ratios of medians measured in turn, then criterion's own figures.
//! The series are z-normalised random walks; the twin's time depends on the data (it branches on a minimum), the
//! GPU's hardly.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use supple::reference::soft_dtw as reference;
use supple::soft_dtw::{Pairs, SoftDtw, Strategy};
use supple::{Gpu, Tensor, wgpu};

#[path = "../tests/common/random.rs"]
mod random;
mod rounds;

use rounds::side_by_side;

struct Problem {
    pairs: usize,
    n: usize,
    x: Vec<f32>,
    y: Vec<f32>,
    gamma: f32,
}

impl Problem {
    fn new(pairs: usize, n: usize, gamma: f32) -> Self {
        let mut random = random::Random::new(1);
        Self { pairs, n, x: random.walks(pairs, n, 1), y: random.walks(pairs, n, 1), gamma }
    }

    fn cells(&self) -> u64 {
        (self.pairs * self.n * self.n) as u64
    }

    fn upload(&self, gpu: &Gpu) -> (Tensor<f32>, Tensor<f32>) {
        let shape = [self.pairs as u32, self.n as u32];
        (gpu.upload(&self.x, shape).unwrap(), gpu.upload(&self.y, shape).unwrap())
    }

    /// Host arrays in, host arrays out.
    fn gpu_value(&self, gpu: &Gpu, strategy: Strategy) -> Vec<f32> {
        let (x, y) = self.upload(gpu);
        let dtw = SoftDtw::new(self.gamma).strategy(strategy);
        gpu.run(|rec| dtw.value(rec, &x, &y)).unwrap().read(gpu).unwrap()
    }

    fn gpu_value_and_grad(&self, gpu: &Gpu, strategy: Strategy) -> Vec<Vec<f32>> {
        let (x, y) = self.upload(gpu);
        let dtw = SoftDtw::new(self.gamma).strategy(strategy);
        let result = gpu.run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap();
        gpu.read_all(&[&result.value, &result.grad_x, &result.grad_y]).unwrap()
    }

    fn series(&self) -> impl Iterator<Item = (Vec<f64>, Vec<f64>)> {
        let to_f64 = |values: &[f32]| values.iter().map(|&v| f64::from(v)).collect::<Vec<_>>();
        self.x.chunks(self.n).zip(self.y.chunks(self.n)).map(move |(x, y)| (to_f64(x), to_f64(y)))
    }

    fn twin_value(&self) -> Vec<f64> {
        self.series()
            .map(|(x, y)| {
                let cost = reference::cost_matrix(&reference::Cost::HalfSquaredEuclidean, &x, &y, 1);
                reference::value(&cost, self.n, self.n, f64::from(self.gamma))
            })
            .collect()
    }

    fn twin_value_and_grad(&self) -> Vec<reference::ValueAndGrad> {
        let gamma = f64::from(self.gamma);
        self.series()
            .map(|(x, y)| reference::value_and_grad(&reference::Cost::HalfSquaredEuclidean, &x, &y, 1, gamma))
            .collect()
    }
}

fn ratios(gpu: &Gpu) {
    let problem = Problem::new(256, 128, 1.0);
    let keep = |result| {
        black_box(result);
    };
    side_by_side(
        "value, 256 pairs of 128 x 128",
        &mut [
            ("f64 twin, sequential", problem.cells(), &mut || drop(black_box(problem.twin_value()))),
            ("host to host, invocation per pair", problem.cells(), &mut || {
                keep(problem.gpu_value(gpu, Strategy::InvocationPerPair));
            }),
            ("host to host, workgroup per pair", problem.cells(), &mut || {
                keep(problem.gpu_value(gpu, Strategy::WorkgroupPerPair));
            }),
            ("host to host, auto", problem.cells(), &mut || keep(problem.gpu_value(gpu, Strategy::Auto))),
        ],
    );
    side_by_side(
        "value and both gradients, 256 pairs of 128 x 128",
        &mut [
            ("f64 twin, sequential", problem.cells(), &mut || drop(black_box(problem.twin_value_and_grad()))),
            ("host to host, invocation per pair", problem.cells(), &mut || {
                drop(black_box(problem.gpu_value_and_grad(gpu, Strategy::InvocationPerPair)));
            }),
            ("host to host, workgroup per pair", problem.cells(), &mut || {
                drop(black_box(problem.gpu_value_and_grad(gpu, Strategy::WorkgroupPerPair)));
            }),
            ("host to host, auto", problem.cells(), &mut || {
                drop(black_box(problem.gpu_value_and_grad(gpu, Strategy::Auto)));
            }),
        ],
    );
    let checked = Gpu::builder().checked_shaders(true).build().expect("the same adapter");
    side_by_side(
        "value, 256 pairs of 128 x 128: shaders",
        &mut [
            ("with run-time checks", problem.cells(), &mut || {
                drop(black_box(problem.gpu_value(&checked, Strategy::Auto)));
            }),
            ("without", problem.cells(), &mut || drop(black_box(problem.gpu_value(gpu, Strategy::Auto)))),
        ],
    );
    side_by_side(
        "value and both gradients, 256 pairs of 128 x 128: shaders",
        &mut [
            ("with run-time checks", problem.cells(), &mut || {
                drop(black_box(problem.gpu_value_and_grad(&checked, Strategy::Auto)));
            }),
            ("without", problem.cells(), &mut || drop(black_box(problem.gpu_value_and_grad(gpu, Strategy::Auto)))),
        ],
    );
    gammas(gpu);
    if gpu.capabilities().software {
        memories(&problem);
    }
    for (pairs, n) in [(1, 1024), (2, 1024), (8, 512), (16, 512), (64, 256)] {
        let problem = Problem::new(pairs, n, 1.0);
        side_by_side(
            &format!("value and both gradients, {pairs} pairs of {n} x {n}: strategies"),
            &mut [
                ("invocation per pair", problem.cells(), &mut || {
                    drop(black_box(problem.gpu_value_and_grad(gpu, Strategy::InvocationPerPair)));
                }),
                ("workgroup per pair", problem.cells(), &mut || {
                    drop(black_box(problem.gpu_value_and_grad(gpu, Strategy::WorkgroupPerPair)));
                }),
                ("auto", problem.cells(), &mut || drop(black_box(problem.gpu_value_and_grad(gpu, Strategy::Auto)))),
            ],
        );
    }
}

/// Small gammas make large costs and tiny weights, which are to take no longer.
fn gammas(gpu: &Gpu) {
    let problems = [1.0, 0.1, 0.01, 0.001].map(|gamma| Problem::new(256, 128, gamma));
    let [mut one, mut tenth, mut hundredth, mut thousandth] =
        problems.each_ref().map(|problem| || drop(black_box(problem.gpu_value_and_grad(gpu, Strategy::Auto))));
    let cells = problems[0].cells();
    side_by_side(
        "value and both gradients, 256 pairs of 128 x 128: gamma",
        &mut [
            ("1", cells, &mut one),
            ("0.1", cells, &mut tenth),
            ("0.01", cells, &mut hundredth),
            ("0.001", cells, &mut thousandth),
        ],
    );
}

/// Borders of tiles where software drivers may have them; `gpu` of the rows above has chosen one.
fn memories(problem: &Problem) {
    let textures = Gpu::builder().prefer_textures(true).build().expect("the same adapter");
    let features = wgpu::Features::TEXTURE_ADAPTER_SPECIFIC_FORMAT_FEATURES;
    let buffers = Gpu::builder().without_features(features).build().expect("the same adapter");
    side_by_side(
        "value, 256 pairs of 128 x 128: borders of tiles",
        &mut [
            ("in textures", problem.cells(), &mut || {
                drop(black_box(problem.gpu_value(&textures, Strategy::Auto)));
            }),
            ("in buffers", problem.cells(), &mut || drop(black_box(problem.gpu_value(&buffers, Strategy::Auto)))),
        ],
    );
    side_by_side(
        "value and both gradients, 256 pairs of 128 x 128: borders of tiles",
        &mut [
            ("in textures", problem.cells(), &mut || {
                drop(black_box(problem.gpu_value_and_grad(&textures, Strategy::Auto)));
            }),
            ("in buffers", problem.cells(), &mut || {
                drop(black_box(problem.gpu_value_and_grad(&buffers, Strategy::Auto)));
            }),
        ],
    );
}

fn throughput(criterion: &mut Criterion, gpu: &Gpu) {
    let mut group = criterion.benchmark_group("soft_dtw");
    group.sample_size(20).measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_secs(1));
    for (pairs, n) in [(256, 128), (1024, 64), (32, 512)] {
        let problem = Problem::new(pairs, n, 1.0);
        let id = |name: &str| BenchmarkId::new(name, format!("{pairs}x{n}x{n}"));
        group.throughput(Throughput::Elements(problem.cells()));
        group.bench_function(id("value"), |b| b.iter(|| problem.gpu_value(gpu, Strategy::Auto)));
        group.bench_function(id("value_and_grad"), |b| b.iter(|| problem.gpu_value_and_grad(gpu, Strategy::Auto)));
        group.bench_function(id("value_twin"), |b| b.iter(|| problem.twin_value()));
        group.bench_function(id("value_and_grad_twin"), |b| b.iter(|| problem.twin_value_and_grad()));
    }
    let problem = Problem::new(100, 128, 1.0);
    let (x, y) = problem.upload(gpu);
    group.throughput(Throughput::Elements(100 * 100 * 128 * 128));
    group.bench_function("value_all_pairs/100x100x128x128", |b| {
        let dtw = SoftDtw::new(1.0).pairs(Pairs::All);
        b.iter(|| gpu.run(|rec| dtw.value(rec, &x, &y)).unwrap().read(gpu).unwrap());
    });
    group.finish();
}

fn main() {
    let gpu = Gpu::new().expect("a GPU; `cargo xtask test` installs a software one");
    println!("adapter: {} ({})", gpu.adapter_info().name, gpu.adapter_info().driver_info);
    // `cargo test --benches` and `cargo nextest` only want to know whether it runs.
    if std::env::args().any(|argument| argument == "--bench") {
        ratios(&gpu);
    }
    let mut criterion = Criterion::default().configure_from_args();
    throughput(&mut criterion, &gpu);
    criterion.final_summary();
}
