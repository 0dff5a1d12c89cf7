//! Monte Carlo estimates: perturbed maxima and solutions, and their derivatives.

use std::ops::Range;

use super::job::Job;
use super::params::{CombineParams, DrawParams};
use super::samples::Samples;
use super::shaders;
use super::sums::{CHUNK, Moments, MomentsOf, Sums, WORKGROUP};
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, Tensor};

/// Where estimates go; what is `None` is not computed.
#[derive(Default, Clone, Copy)]
pub(super) struct Outputs<'a> {
    pub(super) maximum: Option<&'a Tensor<f32>>,
    pub(super) maximum_error: Option<&'a Tensor<f32>>,
    pub(super) solution: Option<&'a Tensor<f32>>,
    pub(super) solution_error: Option<&'a Tensor<f32>>,
    /// The gradient in `theta` of the maximum under multiplicative noise, where it is not the solution: the mean of `y* m`, where `m` is what `theta` is
    /// multiplied with.
    pub(super) gradient: Option<&'a Tensor<f32>>,
}

/// Records estimates of all rows.
pub(super) fn estimate(rec: &mut Recorder<'_>, job: &Job<'_>, outputs: &Outputs<'_>) -> Result<()> {
    let gpu = rec.gpu().clone();
    for rows in job.row_parts(&gpu) {
        estimate_part(rec, job, outputs, &rows)?;
    }
    Ok(())
}

fn estimate_part(rec: &mut Recorder<'_>, job: &Job<'_>, outputs: &Outputs<'_>, rows: &Range<u32>) -> Result<()> {
    let gpu = rec.gpu().clone();
    let count = rows.end - rows.start;
    let antithetic = job.settings.antithetic;
    let mut plain = Samples::without_noise(rec, job, rows)?;
    // Sums are relative to these.
    let base = plain.maxima(rec, job)?;
    let maxima = outputs.maximum.map(|_| Sums::new(rec, job, count, 2)).transpose()?;
    let solutions = outputs.solution.map(|_| Sums::of_solutions(rec, job, count)).transpose()?;
    let gained = outputs.gradient.map(|_| Sums::new(rec, job, count, job.n)).transpose()?;
    for part in job.sample_parts(&gpu) {
        let mut samples = Samples::new(rec, job, rows, &part, None)?;
        if maxima.is_some() || gained.is_some() {
            let values = samples.maxima(rec, job)?;
            if let Some(sums) = &maxima {
                sums.add_moments(rec, &values, &part, Some(&base), antithetic)?;
            }
            if let Some(sums) = &gained {
                samples.add_gained(rec, job, &values, sums)?;
            }
            rec.release(values);
        }
        if let Some(sums) = &solutions {
            samples.add_solutions(rec, job, &plain, sums)?;
        }
        samples.release(rec);
        rec.submit_many()?;
    }
    if let (Some(sums), Some(maximum)) = (maxima, outputs.maximum) {
        let moments = Moments {
            sums: &sums.binding,
            elements: u64::from(count),
            units: job.units(),
            of: MomentsOf::Numbers(&base),
            maxima: &base,
            width: 1,
            mean: Job::bind(rec, maximum, rows, 1),
            error: outputs.maximum_error.map(|error| Job::bind(rec, error, rows, 1)),
        };
        moments.record(rec)?;
        sums.release(rec);
    }
    if let (Some(sums), Some(solution)) = (solutions, outputs.solution) {
        mean_solution(rec, job, rows, (&plain, &base), sums, (solution, outputs.solution_error))?;
    }
    if let (Some(sums), Some(gradient)) = (gained, outputs.gradient) {
        let combined = Combined {
            sums: (sums.binding.clone(), 0),
            stride: 1,
            scalar: None,
            baseline: Baseline::None,
            scalar_factor: 0.0,
            factor: 1.0 / job.settings.samples as f32,
            divided: true,
        };
        combined.record(rec, job, rows, &base, gradient)?;
        sums.release(rec);
    }
    rec.release(base);
    plain.release(rec);
    Ok(())
}

