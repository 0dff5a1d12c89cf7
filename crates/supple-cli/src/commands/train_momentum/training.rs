//! Training, epoch by epoch.

use supple::momentum::loss::softmax_cross_entropy;
use supple::momentum::optimiser::{AdamState, SgdState};
use supple::momentum::{Backward, Classifier};
use supple::{Gpu, Tensor};

use super::checkpoint::download;
use super::data::Data;
use super::model;
use super::settings::{Method, Settings};
use crate::error::CliError;
use crate::npy::Array;

/// A classifier on its way.
pub(super) struct Training<'a> {
    gpu: &'a Gpu,
    data: &'a Data,
    seed: u64,
    batch: usize,
    backward: Backward,
    classifier: Classifier,
    /// By name.
    pub(super) parameters: Vec<(String, Tensor<f32>)>,
    pub(super) optimizer: Optimizer,
    pub(super) history: History,
}

/// An optimizer, and what its steps carry on.
pub(super) enum Optimizer {
    Adam(supple::momentum::optimiser::Adam, AdamState),
    Sgd(supple::momentum::optimiser::Sgd, SgdState),
}

/// What has been measured, a number for each epoch.
#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) loss: Vec<f32>,
    /// Both empty without rows for validation.
    pub(super) validation_loss: Vec<f32>,
    pub(super) validation_accuracy: Vec<f32>,
}

impl<'a> Training<'a> {
    /// Before the first epoch.
    pub(super) fn new(gpu: &'a Gpu, settings: &Settings, data: &'a Data) -> Result<Self, CliError> {
        let (backward, method) = (settings.backward()?, settings.method()?);
        let classifier = model::classifier(gpu, settings, data)?;
        let parameters = classifier.parameters();
        let tensors = tensors(&parameters);
        let optimizer = gpu.run(|rec| match method {
            Method::Adam(adam) => Ok(Optimizer::Adam(adam, adam.begin(rec, &tensors)?)),
            Method::Sgd(sgd) => Ok(Optimizer::Sgd(sgd, sgd.begin(rec, &tensors)?)),
        })?;
        let batch = settings.batch.get() as usize;
        let history = History::default();
        Ok(Self { gpu, data, seed: settings.seed, batch, backward, classifier, parameters, optimizer, history })
    }

    /// Epochs so far.
    pub(super) fn epochs(&self) -> usize {
        self.history.loss.len()
    }

    /// Steps of an epoch.
    pub(super) fn steps(&self) -> usize {
        self.data.training.len().div_ceil(self.batch)
    }

    /// One epoch; `step_done` is told each step's loss.
    pub(super) fn epoch(&mut self, mut step_done: impl FnMut(f32)) -> Result<(), CliError> {
        let epoch = self.epochs();
        let order = self.data.order(self.seed, epoch);
        let mut sum = 0.0;
        for rows in order.chunks(self.batch) {
            let loss = self.step(rows)?;
            if !loss.is_finite() {
                return Err(diverged(&format!("the loss is no finite number in epoch {}", epoch + 1)));
            }
            sum += f64::from(loss) * rows.len() as f64;
            step_done(loss);
        }
        self.history.loss.push((sum / order.len() as f64) as f32);
        if !self.data.validation.is_empty() {
            let (loss, accuracy) = self.validate()?;
            if !loss.is_finite() {
                return Err(diverged(&format!(
                    "the loss for validation is no finite number after epoch {}",
                    epoch + 1
                )));
            }
            self.history.validation_loss.push(loss);
            self.history.validation_accuracy.push(accuracy);
        }
        Ok(())
    }

    /// The parameters by name, which must be finite: a loss is measured before its step, and one bad step is enough.
    pub(super) fn finite_parameters(&self) -> Result<Vec<(String, Array<f32>)>, CliError> {
        let mut all = Vec::new();
        for (name, tensor) in &self.parameters {
            let array = download(self.gpu, tensor)?;
            if let Some(value) = array.values.iter().find(|value| !value.is_finite()) {
                return Err(diverged(&format!("{name} holds {value} after epoch {}", self.epochs())));
            }
            all.push((name.clone(), array));
        }
        Ok(all)
    }

    /// One step; the loss before it.
    fn step(&mut self, rows: &[usize]) -> supple::Result<f32> {
        let (x, labels) = self.data.upload(self.gpu, rows)?;
        let parameters = tensors(&self.parameters);
        let loss = self.gpu.run(|rec| {
            let (loss, gradients) = self.classifier.loss_and_gradients(rec, &x, &labels, self.backward)?;
            match &mut self.optimizer {
                Optimizer::Adam(adam, state) => adam.step(rec, &parameters, &gradients, state)?,
                Optimizer::Sgd(sgd, state) => sgd.step(rec, &parameters, &gradients, state)?,
            }
            Ok(loss.value)
        })?;
        Ok(loss.read(self.gpu)?[0])
    }

    /// The mean loss of the rows for validation, and the share of them that are classified rightly.
    fn validate(&self) -> supple::Result<(f32, f32)> {
        let (mut sum, mut right) = (0.0, 0);
        for rows in self.data.validation.chunks(self.batch) {
            let (x, labels) = self.data.upload(self.gpu, rows)?;
            let (logits, loss) = self.gpu.run(|rec| {
                let logits = self.classifier.logits(rec, &x)?;
                let loss = softmax_cross_entropy(rec, &logits, &labels)?;
                Ok((logits, loss.rows))
            })?;
            sum += loss.read(self.gpu)?.into_iter().map(f64::from).sum::<f64>();
            let logits = logits.read(self.gpu)?;
            let found = logits.chunks_exact(self.data.classes).map(likeliest);
            right += rows.iter().zip(found).filter(|&(&row, class)| self.data.label(row) == class).count();
        }
        let count = self.data.validation.len() as f64;
        Ok(((sum / count) as f32, (right as f64 / count) as f32))
    }
}

fn tensors(named: &[(String, Tensor<f32>)]) -> Vec<Tensor<f32>> {
    named.iter().map(|(_, tensor)| tensor.clone()).collect()
}

/// The first class with the largest logit.
fn likeliest(logits: &[f32]) -> u32 {
    let larger = |best: usize, k: usize| if logits[k] > logits[best] { k } else { best };
    (0..logits.len()).reduce(larger).unwrap_or_default() as u32
}

fn diverged(how: &str) -> CliError {
    CliError::Argument {
        argument: "--learning-rate",
        problem: format!("or --weight-decay is too large: {how}"),
        remedy: "give less".to_owned(),
    }
}
