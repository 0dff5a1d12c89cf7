//! Products of matrices: multiplications with an addition a second, against the adapter's own peak in an arithmetic loop.
//!
//! `cargo bench --bench dense`

use std::hint::black_box;

use supple::Gpu;
use supple::dense::{Activation, Product};

#[path = "../tests/common/random.rs"]
#[allow(dead_code, reason = "walks are for series")]
mod random;
#[path = "rounds/timed.rs"]
mod timed;

use random::Random;
use timed::{median, peak};

/// Runs of which the median is taken.
const ROUNDS: usize = 9;

fn product(gpu: &Gpu, [m, k, n]: [u32; 3], (transpose_a, transpose_b): (bool, bool), peak: f64) {
    let mut random = Random::new(1);
    let mut tensor = |rows, columns| {
        let values: Vec<f32> = (0..rows * columns).map(|_| random.uniform() as f32).collect();
        gpu.upload(&values, [rows, columns]).unwrap()
    };
    let a = if transpose_a { tensor(k, m) } else { tensor(m, k) };
    let b = if transpose_b { tensor(n, k) } else { tensor(k, n) };
    let product = Product::new().transpose_a(transpose_a).transpose_b(transpose_b).activation(Activation::Relu);
    let seconds = median(ROUNDS, || {
        let out = gpu.run(|rec| product.product(rec, &a, &b, None)).unwrap();
        black_box(out.rows(0..1).unwrap().read(gpu).unwrap());
    });
    let rate = f64::from(m) * f64::from(k) * f64::from(n) / seconds / 1e9;
    let letter = |transposed| if transposed { 't' } else { 'n' };
    let layout = [letter(transpose_a), letter(transpose_b)].iter().collect::<String>();
    println!(
        "  {m} x {k} x {n}, {layout}: {:.3} ms, {rate:.2} G a second, {:.0} %",
        seconds * 1e3,
        100.0 * rate / peak
    );
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
}
