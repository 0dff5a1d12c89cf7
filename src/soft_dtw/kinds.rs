//! The kinds, made of passes over pairs: which recursion runs, what it carries, and what is subtracted.

use super::backward::{self, Weights};
use super::combine::{self, NUMBERS};
use super::forward::{self, Ends};
use super::hard;
use super::job::{Job, Recursion};
use super::mean_cost;
use super::parts::{Needs, Part, Sizes};
use super::sums::{Gradients, share_of_series};
use super::wave::Tangent;
use super::{Kind, ValueAndGrad, Workspace};
use crate::error::Result;
use crate::gpu::{Gpu, Recorder, Tensor};

/// The values of every pair.
pub(super) fn value(rec: &mut Recorder<'_>, kind: Kind, job: &Job, value: &Tensor<f32>) -> Result<()> {
    if is_plain(kind, job) {
        return ends(rec, kind, job, Ends::Values(value));
    }
    let numbers = rec.output([job.pairs() as u32, NUMBERS])?;
    ends(rec, kind, job, Ends::Numbers(&numbers))?;
    let itself = if kind.is_divergence() {
        let mut of_side = |first| {
            let job = job.with_itself(first);
            let numbers = rec.output([job.x_count, NUMBERS])?;
            ends(rec, kind, &job, Ends::Numbers(&numbers))?;
            Ok(numbers)
        };
        Some((of_side(true)?, of_side(false)?))
    } else {
        None
    };
    combine::record(rec, job, weights(kind, job), &numbers, itself.as_ref().map(|(xx, yy)| (xx, yy)), value)
}

/// The values of every pair and the gradients of their sum, or of their sum times `cotangent`.
pub(super) fn value_and_grad(
    rec: &mut Recorder<'_>,
    kind: Kind,
    job: &Job,
    cotangent: Option<&Tensor<f32>>,
    result: &ValueAndGrad,
) -> Result<()> {
    let gradients = Gradients { x: &result.grad_x, y: &result.grad_y, cotangent, factor: 1.0 };
    if job.pairs() == 0 {
        // The gradient of an empty sum; one of the two may still have elements.
        return gradients.clear(rec);
    }
    if is_plain(kind, job) {
        return gradient(rec, kind, job, Ends::Values(&result.value), &gradients);
    }
    let numbers = rec.output([job.pairs() as u32, NUMBERS])?;
    gradient(rec, kind, job, Ends::Numbers(&numbers), &gradients)?;
    let itself = if kind.is_divergence() {
        let mut of_side = |first: bool, total: &Tensor<f32>| {
            let (share, factor) = share_of_series(rec, job, cotangent, first)?;
            let itself = job.with_itself(first);
            let numbers = rec.output([itself.x_count, NUMBERS])?;
            // The gradient of f(x, x) / 2 is that of f in its first argument: the two are the same.
            let (x, y) = (rec.output(total.shape())?, rec.output(total.shape())?);
            let gradients = Gradients { x: &x, y: &y, cotangent: share.as_ref(), factor: -factor };
            gradient(rec, kind, &itself, Ends::Numbers(&numbers), &gradients)?;
            rec.add(total, &x)?;
            Ok(numbers)
        };
        Some((of_side(true, &result.grad_x)?, of_side(false, &result.grad_y)?))
    } else {
        None
    };
    combine::record(rec, job, weights(kind, job), &numbers, itself.as_ref().map(|(xx, yy)| (xx, yy)), &result.value)
}

/// Bytes of scratch memory that values take, and values with gradients.
pub(super) fn workspace(gpu: &Gpu, kind: Kind, job: &Job) -> Result<Workspace> {
    let any = &job.x;
    let (ends, numbers) = if is_plain(kind, job) { (Ends::Values(any), 0) } else { (Ends::Numbers(any), NUMBERS) };
    let peak =
        |job: &Job, needs: Needs| -> Result<u64> { Ok(Sizes::peak(&Part::split(gpu, job, &needs)?, &needs).total()) };
    let mut jobs = vec![job.clone()];
    if kind.is_divergence() {
        jobs.extend([job.with_itself(true), job.with_itself(false)]);
    }
    let mut workspace = Workspace { value: 0, value_and_grad: 0 };
    for (i, job) in jobs.iter().enumerate() {
        let (value, grad) = match job.recursion {
            Recursion::Hard => (hard::needs(ends), hard::gradient_needs(job, ends)),
            Recursion::Mean if mean_cost::is_product(gpu, job) => {
                let bytes = mean_cost::workspace(gpu, job)?;
                workspace.value += bytes;
                workspace.value_and_grad += bytes;
                (Needs::default(), Needs::default())
            }
            Recursion::Soft | Recursion::Mean => {
                (forward::value_needs(job, tangent(kind), ends), backward::gradient_needs(job, tangent(kind), ends))
            }
        };
        workspace.value += peak(job, value)?;
        workspace.value_and_grad += peak(job, grad)?;
        // These stay until the kind is put together, and so do the gradients of series with themselves.
        let kept = job.pairs() * u64::from(numbers) * 4;
        let gradients = if i > 0 { 2 * job.x.shape().bytes() } else { 0 };
        workspace.value += kept;
        workspace.value_and_grad += kept + gradients;
    }
    Ok(workspace)
}

