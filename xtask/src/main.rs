//! Set-up, demo and test commands of the workspace: `cargo xtask demo` and `cargo xtask test`.
//!
//! Depends on nothing but the standard library, so that it builds in a second on a fresh machine.

mod demo;
mod driver;
mod process;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask <COMMAND>

Commands:
  demo  Set up, then classify the GunPoint data set on the GPU and draw an alignment
  test  Set up, then run every check: format, lints, tests, documentation

Set-up means: where this machine has no Vulkan adapter, the software driver is installed through apt.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["demo"] => demo::run(),
        ["test"] => test::run(),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("\nxtask: {problem}");
            ExitCode::FAILURE
        }
    }
}
