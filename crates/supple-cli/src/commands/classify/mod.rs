//! `supple classify`: labels of test series by their nearest training series.

mod aligned;
mod euclidean;
mod nearest;
mod picture;
mod predictions;
mod report;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;
use supple::Gpu;

use crate::device;
use crate::error::{CliError, FileArgument};
use crate::options::{RunOptions, gamma};
use crate::output::{OutputId, Outputs};
use crate::series::{self, Dataset};
use crate::summary::{self, say};
use crate::timing::{Timing, measure, measure_on_host};
use aligned::Measure;
use nearest::Neighbour;

/// Label test series by their nearest training series
#[derive(Args, Debug)]
#[command(after_help = "\
Each test series gets the label of the training series with the smallest distance; of equally near ones the
first counts. Files are in the .ts format of the UCR and UEA archives, or else the older text of the UCR archive:
one series a line, its label first, separated by tabs, commas or spaces. Series may have several channels, and
lengths of their own except under the Euclidean distance.

Example:
  supple classify GunPoint_TRAIN.ts GunPoint_TEST.ts --distance soft-dtw-divergence --gamma 1 --out predictions.csv")]
pub(super) struct Arguments {
    /// The labelled series to learn from
    #[arg(value_name = "TRAIN.ts")]
    train: PathBuf,

    /// The series to label, whose own labels give the accuracy
    #[arg(value_name = "TEST.ts")]
    test: PathBuf,

    /// How far two series are from each other; all are built on |x - y|^2 / 2 between time steps
    #[arg(long, value_enum)]
    distance: Distance,

    /// Smoothing of the two soft distances, in the units of |x - y|^2 / 2; larger is smoother. They need it, the
    /// others have none
    #[arg(long, value_name = "G", value_parser = gamma, allow_hyphen_values = true)]
    gamma: Option<f32>,

    /// Where the predictions go: index, label, predicted label, nearest training series (counted from 0), distance
    #[arg(long, value_name = "PREDICTIONS.csv")]
    out: Option<PathBuf>,

    /// Where a picture goes of the first test series, aligned with the first one of another class; for the two soft
    /// distances
    #[arg(long, value_name = "OUT.svg")]
    plot: Option<PathBuf>,

    #[command(flatten)]
    run: RunOptions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
enum Distance {
    /// Soft-DTW
    SoftDtw,
    /// The soft-DTW divergence, which is 0 between equal series
    SoftDtwDivergence,
    /// Dynamic time warping
    Dtw,
    /// Step by step, with no alignment; computed on the CPU
    Euclidean,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let measure = arguments.measure()?;
    let mut outputs = Outputs::new();
    let predictions_output = add(&mut outputs, "--out", arguments.out.as_ref())?;
    let plot_output = add(&mut outputs, "--plot", arguments.plot.as_ref())?;
    let split = Split::read(arguments)?;
    let subject = plot_output.is_some().then(|| picture::Subject::find(&split)).transpose()?;
    if measure.is_none() {
        euclidean::check_lengths(&split)?;
    }

    let gpu = measure.is_some().then(|| device::open(arguments.run.adapter.as_deref())).transpose()?;
    let (neighbours, timing) = split.nearest(gpu.as_ref(), measure, arguments)?;
    nearest::check_finite(&neighbours, &split)?;
    if let Some(output) = predictions_output {
        outputs.write(output, |writer| predictions::write(writer, &split, &neighbours))?;
    }
    if let (Some(output), Some(subject), Some(gpu), Some(measure)) = (plot_output, subject, &gpu, measure) {
        subject.draw(gpu, measure, output, &mut outputs)?;
    }
    outputs.commit()?;
    let adapter = gpu.map(|gpu| gpu.adapter_info().name.clone());
    summary::print(&report::Report::new(arguments, &split, &neighbours, adapter, timing), arguments.run.json)
}

fn add(outputs: &mut Outputs, argument: &'static str, path: Option<&PathBuf>) -> Result<Option<OutputId>, CliError> {
    path.map(|path| outputs.add(FileArgument::new(argument, path))).transpose()
}

impl Arguments {
    /// What the GPU is to compute; nothing for the Euclidean distance. Checks the arguments that depend on it.
    fn measure(&self) -> Result<Option<Measure>, CliError> {
        let soft = matches!(self.distance, Distance::SoftDtw | Distance::SoftDtwDivergence);
        if !soft && self.plot.is_some() {
            return Err(CliError::Argument {
                argument: "--plot",
                problem: format!("draws a soft alignment, which --distance {} has not", self.distance_name()),
                remedy: "choose `--distance soft-dtw` or `soft-dtw-divergence`, or leave --plot out".to_owned(),
            });
        }
        if !soft && self.gamma.is_some() {
            say(&format!("note: --gamma has no effect on --distance {}", self.distance_name()));
        }
        if self.distance == Distance::Euclidean && self.run.adapter.is_some() {
            say("note: --adapter has no effect on --distance euclidean, which is computed on the CPU");
        }
        let gamma = || {
            self.gamma.ok_or_else(|| CliError::Argument {
                argument: "--gamma",
                problem: format!("is missing, and --distance {} needs it", self.distance_name()),
                remedy: "give the smoothing, such as `--gamma 1`".to_owned(),
            })
        };
        Ok(match self.distance {
            Distance::SoftDtw => Some(Measure { gamma: gamma()?, divergence: false }),
            Distance::SoftDtwDivergence => Some(Measure { gamma: gamma()?, divergence: true }),
            Distance::Dtw => Some(Measure { gamma: 0.0, divergence: false }),
            Distance::Euclidean => None,
        })
    }

    /// The distance as the command line writes it.
    fn distance_name(&self) -> String {
        self.distance.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// A data set in its two parts, with the files they come from.
struct Split {
    train: Dataset,
    train_file: FileArgument,
    test: Dataset,
    test_file: FileArgument,
}

impl Split {
    fn read(arguments: &Arguments) -> Result<Self, CliError> {
        let train_file = FileArgument::new("TRAIN", &arguments.train);
        let test_file = FileArgument::new("TEST", &arguments.test);
        let (train, test) = (series::read(&train_file)?, series::read(&test_file)?);
        series::check_channels((&train, &train_file), (&test, &test_file))?;
        Ok(Self { train, train_file, test, test_file })
    }

    /// The nearest training series of each test series.
    fn nearest(
        &self,
        gpu: Option<&Gpu>,
        distance: Option<Measure>,
        arguments: &Arguments,
    ) -> Result<(Vec<Neighbour>, Timing), CliError> {
        let repeat = arguments.run.repeat;
        match (gpu, distance) {
            (Some(gpu), Some(distance)) => measure(gpu, repeat, |submit| Ok(aligned::nearest(submit, distance, self)?)),
            _ => measure_on_host(repeat, || Ok(euclidean::nearest(self))),
        }
    }
}
