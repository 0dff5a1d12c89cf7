//! The program `supple`: differentiable alignment and classification of time series on the GPU.

#![deny(unsafe_code)]

mod error;
mod npy;
mod output;
mod plot;
mod progress;
mod series;

fn main() {}
