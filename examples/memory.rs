//! Device memory of a forward and a backward pass against depth, by the three ways to have the states between layers again: stored, reversed, and reversed in fixed point.
//!
//! `cargo run --release --example memory [picture.svg]`
//!
//! All layers share one perceptron, so that what grows is what the passes need. The first two are of one network; the third puts some bits of every layer aside.

use std::env;
use std::error::Error;
use std::path::PathBuf;

use supple::Gpu;
use supple::momentum::{Activation, MomentumNet};

#[path = "memory/chart.rs"]
mod chart;
#[path = "momentum/files.rs"]
mod files;
#[path = "momentum/model.rs"]
mod model;
#[path = "warcraft_paths/random.rs"]
#[allow(dead_code, reason = "another example uses the rest")]
mod random;

use chart::Curve;
use random::Random;

const DEPTHS: [usize; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const BATCH: u32 = 4096;
const WIDTH: u32 = 16;
const GAMMA: f32 = 0.9;
/// Of numbers in fixed point.
const FRACTION_BITS: u32 = 22;

#[derive(Clone, Copy)]
enum Way {
    Stored,
    Reversed,
    Exact,
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "target/memory.svg".to_owned()));
    println!("device memory in MiB of {BATCH} states of width {WIDTH}, gamma {GAMMA}");
    let ways = [("stored", Way::Stored), ("reversed", Way::Reversed), ("exact", Way::Exact)];
    println!("depth{}", ways.map(|(name, _)| format!("{name:>10}")).concat());
    let mut curves = ways.map(|(name, _)| Curve { name, points: Vec::new() });
    for depth in DEPTHS {
        let mut cells = Vec::new();
        for ((_, way), curve) in ways.iter().zip(&mut curves) {
            let mebibytes = peak_bytes(depth, *way)? as f64 / f64::from(1 << 20);
            cells.push(format!("{mebibytes:10.2}"));
            curve.points.push((depth as f64, mebibytes));
        }
        println!("{depth:5}{}", cells.concat());
    }
    let title = format!("A forward and a backward pass of {BATCH} states of width {WIDTH}");
    files::write_whole(&file, &chart::draw(&title, &curves))?;
    println!("{} shows it", file.display());
    let last = curves.each_ref().map(|curve| curve.points[DEPTHS.len() - 1].1);
    if last[1] > 0.1 * last[0] {
        return Err("reversed states should take less than a tenth of the memory that stored ones do".into());
    }
    Ok(())
}

/// What the passes have taken from the device at most: all of it is kept for later use once they are done.
fn peak_bytes(depth: usize, way: Way) -> Result<u64, Box<dyn Error>> {
    let gpu = Gpu::new()?;
    let layer = model::perceptron(&gpu, &mut Random::new(0), Activation::Tanh, [WIDTH, WIDTH])?;
    let net = MomentumNet::new(vec![layer; depth]).gamma(GAMMA);
    let mut random = Random::new(1);
    let x: Vec<f32> = (0..BATCH * WIDTH).map(|_| random.uniform() as f32).collect();
    let x = gpu.upload(&x, [BATCH, WIDTH])?;
    let gradient = gpu.run(|rec| {
        let gradients = match way {
            Way::Stored => {
                let stored = net.forward_storing(rec, &x, None)?;
                net.backward_stored(rec, &stored, &x, None)?
            }
            Way::Reversed => {
                let last = net.forward(rec, &x, None)?;
                net.backward_reversed(rec, &last, &x, None)?.0
            }
            Way::Exact => {
                let exact = net.exact(FRACTION_BITS)?;
                let last = exact.forward(rec, &x, None)?;
                exact.backward(rec, &last, &x, None)?.0
            }
        };
        Ok(gradients.x)
    })?;
    // Waits until the work is done.
    gradient.read(&gpu)?;
    drop((x, gradient, net));
    Ok(gpu.idle_bytes())
}
