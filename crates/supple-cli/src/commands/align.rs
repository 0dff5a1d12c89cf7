//! `supple align`: the expected alignment of two series, and a picture of it.

use std::fmt;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use supple::soft_dtw::SoftDtw;

use crate::batch::{Batch, check_fits, check_result};
use crate::device;
use crate::error::{CliError, FileArgument};
use crate::npy;
use crate::options::{PathOptions, RunOptions, gamma};
use crate::output::Outputs;
use crate::plot::{AlignmentPlot, PlotSeries};
use crate::summary::{self, line};
use crate::timing::{Submitter, Unit, Work, measure};

/// Align two series under soft-DTW and draw the expected alignment
#[derive(Args, Debug)]
#[command(after_help = "\
A and B are [n] or [n, d]: one series of n time steps with d channels; n may differ between the two.

Example:
  supple align A.npy B.npy --gamma 0.1 --plot alignment.svg")]
pub(super) struct Arguments {
    /// The first series, [n] or [n, d]
    #[arg(value_name = "A.npy")]
    a: PathBuf,

    /// The second series, [m] or [m, d]
    #[arg(value_name = "B.npy")]
    b: PathBuf,

    /// Smoothing, in the units of the cost: 0 is plain DTW, larger is smoother
    #[arg(long, value_name = "G", value_parser = gamma, allow_hyphen_values = true)]
    gamma: f32,

    #[command(flatten)]
    paths: PathOptions,

    /// Where the picture goes: both series, and their expected alignment as a heat map
    #[arg(long, value_name = "OUT.svg")]
    plot: PathBuf,

    /// Where the expected alignment goes, [n, m]: how likely each pair of steps is matched
    #[arg(long, value_name = "E.npy")]
    alignment: Option<PathBuf>,

    #[command(flatten)]
    run: RunOptions,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let dtw = arguments.paths.settings(arguments.gamma)?;
    let mut outputs = Outputs::new();
    let plot_file = FileArgument::new("--plot", &arguments.plot);
    let plot_output = outputs.add(plot_file.clone())?;
    let alignment_file = arguments.alignment.as_ref().map(|path| FileArgument::new("--alignment", path));
    let alignment_output = alignment_file.clone().map(|file| outputs.add(file)).transpose()?;
    let a = Batch::read_one(FileArgument::new("A", &arguments.a))?;
    let b = Batch::read_one(FileArgument::new("B", &arguments.b))?;
    a.check_channels(&b)?;

    let gpu = device::open(arguments.run.device.adapter.as_deref())?;
    let shape = [a.length(), b.length()];
    let expected_file = alignment_file.as_ref().unwrap_or(&plot_file);
    check_fits(&gpu, expected_file, &shape)?;
    let (Aligned { value, expected }, timing) =
        measure(&gpu, arguments.run.repeat, |submit| Ok(Aligned::compute(submit, &dtw, &a, &b)?))?;
    check_result(&plot_file, &[1], &[value])?;
    check_result(expected_file, &shape, &expected)?;

    let (a_name, b_name) = (stem(&a.file), stem(&b.file));
    let picture = AlignmentPlot {
        title: &format!("{a_name} and {b_name}"),
        a: PlotSeries { name: &a_name, values: &a.values },
        b: PlotSeries { name: &b_name, values: &b.values },
        channels: a.channels(),
        alignment: &expected,
        measure: if arguments.gamma == 0.0 { "DTW" } else { "soft-DTW" },
        value,
        gamma: arguments.gamma,
    }
    .render()?;
    outputs.write(plot_output, |writer| writer.write_all(picture.as_bytes()))?;
    if let Some(output) = alignment_output {
        outputs.write(output, |writer| npy::write(writer, &shape, &expected))?;
    }
    outputs.commit()?;

    let cells = shape.iter().product::<usize>() as u64;
    let summary = Summary {
        command: "align",
        gamma: arguments.gamma,
        paths: arguments.paths.clone(),
        value,
        shape,
        work: Work::new(&gpu, (cells, Unit::Cells), timing),
        plot: plot_file.path.to_string_lossy().into_owned(),
        alignment: alignment_file.map(|file| file.path.to_string_lossy().into_owned()),
    };
    summary::print(&summary, arguments.run.device.json)
}

/// The value and the expected alignment on the host.
struct Aligned {
    value: f32,
    expected: Vec<f32>,
}

impl Aligned {
    fn compute(submit: &mut Submitter<'_>, dtw: &SoftDtw, a: &Batch, b: &Batch) -> supple::Result<Self> {
        let (a, b) = (a.upload(submit.gpu())?, b.upload(submit.gpu())?);
        let result = submit.run(|rec| dtw.alignment(rec, &a, &b))?;
        // A batch of one pair has one value.
        let value = result.value.read(submit.gpu())?.into_iter().sum();
        Ok(Self { value, expected: result.expected.read(submit.gpu())? })
    }
}

/// What to call a series in the picture.
fn stem(file: &FileArgument) -> String {
    file.path.file_stem().map_or_else(|| file.argument.to_owned(), |stem| stem.to_string_lossy().into_owned())
}

#[derive(Serialize)]
struct Summary {
    command: &'static str,
    gamma: f32,
    #[serde(flatten)]
    paths: PathOptions,
    value: f32,
    shape: [usize; 2],
    #[serde(flatten)]
    work: Work,
    plot: String,
    alignment: Option<String>,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(f, "value", self.value)?;
        self.work.fmt(f)?;
        line(f, "--plot", &self.plot)?;
        self.alignment.iter().try_for_each(|path| line(f, "--alignment", path))
    }
}
