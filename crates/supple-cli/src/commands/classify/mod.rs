//! `supple classify`: labels of test series by their nearest training series.

mod aligned;
mod centroid;
mod distance;
mod euclidean;
mod gamma;
mod nearest;
mod picture;
mod predictions;
mod report;
mod split;

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, ValueEnum};
use serde::Serialize;
use supple::Gpu;
use supple::soft_dtw::SoftDtw;

use crate::device;
use crate::error::{CliError, FileArgument};
use crate::options::{IDLE_GAMMA, PathOptions, RunOptions, missing_gamma, name};
use crate::output::{OutputId, Outputs};
use crate::summary::{self, say};
use crate::timing::{Timing, measure, measure_on_host};
use distance::Distance;
use gamma::Gamma;
use nearest::Neighbour;
use split::Split;

/// Label test series by their nearest training series, or their nearest class
#[derive(Args, Debug)]
#[command(after_help = "\
Each test series gets the label of the training series with the smallest distance, or by `--rule centroid` of the
class whose center has the smallest; of equally near ones the first counts. Files are in the .ts format of the UCR and
UEA archives, or else the older text of the UCR archive: one series a line, its label first, separated by tabs, commas
or spaces. Series may have several channels, and lengths of their own except under the Euclidean distance.

Example:
  supple classify GunPoint_TRAIN.ts GunPoint_TEST.ts --distance soft-dtw-divergence --gamma 1 --out predictions.csv

Example: one barycenter per class, and gamma chosen on the training series
  supple classify TRAIN.ts TEST.ts --rule centroid --distance soft-dtw-divergence --gamma auto")]
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

    /// What the distances are to: training series, or the center of each class
    #[arg(long, value_enum, default_value_t)]
    rule: Rule,

    /// Smoothing of the soft and sharp distances, in the units of the cost; larger is smoother. They need it, the
    /// others have none. With `auto` it is chosen from 0.001 to 100 by 5-fold cross-validation on the training series
    #[arg(long, value_name = "G", value_parser = Gamma::parse, allow_hyphen_values = true)]
    gamma: Option<Gamma>,

    #[command(flatten)]
    paths: PathOptions,

    /// Where the predictions go: index, label, predicted label, nearest training series (counted from 0; by `--rule
    /// centroid` the nearest class, in the order of their labels), distance
    #[arg(long, value_name = "PREDICTIONS.csv")]
    out: Option<PathBuf>,

    /// Where a picture goes of the first test series, aligned with the first one of another class; for the soft and
    /// sharp distances
    #[arg(long, value_name = "OUT.svg")]
    plot: Option<PathBuf>,

    #[command(flatten)]
    run: RunOptions,
}

/// What the distances of a test series are to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ValueEnum)]
enum Rule {
    /// Every training series
    #[default]
    #[value(name = "1nn")]
    #[serde(rename = "1nn")]
    NearestNeighbour,
    /// The barycenter of each class under the distance; the mean for the Euclidean one
    #[serde(rename = "centroid")]
    Centroid,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let smoothing = arguments.smoothing()?;
    let mut gamma = match smoothing {
        Some(Gamma::Given(gamma)) => Some(gamma),
        Some(Gamma::Auto) | None => None,
    };
    let mut dtw = arguments.settings(gamma)?;
    let mut outputs = Outputs::new();
    let predictions_output = add(&mut outputs, "--out", arguments.out.as_ref())?;
    let plot_output = add(&mut outputs, "--plot", arguments.plot.as_ref())?;
    let split = Split::read(arguments)?;
    let subject = plot_output.is_some().then(|| picture::Subject::find(&split)).transpose()?;

