//! `cargo xtask test`: every check that continuous integration runs.

use crate::driver;
use crate::process::{self, Result, cargo};

pub(crate) fn run() -> Result<()> {
    process::run(&mut cargo(&["fmt", "--all", "--check"]))?;
    let program = driver::build_program()?;
    driver::ensure(&program)?;
    // A workspace of its own, which the commands below do not see.
    let worker = ["--manifest-path", "benches/peers/worker/Cargo.toml"];
    process::run(cargo(&["fmt", "--check"]).args(worker))?;
    process::run(cargo(&["tree", "--locked", "--depth", "0"]).args(worker))?;
    let lints = ["clippy", "--locked", "--workspace", "--all-targets", "--", "--deny", "warnings"];
    process::run(&mut cargo(&lints))?;
    if process::succeeds("cargo", &["nextest", "--version"]) {
        process::run(&mut cargo(&["nextest", "run", "--locked", "--workspace"]))?;
    } else {
        process::run(&mut cargo(&["test", "--locked", "--workspace", "--lib", "--bins", "--tests"]))?;
    }
    process::run(&mut cargo(&["test", "--locked", "--workspace", "--doc"]))?;
    process::run(&mut cargo(&["build", "--locked", "--workspace", "--examples"]))?;
    // Fails where it learns too little; some 20 s.
    process::run(&mut cargo(&["run", "--locked", "--example", "warcraft_paths"]))?;
    process::run(
        cargo(&["doc", "--locked", "--workspace", "--no-deps", "--document-private-items"])
            .env("RUSTDOCFLAGS", "--deny warnings"),
    )
}
