//! `supple train-momentum`: a classifier with a momentum network in it.

mod checkpoint;
mod data;
mod model;
mod report;
mod settings;
mod training;

use std::io::Write;
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;
use supple::Gpu;

use crate::device;
use crate::error::{CliError, FileArgument};
use crate::npy::Array;
use crate::options::DeviceOptions;
use crate::output::Outputs;
use crate::plot::LossPlot;
use crate::progress::Progress;
use crate::summary::{self, Written};
use crate::tensors;
use crate::timing::{Unit, Work, measure_on_host};

use checkpoint::Run;
use data::Data;
use report::Report;
use settings::Settings;
use training::Training;

/// Train a classifier: a momentum residual network between two dense layers
#[derive(Args, Debug)]
#[command(after_help = "\
The input layer takes a row u to a state x = W u + b, layers with perceptrons f take it on, with a velocity v that is 0 at first,
  v' = gamma v + (1 - gamma) f(x),  x' = x + v'
and the output layer takes the last state to a logit for each class. The loss is the cross-entropy of softmax, in nats. Features are standardised by the rows that \
are trained on; the input layer that is written takes them as they are, in f32: of a feature whose mean is 10^k of its deviations from 0 it loses k of some 7 digits, \
and a note says so from 10^4 on: subtract a number from such a feature in X, and from new rows too. The same seed on the same adapter gives the same network, whether checkpoints \
interrupt it or not.

NET.safetensors holds input.w [width, features], input.b, layers.I.w1 [hidden, width], .b1, .w2, .b2, output.w [classes, width] and output.b, all F32, and gamma \
and activation as metadata; `supple momentum` reads it.

Example:
  supple train-momentum X.npy LABELS.npy --out NET.safetensors --plot LOSS.svg --checkpoint C.safetensors
  supple momentum NET.safetensors NEW.npy --out LOGITS.npy")]
pub(super) struct Arguments {
    /// The rows, [B, d], of d features each
    #[arg(value_name = "X.npy")]
    x: PathBuf,

    /// The class of each row, [B], counted from 0: whole numbers
    #[arg(value_name = "LABELS.npy")]
    labels: PathBuf,

    /// Where the network goes
    #[arg(long, value_name = "NET.safetensors")]
    out: PathBuf,

    /// How often each row is trained on
    #[arg(long, value_name = "N", default_value = "20", allow_negative_numbers = true)]
    epochs: NonZeroU32,

    #[command(flatten)]
    settings: Settings,

    /// Where all that the training goes on from is kept, so that a run that is stopped can be resumed. Written whole: there is always a complete one
    #[arg(long, value_name = "C.safetensors")]
    checkpoint: Option<PathBuf>,

    /// Epochs from one checkpoint to the next [default: 1]
    #[arg(long, value_name = "N", requires = "checkpoint", allow_negative_numbers = true)]
    checkpoint_every: Option<NonZeroU32>,

    /// Go on from the checkpoint, of the same data and settings, to --epochs epochs
    #[arg(long, requires = "checkpoint")]
    resume: bool,

    /// Where a picture of the loss goes, of each epoch
    #[arg(long, value_name = "LOSS.svg")]
    plot: Option<PathBuf>,

    #[command(flatten)]
    device: DeviceOptions,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let mut outputs = Outputs::new();
    let out_file = FileArgument::new("--out", &arguments.out);
    let out_output = outputs.add(out_file.clone())?;
    let mut optional = |argument, path: &Option<PathBuf>| {
        let file = path.as_ref().map(|path| FileArgument::new(argument, path));
        file.map(|file| Ok::<_, CliError>((file.clone(), outputs.add(file)?))).transpose()
    };
    let plot_output = optional("--plot", &arguments.plot)?;
    // It is written again and again, and not with the others.
    let checkpoint = optional("--checkpoint", &arguments.checkpoint)?.map(|(file, _)| file);
    let settings = &arguments.settings;
    let labels = FileArgument::new("LABELS", &arguments.labels);
    let data = Data::read(FileArgument::new("X", &arguments.x), labels, settings)?;
    data.warn_of_far_features();
    let gpu = device::open(arguments.device.adapter.as_deref())?;
    let run = Run::new(settings, &data.fingerprint);
    let mut training = Training::new(&gpu, settings, &data)?;
    if let (Some(file), true) = (&checkpoint, arguments.resume) {
        run.resume(file, &gpu, &mut training)?;
        arguments.expect_epochs(file, training.epochs())?;
    }
    let resumed = training.epochs();
    let ((), timing) = measure_on_host(None, || arguments.train(&gpu, &run, checkpoint.as_ref(), &mut training))?;

    let network = network(&training, &data)?;
    outputs.write(out_output, |writer| tensors::write(writer, &network, &model::metadata(settings)))?;
    let mut written = vec![Written::tensors(&out_file, network.len())];
    if let Some((file, output)) = plot_output {
        let picture = arguments.picture(&training)?;
        outputs.write(output, |writer| writer.write_all(picture.as_bytes()))?;
        written.push(Written::picture(&file));
    }
    outputs.commit()?;
    let epochs = (training.epochs() - resumed) as u64;
    let steps = epochs * data.training.len() as u64 * u64::from(settings.layers.get());
    let work = Work::new(&gpu, (steps, Unit::Steps), timing);
    let report = Report::new(settings, &data, &training.history, resumed, work, written);
    summary::print(&report, arguments.device.json)
}

impl Arguments {
    fn expect_epochs(&self, file: &FileArgument, done: usize) -> Result<(), CliError> {
        if done <= self.epochs.get() as usize {
            return Ok(());
        }
        Err(CliError::Argument {
            argument: "--epochs",
            problem: format!("is {}, and {file} is of {done} epochs", self.epochs),
            remedy: "give at least as many, or start again without --resume".to_owned(),
        })
    }

    fn train(
        &self,
        gpu: &Gpu,
        run: &Run,
        checkpoint: Option<&FileArgument>,
        training: &mut Training<'_>,
    ) -> Result<(), CliError> {
        let (epochs, steps) = (self.epochs.get() as usize, training.steps());
        let progress = Progress::new("training", (epochs * steps) as u64);
        while training.epochs() < epochs {
            let epoch = training.epochs();
            let standing = training
                .history
                .validation_accuracy
                .last()
                .map_or_else(String::new, |accuracy| format!(", validation {:.2} % right", 100.0 * accuracy));
            let mut step = epoch * steps;
            training.epoch(|loss| {
                step += 1;
                progress.at(step as u64, format!("epoch {} of {epochs}, loss {loss:.4}{standing}", epoch + 1));
            })?;
            let every = self.checkpoint_every.map_or(1, NonZeroU32::get) as usize;
            let is_due = training.epochs().is_multiple_of(every) || training.epochs() == epochs;
            if let Some(file) = checkpoint.filter(|_| is_due) {
                run.write(file, gpu, training)?;
            }
        }
        Ok(())
    }

    fn picture(&self, training: &Training<'_>) -> Result<String, CliError> {
        let name = self.x.file_stem().unwrap_or_default().to_string_lossy();
        let title = format!("{name}: momentum network of {} layers", self.settings.layers);
        let history = &training.history;
        let plot = LossPlot { title: &title, training: &history.loss, validation: &history.validation_loss };
        Ok(plot.render()?)
    }
}

/// The parameters as they are written.
fn network(training: &Training<'_>, data: &Data) -> Result<Vec<(String, Array<f32>)>, CliError> {
    let mut network = training.finite_parameters()?;
    if let [(_, weight), (_, bias), ..] = &mut network[..] {
        model::unstandardise([weight, bias], data)?;
    }
    Ok(network)
}
