//! The summary of a classification.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;
use supple::Gpu;

use super::distance::Distance;
use super::gamma::Score;
use super::nearest::Neighbour;
use super::split::Split;
use super::{Arguments, Rule};
use crate::options::PathOptions;
use crate::summary::{duration, large, line};
use crate::timing::Timing;

#[derive(Serialize)]
pub(super) struct Report {
    command: &'static str,
    dataset: String,
    /// Null where no GPU was used.
    adapter: Option<String>,
    distance: Distance,
    rule: Rule,
    /// Null for a distance that has none.
    gamma: Option<f32>,
    /// What cross-validation found of each gamma; null where gamma was given.
    gammas: Option<Vec<Score>>,
    /// Nothing for the Euclidean distance, which has no paths.
    #[serde(flatten)]
    paths: Option<PathOptions>,
    train: usize,
    test: usize,
    channels: usize,
    correct: usize,
    accuracy: f64,
    /// Of test series with training series, or with centers.
    pairs: u64,
    /// Cells of the alignment tables of all pairs, those of each series with itself not counted; null for a
    /// distance that has no such tables.
    cells: Option<u64>,
    /// How long the search for centers took; null where there was none.
    fit_seconds: Option<f64>,
    #[serde(flatten)]
    timing: Timing,
    pairs_per_second: Option<f64>,
    cells_per_second: Option<f64>,
    out: Option<String>,
    plot: Option<String>,
}

impl Report {
    pub(super) fn new(arguments: &Arguments, split: &Split, neighbours: &[Neighbour], timing: Timing) -> Self {
        let right = |(label, neighbour): &(&String, &Neighbour)| **label == split.train.labels[neighbour.index];
        let correct = split.test.labels.iter().zip(neighbours).filter(right).count();
        let test = split.test.series.len();
        let aligned = arguments.distance != Distance::Euclidean;
        let cells = aligned.then(|| split.cells());
        let text = |path: &PathBuf| path.to_string_lossy().into_owned();
        Self {
            command: "classify",
            dataset: split.test.name.clone(),
            adapter: None,
            distance: arguments.distance,
            rule: arguments.rule,
            gamma: None,
            gammas: None,
            paths: aligned.then(|| arguments.paths.clone()),
            train: split.train_count,
            test,
            channels: split.test.channels,
            correct,
            accuracy: correct as f64 / test as f64,
            pairs: split.pairs(),
            cells,
            fit_seconds: None,
            pairs_per_second: timing.rate(split.pairs()),
            cells_per_second: cells.and_then(|cells| timing.rate(cells)),
            timing,
            out: arguments.out.as_ref().map(text),
            plot: arguments.plot.as_ref().map(text),
        }
    }

    /// What came before the distances.
    pub(super) fn with_preparation(
        self,
        gpu: Option<&Gpu>,
        gamma: Option<f32>,
        gammas: Option<Vec<Score>>,
        fit_seconds: Option<f64>,
    ) -> Self {
        let adapter = gpu.map(|gpu| gpu.adapter_info().name.clone());
        Self { adapter, gamma, gammas, fit_seconds, ..self }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(f, "data set", format_args!("{}, {} training and {} test series", self.dataset, self.train, self.test))?;
        line(f, "adapter", self.adapter.as_deref().unwrap_or("none, computed on the CPU"))?;
        for Score { gamma, accuracy } in self.gammas.iter().flatten() {
            let chosen = if Some(*gamma) == self.gamma { ", chosen" } else { "" };
            line(f, "gamma", format_args!("{gamma}: {accuracy:.4} on held-out training series{chosen}"))?;
        }
        if let Some(seconds) = self.fit_seconds {
            line(f, "centers", duration(seconds))?;
        }
        line(f, "accuracy", format_args!("{:.4} ({} of {})", self.accuracy, self.correct, self.test))?;
        line(f, "pairs", self.pairs)?;
        line(f, "time", &self.timing)?;
        line(f, "pairs/second", large(self.pairs_per_second.unwrap_or_default()))?;
        if let Some(rate) = self.cells_per_second {
            line(f, "cells/second", large(rate))?;
        }
        for (argument, path) in [("--out", &self.out), ("--plot", &self.plot)] {
            path.iter().try_for_each(|path| line(f, argument, path))?;
        }
        Ok(())
    }
}