    let gpu = dtw.is_some().then(|| device::open(arguments.run.device.adapter.as_deref())).transpose()?;
    let mut scores = None;
    if let (Some(Gamma::Auto), Some(gpu), Some(any)) = (smoothing, &gpu, &dtw) {
        let choice = gamma::choose(gpu, any, &split, arguments)?;
        gamma = Some(choice.gamma);
        dtw = arguments.settings(gamma)?;
        scores = Some(choice.scores);
    }
    let on_gpu = gpu.as_ref().zip(dtw.as_ref());
    let (split, fitting) = split.fitted(on_gpu, arguments.rule)?;
    let (neighbours, timing) = split.nearest(on_gpu, arguments)?;
    nearest::check_finite(&neighbours, &split)?;
    if let Some(output) = predictions_output {
        outputs.write(output, |writer| predictions::write(writer, &split, &neighbours))?;
    }
    if let (Some(output), Some(subject), Some((gpu, dtw))) = (plot_output, subject, on_gpu) {
        let picture = subject.draw(&split.test, gpu, dtw, (arguments.distance, gamma))?;
        outputs.write(output, |writer| writer.write_all(picture.as_bytes()))?;
    }
    outputs.commit()?;
    let report = report::Report::new(arguments, &split, &neighbours, timing);
    let report = report.with_preparation(gpu.as_ref(), gamma, scores, fitting);
    summary::print(&report, arguments.run.device.json)
}

fn add(outputs: &mut Outputs, argument: &'static str, path: Option<&PathBuf>) -> Result<Option<OutputId>, CliError> {
    path.map(|path| outputs.add(FileArgument::new(argument, path))).transpose()
}

impl Arguments {
    /// The smoothing that counts; nothing where the distance has none. Checks the arguments that depend on it.
    fn smoothing(&self) -> Result<Option<Gamma>, CliError> {
        let distance = name(&self.distance);
        if self.distance.drawn_as().is_none() && self.plot.is_some() {
            return Err(CliError::Argument {
                argument: "--plot",
                problem: format!("draws a soft alignment, which --distance {distance} has not"),
                remedy: "choose `--distance soft-dtw` or `soft-dtw-divergence`, or leave --plot out".to_owned(),
            });
        }
        if self.distance == Distance::Euclidean {
            if self.run.device.adapter.is_some() {
                say("note: --adapter has no effect on --distance euclidean, which is computed on the CPU");
            }
            if !self.paths.are_default() {
                say("note: --cost, --cost-file, --band, --itakura and --memory have no effect on --distance euclidean");
            }
        }
        if self.distance.kind().is_some_and(|kind| kind.is_smoothed(self.paths.cost)) {
            return self.gamma.map(Some).ok_or_else(|| missing_gamma(&format!("--distance {distance}")));
        }
        // A cost of the caller's may depend on it in any case.
        if self.distance.kind().is_some() && self.paths.cost_file.is_some() {
            return Ok(self.gamma);
        }
        if self.gamma.is_some() {
            say(&format!("note: --gamma has no effect on --distance {distance}"));
        }
        Ok(None)
    }

    /// What the GPU is to compute; nothing for the Euclidean distance. Without a gamma where that is yet to be chosen.
    fn settings(&self, gamma: Option<f32>) -> Result<Option<SoftDtw>, CliError> {
        let Some(kind) = self.distance.kind() else { return Ok(None) };
        let dtw = self.paths.settings(gamma.unwrap_or(IDLE_GAMMA))?;
        Ok(Some(dtw.kind(kind.into())))
    }
}

impl Split {
    /// By the rule of the centroid, the center of each class in place of the training series, and the seconds that
    /// took.
    fn fitted(self, on_gpu: Option<(&Gpu, &SoftDtw)>, rule: Rule) -> Result<(Self, Option<f64>), CliError> {
        if rule == Rule::NearestNeighbour {
            return Ok((self, None));
        }
        let begin = Instant::now();
        let train = match on_gpu {
            Some((gpu, dtw)) => centroid::barycenters(gpu, dtw, &self)?,
            None => centroid::means(&self),
        };
        let train_file = FileArgument::new("the centers of TRAIN", &self.train_file.path);
        Ok((Self { train, train_file, ..self }, Some(begin.elapsed().as_secs_f64())))
    }

    /// The nearest training series of each test series.
    fn nearest(
        &self,
        on_gpu: Option<(&Gpu, &SoftDtw)>,
        arguments: &Arguments,
    ) -> Result<(Vec<Neighbour>, Timing), CliError> {
        let repeat = arguments.run.repeat;
        match on_gpu {
            Some((gpu, dtw)) => measure(gpu, repeat, |submit| aligned::nearest(submit, dtw, self)),
            None => measure_on_host(repeat, || Ok(euclidean::nearest(self))),
        }
    }
}
