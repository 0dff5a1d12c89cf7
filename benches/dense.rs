//! Products of matrices: multiplications with an addition a second, against the adapter's own peak in an arithmetic loop.
//!
//! `cargo bench --bench dense`

use std::hint::black_box;

use supple::dense::{Activation, HalfMatrix, Product};
use supple::{Gpu, Recorder, Result, Tensor};

#[path = "../tests/common/random.rs"]
#[allow(dead_code, reason = "walks are for series")]
mod random;
#[path = "rounds/timed.rs"]
mod timed;

use random::Random;
use timed::{median, median_of, peak};

/// Runs of which the median is taken.
const ROUNDS: usize = 9;

/// Products in one recording on a GPU, of which the first ones bring its clock up.
const TOGETHER: usize = 400;

/// Median seconds of one product, which `record` records: of the kernel on a GPU, else from the recording to the result.
fn seconds(gpu: &Gpu, record: impl Fn(&mut Recorder<'_>) -> Result<Tensor<f32>>) -> f64 {
    if gpu.capabilities().software {
        return median(ROUNDS, || {
            let out = gpu.run(&record).unwrap();
            black_box(out.rows(0..1).unwrap().read(gpu).unwrap());
        });
    }
    let ((), profile) = gpu.run_profiled(|rec| (0..TOGETHER).try_for_each(|_| record(rec).map(drop))).unwrap();
    let times = profile.kernels[TOGETHER / 2..].iter().map(|kernel| kernel.time.as_secs_f64());
    median_of(times.collect())
}

fn matrix(gpu: &Gpu, random: &mut Random, [rows, columns]: [u32; 2]) -> Tensor<f32> {
    let values: Vec<f32> = (0..rows * columns).map(|_| random.uniform() as f32).collect();
    gpu.upload(&values, [rows, columns]).unwrap()
}

fn show(title: &str, [m, k, n]: [u32; 3], seconds: f64, peak: f64) {
    let rate = f64::from(m) * f64::from(k) * f64::from(n) / seconds / 1e9;
    let percent = 100.0 * rate / peak;
    println!("  {m} x {k} x {n}, {title}: {:.4} ms, {rate:.2} G a second, {percent:.0} %", seconds * 1e3);
}

fn product(gpu: &Gpu, [m, k, n]: [u32; 3], (transpose_a, transpose_b): (bool, bool), peak: f64) {
    let mut random = Random::new(1);
    let a = matrix(gpu, &mut random, if transpose_a { [k, m] } else { [m, k] });
    let b = matrix(gpu, &mut random, if transpose_b { [n, k] } else { [k, n] });
    let product = Product::new().transpose_a(transpose_a).transpose_b(transpose_b).activation(Activation::Relu);
    let letter = |transposed| if transposed { 't' } else { 'n' };
    let layout = [letter(transpose_a), letter(transpose_b)].iter().collect::<String>();
    show(&layout, [m, k, n], seconds(gpu, |rec| product.product(rec, &a, &b, None)), peak);
}

/// In f16 with sums in f32, against the same peak in f32.
fn halves(gpu: &Gpu, [m, k, n]: [u32; 3], peak: f64) {
    let mut random = Random::new(1);
    let (a, b) = (matrix(gpu, &mut random, [m, k]), matrix(gpu, &mut random, [k, n]));
    let (a, b) = gpu.run(|rec| Ok((HalfMatrix::round(rec, &a)?, HalfMatrix::round(rec, &b)?))).unwrap();
    let units = if gpu.capabilities().cooperative_matrices { "f16, cooperative matrices" } else { "f16" };
    show(units, [m, k, n], seconds(gpu, |rec| Product::new().product_of_halves(rec, &a, &b, None)), peak);
}

fn main() {
    let gpu = Gpu::new().expect("a GPU; `cargo xtask test` installs a software one");
    println!("adapter: {} ({})", gpu.adapter_info().name, gpu.adapter_info().driver_info);
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let peak = peak(&gpu, ROUNDS);
    println!("peak of an arithmetic loop: {peak:.2} G multiplications with an addition a second");
    for size in [256, 512, 1024] {
        for transposes in [(false, false), (false, true), (true, false), (true, true)] {
            product(&gpu, [size; 3], transposes, peak);
        }
    }
    product(&gpu, [256, 128, 256], (false, true), peak);
    product(&gpu, [1000, 1001, 1003], (false, false), peak);
    if !gpu.capabilities().software {
        product(&gpu, [4096; 3], (false, false), peak);
    }
    let cooperative = Gpu::builder().cooperative_matrices(true).build().expect("a GPU, as above");
    for gpu in [&gpu, &cooperative] {
        halves(gpu, [1024; 3], peak);
    }
}
