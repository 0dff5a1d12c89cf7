//! `supple perturbed`: discrete decisions averaged over noise, with derivatives and losses.

mod settings;

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use supple::Tensor;
use supple::perturbed::Perturbed;

use crate::batch::check_fits;
use crate::device;
use crate::error::{CliError, FileArgument};
use crate::npy;
use crate::options::{Derivative, JvpOptions, RunOptions, VjpOptions};
use crate::output::Outputs;
use crate::rows::Rows;
use crate::summary::{self, Written, line};
use crate::timing::{Submitter, Unit, Work, measure};

use settings::Settings;

/// Average a discrete decision over noise in its parameters, with derivatives and losses
#[derive(Args, Debug)]
#[command(after_help = "\
Each result is a mean over N samples of noise, the same in all of them, by --seed: memory does not grow with N, and errors fall as its root.

Example: how often each class wins under Gumbel noise, which is a softmax
  supple perturbed X.npy --solver argmax --noise gumbel --samples 10000 --out M.npy

Example: the Fenchel-Young loss between costs on grids and the paths that should be the cheapest, and its gradient
  supple perturbed X.npy --solver shortest-path --sigma 0.5 --out M.npy --target Y.npy --loss L.npy --grad G.npy

Example: ranks, and the gradient of a loss in X from its gradient in the ranks
  supple perturbed X.npy --solver rank --antithetic --out M.npy --cotangent C.npy --vjp V.npy")]
pub(super) struct Arguments {
    /// The problems: one, [n], or several, [B, n]; grids and matrices are [h, w] or [B, h, w]. -inf is a coordinate that is never chosen
    #[arg(value_name = "X.npy")]
    x: PathBuf,

    #[command(flatten)]
    settings: Settings,

    /// Where the perturbed solutions go, in the shape of X
    #[arg(long, value_name = "M.npy")]
    out: PathBuf,

    /// Where the perturbed maxima go, one for each problem
    #[arg(long, value_name = "F.npy")]
    value: Option<PathBuf>,

    /// Solutions that the problems should have, in the shape of X, or one for all. Goes with --loss and --grad
    #[arg(long, value_name = "Y.npy")]
    target: Option<PathBuf>,

    /// Where the Fenchel-Young losses go, one for each problem. Goes with --target
    #[arg(long, value_name = "L.npy", requires = "target")]
    loss: Option<PathBuf>,

    /// Where the losses' gradients in X go, in its shape. Goes with --target
    #[arg(long, value_name = "G.npy", requires = "target")]
    grad: Option<PathBuf>,

    #[command(flatten)]
    vjp: VjpOptions,

    #[command(flatten)]
    jvp: JvpOptions,

    #[command(flatten)]
    run: RunOptions,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let perturbed = arguments.settings.perturbed()?;
    let wanted = Wanted::new(arguments)?;
    let mut outputs = Outputs::new();
    let ids = wanted.files().into_iter().map(|file| outputs.add(file)).collect::<Result<Vec<_>, _>>()?;
    let inputs = wanted.read(arguments)?;
    let gpu = device::open(arguments.run.device.adapter.as_deref())?;
    check_fits(&gpu, &inputs.x.file, &inputs.x.shape)?;
    let (results, timing) =
        measure(&gpu, arguments.run.repeat, |submit| Ok(wanted.compute(submit, &perturbed, &inputs)?))?;
    let problems = &inputs.x.shape[..inputs.x.shape.len() - arguments.settings.dimensions()];
    let mut written = Vec::new();
    for ((file, id), Computed { values, each }) in wanted.files().iter().zip(ids).zip(&results) {
        let shape = if *each { &inputs.x.shape[..] } else { problems };
        let estimated = *file == wanted.out || Some(file) == wanted.value.as_ref();
        let good = |value: f32| value.is_finite() || (estimated && arguments.settings.can_be(value));
        if let Some(position) = values.iter().position(|&value| !good(value)) {
            return Err(CliError::NoSolution { file: file.clone(), index: npy::index_of(position, shape) });
        }
        outputs.write(id, |writer| npy::write(writer, shape, values))?;
        written.push(Written::new(file, shape));
    }
    outputs.commit()?;
    let draws = inputs.x.values.len() as u64 * u64::from(arguments.settings.samples);
    let report = Report {
        command: "perturbed",
        settings: arguments.settings,
        problems: problems.iter().product(),
        problem: inputs.x.shape[problems.len()..].to_vec(),
        work: Work::new(&gpu, (draws, Unit::Draws), timing),
        outputs: written,
    };
    summary::print(&report, arguments.run.device.json)
}

/// The files that are read beside X, and written.
struct Wanted {
    out: FileArgument,
    value: Option<FileArgument>,
    target: Option<FileArgument>,
    loss: Option<FileArgument>,
    grad: Option<FileArgument>,
    vjp: Option<Derivative>,
    jvp: Option<Derivative>,
}

