//! Running an operator once or several times, and how long it took.

use std::fmt;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use supple::{Gpu, Recorder};

use crate::error::CliError;
use crate::summary::{duration, large, line};

/// How long an operator took, from arrays on the host to arrays on the host.
#[derive(Debug, Serialize)]
pub(crate) struct Timing {
    seconds: Seconds,
    /// By the GPU's own clock, in runs of their own: timing each kernel slows the whole down a little.
    #[serde(skip_serializing_if = "Option::is_none")]
    kernel_seconds: Option<Vec<f64>>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Seconds {
    /// The first run of the process, with the compilation of its shaders.
    Once(f64),
    /// With `--repeat`: each run after a first one that does not count.
    Each(Vec<f64>),
}

/// How much was done, where, and how fast.
#[derive(Debug, Serialize)]
pub(crate) struct Work {
    adapter: String,
    #[serde(flatten)]
    amount: Amount,
    #[serde(flatten)]
    timing: Timing,
}

/// How much was done, and in a second.
#[derive(Debug)]
struct Amount {
    unit: Unit,
    count: u64,
    per_second: Option<f64>,
}

/// What work is counted in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unit {
    /// Cells of the alignment tables of all pairs.
    Cells,
    /// Elements of all rows.
    Elements,
    /// Numbers of noise.
    Draws,
    /// States that go through a layer.
    Steps,
}

impl Work {
    pub(crate) fn new(gpu: &Gpu, (count, unit): (u64, Unit), timing: Timing) -> Self {
        let amount = Amount { unit, count, per_second: timing.rate(count) };
        Self { adapter: gpu.adapter_info().name.clone(), amount, timing }
    }

    /// How many of `count` things were done in a second.
    pub(crate) fn rate(&self, count: u64) -> Option<f64> {
        self.timing.rate(count)
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(f, "adapter", &self.adapter)?;
        line(f, "time", &self.timing)?;
        let label = format!("{}/second", self.amount.unit.name());
        line(f, &label, large(self.amount.per_second.unwrap_or_default()))
    }
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Self::Cells => "cells",
            Self::Elements => "elements",
            Self::Draws => "draws",
            Self::Steps => "steps",
        }
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let unit = self.unit.name();
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry(unit, &self.count)?;
        map.serialize_entry(&format!("{unit}_per_second"), &self.per_second)?;
        map.end()
    }
}

/// Sends work to the GPU, either plainly or with its kernels timed.
#[derive(Debug)]
pub(crate) struct Submitter<'g> {
    gpu: &'g Gpu,
    /// The time of all kernels so far, where it is measured.
    kernels: Option<Duration>,
}

impl Submitter<'_> {
    pub(crate) fn gpu(&self) -> &Gpu {
        self.gpu
    }

    /// As [`Gpu::run`].
    pub(crate) fn run<R>(&mut self, record: impl FnOnce(&mut Recorder<'_>) -> supple::Result<R>) -> supple::Result<R> {
        let Some(kernels) = &mut self.kernels else {
            return self.gpu.run(record);
        };
        let (result, profile) = self.gpu.run_profiled(record)?;
        *kernels += profile.total();
        Ok(result)
    }
}

/// Runs an operator on the GPU; with `repeat` that often after one warm-up, and where the adapter has
/// timestamps once more as often with its kernels timed.
pub(crate) fn measure<R>(
    gpu: &Gpu,
    repeat: Option<NonZeroU32>,
    mut operate: impl FnMut(&mut Submitter<'_>) -> Result<R, CliError>,
) -> Result<(R, Timing), CliError> {
    let (result, mut timing) = measure_on_host(repeat, || operate(&mut Submitter { gpu, kernels: None }))?;
    if let Some(times) = repeat
        && gpu.capabilities().timestamps
    {
        let mut kernel_seconds = Vec::new();
        for _ in 0..times.get() {
            let mut submitter = Submitter { gpu, kernels: Some(Duration::ZERO) };
            operate(&mut submitter)?;
            kernel_seconds.extend(submitter.kernels.map(|time| time.as_secs_f64()));
        }
        timing.kernel_seconds = Some(kernel_seconds);
    }
    Ok((result, timing))
}

/// Runs an operator that uses no GPU; with `repeat` that often after one warm-up.
pub(crate) fn measure_on_host<R>(
    repeat: Option<NonZeroU32>,
    mut operate: impl FnMut() -> Result<R, CliError>,
) -> Result<(R, Timing), CliError> {
    let mut timed = || -> Result<(R, f64), CliError> {
        let begin = Instant::now();
        let result = operate()?;
        Ok((result, begin.elapsed().as_secs_f64()))
    };
    let (mut result, first) = timed()?;
    let Some(times) = repeat else {
        return Ok((result, Timing { seconds: Seconds::Once(first), kernel_seconds: None }));
    };
    let mut each = Vec::new();
    for _ in 0..times.get() {
        let seconds;
        (result, seconds) = timed()?;
        each.push(seconds);
    }
    Ok((result, Timing { seconds: Seconds::Each(each), kernel_seconds: None }))
}

impl Timing {
    /// The seconds that rates are computed from: the median where there are several.
    pub(crate) fn typical(&self) -> f64 {
        match &self.seconds {
            Seconds::Once(seconds) => *seconds,
            Seconds::Each(seconds) => median(seconds),
        }
    }

    /// How many of `count` things were done in a second; nothing where the clock saw no time pass.
    pub(crate) fn rate(&self, count: u64) -> Option<f64> {
        let seconds = self.typical();
        (seconds > 0.0).then(|| count as f64 / seconds)
    }
}

impl fmt::Display for Timing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.seconds {
            Seconds::Once(seconds) => {
                write!(f, "{}, first use and compilation of shaders included", duration(*seconds))?;
            }
            Seconds::Each(seconds) => write!(f, "{}, the median of {} runs", duration(median(seconds)), seconds.len())?,
        }
        match &self.kernel_seconds {
            Some(seconds) => write!(f, "; kernels alone {}", duration(median(seconds))),
            None => Ok(()),
        }
    }
}

/// The middle value, or the mean of the two middle ones; 0 for none.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = sorted.len() / 2;
    let lower = sorted.len().saturating_sub(1) / 2;
    match (sorted.get(lower), sorted.get(upper)) {
        (Some(&low), Some(&high)) => f64::midpoint(low, high),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median() {
        for (values, expected) in [(&[][..], 0.0), (&[2.0], 2.0), (&[3.0, 1.0], 2.0), (&[9.0, 1.0, 2.0], 2.0)] {
            assert!((median(values) - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn runs_are_counted() {
        let mut runs = 0;
        let mut count = || {
            runs += 1;
            Ok(runs)
        };
        let (last, timing) = measure_on_host(NonZeroU32::new(3), &mut count).unwrap();
        assert_eq!(last, 4);
        assert_eq!(serde_json::to_value(&timing).unwrap()["seconds"].as_array().unwrap().len(), 3);
        let (last, timing) = measure_on_host(None, &mut count).unwrap();
        assert_eq!(last, 5);
        assert!(serde_json::to_value(&timing).unwrap()["seconds"].is_f64());
    }
}
