//! `cargo xtask demo`: a first answer on real data.

use std::process::Command;

use crate::driver::{self, Profile};
use crate::process::{self, Result};

/// The settings of the demo: those under which the accuracy of the literature is reached.
const GAMMA: &str = "1";

pub(crate) fn run() -> Result<()> {
    let program = driver::build_program(Profile::Release)?;
    driver::ensure(&program)?;
    let data = |part: &str| process::root().join("tests/data/GunPoint").join(format!("GunPoint_{part}.ts"));
    let plot = process::root().join("target/demo.svg");
    process::run(
        Command::new(&program)
            .arg("classify")
            .args([data("TRAIN"), data("TEST")])
            .args(["--distance", "soft-dtw-divergence", "--gamma", GAMMA, "--plot"])
            .arg(&plot),
    )?;
    let shown = plot.canonicalize().map_err(|error| format!("no picture at {}: {error}", plot.display()))?;
    println!("picture: {}", shown.display());
    Ok(())
}
