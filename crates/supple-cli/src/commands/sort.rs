//! `supple sort`: sorted rows and their order.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use supple::segmented::Sort;

use crate::batch::check_fits;
use crate::device;
use crate::error::{CliError, FileArgument};
use crate::npy;
use crate::options::{Direction, RunOptions};
use crate::output::Outputs;
use crate::rows::{Report, Rows};
use crate::summary::{self, Written};
use crate::timing::{Submitter, Unit, Work, measure};

/// Sort each row
#[derive(Args, Debug)]
#[command(after_help = "\
Equal elements stay in the order in which they are in X. The order is of whole numbers from 0, int64, as NumPy indexes with them:
numpy.take_along_axis(X, I, axis=-1) is the sorted array.

Example:
  supple sort X.npy --direction descending --out S.npy --order I.npy")]
pub(super) struct Arguments {
    /// The rows: one, [n], or several, [B, n]
    #[arg(value_name = "X.npy")]
    x: PathBuf,

    #[command(flatten)]
    settings: Settings,

    /// Where the sorted rows go, in the shape of X
    #[arg(long, value_name = "S.npy")]
    out: PathBuf,

    /// Where their order goes, in the shape of X: where in its row of X each sorted element is
    #[arg(long, value_name = "I.npy")]
    order: Option<PathBuf>,

    #[command(flatten)]
    run: RunOptions,
}

#[derive(Args, Clone, Copy, Debug, Serialize)]
struct Settings {
    /// The direction of sorting
    #[arg(long, value_enum, default_value_t)]
    direction: Direction,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let mut outputs = Outputs::new();
    let out_file = FileArgument::new("--out", &arguments.out);
    let out_output = outputs.add(out_file.clone())?;
    let order_file = arguments.order.as_ref().map(|path| FileArgument::new("--order", path));
    let order_output = order_file.clone().map(|file| outputs.add(file)).transpose()?;
    let x = Rows::read(FileArgument::new("X", &arguments.x))?;
    let gpu = device::open(arguments.run.device.adapter.as_deref())?;
    check_fits(&gpu, &x.file, &x.shape)?;
    let sort = Sort::new().direction(arguments.settings.direction.into());
    let (Sorted { values, order }, timing) =
        measure(&gpu, arguments.run.repeat, |submit| Ok(Sorted::compute(submit, &sort, &x, order_output.is_some())?))?;
    outputs.write(out_output, |writer| npy::write(writer, &x.shape, &values))?;
    if let Some(output) = order_output {
        let order: Vec<i64> = order.into_iter().map(i64::from).collect();
        outputs.write(output, |writer| npy::write(writer, &x.shape, &order))?;
    }
    outputs.commit()?;
    let written = std::iter::once(&out_file).chain(&order_file).map(|file| Written::new(file, &x.shape)).collect();
    let work = Work::new(&gpu, (x.values.len() as u64, Unit::Elements), timing);
    summary::print(&Report::new("sort", arguments.settings, &x, work, written), arguments.run.device.json)
}

/// The sorted rows and their order on the host; the order is empty where it is not wanted.
struct Sorted {
    values: Vec<f32>,
    order: Vec<u32>,
}

impl Sorted {
    fn compute(submit: &mut Submitter<'_>, sort: &Sort, x: &Rows, with_order: bool) -> supple::Result<Self> {
        let x = x.upload(submit.gpu())?;
        if !with_order {
            let values = submit.run(|rec| sort.values(rec, &x))?;
            return Ok(Self { values: values.read(submit.gpu())?, order: Vec::new() });
        }
        let sorted = submit.run(|rec| sort.forward(rec, &x))?;
        Ok(Self { values: sorted.values.read(submit.gpu())?, order: sorted.order.read(submit.gpu())? })
    }
}
