//! `supple momentum`: a momentum network of perceptrons, and its gradients.

mod backward;
mod network;
mod recovery;
mod report;

use std::path::PathBuf;

use clap::Args;
use supple::momentum::{self, State};

use crate::batch::check_fits;
use crate::device;
use crate::error::{CliError, FileArgument};
use crate::npy::{self, Array};
use crate::options::RunOptions;
use crate::output::Outputs;
use crate::rows::Rows;
use crate::summary::{self, Written};
use crate::tensors;
use crate::timing::{Submitter, Unit, Work, measure};

use backward::{Backward, Passes};
use network::{Network, Uploaded};
use recovery::{Differences, Recovery};
use report::Report;

/// Take states through a momentum residual network of perceptrons, and gradients back
#[derive(Args, Debug)]
#[command(after_help = "\
Each layer has a perceptron f and a gamma, and takes a state x with its velocity v to
  v' = gamma v + (1 - gamma) f(x),  x' = x + v'
which with a gamma of 0 is a residual network, and with any other can be reversed.

NET.safetensors holds for each layer I, from 0, weights layers.I.w1 [h, d], layers.I.w2 [d, h] and biases layers.I.b1 [h], layers.I.b2 [d], all F32; there may \
be one dense layer, or more than two. A dense layer input.w [d, features], input.b [d] may make states of the rows of X, and one output.w [outputs, d], output.b \
[outputs] what is written of the last states, as in the networks of `supple train-momentum`; states alone are given otherwise. Its metadata are strings: gamma, one number for all layers or one for each, with commas between them; activation, \
identity, relu, tanh, gelu or silu; is_residual, true where perceptrons compute x + f(x), as those of a residual network do, instead of f(x).

Example: the last state of each
  supple momentum NET.safetensors X.npy --out Y.npy

Example: gradients of a loss from its gradients in the last states, by states that are computed again, and how well these came back
  supple momentum NET.safetensors X.npy --out Y.npy --backward reversible --cotangent C.npy --grad-x GX.npy --grads G.safetensors --report")]
pub(super) struct Arguments {
    /// The network: parameters as tensors, gamma and activation as metadata; see below
    #[arg(value_name = "NET.safetensors")]
    net: PathBuf,

    /// The first states, one, [d], or several, [batch, d]; or the rows that NET has an input layer for
    #[arg(value_name = "X.npy")]
    x: PathBuf,

    /// The first velocities, in the shape of X [default: 0]
    #[arg(long, value_name = "V.npy")]
    velocity: Option<PathBuf>,

    /// Where the last states go, in the shape of X; or what NET's output layer makes of them
    #[arg(long, value_name = "Y.npy")]
    out: PathBuf,

    /// Where the last velocities go, in the shape of X
    #[arg(long, value_name = "VL.npy")]
    out_velocity: Option<PathBuf>,

    /// Where the backward pass has the states between layers from. Goes with --cotangent [default: reversible]
    #[arg(long, value_enum, requires = "cotangent")]
    backward: Option<Backward>,

    /// Bits of a number's fraction with --backward exact, 1 to 30: states and velocities keep below 2^(31 - BITS)
    #[arg(long, value_name = "BITS", default_value_t = 22, requires = "backward")]
    fraction_bits: u32,

    /// The gradient of a loss in the last states, in the shape of X. Goes with --grad-x, --grad-velocity or --grads
    #[arg(long, value_name = "C.npy")]
    cotangent: Option<PathBuf>,

    /// Where the loss's gradient in X goes, in its shape. Goes with --cotangent
    #[arg(long, value_name = "GX.npy", requires = "cotangent")]
    grad_x: Option<PathBuf>,

    /// Where the loss's gradient in the first velocities goes, in the shape of X. Goes with --cotangent
    #[arg(long, value_name = "GV.npy", requires = "cotangent")]
    grad_velocity: Option<PathBuf>,

    /// Where the loss's gradients in all parameters go, under their names and in their shapes, and as `gamma` those in each layer's gamma. Goes with --cotangent
    #[arg(long, value_name = "G.safetensors", requires = "cotangent")]
    grads: Option<PathBuf>,

    /// Report how well the first states and velocities come back from the last ones in f32, and whether gradients by --backward reversible are safe; with --backward exact also how well they come back in
    /// fixed point
    #[arg(long)]
    report: bool,

