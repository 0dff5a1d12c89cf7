//! The program `supple`: differentiable alignment and classification of time series, sorting and ranking, on the GPU.

#![deny(unsafe_code)]

mod batch;
mod commands;
mod device;
mod error;
mod npy;
mod options;
mod output;
mod plot;
mod progress;
mod random;
mod rows;
mod series;
mod summary;
mod tensors;
mod timing;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match commands::Program::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            summary::say(&format!("error: {error}"));
            ExitCode::from(error.exit_code())
        }
    }
}
