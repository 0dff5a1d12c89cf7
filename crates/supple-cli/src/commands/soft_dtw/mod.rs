//! `supple soft-dtw`: values, gradients and expected alignments of batches of series.

mod given;
mod results;

use std::fmt;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::batch::{Batch, LengthsFile, check_fits, check_result};
use crate::device;
use crate::error::{CliError, FileArgument};
use crate::npy;
use crate::options::{MeasureOptions, RunOptions};
use crate::output::{OutputId, Outputs};
use crate::summary::{self, Written, line};
use crate::timing::{Unit, Work, measure};
use results::{Quantity, Results, Shapes};

/// Compute soft-DTW between series, with gradients and expected alignments
#[derive(Args, Debug)]
#[command(after_help = "\
X and Y are [B, n, d] or [B, n]: B series of n time steps with d channels; n may differ between the two.
Values are in the units of the cost. Gradients are of the sum of all values, in the shape of their input.
Series of unequal lengths are padded at the end with anything, and their lengths given by --x-lengths and --y-lengths;
gradients and alignments are 0 in the padding.

Example: distances between all series of two files, and the gradient in the first
  supple soft-dtw X.npy Y.npy --gamma 0.1 --pairs all --out D.npy --grad-x GX.npy

Example: of matrices of costs, [B, n, m], and the gradient in them
  supple soft-dtw --costs C.npy --gamma 1 --out D.npy --grad-costs GC.npy

Example: divergences of padded series, with paths that stay within 10 steps of the diagonal
  supple soft-dtw X.npy Y.npy --kind divergence --gamma 1 --band 10 --x-lengths LX.npy --y-lengths LY.npy --out D.npy")]
pub(super) struct Arguments {
    /// The first series, [B, n, d] or [B, n]
    #[arg(value_name = "X.npy", required_unless_present = "costs")]
    x: Option<PathBuf>,

    /// The second series, [B, m, d] or [B, m]
    #[arg(value_name = "Y.npy", required_unless_present = "costs")]
    y: Option<PathBuf>,

    /// Matrices of costs, [B, n, m], in the place of series: for every kind but the divergences. Lengths are how many of
    /// their rows and columns count. By `hard`, inf forbids a cell
    #[arg(long, value_name = "C.npy", conflicts_with_all = ["x", "y", "cost", "cost_file", "pairs", "grad_x", "grad_y", "alignment"])]
    costs: Option<PathBuf>,

    /// The number of steps of each series of X that count, [B], whole numbers [default: all]
    #[arg(long, value_name = "LX.npy")]
    x_lengths: Option<PathBuf>,

    /// The number of steps of each series of Y that count, [B], whole numbers [default: all]
    #[arg(long, value_name = "LY.npy")]
    y_lengths: Option<PathBuf>,

    #[command(flatten)]
    measure: MeasureOptions,

    /// Which series are compared
    #[arg(long, value_enum, default_value_t)]
    pairs: Pairs,

    /// Where the values go: [B], or [A, B] for all pairs
    #[arg(long, value_name = "D.npy")]
    out: PathBuf,

    /// Where the gradient in X goes, in the shape of X
    #[arg(long, value_name = "GX.npy")]
    grad_x: Option<PathBuf>,

    /// Where the gradient in Y goes, in the shape of Y
    #[arg(long, value_name = "GY.npy")]
    grad_y: Option<PathBuf>,

    /// Where the gradient in --costs goes, in their shape: by the kind `value` the expected alignments
    #[arg(long, value_name = "GC.npy", requires = "costs", conflicts_with_all = ["x", "y"])]
    grad_costs: Option<PathBuf>,

    /// Where the expected alignments go: [B, n, m], or [A, B, n, m] for all pairs
    #[arg(long, value_name = "E.npy")]
    alignment: Option<PathBuf>,

    #[command(flatten)]
    run: RunOptions,
}

/// Which series are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
enum Pairs {
    /// Series i of X with series i of Y
    #[default]
    Aligned,
    /// Every series of X with every series of Y
    All,
}

