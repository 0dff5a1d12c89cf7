//! The Fenchel-Young loss of a perturbed optimizer.

use super::Solver;
use super::dots::{Dots, Of};
use super::estimate::{Outputs, estimate};
use super::job::Job;
use super::params::LossParams;
use super::shaders;
use super::sums::WORKGROUP;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Recorder, Tensor};

/// The loss of each problem, and its gradient.
#[derive(Debug, Clone)]
pub struct FenchelYoung {
    /// `F(theta) - <theta, y>`, in the shape of `theta` without the dimensions of a problem.
    pub loss: Tensor<f32>,
    /// The gradient in `theta`: the perturbed solution less `y`, in the shape of `theta`.
    pub gradient: Tensor<f32>,
}

/// Records the loss of all rows, and with the same samples whatever else `wanted` asks for.
pub(super) fn fenchel_young(
    rec: &mut Recorder<'_>,
    job: &Job<'_>,
    target: &Tensor<f32>,
    wanted: &Outputs<'_>,
) -> Result<FenchelYoung> {
    if job.settings.solver == Solver::Sort {
        return Err(Error::InvalidArgument {
            argument: "solver",
            value: "Sort, which maximises no linear function".to_owned(),
            remedy: "use Solver::Rank with ranks as targets".to_owned(),
        });
    }
    let shape = job.theta.shape();
    let shared = target.shape() != shape && target.shape().sizes() == job.problem;
    if !shared {
        target.expect_shape("target", shape)?;
    }
    rec.gpu().expect_own("target", target)?;
    let own = |given: Option<&Tensor<f32>>, rec: &mut Recorder<'_>, shape| match given {
        Some(tensor) => Ok(tensor.clone()),
        None => rec.output(shape),
    };
    let maximum = own(wanted.maximum, rec, job.outer_shape())?;
    let outputs = Outputs { maximum: Some(&maximum), ..*wanted };
    // The gradient of the maximum.
    let solution = if job.settings.multiplicative {
        let gradient = rec.output(shape)?;
        estimate(rec, job, &Outputs { gradient: Some(&gradient), ..outputs })?;
        gradient
    } else {
        let solution = own(wanted.solution, rec, shape)?;
        estimate(rec, job, &Outputs { solution: Some(&solution), ..outputs })?;
        solution
    };
    let (loss, gradient) = (rec.output(job.outer_shape())?, rec.output(shape)?);
    let gpu = rec.gpu().clone();
    for rows in job.row_parts(&gpu) {
        let count = rows.end - rows.start;
        let (bound_target, target_first) = Job::bind(rec, target, if shared { &(0..1) } else { &rows }, job.n);
        let target_stride = if shared { 0 } else { job.n };
        // <theta, target>, with the targets as solutions of one sample.
        let dots = Dots {
            of: Of::Solutions,
            rows: rows.clone(),
            samples: 0..1,
            solutions: (bound_target.clone(), target_first),
            solutions_stride: target_stride,
            base: None,
            other: Job::bind(rec, job.theta, &rows, job.n),
            other_stride: job.n,
        };
        let products = dots.record(rec, job)?;
        let (solution, solution_first) = Job::bind(rec, &solution, &rows, job.n);
        let (maximum, maximum_first) = Job::bind(rec, &maximum, &rows, 1);
        let (loss, loss_first) = Job::bind(rec, &loss, &rows, 1);
        let (gradient, gradient_first) = Job::bind(rec, &gradient, &rows, job.n);
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::LOSS, [WORKGROUP]),
            bindings: &[maximum, products.clone(), solution, bound_target, loss, gradient],
            params: LossParams {
                rows: count,
                n: job.n,
                solution_first,
                target_first,
                target_stride,
                maximum_first,
                loss_first,
                gradient_first,
            },
            workgroups: (u64::from(count) * u64::from(job.n)).div_ceil(u64::from(WORKGROUP)),
        })?;
        rec.release(products);
    }
    Ok(FenchelYoung { loss, gradient })
}
