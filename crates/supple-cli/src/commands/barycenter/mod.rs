//! `supple barycenter`: the series that is nearest to a set of series on average.

mod report;
mod start;

use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::Args;
use supple::Gpu;
use supple::soft_dtw::barycenter::{Barycenter, Center, End};

use crate::batch::{Batch, InputOptions, check_fits, check_result};
use crate::device;
use crate::error::{CliError, FileArgument};
use crate::npy;
use crate::options::{DeviceOptions, MeasureOptions, length};
use crate::output::Outputs;
use crate::plot::{CentersPlot, Panel};
use crate::progress::Progress;
use crate::summary::{self, say};
use crate::timing::measure_on_host;
use report::Report;
use start::StartOption;

/// The library's own limit, which the progress bar needs to know.
const MAX_ITERATIONS: u32 = 200;

/// Find the series that is nearest to a set of series on average
#[derive(Args, Debug)]
#[command(after_help = "\
The barycenter is the series Z with the smallest weighted mean of f(Z, X_i), f being the kind that is chosen. The
divergences give centers as sharp as the series; `value` gives smoother ones, the more so the larger gamma is. The
search is L-BFGS and finds a local minimum.

Example: the center of class 1 of a data set, and a picture
  supple barycenter GunPoint_TRAIN.ts --class 1 --kind divergence --gamma 1 --out B.npy --plot b.svg")]
pub(super) struct Arguments {
    #[command(flatten)]
    input: InputOptions,

    #[command(flatten)]
    measure: MeasureOptions,

    /// One weight for each series, [N], from 0 up; they are scaled to sum to 1 [default: all equal]
    #[arg(long, value_name = "W.npy")]
    weights: Option<PathBuf>,

    /// Time steps of the barycenter [default: those of a start from a file, or else the mean length of the series; under
    /// mean-cost-divergence that of the shortest, and no more]
    #[arg(long, value_name = "L", value_parser = length, allow_negative_numbers = true)]
    length: Option<u32>,

    /// Where the search begins: `mean` step by step, `mean-cost` for the barycenter under the mean cost, or a file
    /// with one series, [L] or [L, d]
    #[arg(long, value_name = "START", default_value = "mean", value_parser = StartOption::parse)]
    start: StartOption,

    /// The search ends where the norm of the gradient is at most T times that of the barycenter, or T where that is
    /// below 1 [default: 0.001]
    #[arg(long, value_name = "T", value_parser = tolerance, allow_hyphen_values = true)]
    tolerance: Option<f64>,

    /// The most iterations of the search
    #[arg(long, value_name = "N", default_value_t = MAX_ITERATIONS, allow_negative_numbers = true)]
    max_iterations: u32,

    /// Where the barycenter goes: [L], or [L, d] if the series are [N, n, d] or have several channels
    #[arg(long, value_name = "B.npy")]
    out: PathBuf,

    /// Where a picture goes: the series thin, the barycenter bold
    #[arg(long, value_name = "B.svg")]
    plot: Option<PathBuf>,

    #[command(flatten)]
    device: DeviceOptions,
}

/// Reads a tolerance.
fn tolerance(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(tolerance) if tolerance.is_finite() && tolerance >= 0.0 => Ok(tolerance),
        _ => Err("give a number from 0 up, such as 0.001".to_owned()),
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<(), CliError> {
    let dtw = arguments.measure.settings()?;
    let mut outputs = Outputs::new();
    let out_file = FileArgument::new("--out", &arguments.out);
    let out_output = outputs.add(out_file.clone())?;
    let plot_file = arguments.plot.as_ref().map(|path| FileArgument::new("--plot", path));
    let plot_output = plot_file.clone().map(|file| outputs.add(file)).transpose()?;
    let batch = arguments.input.read()?;
    let search = arguments.search(Barycenter::new(dtw), &batch)?;

    let gpu = device::open(arguments.device.adapter.as_deref())?;
    check_fits(&gpu, &batch.file, &batch.shape)?;
    if let Some(length) = arguments.length {
        check_fits(&gpu, &out_file, &batch.shape_of(length as usize))?;
    }
    let (center, timing) = measure_on_host(None, || arguments.fit(&search, &gpu, &batch))?;
    let shape = batch.shape_of(center.length as usize);
    check_result(&out_file, &shape, &center.values)?;
    outputs.write(out_output, |writer| npy::write(writer, &shape, &center.values))?;
    if let Some(output) = plot_output {
        let picture = picture(&batch, &center)?;
        outputs.write(output, |writer| writer.write_all(picture.as_bytes()))?;
    }
    outputs.commit()?;
    if center.end == End::IterationLimit {
        let limit = arguments.max_iterations;
        say(&format!("note: the search ended at --max-iterations {limit}; give more, or a larger --tolerance"));
    }
    let report = Report::new(arguments, &gpu, &batch, &center, timing);
    summary::print(&report, arguments.device.json)
}

impl Arguments {
    /// The search with all settings; reads the files that they name.
    fn search(&self, mut search: Barycenter, batch: &Batch) -> Result<Barycenter, CliError> {
        if let Some(path) = &self.weights {
            search = search.weights(&batch.read_weights(FileArgument::new("--weights", path))?);
        }
        if let Some(length) = self.length {
            search = search.length(length);
        }
        if let Some(tolerance) = self.tolerance {
            search = search.tolerance(tolerance);
        }
        let start = self.start.read(batch, self.length)?;
        Ok(search.start(start).max_iterations(self.max_iterations))
    }

    fn fit(&self, search: &Barycenter, gpu: &Gpu, batch: &Batch) -> Result<Center, CliError> {
        let progress = Progress::new("barycenter", self.max_iterations.into());
        let tensor = batch.upload(gpu)?;
        let found = search.fit_with_progress(gpu, batch.with_lengths(&tensor), |now| {
            progress.at(now.iteration.into(), format!("objective {:.6}", now.value));
            ControlFlow::Continue(())
        });
        found.map_err(|error| CliError::of_search(error, &batch.file))
    }
}

fn picture(batch: &Batch, center: &Center) -> Result<String, CliError> {
    let name = batch.file.path.file_stem().unwrap_or_default().to_string_lossy();
    let picture = CentersPlot {
        title: &format!("Barycenter of {name}"),
        panels: &[Panel {
            heading: format!("{} series", batch.count()),
            series: (0..batch.count()).map(|row| batch.series(row)).collect(),
            center: &center.values,
        }],
        channels: batch.channels(),
    };
    Ok(picture.render()?)
}

#[cfg(test)]
mod tests {
    use super::tolerance;

    #[test]
    fn tolerances() {
        assert_eq!(tolerance("1e-4"), Ok(1e-4));
        assert_eq!(tolerance("0"), Ok(0.0));
        for text in ["-1", "nan", "inf", "small", ""] {
            assert!(tolerance(text).unwrap_err().contains("from 0 up"), "{text}");
        }
    }
}
