//! `supple classify`: labels of test series by their nearest training series.

mod aligned;
mod distance;
mod euclidean;
mod nearest;
mod picture;
mod predictions;
mod report;
mod split;

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use supple::Gpu;
use supple::soft_dtw::SoftDtw;

use crate::device;
use crate::error::{CliError, FileArgument};
use crate::options::{PathOptions, RunOptions, gamma, missing_gamma, name};
use crate::output::{OutputId, Outputs};
use crate::summary::{self, say};
use crate::timing::{Timing, measure, measure_on_host};
use distance::Distance;
use nearest::Neighbour;
use split::Split;

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

    /// How far two series are from each other
    #[arg(long, value_enum)]
    distance: Distance,

    /// Smoothing of the soft and sharp distances, in the units of the cost; larger is smoother. They need it, the
    /// others have none
    #[arg(long, value_name = "G", value_parser = gamma, allow_hyphen_values = true)]
    gamma: Option<f32>,

    #[command(flatten)]
    paths: PathOptions,

    /// Where the predictions go: index, label, predicted label, nearest training series (counted from 0), distance
    #[arg(long, value_name = "PREDICTIONS.csv")]
    out: Option<PathBuf>,

    /// Where a picture goes of the first test series, aligned with the first one of another class; for the soft and
    /// sharp distances
    #[arg(long, value_name = "OUT.svg")]
    plot: Option<PathBuf>,

    #[command(flatten)]
    run: RunOptions,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let dtw = arguments.settings()?;
    let mut outputs = Outputs::new();
    let predictions_output = add(&mut outputs, "--out", arguments.out.as_ref())?;
    let plot_output = add(&mut outputs, "--plot", arguments.plot.as_ref())?;
    let split = Split::read(arguments)?;
    let subject = plot_output.is_some().then(|| picture::Subject::find(&split)).transpose()?;

    let gpu = dtw.is_some().then(|| device::open(arguments.run.device.adapter.as_deref())).transpose()?;
    let (neighbours, timing) = split.nearest(gpu.as_ref(), dtw.as_ref(), arguments)?;
    nearest::check_finite(&neighbours, &split)?;
    if let Some(output) = predictions_output {
        outputs.write(output, |writer| predictions::write(writer, &split, &neighbours))?;
    }
    if let (Some(output), Some(subject), Some(gpu), Some(dtw)) = (plot_output, subject, &gpu, &dtw) {
        let picture = subject.draw(gpu, dtw, arguments)?;
        outputs.write(output, |writer| writer.write_all(picture.as_bytes()))?;
    }
    outputs.commit()?;
    let adapter = gpu.map(|gpu| gpu.adapter_info().name.clone());
    let report = report::Report::new(arguments, &split, &neighbours, adapter, timing);
    summary::print(&report, arguments.run.device.json)
}

fn add(outputs: &mut Outputs, argument: &'static str, path: Option<&PathBuf>) -> Result<Option<OutputId>, CliError> {
    path.map(|path| outputs.add(FileArgument::new(argument, path))).transpose()
}

impl Arguments {
    /// What the GPU is to compute; nothing for the Euclidean distance. Checks the arguments that depend on it.
    fn settings(&self) -> Result<Option<SoftDtw>, CliError> {
        let distance = name(&self.distance);
        if self.distance.drawn_as().is_none() && self.plot.is_some() {
            return Err(CliError::Argument {
                argument: "--plot",
                problem: format!("draws a soft alignment, which --distance {distance} has not"),
                remedy: "choose `--distance soft-dtw` or `soft-dtw-divergence`, or leave --plot out".to_owned(),
            });
        }
        if !self.is_smoothed() && self.gamma.is_some() {
            say(&format!("note: --gamma has no effect on --distance {distance}"));
        }
        let Some(kind) = self.distance.kind() else {
            if self.run.device.adapter.is_some() {
                say("note: --adapter has no effect on --distance euclidean, which is computed on the CPU");
            }
            return Ok(None);
        };
        let gamma = match self.gamma {
            Some(gamma) => gamma,
            None if self.is_smoothed() => return Err(missing_gamma(&format!("--distance {distance}"))),
            None => kind.idle_gamma(),
        };
        Ok(Some(self.paths.settings(gamma)?.kind(kind.into())))
    }

    /// Whether gamma plays a part.
    fn is_smoothed(&self) -> bool {
        self.distance.kind().is_some_and(|kind| kind.is_smoothed(self.paths.cost))
    }
}

impl Split {
    /// The nearest training series of each test series.
    fn nearest(
        &self,
        gpu: Option<&Gpu>,
        dtw: Option<&SoftDtw>,
        arguments: &Arguments,
    ) -> Result<(Vec<Neighbour>, Timing), CliError> {
        let repeat = arguments.run.repeat;
        match (gpu, dtw) {
            (Some(gpu), Some(dtw)) => measure(gpu, repeat, |submit| aligned::nearest(submit, dtw, self)),
            _ => measure_on_host(repeat, || Ok(euclidean::nearest(self))),
        }
    }
}
