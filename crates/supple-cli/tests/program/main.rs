//! The program as its users meet it: files and arguments in, files, text and an exit status out.

mod adapters;
mod align;
mod bad_arguments;
mod bad_arrays;
mod bad_series;
mod classify;
mod common;
mod soft_dtw;
