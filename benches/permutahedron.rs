//! Soft ranks and soft sorts: wall time with everything on the GPU, time of each kernel, and the f64 twin on one core. On software drivers short
//! rows a second time, as rows of any length are done.
//!
//! `cargo bench --bench permutahedron`, followed by shapes such as `-- 128x1000` for some of them.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use supple::permutahedron::{Regularization, SoftRank, SoftSort};
use supple::reference::permutahedron as twin;
use supple::reference::segmented as twin_segmented;
use supple::{Gpu, Recorder, Result, Tensor, wgpu};

#[path = "../tests/common/random.rs"]
#[allow(dead_code, reason = "walks are for series")]
mod random;

use random::Random;

const SHAPES: [(u32, u32); 7] =
    [(128, 1000), (1, 100_000), (4096, 64), (4, 100_000), (10_000, 1000), (1, 10_000), (1, 1_000_000)];

/// Runs of which the median is taken.
const ROUNDS: usize = 15;

/// Elements of the largest shape that the twin is timed with.
const TWIN_ELEMENTS: u64 = 300_000;

struct Batch {
    gpu: Gpu,
    rows: u32,
    n: u32,
    host: Vec<f32>,
    x: Tensor<f32>,
    cotangent: Tensor<f32>,
}

impl Batch {
    fn new(gpu: &Gpu, rows: u32, n: u32) -> Self {
        let mut random = Random::new(1);
        let mut noise = || (0..rows * n).map(|_| (random.uniform() * 2.0) as f32).collect::<Vec<_>>();
        let host = noise();
        let upload = |values: &[f32]| gpu.upload(values, [rows, n]).unwrap();
        let (x, cotangent) = (upload(&host), upload(&noise()));
        Self { gpu: gpu.clone(), rows, n, host, x, cotangent }
    }

    /// The median wall time of recording, submitting and waiting, in milliseconds. One element is read back.
    fn wall(&self, record: &dyn Fn(&mut Recorder<'_>) -> Result<Tensor<f32>>) -> f64 {
        let run = || {
            let start = Instant::now();
            let result = self.gpu.run(|rec| record(rec)).unwrap();
            let first = result.reshape([self.rows * self.n]).unwrap().rows(0..1).unwrap();
            black_box(first.read(&self.gpu).unwrap());
            start.elapsed().as_secs_f64() * 1e3
        };
        run(); // compiles
        // A GPU that was idle takes a while to run at its full clock.
        let warm = Instant::now();
        while !self.gpu.capabilities().software && warm.elapsed().as_millis() < 100 {
            run();
        }
        let mut times: Vec<f64> = (0..ROUNDS).map(|_| run()).collect();
        times.sort_by(f64::total_cmp);
        times[ROUNDS / 2]
    }

    /// The median time of each kernel and of all, in milliseconds, where the device has timestamps.
    fn kernels(&self, record: &dyn Fn(&mut Recorder<'_>) -> Result<Tensor<f32>>) {
        if !self.gpu.capabilities().timestamps {
            return;
        }
        self.wall(record); // a full clock
        let mut all: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for _ in 0..ROUNDS {
            let (_, profile) = self.gpu.run_profiled(|rec| record(rec)).unwrap();
            let mut of_run: BTreeMap<&str, f64> = BTreeMap::new();
            for kernel in &profile.kernels {
                *of_run.entry(kernel.kernel).or_default() += kernel.time.as_secs_f64() * 1e3;
                *of_run.entry(" total").or_default() += kernel.time.as_secs_f64() * 1e3;
            }
            for (kernel, time) in of_run {
                all.entry(kernel).or_default().push(time);
            }
        }
        let each = all.into_iter().map(|(kernel, mut times)| {
            times.sort_by(f64::total_cmp);
            format!("{} {:.3}", kernel.trim_start(), times[times.len() / 2])
        });
        println!("      kernels: {}", each.collect::<Vec<_>>().join(", "));
    }

    fn twin(&self, regularization: twin::Regularization, strength: f64) {
        if self.x.shape().elements() > TWIN_ELEMENTS {
            return;
        }
        let start = Instant::now();
        for row in self.host.chunks(self.n as usize) {
            let row: Vec<f64> = row.iter().map(|&v| f64::from(v)).collect();
            black_box(twin::soft_rank(&row, regularization, strength, twin_segmented::Direction::Ascending));
        }
        println!("    f64 twin, one core: {:.3} ms", start.elapsed().as_secs_f64() * 1e3);
    }
}

fn shape(gpu: &Gpu, rows: u32, n: u32) {
    println!("{rows} x {n}: medians of {ROUNDS}, ms");
    let batch = Batch::new(gpu, rows, n);
    for (regularization, of_twin) in
        [(Regularization::L2, twin::Regularization::L2), (Regularization::Kl, twin::Regularization::Kl)]
    {
        let rank_strength = if regularization == Regularization::L2 { 4.0 / n as f32 } else { 1.0 };
        let rank = SoftRank::new(rank_strength).regularization(regularization);
        let sort = SoftSort::new(n as f32 / 4.0).regularization(regularization);
        let forward = |rec: &mut Recorder<'_>| rank.value(rec, &batch.x);
        let both = |rec: &mut Recorder<'_>| rank.forward(rec, &batch.x)?.vjp(rec, &batch.cotangent);
        let sorted = |rec: &mut Recorder<'_>| sort.value(rec, &batch.x);
        let sorted_both = |rec: &mut Recorder<'_>| sort.forward(rec, &batch.x)?.vjp(rec, &batch.cotangent);
        let [a, b, c, d] =
            [&forward as &dyn Fn(&mut Recorder<'_>) -> Result<Tensor<f32>>, &both, &sorted, &sorted_both]
                .map(|record| batch.wall(record));
        println!("  {regularization:?}: soft rank {a:.3}, with vjp {b:.3}; soft sort {c:.3}, with vjp {d:.3}");
        batch.kernels(&both);
        batch.twin(of_twin, f64::from(rank_strength));
    }
}

fn main() {
    let gpu = Gpu::new().expect("a GPU; `cargo xtask test` installs a software one");
    println!("adapter: {} ({})", gpu.adapter_info().name, gpu.adapter_info().driver_info);
    if std::env::args().any(|argument| argument == "--bench") {
        let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
        for (rows, n) in SHAPES {
            if named.is_empty() || named.contains(&format!("{rows}x{n}")) {
                shape(&gpu, rows, n);
                if gpu.capabilities().software && n <= 64 {
                    // Short rows have a pass of their own where floats have 64 bits.
                    let general = Gpu::builder().without_features(wgpu::Features::SHADER_F64).build();
                    println!("without SHADER_F64:");
                    shape(&general.expect("the same adapter"), rows, n);
                }
            }
        }
    }
}