/// What is computed from.
struct Inputs {
    x: Rows,
    target: Option<Rows>,
    cotangent: Option<Rows>,
    tangent: Option<Rows>,
}

/// A result on the host: a number for each coordinate, or one for each problem.
struct Computed {
    values: Vec<f32>,
    each: bool,
}

impl Wanted {
    fn new(arguments: &Arguments) -> Result<Self, CliError> {
        let file = |argument, path: &Option<PathBuf>| path.as_ref().map(|path| FileArgument::new(argument, path));
        let wanted = Self {
            out: FileArgument::new("--out", &arguments.out),
            value: file("--value", &arguments.value),
            target: file("--target", &arguments.target),
            loss: file("--loss", &arguments.loss),
            grad: file("--grad", &arguments.grad),
            vjp: arguments.vjp.derivative()?,
            jvp: arguments.jvp.derivative()?,
        };
        if wanted.target.is_some() && wanted.loss.is_none() && wanted.grad.is_none() {
            return Err(CliError::Argument {
                argument: "--target",
                problem: "is given, but nothing is computed from it".to_owned(),
                remedy: "give --loss or --grad, or leave it out".to_owned(),
            });
        }
        Ok(wanted)
    }

    /// What is written, in the order of the results.
    fn files(&self) -> Vec<FileArgument> {
        let derivatives = [&self.vjp, &self.jvp].map(|derivative| derivative.as_ref().map(|d| d.output.clone()));
        [Some(self.out.clone()), self.value.clone(), self.loss.clone(), self.grad.clone()]
            .into_iter()
            .chain(derivatives)
            .flatten()
            .collect()
    }

    fn read(&self, arguments: &Arguments) -> Result<Inputs, CliError> {
        let dimensions = arguments.settings.dimensions();
        let expected = if dimensions == 2 {
            "[h, w] for one grid or matrix, or [B, h, w] for B of them"
        } else {
            "[n] for one problem of n coordinates, or [B, n] for B problems"
        };
        let x = Rows::read_ranks(FileArgument::new("X", &arguments.x), dimensions..=dimensions + 1, expected)?;
        let read = |derivative: &Option<Derivative>| {
            derivative.as_ref().map(|derivative| x.read_alike(derivative.input.clone())).transpose()
        };
        let target = self.target.clone().map(|file| x.read_alike_or_one(file, dimensions)).transpose()?;
        Ok(Inputs { cotangent: read(&self.vjp)?, tangent: read(&self.jvp)?, target, x })
    }

    fn compute(
        &self,
        submit: &mut Submitter<'_>,
        perturbed: &Perturbed,
        inputs: &Inputs,
    ) -> supple::Result<Vec<Computed>> {
        let gpu = submit.gpu();
        let x = inputs.x.upload(gpu)?;
        let upload = |rows: &Option<Rows>| rows.as_ref().map(|rows| rows.upload(gpu)).transpose();
        let (target, cotangent, tangent) =
            (upload(&inputs.target)?, upload(&inputs.cotangent)?, upload(&inputs.tangent)?);
        let results: Vec<(Tensor<f32>, bool)> = submit.run(|rec| {
            let mut results = Vec::new();
            let value = |maximum| self.value.is_some().then_some((maximum, false));
            if let Some(target) = &target {
                let (estimate, result) = perturbed.forward_and_fenchel_young(rec, &x, target)?;
                results.push((estimate.solution, true));
                results.extend(value(estimate.maximum));
                results.extend(self.loss.is_some().then_some((result.loss, false)));
                results.extend(self.grad.is_some().then_some((result.gradient, true)));
            } else if self.value.is_some() {
                let estimate = perturbed.forward(rec, &x)?;
                results.push((estimate.solution, true));
                results.extend(value(estimate.maximum));
            } else {
                results.push((perturbed.solution(rec, &x)?, true));
            }
            if let Some(cotangent) = &cotangent {
                results.push((perturbed.vjp(rec, &x, cotangent)?, true));
            }
            if let Some(tangent) = &tangent {
                results.push((perturbed.jvp(rec, &x, tangent)?, true));
            }
            Ok(results)
        })?;
        let read = |(tensor, each): (Tensor<f32>, bool)| Ok(Computed { values: tensor.read(submit.gpu())?, each });
        results.into_iter().map(read).collect()
    }
}

#[derive(Serialize)]
struct Report {
    command: &'static str,
    #[serde(flatten)]
    settings: Settings,
    problems: usize,
    problem: Vec<usize>,
    #[serde(flatten)]
    work: Work,
    outputs: Vec<Written>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size: Vec<String> = self.problem.iter().map(ToString::to_string).collect();
        line(f, "problems", format_args!("{} of {} coordinates", self.problems, size.join(" x ")))?;
        line(f, "samples", self.settings.samples)?;
        self.work.fmt(f)?;
        self.outputs.iter().try_for_each(|output| output.fmt(f))
    }
}
