//! The kinds, made of passes over pairs: which recursion runs, what it carries, and what is subtracted.

use super::backward::{self, Weights};
use super::combine::{self, NUMBERS};
use super::forward::{self, Ends};
use super::hard;
use super::job::{Job, Recursion};
use super::mean_cost::Product;
use super::parts::{Needs, Part, Sizes};
use super::sums::{Gradients, share_of_series};
use super::wave::Tangent;
use super::{CostValueAndGrad, Kind, ValueAndGrad, Workspace};
use crate::error::{Error, Result};
use crate::gpu::{Gpu, Recorder, Tensor};

/// The values of every pair.
pub(super) fn value(rec: &mut Recorder<'_>, kind: Kind, job: &Job, value: &Tensor<f32>) -> Result<()> {
    if is_plain(kind, job) {
        return ends(rec, kind, job, Ends::Values(value));
    }
    value_of_numbers(rec, kind, job, value, |rec, job, _, numbers| ends(rec, kind, job, numbers))
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
    value_of_numbers(rec, kind, job, &result.value, |rec, passed, over, numbers| {
        let (total, first) = match over {
            Over::Pairs => return gradient(rec, kind, passed, numbers, &gradients),
            Over::XWithItself => (&result.grad_x, true),
            Over::YWithItself => (&result.grad_y, false),
        };
        let (share, factor) = share_of_series(rec, &job.numbered_by_name(), cotangent, first)?;
        // The gradient of f(x, x) / 2 is half of that of f in each argument. The two are the same where the cost is symmetric.
        let symmetric = job.costs.symmetric;
        let factor = if symmetric { -factor } else { -0.5 * factor };
        let (x, y) = (rec.output(total.shape())?, rec.output(total.shape())?);
        let gradients = Gradients { x: &x, y: &y, cotangent: share.as_ref(), factor };
        gradient(rec, kind, passed, numbers, &gradients)?;
        rec.add(total, &x)?;
        if symmetric { Ok(()) } else { rec.add(total, &y) }
    })
}

/// What a pass runs over.
enum Over {
    Pairs,
    XWithItself,
    YWithItself,
}

/// The values of a kind that are not the recursion's own: of four numbers that `pass` leaves of each pair, and for a divergence of
/// each series with itself.
fn value_of_numbers(
    rec: &mut Recorder<'_>,
    kind: Kind,
    job: &Job,
    value: &Tensor<f32>,
    mut pass: impl FnMut(&mut Recorder<'_>, &Job, Over, Ends<'_>) -> Result<()>,
) -> Result<()> {
    let mut numbers_of = |rec: &mut Recorder<'_>, job: &Job, over| {
        let numbers = rec.output([job.pairs() as u32, NUMBERS])?;
        pass(rec, job, over, Ends::Numbers(&numbers))?;
        Ok::<_, Error>(numbers)
    };
    let pairs = numbers_of(rec, job, Over::Pairs)?;
    if !kind.is_divergence() {
        return combine::record(rec, job, weights(kind, job), &pairs, None, value);
    }
    let xx = numbers_of(rec, &job.with_itself(true), Over::XWithItself)?;
    let yy = numbers_of(rec, &job.with_itself(false), Over::YWithItself)?;
    combine::record(rec, &job.numbered_by_name(), weights(kind, job), &pairs, Some((&xx, &yy)), value)
}

/// Bytes of scratch memory that values take, and values with gradients.
pub(super) fn workspace(gpu: &Gpu, kind: Kind, job: &Job) -> Result<Workspace> {
    let any = &job.x;
    let (ends, numbers) = if is_plain(kind, job) { (Ends::Values(any), 0) } else { (Ends::Numbers(any), NUMBERS) };
    let peak = |job: &Job, needs: Needs| -> Result<u64> {
        Ok(Sizes::peak(&Part::split(gpu, job, &needs)?, &needs, job.memory).total())
    };
    let mut jobs = vec![job.clone()];
    if kind.is_divergence() {
        jobs.extend([job.with_itself(true), job.with_itself(false)]);
    }
    let mut workspace = Workspace { value: 0, value_and_grad: 0 };
    for (i, job) in jobs.iter().enumerate() {
        let passes = match (Product::of(gpu, job)?, job.recursion) {
            (Some(product), _) => product.workspace(gpu),
            (None, Recursion::Hard) => Workspace {
                value: peak(job, hard::needs(ends))?,
                value_and_grad: peak(job, hard::gradient_needs(job, ends))?,
            },
            (None, Recursion::Soft | Recursion::Mean) => Workspace {
                value: peak(job, forward::value_needs(gpu, job, tangent(kind), ends))?,
                value_and_grad: peak(job, backward::gradient_needs(gpu, job, tangent(kind), ends))?,
            },
        };
        workspace.value += passes.value;
        workspace.value_and_grad += passes.value_and_grad;
        // These stay until the kind is put together, and so do the gradients of series with themselves.
        let kept = job.pairs() * u64::from(numbers) * 4;
        let gradients = if i > 0 { 2 * job.x.shape().bytes() } else { 0 };
        workspace.value += kept;
        workspace.value_and_grad += kept + gradients;
    }
    Ok(workspace)
}

