//! `cargo xtask test`: every check that continuous integration runs.

use std::process::Command;

use crate::driver::{self, Profile};
use crate::process::{self, Result, cargo};

pub(crate) fn run() -> Result<()> {
    process::run(&mut cargo(&["fmt", "--all", "--check"]))?;
    let program = driver::build_program(Profile::Dev)?;
    driver::ensure(&program)?;
    // A workspace of its own, which the commands below do not see.
    let worker = ["--manifest-path", "benches/peers/worker/Cargo.toml"];
    process::run(cargo(&["fmt", "--check"]).args(worker))?;
    process::run(cargo(&["tree", "--locked", "--depth", "0"]).args(worker))?;
    let lints = ["clippy", "--locked", "--workspace", "--all-targets", "--", "--deny", "warnings"];
    process::run(&mut cargo(&lints))?;
    // Compiling kernels is most of what tests take on the software driver. Without LLVM's passes over their code, which change no result, that is less than half;
    // what is compared with other packages' numbers, and the examples below, run as users have it.
    unit_and_integration_tests("not test(golden)", &["--skip", "golden"], &[("GALLIVM_PERF", "nopt")])?;
    unit_and_integration_tests("test(golden)", &["golden"], &[])?;
    process::run(&mut cargo(&["test", "--locked", "--workspace", "--doc"]))?;
    process::run(&mut cargo(&["build", "--locked", "--workspace", "--examples"]))?;
    // Each fails where it learns too little; some 20 s. The seed of the digits is one that has a percent to spare, since other drivers round otherwise.
    for (name, arguments) in [("warcraft_paths", &[][..]), ("digits", &["1"])] {
        let example = process::built("debug/examples", name)?;
        process::run(Command::new(example).args(arguments).current_dir(process::root()))?;
    }
    process::run(
        cargo(&["doc", "--locked", "--workspace", "--no-deps", "--document-private-items"])
            .env("RUSTDOCFLAGS", "--deny warnings"),
    )
}

/// Those that a filter of nextest takes, or without nextest arguments of the test programs.
fn unit_and_integration_tests(filter: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Result<()> {
    let common = ["--locked", "--workspace"];
    let mut command = if process::succeeds("cargo", &["nextest", "--version"]) {
        cargo(&[&["nextest", "run"], &common[..], &["--filterset", filter]].concat())
    } else {
        cargo(&[&["test"], &common[..], &["--lib", "--bins", "--tests", "--"], arguments].concat())
    };
    process::run(command.envs(environment.iter().copied()))
}
