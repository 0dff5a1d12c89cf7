//! Solvers that take perturbed parameters from memory and leave a solution for each sample there.

use std::ops::Range;

use super::custom_solver::Run;
use super::dots::{Dots, Of};
#[cfg(all(feature = "rayon", not(target_family = "wasm")))]
use super::host;
use super::job::{Job, SOLUTIONS};
use super::params::{DrawParams, OrderParams, SolutionSumsParams};
use super::shaders;
use super::sums::{Sums, WORKGROUP};
use super::{CustomSolver, Solver, assignment, grid};
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, Shape, Tensor};
use crate::segmented::{Direction, Sort};

/// Perturbed parameters and their solutions, `[rows, samples, n]` each.
pub(super) struct Solutions {
    perturbed: Tensor<f32>,
    pub(super) found: Tensor<f32>,
    rows: Range<u32>,
    samples: Range<u32>,
}

impl Solutions {
    /// Of some samples of some rows.
    pub(super) fn of_samples(
        rec: &mut Recorder<'_>,
        job: &Job<'_>,
        rows: &Range<u32>,
        samples: &Range<u32>,
    ) -> Result<Self> {
        let items = (rows.end - rows.start) * (samples.end - samples.start);
        let (perturbed, found) = (rec.scratch_tensor([items, job.n])?, rec.scratch_tensor([items, job.n])?);
        #[cfg(all(feature = "rayon", not(target_family = "wasm")))]
        if let Some(solve) = host::solver(job) {
            host::perturb_and_solve(rec, job, solve, (rows, samples), (&perturbed, &found))?;
            return Ok(Self { perturbed, found, rows: rows.clone(), samples: samples.clone() });
        }
        perturb(rec, job, rows, samples, &perturbed)?;
        solve(rec, job, &perturbed, &found)?;
        Ok(Self { perturbed, found, rows: rows.clone(), samples: samples.clone() })
    }

    /// The maximum of each sample: `<y, theta + sigma Z>`, `[rows, samples]`.
    pub(super) fn maxima(&self, rec: &mut Recorder<'_>, job: &Job<'_>) -> Result<Binding> {
        if job.settings.solver == Solver::Sort {
            return self.dots(job, Of::Ranks, None, (rec.nothing()?, 0)).record(rec, job);
        }
        self.dots(job, Of::Perturbed, None, (Binding::exact(&self.perturbed), 0)).record(rec, job)
    }

    /// The scalar product of each sample's solution, less that of `plain`, with its row's `vector`, `[rows, n]`.
    pub(super) fn products(
        &self,
        rec: &mut Recorder<'_>,
        job: &Job<'_>,
        vector: &Tensor<f32>,
        plain: Option<&Self>,
    ) -> Result<Binding> {
        let other = Job::bind(rec, vector, &self.rows, job.n);
        self.dots(job, Of::Solutions, plain, other).record(rec, job)
    }

    /// The scalar product of the scores of each sample's noise with its row's `vector`, `[rows, n]`.
    pub(super) fn scores(&self, rec: &mut Recorder<'_>, job: &Job<'_>, vector: &Tensor<f32>) -> Result<Binding> {
        let other = Job::bind(rec, vector, &self.rows, job.n);
        self.dots(job, Of::Scores, None, other).record(rec, job)
    }

    fn dots(&self, job: &Job<'_>, of: Of, plain: Option<&Self>, other: (Binding, u32)) -> Dots {
        Dots {
            of,
            rows: self.rows.clone(),
            samples: self.samples.clone(),
            solutions: (Binding::exact(&self.found), 0),
            solutions_stride: job.n,
            base: plain.map(|plain| Binding::exact(&plain.found)),
            other,
            other_stride: job.n,
        }
    }

    /// Adds what `terms` says of the solutions to `sums`, of its width for each coordinate.
    pub(super) fn add_to(&self, rec: &mut Recorder<'_>, job: &Job<'_>, terms: &Terms<'_>, sums: &Sums) -> Result<()> {
        let (rows, samples) = (sums.rows, self.samples.end - self.samples.start);
        let chunks = samples.div_ceil(SOLUTIONS);
        let partial = sums.partial(rec, chunks)?;
        let solutions = Binding::exact(&self.found);
        let (of, base, values) = match *terms {
            Terms::Moments(plain) => (0, Binding::exact(&plain.found), solutions.clone()),
            Terms::Weighted(plain, values) => (1, Binding::exact(&plain.found), values.clone()),
            Terms::Gained => (2, solutions.clone(), Binding::exact(&self.perturbed)),
        };
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::SOLUTION_SUMS, [WORKGROUP, u32::from(job.settings.antithetic), of]),
            bindings: &[solutions, base, values, partial.clone()],
            params: SolutionSumsParams { rows, n: job.n, samples, chunks },
            workgroups: (u64::from(rows) * u64::from(chunks) * u64::from(job.n)).div_ceil(u64::from(WORKGROUP)),
        })?;
        sums.fold(rec, partial, &self.samples, SOLUTIONS)
    }

    pub(super) fn release(self, rec: &mut Recorder<'_>) {
        rec.release_tensor(&self.perturbed);
        rec.release_tensor(&self.found);
    }
}

