//! The summary of a search for a barycenter.

use std::fmt;

use serde::Serialize;
use supple::Gpu;
use supple::soft_dtw::barycenter::{Center, End};

use super::Arguments;
use crate::batch::Batch;
use crate::options::MeasureOptions;
use crate::summary::{line, steps};
use crate::timing::Timing;

#[derive(Serialize)]
pub(super) struct Report {
    command: &'static str,
    adapter: String,
    #[serde(flatten)]
    measure: MeasureOptions,
    series: usize,
    /// Of the barycenter.
    length: u32,
    channels: u32,
    /// The weighted mean of the values of the barycenter with the series.
    objective: f64,
    gradient_norm: f64,
    iterations: u32,
    converged: bool,
    end: &'static str,
    #[serde(flatten)]
    timing: Timing,
    out: String,
    plot: Option<String>,
}

impl Report {
    pub(super) fn new(arguments: &Arguments, gpu: &Gpu, batch: &Batch, center: &Center, timing: Timing) -> Self {
        Self {
            command: "barycenter",
            adapter: gpu.adapter_info().name.clone(),
            measure: arguments.measure.clone(),
            series: batch.count(),
            length: center.length,
            channels: center.dim,
            // Adding zero turns -0 into 0.
            objective: center.value + 0.0,
            gradient_norm: center.gradient_norm,
            iterations: center.iterations,
            converged: center.converged(),
            end: match center.end {
                End::Converged => "the gradient is within the tolerance",
                End::Precision => "no lower value within the precision of f32",
                End::IterationLimit => "limit of iterations",
                End::Stopped => "stopped",
            },
            timing,
            out: arguments.out.to_string_lossy().into_owned(),
            plot: arguments.plot.as_ref().map(|path| path.to_string_lossy().into_owned()),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { series, length, channels, .. } = self;
        line(f, "series", format_args!("{series}; barycenter of {}", steps(*length, *channels)))?;
        line(f, "objective", self.objective)?;
        line(f, "iterations", format_args!("{}, ended by: {}", self.iterations, self.end))?;
        line(f, "adapter", &self.adapter)?;
        line(f, "time", &self.timing)?;
        line(f, "--out", &self.out)?;
        self.plot.iter().try_for_each(|path| line(f, "--plot", path))
    }
}