/// Means of solutions, and their errors, from sums relative to those of `plain`, of which `base` are the maxima.
fn mean_solution(
    rec: &mut Recorder<'_>,
    job: &Job<'_>,
    rows: &Range<u32>,
    (plain, base): (&Samples, &Binding),
    sums: Sums,
    (solution, error): (&Tensor<f32>, Option<&Tensor<f32>>),
) -> Result<()> {
    let of_plain = plain.solutions();
    let moments = Moments {
        sums: &sums.binding,
        elements: u64::from(rows.end - rows.start) * u64::from(job.n),
        units: job.units(),
        of: match &of_plain {
            Some(solutions) => MomentsOf::Numbers(solutions),
            None => MomentsOf::Counts(if job.settings.antithetic { 2.0 } else { 1.0 }),
        },
        maxima: base,
        width: job.n,
        mean: Job::bind(rec, solution, rows, job.n),
        error: error.map(|error| Job::bind(rec, error, rows, job.n)),
    };
    moments.record(rec)?;
    sums.release(rec);
    Ok(())
}

/// Records solutions without noise; the job has none.
pub(super) fn unperturbed(rec: &mut Recorder<'_>, job: &Job<'_>, solution: &Tensor<f32>) -> Result<()> {
    let gpu = rec.gpu().clone();
    for rows in job.row_parts(&gpu) {
        let mut plain = Samples::without_noise(rec, job, &rows)?;
        let base = plain.maxima(rec, job)?;
        let sums = Sums::of_solutions(rec, job, rows.end - rows.start)?;
        plain.add_solutions(rec, job, &plain, &sums)?;
        mean_solution(rec, job, &rows, (&plain, &base), sums, (solution, None))?;
        rec.release(base);
        plain.release(rec);
    }
    Ok(())
}

/// Records the gradient in `theta` of `<cotangent, solution>` into `out`, `[rows, n]`.
pub(super) fn vjp(rec: &mut Recorder<'_>, job: &Job<'_>, cotangent: &Tensor<f32>, out: &Tensor<f32>) -> Result<()> {
    let gpu = rec.gpu().clone();
    for rows in job.row_parts(&gpu) {
        vjp_part(rec, job, cotangent, out, &rows)?;
    }
    Ok(())
}

fn vjp_part(
    rec: &mut Recorder<'_>,
    job: &Job<'_>,
    cotangent: &Tensor<f32>,
    out: &Tensor<f32>,
    rows: &Range<u32>,
) -> Result<()> {
    let gpu = rec.gpu().clone();
    let count = rows.end - rows.start;
    let leave_one_out = job.leaves_one_out();
    let mut plain = Samples::without_noise(rec, job, rows)?;
    let maxima = plain.maxima(rec, job)?;
    let base = job.is_based().then_some(&plain);
    // Of each coordinate the weighted scores, and plain ones beside them where a mean is to be taken off the weights.
    let stride = if leave_one_out { 2 } else { 1 };
    let scores = Sums::new(rec, job, count, stride * job.n)?;
    let weights = if leave_one_out { Some(Sums::new(rec, job, count, 2)?) } else { None };
    for part in job.sample_parts(&gpu) {
        let samples = Samples::new(rec, job, rows, &part, None)?;
        let each = samples.products(rec, job, rows, cotangent, base)?;
        if let Some(weights) = &weights {
            weights.add_moments(rec, &each, &part, None, false)?;
        }
        add_scores(rec, job, rows, &part, &each, &scores)?;
        rec.release(each);
        samples.release(rec);
        rec.submit_many()?;
    }
    let factor = leave_one_out_factor(job) / (job.settings.sigma * job.settings.samples as f32);
    let combined = Combined {
        sums: (scores.binding.clone(), 0),
        stride,
        scalar: weights.as_ref().map(|weights| weights.binding.clone()),
        baseline: if leave_one_out {
            Baseline::Element { of: scores.binding.clone(), first: 1, stride, factor: 1.0 }
        } else {
            Baseline::None
        },
        scalar_factor: 1.0 / job.settings.samples as f32,
        factor,
        divided: job.settings.multiplicative,
    };
    combined.record(rec, job, rows, &maxima, out)?;
    scores.release(rec);
    if let Some(weights) = weights {
        weights.release(rec);
    }
    rec.release(maxima);
    plain.release(rec);
    Ok(())
}

