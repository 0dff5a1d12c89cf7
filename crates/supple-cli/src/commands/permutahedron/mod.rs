//! What has derivatives in rows: soft sorts, soft ranks and projections, one file for each command.

pub(super) mod project;
pub(super) mod soft_rank;
pub(super) mod soft_sort;

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use supple::{Recorder, Tensor};

use crate::batch::check_fits;
use crate::device;
use crate::error::{CliError, FileArgument};
use crate::npy;
use crate::options::{Derivative, JvpOptions, Regularization, RunOptions, SoftOptions, VjpOptions};
use crate::output::{OutputId, Outputs};
use crate::rows::{Report, Rows};
use crate::summary::{self, Written};
use crate::timing::{Submitter, Unit, Work, measure};

/// What `soft-sort` and `soft-rank` take.
#[derive(Args, Debug)]
struct SoftArguments {
    /// The rows: one, [n], or several, [B, n]; inf and -inf are at the ends, and the others among themselves
    #[arg(value_name = "X.npy")]
    x: PathBuf,

    #[command(flatten)]
    soft: SoftOptions,

    /// Where the result goes, in the shape of X
    #[arg(long, value_name = "V.npy")]
    out: PathBuf,

    #[command(flatten)]
    vjp: VjpOptions,

    #[command(flatten)]
    jvp: JvpOptions,

    #[command(flatten)]
    run: RunOptions,
}

impl SoftArguments {
    fn files(&self) -> Result<Files, CliError> {
        Ok(Files {
            x: FileArgument::new("X", &self.x),
            weights: None,
            out: FileArgument::new("--out", &self.out),
            vjp: self.vjp.derivative()?,
            jvp: self.jvp.derivative()?,
        })
    }
}

/// The files that a command reads and writes.
struct Files {
    x: FileArgument,
    weights: Option<(FileArgument, Regularization)>,
    out: FileArgument,
    vjp: Option<Derivative>,
    jvp: Option<Derivative>,
}

/// What is computed from, on the host or on the GPU.
struct Inputs<T> {
    x: T,
    weights: Option<T>,
    cotangent: Option<T>,
    tangent: Option<T>,
}

/// What is computed.
struct Results {
    value: Tensor<f32>,
    vjp: Option<Tensor<f32>>,
    jvp: Option<Tensor<f32>>,
}

/// Reads the inputs, has `record` record its operator, writes the results and reports.
fn run<S: Serialize>(
    command: &'static str,
    settings: S,
    files: &Files,
    options: &RunOptions,
    record: impl Fn(&mut Recorder<'_>, &Inputs<Tensor<f32>>) -> supple::Result<Results>,
) -> Result<(), CliError> {
    let mut outputs = Outputs::new();
    let derivatives = [&files.vjp, &files.jvp].into_iter().flatten();
    let out_files: Vec<&FileArgument> =
        std::iter::once(&files.out).chain(derivatives.map(|derivative| &derivative.output)).collect();
    let ids: Vec<OutputId> = out_files.iter().map(|&file| outputs.add(file.clone())).collect::<Result<_, _>>()?;
    let inputs = files.read()?;
    let gpu = device::open(options.device.adapter.as_deref())?;
    // All else that goes to the GPU or comes from it has this shape, or that of one row.
    check_fits(&gpu, &inputs.x.file, &inputs.x.shape)?;
    let (results, timing) = measure(&gpu, options.repeat, |submit| Ok(inputs.compute(submit, &record)?))?;

    let shape = &inputs.x.shape;
    for ((&file, id), values) in out_files.iter().zip(ids).zip(&results) {
        // Where inputs are infinite, the value may be; derivatives are not.
        inputs.check_result(file, values, file == &files.out)?;
        outputs.write(id, |writer| npy::write(writer, shape, values))?;
    }
    outputs.commit()?;
    let written = out_files.iter().map(|file| Written::new(file, shape)).collect();
    let work = Work::new(&gpu, (inputs.x.values.len() as u64, Unit::Elements), timing);
    summary::print(&Report::new(command, settings, &inputs.x, work, written), options.device.json)
}

impl Files {
    fn read(&self) -> Result<Inputs<Rows>, CliError> {
        let x = Rows::read(self.x.clone())?;
        let weights = self.weights.clone();
        let weights = weights.map(|(file, regularization)| x.read_weights(file, regularization)).transpose()?;
        let read = |derivative: &Option<Derivative>| {
            derivative.as_ref().map(|derivative| x.read_alike(derivative.input.clone())).transpose()
        };
        let (cotangent, tangent) = (read(&self.vjp)?, read(&self.jvp)?);
        Ok(Inputs { x, weights, cotangent, tangent })
    }
}

impl Inputs<Rows> {
    /// All results, from arrays on the host to arrays on the host.
    fn compute(
        &self,
        submit: &mut Submitter<'_>,
        record: impl FnOnce(&mut Recorder<'_>, &Inputs<Tensor<f32>>) -> supple::Result<Results>,
    ) -> supple::Result<Vec<Vec<f32>>> {
        let gpu = submit.gpu();
        let upload = |rows: &Option<Rows>| rows.as_ref().map(|rows| rows.upload(gpu)).transpose();
        let inputs = Inputs {
            x: self.x.upload(gpu)?,
            weights: upload(&self.weights)?,
            cotangent: upload(&self.cotangent)?,
            tangent: upload(&self.tangent)?,
        };
        let Results { value, vjp, jvp } = submit.run(|rec| record(rec, &inputs))?;
        [Some(value), vjp, jvp].iter().flatten().map(|tensor| tensor.read(submit.gpu())).collect()
    }

    /// Checks that a result is within the range of f32. Infinite inputs may give infinite values.
    fn check_result(&self, file: &FileArgument, values: &[f32], is_value: bool) -> Result<(), CliError> {
        let finite = self.x.is_finite() && self.weights.as_ref().is_none_or(Rows::is_finite);
        let beyond = |value: &f32| if is_value && !finite { value.is_nan() } else { !value.is_finite() };
        match values.iter().position(beyond) {
            Some(position) => {
                Err(CliError::RowOverflow { file: file.clone(), index: npy::index_of(position, &self.x.shape) })
            }
            None => Ok(()),
        }
    }
}
