//! A momentum network of perceptrons, from a file of tensors.

mod place;
mod settings;

use std::collections::BTreeMap;
use std::sync::Arc;

use supple::momentum::{self, Mlp, MomentumNet, Residual};
use supple::{Gpu, Shape, Tensor};

use crate::error::{CliError, FileArgument};
use crate::npy::Array;
use crate::options::Activation;
use crate::tensors::{Tensors, TensorsProblem, shorten};
use place::{INPUT, OUTPUT, Parameter, Place};

/// A network on the host, checked.
#[derive(Debug)]
pub(super) struct Network {
    /// What each layer computes: dense layers, one or more.
    layers: Vec<Vec<Dense>>,
    /// The numbers of a state.
    pub(super) width: usize,
    pub(super) gamma: Vec<f32>,
    /// Between dense layers.
    pub(super) activation: Activation,
    pub(super) is_residual: bool,
    /// What makes a state of a row, and what is made of the last state.
    input: Option<Dense>,
    output: Option<Dense>,
}

/// A network on a GPU.
pub(super) struct Uploaded {
    pub(super) net: MomentumNet,
    pub(super) input: Option<momentum::Dense>,
    pub(super) output: Option<momentum::Dense>,
}

#[derive(Debug)]
struct Dense {
    /// `[outputs, inputs]`.
    weight: Array<f32>,
    /// `[outputs]`.
    bias: Array<f32>,
}

impl Network {
    pub(super) fn read(file: &FileArgument) -> Result<Self, CliError> {
        let network = Tensors::read(file).and_then(|tensors| Self::of(&tensors));
        network.map_err(|problem| CliError::Tensors { file: file.clone(), problem })
    }

    fn of(tensors: &Tensors) -> Result<Self, TensorsProblem> {
        let depths = depths(tensors)?;
        let activation = settings::activation(tensors)?;
        let gamma = settings::gamma(tensors, depths.len())?;
        let is_residual = settings::is_residual(tensors)?;
        // The first weight of all says how wide states are.
        let mut width = None;
        let mut layers = Vec::new();
        for (layer, depth) in depths.into_iter().enumerate() {
            let mut perceptron = Vec::new();
            let mut inputs = width;
            for dense in 1..=depth {
                let [weight_place, bias_place] =
                    [Parameter::Weight, Parameter::Bias].map(|parameter| Place { layer, dense, parameter });
                let (weight, bias) = (get(tensors, weight_place)?, get(tensors, bias_place)?);
                width = width.or(weight.shape.get(1).copied());
                let wanted = [if dense == depth { width } else { None }, inputs.or(width)];
                let outputs = check_weight(weight_place, &weight, wanted)?;
                if bias.shape != [outputs] {
                    let expected = format!("[{outputs}], a bias for each output of {weight_place}");
                    return Err(shape_problem(bias_place, &bias, expected));
                }
                inputs = Some(outputs);
                perceptron.push(Dense { weight, bias });
            }
            layers.push(perceptron);
        }
        let width = width.unwrap_or_default();
        let input = end(
            tensors,
            INPUT,
            |shape| shape[0] == width,
            format!("[{width}, features], as layers are of width {width}"),
        )?;
        let output = end(
            tensors,
            OUTPUT,
            |shape| shape[1] == width,
            format!("[outputs, {width}], as layers are of width {width}"),
        )?;
        Ok(Self { layers, width, gamma, activation, is_residual, input, output })
    }

    pub(super) fn layers(&self) -> usize {
        self.layers.len()
    }

    /// How many numbers a row of X has.
    pub(super) fn features(&self) -> usize {
        self.input.as_ref().map_or(self.width, |input| input.weight.shape[1])
    }

    /// How many numbers come of it.
    pub(super) fn outputs(&self) -> usize {
        self.output.as_ref().map_or(self.width, |output| output.weight.shape[0])
    }

    /// Whether there are layers before or after those with momentum.
    pub(super) fn has_ends(&self) -> bool {
        self.input.is_some() || self.output.is_some()
    }

    /// The names of all parameters, in the order of their gradients.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        self.layers.iter().enumerate().flat_map(|(layer, perceptron)| {
            (1..=perceptron.len()).flat_map(move |dense| {
                [Parameter::Weight, Parameter::Bias].map(|parameter| Place { layer, dense, parameter }.to_string())
            })
        })
    }

    pub(super) fn upload(&self, gpu: &Gpu) -> supple::Result<Uploaded> {
        let dense = |dense: &Dense| Ok((upload(gpu, &dense.weight)?, upload(gpu, &dense.bias)?));
        let layer = |perceptron: &Vec<Dense>| -> supple::Result<Arc<dyn Residual>> {
            let parameters = perceptron.iter().map(dense).collect::<supple::Result<Vec<_>>>()?;
            Ok(Arc::new(Mlp::new(self.activation.into(), parameters)?))
        };
        let layers = self.layers.iter().map(layer).collect::<supple::Result<Vec<_>>>()?;
        let end = |end: &Option<Dense>| -> supple::Result<Option<momentum::Dense>> {
            let Some(end) = end else { return Ok(None) };
            let (weight, bias) = dense(end)?;
            Ok(Some(momentum::Dense::new(weight, bias)?))
        };
        let net = MomentumNet::new(layers).gammas(&self.gamma[..]).is_residual(self.is_residual);
        Ok(Uploaded { net, input: end(&self.input)?, output: end(&self.output)? })
    }
}

