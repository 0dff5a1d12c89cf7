//! A caller's own solver, on the GPU or on the host.

use std::fmt;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::gpu::{Recorder, Tensor};

/// Records the solutions of parameters, both `[items, ..]`.
pub(super) type OnGpu = dyn Fn(&mut Recorder<'_>, &Tensor<f32>, &Tensor<f32>) -> Result<()> + Send + Sync;

/// Writes the solution of one problem's parameters.
#[cfg(all(feature = "rayon", not(target_family = "wasm")))]
pub(super) type OnHost = dyn Fn(&[f32], &mut [f32]) + Send + Sync;

/// A caller's own solver: the `y` that maximises `<y, theta>` over a set of the caller's.
///
/// Compared by identity: a clone is equal, another one made of the same function is not.
#[derive(Clone)]
pub struct CustomSolver {
    dimensions: usize,
    run: Run,
}

/// Where it runs.
#[derive(Clone)]
pub(super) enum Run {
    Gpu(Arc<OnGpu>),
    #[cfg(all(feature = "rayon", not(target_family = "wasm")))]
    Host(Arc<OnHost>),
}

impl CustomSolver {
    /// A solver that records GPU work: `record` gets perturbed parameters `[items, ..]`, where the last `dimensions` sizes are those of a problem, and
    /// fills a tensor of the same shape with a solution for each item.
    ///
    /// It is called for problems and samples in parts (see [`Perturbed::memory`](super::Perturbed::memory)), and once for the parameters of each part of problems without noise. It may
    /// use operators of this crate, or record commands of its own by [`Recorder::encoder`]. Both tensors are scratch memory: they hold what they should
    /// between what was recorded before `record` and what is after it, and are used again.
    ///
    /// ```
    /// # fn main() -> supple::Result<()> {
    /// use supple::Gpu;
    /// use supple::perturbed::{CustomSolver, Perturbed, Solver};
    /// use supple::segmented::Sort;
    ///
    /// let sort = CustomSolver::on_gpu(1, |rec, parameters, solutions| Sort::new().values_into(rec, parameters, solutions));
    /// let gpu = Gpu::new()?;
    /// let theta = gpu.upload(&[3.0, 1.0, 2.0], [3])?;
    /// let perturbed = Perturbed::new(Solver::Custom(sort)).sigma(1e-6);
    /// let solution = gpu.run(|rec| perturbed.solution(rec, &theta))?.read(&gpu)?;
    /// assert!((solution[0] - 1.0).abs() < 1e-5);
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_gpu(
        dimensions: usize,
        record: impl Fn(&mut Recorder<'_>, &Tensor<f32>, &Tensor<f32>) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self { dimensions, run: Run::Gpu(Arc::new(record)) }
    }

    /// A solver that runs on the host: `solve` gets the perturbed parameters of one problem, of which the sizes are the last `dimensions` of `theta`,
    /// and writes its solution, all of it. It is called from many threads at once, while the GPU makes further parameters. Where there is no
    /// solution it writes NaN.
    ///
    /// Every method of [`Perturbed`](super::Perturbed) then submits what has been recorded so far and waits for it, again and again: it can be called
    /// within [`Gpu::run`](crate::Gpu::run), and not with a caller's encoder. A panic of `solve` comes out of the method.
    ///
    /// ```
    /// # fn main() -> supple::Result<()> {
    /// use supple::Gpu;
    /// use supple::perturbed::{CustomSolver, Perturbed, Solver};
    ///
    /// // Of two neighbouring coordinates at most one, by dynamic programming; here for three of them.
    /// let apart = CustomSolver::on_host(1, |theta, solution| {
    ///     let ends = theta[0] + theta[2] > theta[1];
    ///     solution.copy_from_slice(if ends { &[1.0, 0.0, 1.0] } else { &[0.0, 1.0, 0.0] });
    /// });
    /// let gpu = Gpu::new()?;
    /// let theta = gpu.upload(&[1.0, 1.5, 1.0], [3])?;
    /// let perturbed = Perturbed::new(Solver::Custom(apart)).sigma(0.01);
    /// let solution = gpu.run(|rec| perturbed.solution(rec, &theta))?.read(&gpu)?;
    /// assert_eq!(solution, [1.0, 0.0, 1.0]);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(all(feature = "rayon", not(target_family = "wasm")))]
    pub fn on_host(dimensions: usize, solve: impl Fn(&[f32], &mut [f32]) + Send + Sync + 'static) -> Self {
        Self { dimensions, run: Run::Host(Arc::new(solve)) }
    }

    pub(super) fn dimensions(&self) -> usize {
        self.dimensions
    }

    pub(super) fn check(&self) -> Result<()> {
        if (1..=3).contains(&self.dimensions) {
            return Ok(());
        }
        Err(Error::InvalidArgument {
            argument: "dimensions",
            value: self.dimensions.to_string(),
            remedy: "give 1 to 3: a batch of problems has one more".to_owned(),
        })
    }

    pub(super) fn run(&self) -> &Run {
        &self.run
    }
}

impl PartialEq for CustomSolver {
    fn eq(&self, other: &Self) -> bool {
        self.dimensions == other.dimensions
            && match (&self.run, &other.run) {
                (Run::Gpu(a), Run::Gpu(b)) => Arc::ptr_eq(a, b),
                #[cfg(all(feature = "rayon", not(target_family = "wasm")))]
                (Run::Host(a), Run::Host(b)) => Arc::ptr_eq(a, b),
                #[cfg(all(feature = "rayon", not(target_family = "wasm")))]
                _ => false,
            }
    }
}

impl fmt::Debug for CustomSolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match self.run {
            Run::Gpu(_) => "GPU",
            #[cfg(all(feature = "rayon", not(target_family = "wasm")))]
            Run::Host(_) => "host",
        };
        f.debug_struct("CustomSolver").field("dimensions", &self.dimensions).field("on", &place).finish()
    }
}