    #[command(flatten)]
    run: RunOptions,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let wanted = Wanted::new(arguments)?;
    let mut outputs = Outputs::new();
    let mut add = |file: &Option<FileArgument>| file.clone().map(|file| outputs.add(file)).transpose();
    let ids = wanted.arrays.iter().map(&mut add).collect::<Result<Vec<_>, _>>()?;
    let grads_id = add(&wanted.grads)?;
    let inputs = Inputs::read(arguments)?;
    let gpu = device::open(arguments.run.device.adapter.as_deref())?;
    check_fits(&gpu, &inputs.x.file, &inputs.x.shape)?;
    let (results, timing) = measure(&gpu, arguments.run.repeat, |submit| Ok(wanted.compute(submit, &inputs)?))?;
    if results.overflows > 0 {
        return Err(CliError::Argument {
            argument: "--fraction-bits",
            problem: format!(
                "is {}, with which numbers did not fit ({} times)",
                wanted.fraction_bits, results.overflows
            ),
            remedy: "give fewer, or take --backward reversible".to_owned(),
        });
    }
    let mut written = Vec::new();
    for ((k, (file, id)), values) in wanted.arrays.iter().zip(ids).enumerate().zip(&results.arrays) {
        let (Some(file), Some(id), Some(values)) = (file, id, values) else { continue };
        // The first of them are what comes out.
        let shape = if k == 0 { inputs.out_shape() } else { inputs.x.shape.clone() };
        check_finite(file, &shape, values, "")?;
        outputs.write(id, |writer| npy::write(writer, &shape, values))?;
        written.push(Written::new(file, &shape));
    }
    if let (Some(file), Some(id), Some(grads)) = (&wanted.grads, grads_id, &results.grads) {
        for (name, Array { shape, values }) in grads {
            check_finite(file, shape, values, &format!(" of the tensor {name:?}"))?;
        }
        outputs.write(id, |writer| tensors::write(writer, grads, &[]))?;
        written.push(Written::tensors(file, grads.len()));
    }
    outputs.commit()?;
    let compare = |[x, v]: [Vec<f32>; 2]| {
        let zeros = vec![0.0; inputs.x.values.len()];
        let velocity = inputs.velocity.as_ref().map_or(&zeros, |velocity| &velocity.values);
        momentum::Recovery::new([&inputs.x.values, velocity], [&x, &v])
    };
    let recovery = results.first.map(|first| Recovery::from(compare(first)));
    let exact_recovery = results.exact_first.map(|first| Differences::from(compare(first)));
    let steps = inputs.x.count() as u64 * inputs.network.layers() as u64;
    let work = Work::new(&gpu, (steps, Unit::Steps), timing);
    let backward = inputs.cotangent.is_some().then_some(wanted.backward);
    let report = Report::new(&inputs.network, inputs.x.count(), backward, (recovery, exact_recovery), work, written);
    summary::print(&report, arguments.run.device.json)
}

/// What is computed and written.
struct Wanted {
    backward: Backward,
    report: bool,
    fraction_bits: u32,
    /// The last state and velocity, and the gradients in the first ones.
    arrays: [Option<FileArgument>; 4],
    grads: Option<FileArgument>,
}

/// What is computed from.
struct Inputs {
    network: Network,
    x: Rows,
    velocity: Option<Rows>,
    cotangent: Option<Rows>,
}

/// Results on the host.
struct Computed {
    /// For each of [`Wanted::arrays`].
    arrays: [Option<Vec<f32>>; 4],
    grads: Option<Vec<(String, Array<f32>)>>,
    /// The first state and velocity as they came back in f32, and in fixed point.
    first: Option<[Vec<f32>; 2]>,
    exact_first: Option<[Vec<f32>; 2]>,
    /// How often a number did not fit fixed point.
    overflows: u32,
}

impl Wanted {
    fn new(arguments: &Arguments) -> Result<Self, CliError> {
        let file = |argument, path: &Option<PathBuf>| path.as_ref().map(|path| FileArgument::new(argument, path));
        let gradients = [file("--grad-x", &arguments.grad_x), file("--grad-velocity", &arguments.grad_velocity)];
        let grads = file("--grads", &arguments.grads);
        if arguments.cotangent.is_some() && gradients.iter().chain([&grads]).all(Option::is_none) {
            return Err(CliError::Argument {
                argument: "--cotangent",
                problem: "is given, but nothing is computed from it".to_owned(),
                remedy: "give --grad-x, --grad-velocity or --grads, or leave it out".to_owned(),
            });
        }
        let [grad_x, grad_velocity] = gradients;
        let out = Some(FileArgument::new("--out", &arguments.out));
        Ok(Self {
            backward: arguments.backward.unwrap_or_default(),
            report: arguments.report,
            fraction_bits: arguments.fraction_bits,
            arrays: [out, file("--out-velocity", &arguments.out_velocity), grad_x, grad_velocity],
            grads,
        })
    }