/// The values of matrices of costs and their gradients in the costs.
pub(super) fn value_and_grad_of_costs(rec: &mut Recorder<'_>, kind: Kind, job: &Job) -> Result<CostValueAndGrad> {
    let mut result = CostValueAndGrad {
        value: rec.output(job.value_shape())?,
        grad: rec.output(job.alignment_shape())?,
        grad_itself: None,
    };
    if is_plain(kind, job) {
        matrix(rec, kind, job, Ends::Values(&result.value), (&result.grad, 1.0))?;
        return Ok(result);
    }
    let mut of_series = Vec::new();
    value_of_numbers(rec, kind, job, &result.value, |rec, job, over, numbers| match over {
        Over::Pairs => matrix(rec, kind, job, numbers, (&result.grad, 1.0)),
        Over::XWithItself | Over::YWithItself => {
            let grad = rec.output(job.alignment_shape())?;
            matrix(rec, kind, job, numbers, (&grad, -0.5))?;
            of_series.push(grad);
            Ok(())
        }
    })?;
    result.grad_itself = <[Tensor<f32>; 2]>::try_from(of_series).ok();
    Ok(result)
}

/// The values and the expected alignments of the recursion that a kind is made of.
pub(super) fn alignment(
    rec: &mut Recorder<'_>,
    kind: Kind,
    job: &Job,
    values: &Tensor<f32>,
    expected: &Tensor<f32>,
) -> Result<()> {
    if is_plain(kind, job) {
        return expected_alignment(rec, job, values, expected);
    }
    value(rec, kind, job, values)?;
    let own = rec.output([job.pairs() as u32])?;
    expected_alignment(rec, job, &own, expected)
}

/// The recursion's own values, and its expected alignments.
fn expected_alignment(rec: &mut Recorder<'_>, job: &Job, own: &Tensor<f32>, expected: &Tensor<f32>) -> Result<()> {
    let ends = Ends::Values(own);
    match job.recursion {
        Recursion::Hard => hard::alignment(rec, job, ends, (expected, 1.0)),
        Recursion::Soft | Recursion::Mean => {
            backward::alignment(rec, job, Tangent::None, Weights::EXPECTED, ends, expected)
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
    if let Some(product) = Product::of(rec.gpu(), job)? {
        return product.value(rec, ends);
    }
    match job.recursion {
        Recursion::Hard => hard::value(rec, job, ends),
        Recursion::Soft | Recursion::Mean => forward::value(rec, job, tangent(kind), ends),
    }
}

fn gradient(rec: &mut Recorder<'_>, kind: Kind, job: &Job, ends: Ends<'_>, gradients: &Gradients<'_>) -> Result<()> {
    if let Some(product) = Product::of(rec.gpu(), job)? {
        return product.gradient(rec, ends, gradients);
    }
    match job.recursion {
        Recursion::Hard => hard::gradient(rec, job, ends, gradients),
        Recursion::Soft | Recursion::Mean => {
            backward::gradient(rec, job, tangent(kind), gradient_weights(kind, job), ends, gradients)
        }
    }
}

/// The gradient in the costs, times a factor.
fn matrix(
    rec: &mut Recorder<'_>,
    kind: Kind,
    job: &Job,
    ends: Ends<'_>,
    (grad, factor): (&Tensor<f32>, f32),
) -> Result<()> {
    match job.recursion {
        Recursion::Hard => hard::alignment(rec, job, ends, (grad, factor)),
        Recursion::Soft | Recursion::Mean => {
            let Weights { expected, tangent: along } = gradient_weights(kind, job);
            let weights = Weights { expected: expected * factor, tangent: along * factor };
            backward::alignment(rec, job, tangent(kind), weights, ends, grad)
        }
    }
}

/// The gradient of a kind in the costs.
fn gradient_weights(kind: Kind, job: &Job) -> Weights {
    // The mean of all alignments does not depend on the costs.
    if job.recursion == Recursion::Soft && kind.is_tangent() { Weights::SHARP } else { Weights::EXPECTED }
}
