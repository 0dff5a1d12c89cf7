//! A batch of problems, the parts in which it is worked on, and what kernels that draw noise have in common.

use std::ops::Range;

use super::params::DrawParams;
use super::{Baseline, Perturbed, Solver};
use crate::error::{Error, Result};
use crate::gpu::shader::Shader;
use crate::gpu::{Binding, Gpu, Kernel, Recorder, Shape, Tensor};

/// Samples that one part has at most: a multiple of every chunk of samples.
const SAMPLES: u32 = 16_384;

/// Winners of all samples of a part, where samples are kept as these.
const ITEMS: u32 = 1 << 20;

/// Coordinates that one dispatch goes over at most, eight in each turn of a loop.
pub(super) const COORDINATES: u32 = 1 << 17;

/// Samples of a chunk of solutions: `CHUNK` in `solution_sums.wgsl`.
pub(super) const SOLUTIONS: u32 = 64;

/// Problems with their settings.
pub(super) struct Job<'a> {
    pub(super) settings: &'a Perturbed,
    pub(super) theta: &'a Tensor<f32>,
    pub(super) rows: u32,
    pub(super) n: u32,
    /// The dimensions of one problem, of which `n` is the product.
    pub(super) problem: Vec<u32>,
}

impl<'a> Job<'a> {
    /// Checks settings and shapes.
    pub(super) fn new(gpu: &Gpu, settings: &'a Perturbed, theta: &'a Tensor<f32>) -> Result<Self> {
        gpu.check()?;
        gpu.expect_own("theta", theta)?;
        settings.check()?;
        let shape = theta.shape();
        let problem = settings.solver.problem(shape.sizes())?.to_vec();
        let n = problem.iter().fold(1_u32, |product, &size| product.saturating_mul(size));
        let outer = &shape.sizes()[..shape.rank() - problem.len()];
        let rows = outer.iter().fold(1_u64, |product, &size| product.saturating_mul(u64::from(size)));
        let problems = u64::from(u32::MAX) - u64::from(settings.first_problem);
        if rows > problems {
            return Err(Error::LimitExceeded {
                what: format!("`theta` with {rows} problems from number {}", settings.first_problem),
                limit: "the number of problems",
                asked: rows,
                have: problems,
                remedy: "give fewer problems in one call, or another seed and lower numbers",
            });
        }
        let job = Self { settings, theta, rows: rows as u32, n, problem };
        job.row_bytes_fit(gpu)?;
        Ok(job)
    }

    /// Two numbers for each coordinate, or the solutions of a pair of samples, are to fit a binding, and what a solver keeps of one.
    fn row_bytes_fit(&self, gpu: &Gpu) -> Result<()> {
        let of_solver = if let Solver::Knapsack(knapsack) = &self.settings.solver { knapsack.item_bytes() } else { 0 };
        let bytes = of_solver.max(u64::from(self.n) * 8);
        if bytes == of_solver {
            let remedy = "give costs and the budget in larger units";
            return gpu.expect_bound(bytes, "a knapsack's choices for one problem", remedy);
        }
        let what = format!("`theta` with problems of {} coordinates", self.n);
        gpu.expect_bound(bytes, &what, "ask for a device with a higher limit, or give smaller problems")
    }

    /// The shape of what there is one of for each problem.
    pub(super) fn outer_shape(&self) -> Shape {
        let shape = self.theta.shape();
        let sizes = shape.sizes();
        Shape::try_from(&sizes[..sizes.len() - self.problem.len()])
            .unwrap_or_else(|_| unreachable!("fewer dimensions than theta has"))
    }

    /// How many winners each sample is kept as; `None` where it is kept as a solution.
    pub(super) fn winners(&self) -> Option<u32> {
        self.settings.solver.winners()
    }

    /// The same problems with other settings.
    pub(super) fn with<'b>(&'b self, settings: &'b Perturbed) -> Job<'b> {
        Job { settings, theta: self.theta, rows: self.rows, n: self.n, problem: self.problem.clone() }
    }

    /// The samples, in parts that depend on nothing but the settings and the size of a problem.
    pub(super) fn sample_parts(&self, gpu: &Gpu) -> impl Iterator<Item = Range<u32>> + use<> {
        let (samples, step) = (self.settings.samples, self.sample_step(gpu));
        (0..samples).step_by(step as usize).map(move |begin| begin..begin.saturating_add(step).min(samples))
    }