/// Adds the scores of samples, each times its weight, and with a stride of 2 as they are.
fn add_scores(
    rec: &mut Recorder<'_>,
    job: &Job<'_>,
    rows: &Range<u32>,
    part: &Range<u32>,
    weights: &Binding,
    scores: &Sums,
) -> Result<()> {
    let gpu = rec.gpu().clone();
    let chunks = (part.end - part.start).div_ceil(CHUNK);
    let partial = scores.partial(rec, chunks)?;
    let groups = job.n.div_ceil(4).div_ceil(Job::workgroup(&gpu));
    rec.dispatch(&Dispatch {
        kernel: job.kernel_by_rows(&gpu, &shaders::SCORE_SUMS, [u32::from(scores.width > job.n)]),
        bindings: &[weights.clone(), partial.clone()],
        params: DrawParams { chunks, ..job.params(rows, part) },
        workgroups: u64::from(scores.rows) * u64::from(chunks) * u64::from(groups),
    })?;
    scores.fold(rec, partial, part, CHUNK)
}

/// Records the derivative of the solution along `tangent` into `out`, `[rows, n]`.
pub(super) fn jvp(rec: &mut Recorder<'_>, job: &Job<'_>, tangent: &Tensor<f32>, out: &Tensor<f32>) -> Result<()> {
    let gpu = rec.gpu().clone();
    for rows in job.row_parts(&gpu) {
        let mut plain = Samples::without_noise(rec, job, &rows)?;
        let maxima = plain.maxima(rec, job)?;
        if job.settings.multiplicative {
            // The noise is added to logarithms.
            let of_logarithms = rec.scratch_tensor(job.theta.shape())?;
            let divided = Combined {
                sums: Job::bind(rec, tangent, &rows, job.n),
                stride: 1,
                scalar: None,
                baseline: Baseline::None,
                scalar_factor: 0.0,
                factor: 1.0,
                divided: true,
            };
            divided.record(rec, job, &rows, &maxima, &of_logarithms)?;
            jvp_part(rec, job, &of_logarithms, out, &rows, (&plain, &maxima))?;
            rec.release_tensor(&of_logarithms);
        } else {
            jvp_part(rec, job, tangent, out, &rows, (&plain, &maxima))?;
        }
        rec.release(maxima);
        plain.release(rec);
    }
    Ok(())
}

/// One part; `plain` is without noise, of which `maxima` are the maxima.
fn jvp_part(
    rec: &mut Recorder<'_>,
    job: &Job<'_>,
    tangent: &Tensor<f32>,
    out: &Tensor<f32>,
    rows: &Range<u32>,
    (plain, maxima): (&Samples, &Binding),
) -> Result<()> {
    let gpu = rec.gpu().clone();
    let count = rows.end - rows.start;
    let weighted = Sums::new(rec, job, count, job.n)?;
    let scores = Sums::new(rec, job, count, 2)?;
    let means = if job.leaves_one_out() { Some(Sums::of_solutions(rec, job, count)?) } else { None };
    for part in job.sample_parts(&gpu) {
        let mut samples = Samples::new(rec, job, rows, &part, Some(tangent))?;
        let each = samples.scores(rec, job, tangent)?;
        scores.add_moments(rec, &each, &part, None, false)?;
        samples.add_weighted(rec, job, plain, &each, &weighted)?;
        if let Some(means) = &means {
            samples.add_solutions(rec, job, plain, means)?;
        }
        rec.release(each);
        samples.release(rec);
        rec.submit_many()?;
    }
    // What is taken off each solution: nothing, the one without noise, or the mean of the others; solutions are relative to the one without
    // noise already, winners are not.
    let baseline = match (&means, plain.winners(), plain.solutions()) {
        (Some(means), Some(_), _) => {
            Baseline::Count { of: means.binding.clone(), factor: 1.0 / job.settings.samples as f32 }
        }
        (Some(means), None, _) => {
            Baseline::Element { of: means.binding.clone(), first: 0, stride: 2, factor: 1.0 / job.units() as f32 }
        }
        (None, Some(winners), _) if job.is_based() => Baseline::Winner(winners),
        (None, None, Some(solutions)) if !job.is_based() => {
            Baseline::Element { of: solutions, first: 0, stride: 1, factor: -1.0 }
        }
        _ => Baseline::None,
    };
    let combined = Combined {
        sums: (weighted.binding.clone(), 0),
        stride: 1,
        scalar: Some(scores.binding.clone()),
        baseline,
        scalar_factor: 1.0,
        factor: leave_one_out_factor(job) / (job.settings.sigma * job.settings.samples as f32),
        divided: false,
    };
    combined.record(rec, job, rows, maxima, out)?;
    weighted.release(rec);
    scores.release(rec);
    if let Some(means) = means {
        means.release(rec);
    }
    Ok(())
}

