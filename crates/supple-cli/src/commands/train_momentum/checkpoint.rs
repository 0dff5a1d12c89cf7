//! Checkpoints: all that a training goes on from, in one file.

use serde_json::Value;
use supple::{Gpu, Tensor};

use super::settings::Settings;
use super::training::{Optimizer, Training};
use crate::error::{CliError, FileArgument};
use crate::npy::Array;
use crate::output::Outputs;
use crate::tensors::{self, Tensors, TensorsProblem};

const SETTINGS: &str = "settings";
const DATA: &str = "data";

/// What names a run: its settings, and a fingerprint of its data.
pub(super) struct Run {
    pub(super) settings: Value,
    pub(super) data: String,
}

impl Run {
    pub(super) fn new(settings: &Settings, fingerprint: &str) -> Self {
        // Settings are numbers and names; these can be written.
        Self { settings: serde_json::to_value(settings).unwrap_or_default(), data: fingerprint.to_owned() }
    }

    /// Writes a checkpoint, whole or not at all.
    pub(super) fn write(&self, file: &FileArgument, gpu: &Gpu, training: &Training<'_>) -> Result<(), CliError> {
        let mut all = training.finite_parameters()?;
        for (name, tensor) in training.carried() {
            all.push((name, download(gpu, &tensor)?));
        }
        for (name, values) in training.numbers() {
            all.push((name.to_owned(), Array { shape: vec![values.len()], values: values.clone() }));
        }
        let metadata = [(SETTINGS, self.settings.to_string()), (DATA, self.data.clone())];
        let mut outputs = Outputs::new();
        let output = outputs.add(file.clone())?;
        outputs.write(output, |writer| tensors::write(writer, &all, &metadata))?;
        outputs.commit()
    }

    /// Takes a training to where a checkpoint of the same run stands.
    pub(super) fn resume(&self, file: &FileArgument, gpu: &Gpu, training: &mut Training<'_>) -> Result<(), CliError> {
        let problem = |problem| CliError::Tensors { file: file.clone(), problem };
        let tensors = Tensors::read(file).map_err(problem)?;
        self.check(file, &tensors)?;
        for (name, tensor) in training.parameters.iter().cloned().chain(training.carried()) {
            let shape: Vec<usize> = tensor.shape().sizes().iter().map(|&size| size as usize).collect();
            gpu.write(&tensor, &get(&tensors, &name, Some(&shape)).map_err(problem)?)?;
        }
        for (name, numbers) in training.numbers_mut() {
            *numbers = get(&tensors, name, None).map_err(problem)?;
        }
        let (epochs, steps) = (training.epochs(), training.steps());
        let has_validation = tensors_len(&training.history.validation_loss, &training.history.validation_accuracy);
        if epochs == 0 || has_validation.is_none_or(|count| count != 0 && count != epochs) {
            return Err(problem(TensorsProblem::Missing { tensor: "history".to_owned(), remedy: REMEDY }));
        }
        if let Optimizer::Adam(_, state) = &mut training.optimizer {
            state.steps = (epochs * steps) as u32;
        }
        Ok(())
    }

    /// Checks that a file is a checkpoint of this run.
    fn check(&self, file: &FileArgument, tensors: &Tensors) -> Result<(), CliError> {
        let metadata = |key: &'static str| {
            tensors.metadata(key).ok_or_else(|| {
                let expected = "a checkpoint that supple train-momentum wrote".to_owned();
                CliError::Tensors { file: file.clone(), problem: TensorsProblem::NoMetadata { key, expected } }
            })
        };
        let settings: Value = serde_json::from_str(metadata(SETTINGS)?).unwrap_or_default();
        let other = |setting: String, there: String, here: String| {
            Err(CliError::OtherRun { file: file.clone(), setting, there, here })
        };
        for (key, here) in self.settings.as_object().into_iter().flatten() {
            let there = settings.get(key).unwrap_or(&Value::Null);
            if there != here {
                return other(format!("--{key}"), words(there), words(here));
            }
        }
        let data = metadata(DATA)?;
        if data != self.data {
            return other("other data,".to_owned(), data.chars().take(16).collect(), self.data.clone());
        }
        Ok(())
    }
}

const REMEDY: &str = "name a checkpoint that supple train-momentum wrote";

impl Training<'_> {
    /// What the optimizer carries on, by name.
    fn carried(&self) -> Vec<(String, Tensor<f32>)> {
        let carried = match &self.optimizer {
            Optimizer::Adam(_, state) => vec![("first", &state.first), ("second", &state.second)],
            Optimizer::Sgd(_, state) => vec![("velocity", &state.velocity)],
        };
        let named = |(what, tensors): (&str, &Vec<Tensor<f32>>)| {
            let of_parameter = |((name, _), t): (&(String, _), &Tensor<f32>)| (format!("{what}.{name}"), t.clone());
            self.parameters.iter().zip(tensors).map(of_parameter).collect::<Vec<_>>()
        };
        carried.into_iter().flat_map(named).collect()
    }

    fn numbers(&self) -> [(&'static str, &Vec<f32>); 3] {
        let history = &self.history;
        [
            ("history.loss", &history.loss),
            ("history.validation_loss", &history.validation_loss),
            ("history.validation_accuracy", &history.validation_accuracy),
        ]
    }

    fn numbers_mut(&mut self) -> [(&'static str, &mut Vec<f32>); 3] {
        let history = &mut self.history;
        [
            ("history.loss", &mut history.loss),
            ("history.validation_loss", &mut history.validation_loss),
            ("history.validation_accuracy", &mut history.validation_accuracy),
        ]
    }
}

/// The numbers of a tensor, in a shape if one is known.
fn get(tensors: &Tensors, name: &str, shape: Option<&[usize]>) -> Result<Vec<f32>, TensorsProblem> {
    let missing = || TensorsProblem::Missing { tensor: name.to_owned(), remedy: REMEDY };
    let array = tensors.get(name)?.ok_or_else(missing)?;
    match shape {
        Some(shape) if array.shape != shape => Err(TensorsProblem::Shape {
            tensor: name.to_owned(),
            shape: array.shape,
            expected: format!("{shape:?}, as the settings say"),
        }),
        _ => Ok(array.values),
    }
}

/// The length of two lists of one length.
fn tensors_len(a: &[f32], b: &[f32]) -> Option<usize> {
    (a.len() == b.len()).then_some(a.len())
}

/// A tensor's values with their shape.
pub(super) fn download(gpu: &Gpu, tensor: &Tensor<f32>) -> supple::Result<Array<f32>> {
    let shape = tensor.shape().sizes().iter().map(|&size| size as usize).collect();
    Ok(Array { shape, values: tensor.read(gpu)? })
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => "its default".to_owned(),
        Value::String(text) => text.chars().take(40).collect(),
        other => other.to_string().chars().take(40).collect(),
    }
}