/// The values of matrices of costs and their gradients in the costs.
pub(super) fn value_and_grad_of_costs(
    rec: &mut Recorder<'_>,
    kind: Kind,
    job: &Job,
    value: &Tensor<f32>,
    grad: &Tensor<f32>,
) -> Result<()> {
    if is_plain(kind, job) {
        return matrix(rec, kind, job, Ends::Values(value), grad);
    }
    let numbers = rec.output([job.pairs() as u32, NUMBERS])?;
    matrix(rec, kind, job, Ends::Numbers(&numbers), grad)?;
    combine::record(rec, job, weights(kind, job), &numbers, None, value)
}

/// The values and the expected alignments of the recursion that a kind is made of.
pub(super) fn alignment(
    rec: &mut Recorder<'_>,
    kind: Kind,
    job: &Job,
    values: &Tensor<f32>,
    expected: &Tensor<f32>,
) -> Result<()> {
    value(rec, kind, job, values)?;
    let ends = rec.output([job.pairs() as u32])?;
    match job.recursion {
        Recursion::Hard => hard::alignment(rec, job, Ends::Values(&ends), expected),
        Recursion::Soft | Recursion::Mean => {
            backward::alignment(rec, job, Tangent::None, Weights::EXPECTED, Ends::Values(&ends), expected)
        }
    }
}

/// Whether the recursion's own value is the kind's.
fn is_plain(kind: Kind, job: &Job) -> bool {
    !kind.is_divergence() && (job.recursion == Recursion::Hard || !kind.is_tangent())
}

/// The derivative that a kind's recursion carries.
fn tangent(kind: Kind) -> Tangent<'static> {
    if kind.is_tangent() { Tangent::Costs } else { Tangent::None }
}

/// How a kind is made of what its recursion ends with.
fn weights(kind: Kind, job: &Job) -> combine::Weights {
    let (log, tangent, scale) = match job.recursion {
        Recursion::Soft if kind.is_tangent() => (0.0, 1.0, job.per_bit()),
        Recursion::Soft => (-1.0, 0.0, job.per_bit()),
        Recursion::Mean | Recursion::Hard => (0.0, 1.0, 1.0),
    };
    combine::Weights { log, tangent, scale }
}

fn ends(rec: &mut Recorder<'_>, kind: Kind, job: &Job, ends: Ends<'_>) -> Result<()> {
    match job.recursion {
        Recursion::Hard => hard::value(rec, job, ends),
        Recursion::Mean if mean_cost::is_product(rec.gpu(), job) => mean_cost::value(rec, job, ends),
        Recursion::Soft | Recursion::Mean => forward::value(rec, job, tangent(kind), ends),
    }
}

fn gradient(rec: &mut Recorder<'_>, kind: Kind, job: &Job, ends: Ends<'_>, gradients: &Gradients<'_>) -> Result<()> {
    match job.recursion {
        Recursion::Hard => hard::gradient(rec, job, ends, gradients),
        Recursion::Mean if mean_cost::is_product(rec.gpu(), job) => mean_cost::gradient(rec, job, ends, gradients),
        Recursion::Soft | Recursion::Mean => {
            backward::gradient(rec, job, tangent(kind), gradient_weights(kind, job), ends, gradients)
        }
    }
}

fn matrix(rec: &mut Recorder<'_>, kind: Kind, job: &Job, ends: Ends<'_>, grad: &Tensor<f32>) -> Result<()> {
    match job.recursion {
        Recursion::Hard => hard::alignment(rec, job, ends, grad),
        Recursion::Soft | Recursion::Mean => {
            backward::alignment(rec, job, tangent(kind), gradient_weights(kind, job), ends, grad)
        }
    }
}

/// The gradient of a kind in the costs.
fn gradient_weights(kind: Kind, job: &Job) -> Weights {
    // The mean of all alignments does not depend on the costs.
    if job.recursion == Recursion::Soft && kind.is_tangent() { Weights::SHARP } else { Weights::EXPECTED }
}
