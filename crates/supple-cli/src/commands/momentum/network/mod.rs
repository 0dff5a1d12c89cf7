//! A momentum network of perceptrons, from a file of tensors.

mod place;
mod settings;

use std::collections::BTreeMap;
use std::sync::Arc;

use supple::momentum::{Activation, Mlp, MomentumNet, Residual};
use supple::{Gpu, Shape, Tensor};

use crate::error::{CliError, FileArgument};
use crate::npy::Array;
use crate::tensors::{Tensors, TensorsProblem, shorten};
use place::{Parameter, Place};

/// A network on the host, checked.
#[derive(Debug)]
pub(super) struct Network {
    /// What each layer computes: dense layers, one or more.
    layers: Vec<Vec<Dense>>,
    /// The numbers of a state.
    pub(super) width: usize,
    pub(super) gamma: Vec<f32>,
    /// Between dense layers, and what it is called.
    activation: Activation,
    pub(super) activation_name: &'static str,
    pub(super) is_residual: bool,
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
        let (activation_name, activation) = settings::activation(tensors)?;
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
        Ok(Self { layers, width: width.unwrap_or_default(), gamma, activation, activation_name, is_residual })
    }

    pub(super) fn layers(&self) -> usize {
        self.layers.len()
    }

    /// The names of all parameters, in the order of their gradients.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        self.layers.iter().enumerate().flat_map(|(layer, perceptron)| {
            (1..=perceptron.len()).flat_map(move |dense| {
                [Parameter::Weight, Parameter::Bias].map(|parameter| Place { layer, dense, parameter }.to_string())
            })
        })
    }

    pub(super) fn upload(&self, gpu: &Gpu) -> supple::Result<MomentumNet> {
        let dense = |dense: &Dense| Ok((upload(gpu, &dense.weight)?, upload(gpu, &dense.bias)?));
        let layer = |perceptron: &Vec<Dense>| -> supple::Result<Arc<dyn Residual>> {
            let parameters = perceptron.iter().map(dense).collect::<supple::Result<Vec<_>>>()?;
            Ok(Arc::new(Mlp::new(self.activation, parameters)?))
        };
        let layers = self.layers.iter().map(layer).collect::<supple::Result<Vec<_>>>()?;
        Ok(MomentumNet::new(layers).gammas(&self.gamma[..]).is_residual(self.is_residual))
    }
}

/// How many dense layers each layer has, by the names of the tensors.
fn depths(tensors: &Tensors) -> Result<Vec<usize>, TensorsProblem> {
    let mut depths = BTreeMap::<usize, usize>::new();
    for name in tensors.names() {
        let Some(place) = Place::parse(&name) else {
            return Err(TensorsProblem::Unexpected {
                tensor: shorten(&name),
                problem: "which belongs to no layer".to_owned(),
                remedy: "leave it out, or name it as layers.0.w1, layers.0.b1, layers.0.w2 and so on",
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
