//! Momentum residual networks: forward, and gradients by stored and by reversed states, in turn.
//!
//! `cargo bench --bench momentum`

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use supple::momentum::{Activation, Mlp, MomentumNet, Residual};
use supple::{Gpu, Tensor};

#[path = "../tests/common/random.rs"]
#[allow(dead_code, reason = "walks are for series")]
mod random;
#[path = "rounds/timed.rs"]
mod timed;

use random::Random;
use timed::median_of;

/// Runs of which the median is taken.
const ROUNDS: usize = 9;

fn net(gpu: &Gpu, [width, hidden]: [u32; 2], depth: usize) -> MomentumNet {
    let mut random = Random::new(1);
    let mut tensor = |rows: u32, columns: u32| {
        let scale = 2.0 / f64::from(columns).sqrt();
        let values: Vec<f32> = (0..rows * columns).map(|_| (random.uniform() * scale) as f32).collect();
        gpu.upload(&values, [rows, columns]).unwrap()
    };
    let mut layer = |_| -> Arc<dyn Residual> {
        let (w1, w2) = (tensor(hidden, width), tensor(width, hidden));
        let (b1, b2) = (tensor(hidden, 1).reshape([hidden]).unwrap(), tensor(width, 1).reshape([width]).unwrap());
        Arc::new(Mlp::new(Activation::Tanh, [(w1, b1), (w2, b2)]).unwrap())
    };
    MomentumNet::new((0..depth).map(&mut layer)).gamma(0.9)
}

/// Waits for a result.
fn wait(gpu: &Gpu, tensor: &Tensor<f32>) {
    black_box(tensor.rows(0..1).unwrap().read(gpu).unwrap());
}

/// Seconds of a forward pass, and of backward passes by stored and by reversed states, each without its forward pass.
fn times(gpu: &Gpu, [batch, width, hidden]: [u32; 3], depth: usize) -> [f64; 3] {
    let net = net(gpu, [width, hidden], depth);
    let mut random = Random::new(2);
    let values: Vec<f32> = (0..batch * width).map(|_| random.uniform() as f32).collect();
    let x = gpu.upload(&values, [batch, width]).unwrap();
    let stored = gpu.run(|rec| net.forward_storing(rec, &x, None)).unwrap();
    wait(gpu, &stored.last.x);
    let mut all = [Vec::new(), Vec::new(), Vec::new()];
    for round in 0..=ROUNDS {
        let start = Instant::now();
        let last = gpu.run(|rec| net.forward(rec, &x, None)).unwrap();
        wait(gpu, &last.x);
        let forward = start.elapsed().as_secs_f64();
        let start = Instant::now();
        let gradients = gpu.run(|rec| net.backward_stored(rec, &stored, &x, None)).unwrap();
        wait(gpu, &gradients.x);
        let by_stored = start.elapsed().as_secs_f64();
        let start = Instant::now();
        let (gradients, _) = gpu.run(|rec| net.backward_reversed(rec, &last, &x, None)).unwrap();
        wait(gpu, &gradients.x);
        let reversed = start.elapsed().as_secs_f64();
        if round > 0 {
            for (all, time) in all.iter_mut().zip([forward, by_stored, reversed]) {
                all.push(time);
            }
        }
    }
    all.map(median_of)
}

fn main() {
    let gpu = Gpu::new().expect("a GPU; `cargo xtask test` installs a software one");
    println!("adapter: {} ({})", gpu.adapter_info().name, gpu.adapter_info().driver_info);
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    for (sizes, depth) in [([256, 128, 256], 32), ([32, 64, 128], 100)] {
        let [batch, width, hidden] = sizes;
        let [forward, stored, reversed] = times(&gpu, sizes, depth);
        println!("batch {batch}, width {width}, hidden {hidden}, {depth} layers: medians of {ROUNDS}");
        println!(
            "  forward {:.1} ms, backward stored {:.1} ms, reversed {:.1} ms: {:.2} times",
            forward * 1e3,
            stored * 1e3,
            reversed * 1e3,
            reversed / stored
        );
        // Two products forward, four backward and one that is made again, or two.
        let products = f64::from(batch) * f64::from(width) * f64::from(hidden) * depth as f64;
        println!(
            "  {:.2}, {:.2} and {:.2} G multiplications with an addition a second",
            2.0 * products / forward / 1e9,
            5.0 * products / stored / 1e9,
            6.0 * products / reversed / 1e9
        );
    }
}