/// How many dense layers each layer has, by the names of the tensors.
fn depths(tensors: &Tensors) -> Result<Vec<usize>, TensorsProblem> {
    let mut depths = BTreeMap::<usize, usize>::new();
    for name in tensors.names() {
        if INPUT.iter().chain(&OUTPUT).any(|end| *end == name) {
            continue;
        }
        let Some(place) = Place::parse(&name) else {
            return Err(TensorsProblem::Unexpected {
                tensor: shorten(&name),
                problem: "which belongs to no layer".to_owned(),
                remedy: "leave it out, or name it as one of those that are read: layers.0.w1, layers.0.b1, layers.0.w2 and so on, \
                         input.w, input.b, output.w, output.b (no functions for first velocities: give these as --velocity)",
            });
        };
        let depth = depths.entry(place.layer).or_default();
        *depth = place.dense.max(*depth);
    }
    if depths.is_empty() {
        let remedy =
            "give each layer a perceptron: weights layers.0.w1, layers.0.w2 and so on, biases layers.0.b1 and so on";
        return Err(TensorsProblem::Missing { tensor: "layers.0.w1".to_owned(), remedy });
    }
    if let Some((expected, &layer)) = depths.keys().enumerate().find(|&(expected, &layer)| layer != expected) {
        let of_layer = |name: &String| Place::parse(name).is_some_and(|place| place.layer == layer);
        return Err(TensorsProblem::Unexpected {
            tensor: tensors.names().into_iter().find(of_layer).unwrap_or_default(),
            problem: format!("but none of layer {expected}"),
            remedy: "number layers from 0 without gaps",
        });
    }
    Ok(depths.into_values().collect())
}

/// A dense layer before or after the others, whose weight's shape fits, if there is one.
fn end(
    tensors: &Tensors,
    [weight_name, bias_name]: [&'static str; 2],
    fits: impl FnOnce(&[usize; 2]) -> bool,
    expected: String,
) -> Result<Option<Dense>, TensorsProblem> {
    let missing = |tensor: &str| TensorsProblem::Missing {
        tensor: tensor.to_owned(),
        remedy: "give a dense layer before or after the others its weight and its bias, or neither",
    };
    let (weight, bias) = match (tensors.get(weight_name)?, tensors.get(bias_name)?) {
        (None, None) => return Ok(None),
        (Some(weight), Some(bias)) => (weight, bias),
        (None, Some(_)) => return Err(missing(weight_name)),
        (Some(_), None) => return Err(missing(bias_name)),
    };
    let size = |size: usize| size > 0 && u32::try_from(size).is_ok();
    match weight.shape[..] {
        [outputs, inputs] if size(outputs) && size(inputs) && fits(&[outputs, inputs]) => {}
        _ => return Err(TensorsProblem::Shape { tensor: weight_name.to_owned(), shape: weight.shape, expected }),
    }
    if bias.shape != weight.shape[..1] {
        let expected = format!("[{}], a bias for each output of {weight_name}", weight.shape[0]);
        return Err(TensorsProblem::Shape { tensor: bias_name.to_owned(), shape: bias.shape, expected });
    }
    Ok(Some(Dense { weight, bias }))
}

fn get(tensors: &Tensors, place: Place) -> Result<Array<f32>, TensorsProblem> {
    let tensor = place.to_string();
    tensors.get(&tensor)?.ok_or(TensorsProblem::Missing {
        tensor,
        remedy: "give every layer weights w1, w2 and so on without gaps, and as many biases b1, b2 and so on",
    })
}

/// The outputs of a weight of which outputs and inputs are wanted, where they are known.
fn check_weight(place: Place, weight: &Array<f32>, wanted: [Option<usize>; 2]) -> Result<usize, TensorsProblem> {
    let fits = |size: usize, wanted: Option<usize>| {
        size > 0 && u32::try_from(size).is_ok() && wanted.is_none_or(|wanted| wanted == size)
    };
    if let [outputs, inputs] = weight.shape[..]
        && fits(outputs, wanted[0])
        && fits(inputs, wanted[1])
    {
        return Ok(outputs);
    }
    let size = |size: Option<usize>, name: &str| size.map_or_else(|| name.to_owned(), |size| size.to_string());
    let expected = format!(
        "[{}, {}]: at least 1 of each, as many inputs as the weight before has outputs, and of the last weight of a layer as \
         many outputs as layers.0.w1 has inputs",
        size(wanted[0], "outputs"),
        size(wanted[1], "inputs"),
    );
    Err(shape_problem(place, weight, expected))
}

fn shape_problem(place: Place, array: &Array<f32>, expected: String) -> TensorsProblem {
    TensorsProblem::Shape { tensor: place.to_string(), shape: array.shape.clone(), expected }
}

fn upload(gpu: &Gpu, array: &Array<f32>) -> supple::Result<Tensor<f32>> {
    let sizes: Vec<u32> = array.shape.iter().map(|&size| size as u32).collect();
    gpu.upload(&array.values, Shape::try_from(&sizes[..])?)
}
