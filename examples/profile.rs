//! Times every kernel of an operator by the GPU's own clock.
//!
//! `cargo run --release --example profile`

use std::collections::BTreeMap;
use std::time::Duration;

use supple::{Gpu, Result, soft_dtw::SoftDtw};

fn main() -> Result<()> {
    let gpu = Gpu::new()?;
    let (batch, length) = (256, 128);
    let wave = |phase: f32| -> Vec<f32> {
        (0..batch * length).map(|i| (i as f32 * 0.1 + phase).sin() + (i as f32 * 0.037).cos()).collect()
    };
    let x = gpu.upload(&wave(0.0), [batch, length])?;
    let y = gpu.upload(&wave(1.0), [batch, length])?;
    let dtw = SoftDtw::new(1.0);
    gpu.run(|rec| dtw.value_and_grad(rec, &x, &y))?; // compiles the kernels

    let mut fastest: BTreeMap<&str, Duration> = BTreeMap::new();
    for _ in 0..20 {
        let (_, profile) = gpu.run_profiled(|rec| dtw.value_and_grad(rec, &x, &y))?;
        for kernel in profile.kernels {
            let best = fastest.entry(kernel.kernel).or_insert(kernel.time);
            *best = kernel.time.min(*best);
        }
    }
    println!("value and gradients of {batch} pairs of {length} x {length} on {}", gpu.adapter_info().name);
    for (kernel, time) in fastest {
        println!("{kernel:<24} {time:?}");
    }
    Ok(())
}
