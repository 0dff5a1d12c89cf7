//! The program as its users meet it: files and arguments in, files, text and an exit status out.

mod adapters;
mod align;
mod bad_arguments;
mod bad_arrays;
mod bad_lengths;
mod bad_networks;
mod bad_rows;
mod bad_series;
mod barycenter;
mod classify;
mod classify_settings;
mod common;
mod kinds;
mod kmeans;
mod momentum;
mod networks;
mod own_costs;
mod paths;
mod permutahedron;
mod perturbed;
mod soft_dtw;
mod sort;
mod train_momentum;