/// What is summed of solutions: the values of `OF` in `solution_sums.wgsl`.
pub(super) enum Terms<'a> {
    /// Both moments, relative to the solutions without noise.
    Moments(&'a Solutions),
    /// The same, each times its sample's value, `[rows, samples]`.
    Weighted(&'a Solutions, &'a Binding),
    /// Solutions times perturbed parameters, coordinate by coordinate.
    Gained,
}

/// Draws perturbed parameters, `[items, n]`.
pub(super) fn perturb(
    rec: &mut Recorder<'_>,
    job: &Job<'_>,
    rows: &Range<u32>,
    samples: &Range<u32>,
    perturbed: &Tensor<f32>,
) -> Result<()> {
    let gpu = rec.gpu().clone();
    let (theta, theta_first) = Job::bind(rec, job.theta, rows, job.n);
    let elements = perturbed.shape().elements();
    let (out, solutions_first) = Binding::range(&gpu, perturbed, 0..elements);
    rec.dispatch(&Dispatch {
        kernel: job.kernel(&gpu, &shaders::PERTURB, []),
        bindings: &[theta, out],
        params: DrawParams { theta_first, solutions_first, ..job.params(rows, samples) },
        workgroups: (elements / u64::from(job.n) * u64::from(job.n.div_ceil(4)))
            .div_ceil(u64::from(Job::workgroup(&gpu))),
    })
}

/// Solves `parameters`, `[items, n]`, into `solutions`.
fn solve(rec: &mut Recorder<'_>, job: &Job<'_>, parameters: &Tensor<f32>, solutions: &Tensor<f32>) -> Result<()> {
    match (&job.settings.solver, &job.problem[..]) {
        (Solver::Sort, _) => Sort::new().values_into(rec, parameters, solutions),
        (Solver::Rank, _) => by_order(rec, Direction::Ascending, None, parameters, solutions),
        (&Solver::TopK(k), _) => by_order(rec, Direction::Descending, Some(k), parameters, solutions),
        (&Solver::ShortestPath(neighbours), &[height, width]) => {
            grid::solve(rec, [height, width], neighbours, parameters, solutions)
        }
        (Solver::Assignment, &[height, width]) => assignment::solve(rec, [height, width], parameters, solutions),
        (Solver::Knapsack(knapsack), _) => knapsack.solve(rec, parameters, solutions),
        (Solver::Custom(custom), problem) => by_caller(rec, custom, problem, parameters, solutions),
        (Solver::Argmax | Solver::ShortestPath(_) | Solver::Assignment, _) => {
            unreachable!("its samples are winners, or its problems have two dimensions")
        }
    }
}

/// By what a caller records.
fn by_caller(
    rec: &mut Recorder<'_>,
    custom: &CustomSolver,
    problem: &[u32],
    parameters: &Tensor<f32>,
    solutions: &Tensor<f32>,
) -> Result<()> {
    let shape = Shape::try_from(&[&parameters.shape().sizes()[..1], problem].concat()[..])?;
    match custom.run() {
        Run::Gpu(record) => record(rec, &parameters.reshape(shape)?, &solutions.reshape(shape)?),
        #[cfg(all(feature = "rayon", not(target_family = "wasm")))]
        Run::Host(_) => unreachable!("solved as it is perturbed"),
    }
}

/// The first `k` of an order, or ranks.
fn by_order(
    rec: &mut Recorder<'_>,
    direction: Direction,
    k: Option<u32>,
    parameters: &Tensor<f32>,
    solutions: &Tensor<f32>,
) -> Result<()> {
    let &[items, n] = parameters.shape().sizes() else { unreachable!("two dimensions") };
    let order = rec.scratch_tensor([items, n])?;
    Sort::new().direction(direction).order_into(rec, parameters, &order)?;
    rec.dispatch(&Dispatch {
        kernel: Kernel::new(&shaders::ORDER_SOLUTION, [WORKGROUP, u32::from(k.is_none())]),
        bindings: &[Binding::exact(&order), Binding::exact(parameters), Binding::exact(solutions)],
        params: OrderParams { items, n, k: k.unwrap_or(0), padding: 0 },
        workgroups: (u64::from(items) * u64::from(n)).div_ceil(u64::from(WORKGROUP)),
    })?;
    rec.release_tensor(&order);
    Ok(())
}
