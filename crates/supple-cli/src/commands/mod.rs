//! The subcommands, one file or folder each.

mod adapters;
mod align;
mod barycenter;
mod classify;
mod kmeans;
mod momentum;
mod permutahedron;
mod perturbed;
mod soft_dtw;
mod sort;
mod train_momentum;

use clap::{Parser, Subcommand};

use crate::error::CliError;

/// Differentiable alignment, classification and clustering of time series, sorting, ranking and other decisions, momentum networks, on the GPU
///
/// Arrays are .npy files: float32 or float64 in, float32 out; lengths and orders are whole numbers. Networks are .safetensors files. Results go to the files that are named, a summary to
/// standard output, everything else to standard error. Output files are written whole or not at all.
///
/// Exit status: 0 on success, 2 for bad input or arguments, 1 where the machine failed (GPU lost, memory or disk full).
#[derive(Debug, Parser)]
#[command(name = "supple", version)]
pub(crate) struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Adapters(adapters::Arguments),
    SoftDtw(soft_dtw::Arguments),
    Classify(classify::Arguments),
    Align(align::Arguments),
    Barycenter(barycenter::Arguments),
    Kmeans(kmeans::Arguments),
    Sort(sort::Arguments),
    SoftSort(permutahedron::soft_sort::Arguments),
    SoftRank(permutahedron::soft_rank::Arguments),
    Project(permutahedron::project::Arguments),
    Perturbed(perturbed::Arguments),
    Momentum(momentum::Arguments),
    TrainMomentum(train_momentum::Arguments),
}

impl Program {
    pub(crate) fn run(self) -> Result<(), CliError> {
        match self.command {
            Command::Adapters(arguments) => adapters::run(&arguments),
            Command::SoftDtw(arguments) => soft_dtw::run(&arguments),
            Command::Classify(arguments) => classify::run(&arguments),
            Command::Align(arguments) => align::run(&arguments),
            Command::Barycenter(arguments) => barycenter::run(&arguments),
            Command::Kmeans(arguments) => kmeans::run(&arguments),
            Command::Sort(arguments) => sort::run(&arguments),
            Command::SoftSort(arguments) => permutahedron::soft_sort::run(&arguments),
            Command::SoftRank(arguments) => permutahedron::soft_rank::run(&arguments),
            Command::Project(arguments) => permutahedron::project::run(&arguments),
            Command::Perturbed(arguments) => perturbed::run(&arguments),
            Command::Momentum(arguments) => momentum::run(&arguments),
            Command::TrainMomentum(arguments) => train_momentum::run(&arguments),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_well_formed() {
        super::Program::command().debug_assert();
    }
}