    fn compute(&self, submit: &mut Submitter<'_>, inputs: &Inputs) -> supple::Result<Computed> {
        let gpu = submit.gpu();
        let Uploaded { net, input, output } = inputs.network.upload(gpu)?;
        let x = inputs.x.upload(gpu)?;
        let upload = |rows: &Option<Rows>| rows.as_ref().map(|rows| rows.upload(gpu)).transpose();
        let (velocity, cotangent) = (upload(&inputs.velocity)?, upload(&inputs.cotangent)?);
        let backward = cotangent.as_ref().map(|cotangent| (self.backward, cotangent));
        let settings = (self.report, self.fraction_bits);
        let (Passes { last, gradients, first, exact_first, overflows }, out) = submit.run(|rec| {
            let x = input.as_ref().map_or_else(|| Ok(x.clone()), |input| input.forward(rec, &x))?;
            let passes = Passes::record(rec, &net, &x, velocity.as_ref(), backward, settings)?;
            let last = &passes.last.x;
            let out = output.as_ref().map_or_else(|| Ok(last.clone()), |output| output.forward(rec, last))?;
            Ok((passes, out))
        })?;
        let gpu = submit.gpu();
        let gradients = gradients.as_ref();
        let tensors = [Some(&out), Some(&last.v), gradients.map(|g| &g.x), gradients.map(|g| &g.v)];
        let mut arrays = [const { None }; 4];
        for ((array, file), tensor) in arrays.iter_mut().zip(&self.arrays).zip(tensors) {
            if let (Some(_), Some(tensor)) = (file, tensor) {
                *array = Some(tensor.read(gpu)?);
            }
        }
        let grads = match (&self.grads, gradients) {
            (Some(_), Some(gradients)) => {
                let of_layers = inputs.network.names().zip(gradients.parameters.iter().flatten());
                let (names, tensors): (Vec<_>, Vec<_>) =
                    of_layers.chain([("gamma".to_owned(), &gradients.gamma)]).unzip();
                let arrays = tensors.iter().zip(gpu.read_all(&tensors)?).map(|(tensor, values)| {
                    let shape = tensor.shape().sizes().iter().map(|&size| size as usize).collect();
                    Array { shape, values }
                });
                Some(names.into_iter().zip(arrays).collect())
            }
            _ => None,
        };
        let read = |first: Option<State>| match first {
            Some(first) if self.report => Ok(Some([first.x.read(gpu)?, first.v.read(gpu)?])),
            _ => Ok::<_, supple::Error>(None),
        };
        let (first, exact_first) = (read(first)?, read(exact_first)?);
        let overflows = overflows.map_or(Ok(0), |overflows| overflows.read(gpu).map(|counts| counts[0]))?;
        Ok(Computed { arrays, grads, first, exact_first, overflows })
    }
}

impl Arguments {
    /// States have a shape of their own where there are layers before and after them.
    fn expect_no_states(&self, net: &FileArgument) -> Result<(), CliError> {
        let given = [
            ("--velocity", self.velocity.is_some()),
            ("--out-velocity", self.out_velocity.is_some()),
            ("--cotangent", self.cotangent.is_some()),
            ("--report", self.report),
        ];
        match given.into_iter().find(|(_, given)| *given) {
            None => Ok(()),
            Some((argument, _)) => Err(CliError::Argument {
                argument,
                problem: format!("is of states, and {net} has a layer before or after them"),
                remedy: "leave it out, or give the network without input.w, input.b, output.w and output.b".to_owned(),
            }),
        }
    }
}

impl Inputs {
    /// Of what comes out.
    fn out_shape(&self) -> Vec<usize> {
        let mut shape = self.x.shape.clone();
        if let Some(last) = shape.last_mut() {
            *last = self.network.outputs();
        }
        shape
    }

    fn read(arguments: &Arguments) -> Result<Self, CliError> {
        let net = FileArgument::new("NET", &arguments.net);
        let network = Network::read(&net)?;
        let expected = "[d] for one state of d numbers, or [batch, d] for several";
        let x = Rows::read_finite(FileArgument::new("X", &arguments.x), expected)?;
        if x.length() != network.features() {
            return Err(CliError::Width { file: x.file, shape: x.shape, net, width: network.features() });
        }
        if network.has_ends() {
            arguments.expect_no_states(&net)?;
        }
        let alike = |argument, path: &Option<PathBuf>| {
            path.as_ref().map(|path| x.read_alike(FileArgument::new(argument, path))).transpose()
        };
        let velocity = alike("--velocity", &arguments.velocity)?;
        let cotangent = alike("--cotangent", &arguments.cotangent)?;
        Ok(Self { network, x, velocity, cotangent })
    }
}

/// Inputs are finite, but what comes of them may not be.
fn check_finite(file: &FileArgument, shape: &[usize], values: &[f32], of: &str) -> Result<(), CliError> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(position) => {
            let place = format!("{:?}{of}", npy::index_of(position, shape));
            Err(CliError::Diverged { file: file.clone(), place })
        }
        None => Ok(()),
    }
}
