//! The summary of a clustering.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;
use supple::Gpu;
use supple::soft_dtw::k_means::Clusters;

use super::Arguments;
use crate::options::MeasureOptions;
use crate::summary::{line, steps};
use crate::timing::Timing;

#[derive(Serialize)]
pub(super) struct Report {
    command: &'static str,
    adapter: String,
    #[serde(flatten)]
    measure: MeasureOptions,
    k: u32,
    seed: u64,
    restarts: u32,
    series: usize,
    /// Of each center.
    length: u32,
    channels: u32,
    /// The sum of the values of each series with its center.
    inertia: f64,
    /// How many series each cluster has.
    sizes: Vec<usize>,
    rounds: u32,
    converged: bool,
    #[serde(flatten)]
    timing: Timing,
    out: String,
    assignments: Option<String>,
    plot: Option<String>,
}

impl Report {
    pub(super) fn new(arguments: &Arguments, gpu: &Gpu, clusters: &Clusters, timing: Timing) -> Self {
        let mut sizes = vec![0; arguments.k.get() as usize];
        clusters.assignments.iter().for_each(|&cluster| sizes[cluster as usize] += 1);
        let text = |path: &PathBuf| path.to_string_lossy().into_owned();
        Self {
            command: "kmeans",
            adapter: gpu.adapter_info().name.clone(),
            measure: arguments.measure.clone(),
            k: arguments.k.get(),
            seed: arguments.seed,
            restarts: arguments.restarts.get(),
            series: clusters.assignments.len(),
            length: clusters.length,
            channels: clusters.dim,
            // Adding zero turns -0 into 0.
            inertia: clusters.inertia + 0.0,
            sizes,
            rounds: clusters.rounds,
            converged: clusters.converged,
            timing,
            out: text(&arguments.out),
            assignments: arguments.assignments.as_ref().map(text),
            plot: arguments.plot.as_ref().map(text),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { series, length, channels, .. } = self;
        line(f, "series", format_args!("{series}; centers of {}", steps(*length, *channels)))?;
        let sizes: Vec<String> = self.sizes.iter().map(ToString::to_string).collect();
        line(f, "sizes", sizes.join(", "))?;
        line(f, "inertia", self.inertia)?;
        let converged = if self.converged { ", converged" } else { "" };
        line(f, "rounds", format_args!("{}{converged}", self.rounds))?;
        line(f, "adapter", &self.adapter)?;
        line(f, "time", &self.timing)?;
        for (argument, path) in
            [("--out", Some(&self.out)), ("--assignments", self.assignments.as_ref()), ("--plot", self.plot.as_ref())]
        {
            path.iter().try_for_each(|path| line(f, argument, path))?;
        }
        Ok(())
    }
}