    fn sample_step(&self, gpu: &Gpu) -> u32 {
        let numbers = gpu.capabilities().max_range_bytes() / 4;
        if let Some(winners) = self.winners() {
            // The winners of a row are to fit a binding, and so are the sums of its chunks of scores.
            let most = (numbers / u64::from(winners)).max(2).min(u64::from(SAMPLES / winners.next_power_of_two()));
            let chunks = (numbers / (2 * u64::from(self.n))).max(1) * u64::from(super::sums::CHUNK);
            return 1 << most.min(chunks).ilog2();
        }
        let room = (numbers / u64::from(self.n)).min(u64::from(SAMPLES)) as u32;
        let elements = self.elements();
        let wanted = (elements / 4 / u64::from(self.n)).min(u64::from(room)) as u32;
        // Whole chunks, or whole pairs.
        if wanted >= SOLUTIONS {
            wanted / SOLUTIONS * SOLUTIONS
        } else {
            let few = (elements / u64::from(self.n)).clamp(2, u64::from(SOLUTIONS)) as u32;
            room.min(few) / 2 * 2
        }
    }

    /// Numbers of all samples of a part, where each has parameters and a solution.
    fn elements(&self) -> u64 {
        self.settings.memory / 8
    }

    /// The problems, in parts that keep to a binding and to some scratch memory.
    pub(super) fn row_parts(&self, gpu: &Gpu) -> impl Iterator<Item = Range<u32>> + use<> {
        let samples = self.settings.samples.min(self.sample_step(gpu));
        let room = gpu.capabilities().max_range_bytes() / 4;
        let n = u64::from(self.n);
        let rows = if let Some(winners) = self.winners() {
            (u64::from(ITEMS).min(room) / (u64::from(samples) * u64::from(winners))).min(room / (2 * n))
        } else {
            let chunks = u64::from(samples.div_ceil(SOLUTIONS));
            // Half of what a binding holds: a grid has two numbers for each of its rows.
            (self.elements().min(room / 2) / (n * u64::from(samples))).min(room / (2 * n * chunks))
        };
        // The sums of chunks of scores.
        let chunks = u64::from(samples.div_ceil(super::sums::CHUNK));
        let step = rows.min(room / (2 * n * chunks)).max(1);
        let rows = u64::from(self.rows);
        (0..rows).step_by(step as usize).map(move |begin| begin as u32..(begin + step).min(rows) as u32)
    }

    /// Independent units of samples.
    pub(super) fn units(&self) -> u32 {
        if self.settings.antithetic { self.settings.samples / 2 } else { self.settings.samples }
    }

    /// Invocations of a workgroup of kernels that draw: a software driver works on eight at once.
    pub(super) fn workgroup(gpu: &Gpu) -> u32 {
        if gpu.capabilities().software { 8 } else { 64 }
    }

    /// A kernel that draws; `constants` are those after the ones that all of them have.
    pub(super) fn kernel(
        &self,
        gpu: &Gpu,
        shader: &'static Shader,
        constants: impl IntoIterator<Item = u32>,
    ) -> Kernel {
        Kernel::filled(shader, self.constants(gpu, constants), self.settings.noise.fill(gpu.capabilities()))
    }

    /// The same for one that reads rows eight elements at a time.
    pub(super) fn kernel_by_rows(
        &self,
        gpu: &Gpu,
        shader: &'static Shader,
        constants: impl IntoIterator<Item = u32>,
    ) -> Kernel {
        Kernel::filled(shader, self.constants(gpu, constants), self.settings.noise.fill_by_rows(gpu.capabilities()))
    }

    fn constants(&self, gpu: &Gpu, more: impl IntoIterator<Item = u32>) -> impl Iterator<Item = u32> {
        let flags = [self.settings.multiplicative, self.settings.antithetic].map(u32::from);
        [Self::workgroup(gpu)].into_iter().chain(flags).chain(more)
    }

    /// What all kernels that draw need.
    pub(super) fn params(&self, rows: &Range<u32>, samples: &Range<u32>) -> DrawParams {
        DrawParams {
            rows: rows.end - rows.start,
            n: self.n,
            samples: samples.end - samples.start,
            first_sample: samples.start,
            first_problem: self.settings.first_problem + rows.start,
            seed_low: self.settings.seed as u32,
            seed_high: (self.settings.seed >> 32) as u32,
            sigma: self.settings.sigma,
            begin: 0,
            end: self.n,
            ..DrawParams::default()
        }
    }

    /// Rows of a tensor `[rows, each]`.
    pub(super) fn bind(rec: &Recorder<'_>, tensor: &Tensor<f32>, rows: &Range<u32>, each: u32) -> (Binding, u32) {
        let each = u64::from(each);
        Binding::range(rec.gpu(), tensor, u64::from(rows.start) * each..u64::from(rows.end) * each)
    }

    /// Whether derivatives are taken relative to the solution without noise.
    pub(super) fn is_based(&self) -> bool {
        self.settings.baseline != Baseline::None
    }

    /// Whether the mean of the other samples is taken off. The scores of a pair are each other's negative, so that what is taken off both of its
    /// samples, the mean of the other pairs, cancels.
    pub(super) fn leaves_one_out(&self) -> bool {
        self.settings.baseline == Baseline::LeaveOneOut && !self.settings.antithetic
    }
}
