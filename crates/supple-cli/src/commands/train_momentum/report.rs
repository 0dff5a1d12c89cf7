//! What is reported of a training.

use std::fmt;

use serde::Serialize;

use super::data::Data;
use super::settings::Settings;
use super::training::History;
use crate::options::name;
use crate::summary::{Written, line};
use crate::timing::Work;

#[derive(Serialize)]
pub(super) struct Report {
    command: &'static str,
    #[serde(flatten)]
    settings: Settings,
    features: usize,
    classes: usize,
    training_rows: usize,
    validation_rows: usize,
    /// All, and those that a checkpoint brought.
    epochs: usize,
    resumed_epochs: usize,
    /// Of the last epoch, in nats.
    loss: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_loss: Option<f32>,
    /// The share of rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_accuracy: Option<f32>,
    #[serde(flatten)]
    work: Work,
    outputs: Vec<Written>,
}

impl Report {
    pub(super) fn new(
        settings: &Settings,
        data: &Data,
        history: &History,
        resumed_epochs: usize,
        work: Work,
        outputs: Vec<Written>,
    ) -> Self {
        let last = |numbers: &[f32]| numbers.last().copied();
        Self {
            command: "train-momentum",
            settings: settings.clone(),
            features: data.features,
            classes: data.classes,
            training_rows: data.training.len(),
            validation_rows: data.validation.len(),
            epochs: history.loss.len(),
            resumed_epochs,
            loss: last(&history.loss),
            validation_loss: last(&history.validation_loss),
            validation_accuracy: last(&history.validation_accuracy),
            work,
            outputs,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { width, layers, activation, gamma, .. } = &self.settings;
        let of_file = match self.resumed_epochs {
            0 => String::new(),
            epochs => format!(", {epochs} of them from the checkpoint"),
        };
        line(f, "layers", format_args!("{layers} of width {width}, {}, gamma {gamma}", name(activation)))?;
        line(
            f,
            "rows",
            format_args!("{} of {} features, {} classes", self.training_rows, self.features, self.classes),
        )?;
        line(f, "epochs", format_args!("{}{of_file}", self.epochs))?;
        if let Some(loss) = self.loss {
            line(f, "loss", format_args!("{loss:.4} nats"))?;
        }
        if let (Some(loss), Some(accuracy)) = (self.validation_loss, self.validation_accuracy) {
            let rows = self.validation_rows;
            line(f, "validation", format_args!("{loss:.4} nats, {:.2} % of {rows} rows right", 100.0 * accuracy))?;
        }
        self.work.fmt(f)?;
        self.outputs.iter().try_for_each(|output| output.fmt(f))
    }
}
