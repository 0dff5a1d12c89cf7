//! Sorting of rows on the GPU, against the standard library's stable sort of the same rows on the CPU, in one run.
//!
//! `cargo bench --bench segmented`, followed by `-- shapes` or `lengths` for some of it. Inputs and results stay on the GPU: of each result one
//! element is read, to wait for it.

use std::hint::black_box;

use supple::segmented::{Sort, Strategy};
use supple::{Gpu, Tensor};

#[allow(dead_code, reason = "no series are drawn here")]
#[path = "../tests/common/random.rs"]
mod random;
mod rounds;

use random::Random;
use rounds::side_by_side;

/// A batch on both sides.
struct Batch {
    rows: usize,
    n: usize,
    host: Vec<f32>,
    device: Tensor<f32>,
}

impl Batch {
    fn new(gpu: &Gpu, rows: usize, n: usize) -> Self {
        let mut random = Random::new(1);
        let host: Vec<f32> = (0..rows * n).map(|_| random.uniform() as f32).collect();
        let device = gpu.upload(&host, [rows as u32, n as u32]).unwrap();
        Self { rows, n, host, device }
    }

    fn elements(&self) -> u64 {
        self.host.len() as u64
    }

    /// Values and order.
    fn sort(&self, gpu: &Gpu, strategy: Strategy) {
        let sort = Sort::new().strategy(strategy);
        let sorted = gpu.run(|rec| sort.forward(rec, &self.device)).unwrap();
        let one = sorted.order.reshape([self.elements() as u32]).unwrap().rows(0..1).unwrap();
        black_box(one.read(gpu).unwrap());
    }

    /// Values and order, by `slice::sort_by` of the indices of each row.
    fn sort_on_the_host(&self) {
        for row in self.host.chunks(self.n) {
            let mut order: Vec<u32> = (0..self.n as u32).collect();
            order.sort_by(|&a, &b| row[a as usize].total_cmp(&row[b as usize]));
            let values: Vec<f32> = order.iter().map(|&i| row[i as usize]).collect();
            black_box((order, values));
        }
    }
}

fn shapes(gpu: &Gpu) {
    for (rows, n) in [(4096, 64), (128, 1000), (1, 10_000), (1, 100_000)] {
        let batch = Batch::new(gpu, rows, n);
        side_by_side(
            &format!("{} rows of {n} elements, values and order", batch.rows),
            &mut [
                ("slice::sort_by, one core", batch.elements(), &mut || batch.sort_on_the_host()),
                ("by invocations", batch.elements(), &mut || batch.sort(gpu, Strategy::Invocations)),
                ("by workgroups", batch.elements(), &mut || batch.sort(gpu, Strategy::Workgroups)),
            ],
        );
    }
}

fn lengths(gpu: &Gpu) {
    let batches = [10_000, 100_000, 1_000_000].map(|n| Batch::new(gpu, 1, n));
    let [a, b, c] = &batches;
    side_by_side(
        "one row, cost of an element by length",
        &mut [
            ("10,000", a.elements(), &mut || a.sort(gpu, Strategy::Auto)),
            ("100,000", b.elements(), &mut || b.sort(gpu, Strategy::Auto)),
            ("1,000,000", c.elements(), &mut || c.sort(gpu, Strategy::Auto)),
        ],
    );
}

fn main() {
    let gpu = Gpu::new().expect("a GPU; `cargo xtask test` installs a software one");
    println!("adapter: {} ({})", gpu.adapter_info().name, gpu.adapter_info().driver_info);
    if std::env::args().any(|argument| argument == "--bench") {
        let chosen: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
        let wanted = |name: &str| chosen.is_empty() || chosen.iter().any(|chosen| chosen == name);
        if wanted("shapes") {
            shapes(&gpu);
        }
        if wanted("lengths") {
            lengths(&gpu);
        }
    }
}