/// A mean of the other samples instead of all of them: `x - (sum - x) / (N - 1) = N / (N - 1) (x - sum / N)`.
fn leave_one_out_factor(job: &Job<'_>) -> f32 {
    let samples = job.settings.samples as f32;
    if job.leaves_one_out() { samples / (samples - 1.0) } else { 1.0 }
}

/// What is taken off sums, times a scalar of the row: the modes of `combine.wgsl`.
enum Baseline {
    None,
    Winner(Binding),
    Element { of: Binding, first: u32, stride: u32, factor: f32 },
    Count { of: Binding, factor: f32 },
}

/// Sums over samples made a derivative.
struct Combined {
    /// `[rows, n, stride]`, and where they begin.
    sums: (Binding, u32),
    stride: u32,
    /// `[rows, 2]`, of which the first counts.
    scalar: Option<Binding>,
    baseline: Baseline,
    scalar_factor: f32,
    factor: f32,
    /// By `theta`.
    divided: bool,
}

impl Combined {
    /// `maxima` are those without noise, `[rows]`.
    fn record(
        self,
        rec: &mut Recorder<'_>,
        job: &Job<'_>,
        rows: &Range<u32>,
        maxima: &Binding,
        out: &Tensor<f32>,
    ) -> Result<()> {
        let nothing = rec.nothing()?;
        let count = rows.end - rows.start;
        let (theta, theta_first) = Job::bind(rec, job.theta, rows, job.n);
        let (out, out_first) = Job::bind(rec, out, rows, job.n);
        let scalar = self.scalar.unwrap_or_else(|| nothing.clone());
        let (mode, winner, baseline, [first, stride], factor) = match self.baseline {
            Baseline::None => (0, nothing.clone(), nothing, [0, 0], 0.0),
            Baseline::Winner(winner) => (1, winner, nothing, [0, 0], 0.0),
            Baseline::Element { of, first, stride, factor } => (2, nothing, of, [first, stride], factor),
            Baseline::Count { of, factor } => (3, nothing, of, [0, 2], factor),
        };
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::COMBINE, [WORKGROUP, mode, u32::from(self.divided)]),
            bindings: &[self.sums.0, scalar, winner, baseline, theta, maxima.clone(), out],
            params: CombineParams {
                rows: count,
                n: job.n,
                theta_first,
                out_first,
                sums_first: self.sums.1,
                sums_stride: self.stride,
                baseline_stride: stride,
                baseline_first: first,
                factor: self.factor,
                scalar_factor: self.scalar_factor,
                baseline_factor: factor,
                each: job.winners().unwrap_or(0),
            },
            workgroups: (u64::from(count) * u64::from(job.n)).div_ceil(u64::from(WORKGROUP)),
        })
    }
}
