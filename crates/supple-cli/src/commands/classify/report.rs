//! The summary of a classification.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use super::Arguments;
use super::distance::Distance;
use super::nearest::Neighbour;
use super::split::Split;
use crate::options::PathOptions;
use crate::summary::{large, line};
use crate::timing::Timing;

#[derive(Serialize)]
pub(super) struct Report {
    command: &'static str,
    dataset: String,
    /// Null where no GPU was used.
    adapter: Option<String>,
    distance: Distance,
    /// Null for a distance that has none.
    gamma: Option<f32>,
    /// Nothing for the Euclidean distance, which has no paths.
    #[serde(flatten)]
    paths: Option<PathOptions>,
    train: usize,
    test: usize,
    channels: usize,
    correct: usize,
    accuracy: f64,
    pairs: u64,
    /// Cells of the alignment tables of all pairs, those of each series with itself not counted; null for a
    /// distance that has no such tables.
    cells: Option<u64>,
    #[serde(flatten)]
    timing: Timing,
    pairs_per_second: Option<f64>,
    cells_per_second: Option<f64>,
    out: Option<String>,
    plot: Option<String>,
}

impl Report {
    pub(super) fn new(
        arguments: &Arguments,
        split: &Split,
        neighbours: &[Neighbour],
        adapter: Option<String>,
        timing: Timing,
    ) -> Self {
        let right = |(label, neighbour): &(&String, &Neighbour)| **label == split.train.labels[neighbour.index];
        let correct = split.test.labels.iter().zip(neighbours).filter(right).count();
        let test = split.test.series.len();
        let aligned = arguments.distance != Distance::Euclidean;
        let cells = aligned.then(|| split.cells());
        let text = |path: &PathBuf| path.to_string_lossy().into_owned();
        Self {
            command: "classify",
            dataset: split.test.name.clone(),
            adapter,
            distance: arguments.distance,
            gamma: arguments.gamma.filter(|_| arguments.is_smoothed()),
            paths: aligned.then_some(arguments.paths),
            train: split.train.series.len(),
            test,
            channels: split.test.channels,
            correct,
            accuracy: correct as f64 / test as f64,
            pairs: split.pairs(),
            cells,
            pairs_per_second: timing.rate(split.pairs()),
            cells_per_second: cells.and_then(|cells| timing.rate(cells)),
            timing,
            out: arguments.out.as_ref().map(text),
            plot: arguments.plot.as_ref().map(text),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(f, "data set", format_args!("{}, {} training and {} test series", self.dataset, self.train, self.test))?;
        line(f, "adapter", self.adapter.as_deref().unwrap_or("none, computed on the CPU"))?;
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