impl From<Pairs> for supple::soft_dtw::Pairs {
    fn from(pairs: Pairs) -> Self {
        match pairs {
            Pairs::Aligned => Self::Aligned,
            Pairs::All => Self::All,
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    match (&arguments.costs, &arguments.x, &arguments.y) {
        (Some(costs), ..) => given::run(arguments, costs),
        (None, Some(x), Some(y)) => run_series(arguments, x, y),
        // The command line has been refused before.
        _ => Err(CliError::Argument {
            argument: "X.npy",
            problem: "or Y.npy is missing".to_owned(),
            remedy: "give two files of series, or --costs".to_owned(),
        }),
    }
}

fn run_series(arguments: &Arguments, x: &Path, y: &Path) -> Result<(), CliError> {
    let dtw = arguments.measure.settings()?.pairs(arguments.pairs.into());
    let mut outputs = Outputs::new();
    let files = add_outputs(arguments, &mut outputs)?;
    let x_lengths = LengthsFile::new("--x-lengths", arguments.x_lengths.as_ref());
    let y_lengths = LengthsFile::new("--y-lengths", arguments.y_lengths.as_ref());
    let x = Batch::read_many(FileArgument::new("X", x), &x_lengths)?;
    let y = Batch::read_many(FileArgument::new("Y", y), &y_lengths)?;
    x.check_channels(&y)?;
    if arguments.pairs == Pairs::Aligned {
        x.check_count(&y)?;
    }
    let gpu = device::open(arguments.run.device.adapter.as_deref())?;
    let shapes = Shapes::new(&x, &y, arguments.pairs == Pairs::All);
    check_fits(&gpu, &x.file, &x.shape)?;
    check_fits(&gpu, &y.file, &y.shape)?;
    files.iter().try_for_each(|output| check_fits(&gpu, &output.file, shapes.of(output.quantity)))?;

    let wanted: Vec<Quantity> = files.iter().map(|output| output.quantity).collect();
    let (results, timing) =
        measure(&gpu, arguments.run.repeat, |submit| Ok(Results::compute(submit, &dtw, (&x, &y), &wanted)?))?;
    for OutputFile { quantity, id, file } in &files {
        let (shape, values) = (shapes.of(*quantity), results.of(*quantity));
        check_result(file, shape, values)?;
        outputs.write(*id, |writer| npy::write(writer, shape, values))?;
    }
    outputs.commit()?;

    let written = |OutputFile { quantity, file, .. }: &OutputFile| Written::new(file, shapes.of(*quantity));
    let work = Work::new(&gpu, (shapes.cells(), Unit::Cells), timing);
    let summary = Summary {
        command: "soft-dtw",
        of: Series { measure: arguments.measure.clone(), pairing: arguments.pairs },
        pairs: shapes.pairs(),
        pairs_per_second: work.rate(shapes.pairs()),
        work,
        outputs: files.iter().map(written).collect(),
    };
    summary::print(&summary, arguments.run.device.json)
}

/// An output file that is asked for, and what goes into it.
struct OutputFile {
    quantity: Quantity,
    id: OutputId,
    file: FileArgument,
}

fn add_outputs(arguments: &Arguments, outputs: &mut Outputs) -> Result<Vec<OutputFile>, CliError> {
    let asked_for = [
        (Quantity::Value, "--out", Some(&arguments.out)),
        (Quantity::GradX, "--grad-x", arguments.grad_x.as_ref()),
        (Quantity::GradY, "--grad-y", arguments.grad_y.as_ref()),
        (Quantity::Alignment, "--alignment", arguments.alignment.as_ref()),
    ];
    let mut files = Vec::new();
    for (quantity, argument, path) in asked_for {
        if let Some(path) = path {
            let file = FileArgument::new(argument, path);
            files.push(OutputFile { quantity, id: outputs.add(file.clone())?, file });
        }
    }
    Ok(files)
}

/// What a run did; `of` says with what.
#[derive(Serialize)]
struct Summary<Of> {
    command: &'static str,
    #[serde(flatten)]
    of: Of,
    pairs: u64,
    pairs_per_second: Option<f64>,
    #[serde(flatten)]
    work: Work,
    outputs: Vec<Written>,
}

#[derive(Serialize)]
struct Series {
    #[serde(flatten)]
    measure: MeasureOptions,
    pairing: Pairs,
}

impl<Of> fmt::Display for Summary<Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(f, "pairs", self.pairs)?;
        self.work.fmt(f)?;
        self.outputs.iter().try_for_each(|output| output.fmt(f))
    }
}
