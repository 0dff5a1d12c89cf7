//! The best subset within a budget.

use std::sync::Arc;

use super::params::{KnapsackParams, KnapsackPickParams};
use super::shaders;
use super::sums::WORKGROUP;
use crate::error::{Error, Result};
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, Tensor};

/// Bytes of scratch memory that choices are written to at a time, or as many as one item takes.
const SCRATCH: u64 = 64 << 20;

/// Coordinates of a problem, each of which takes a dispatch, and a turn of a loop in the last one.
const COORDINATES: u32 = 1 << 14;

/// States of one item, summed over its coordinates: what bounds the time that an item takes, and its memory, a bit for each in words of 32 coordinates.
const WORK: u64 = 1 << 28;

/// A choice of coordinates whose costs sum up to at most a budget: `y` is 1 at those that are chosen. Costs are whole numbers, the same for all
/// problems; the choice is exact, by dynamic programming over coordinates, budget and size.
///
/// Time and memory of each sample grow with `n (budget + 1)`, times `k + 1` where the size is given; there is a dispatch for each coordinate and 64 MiB of
/// choices, of a bit for each of those. A coordinate of `-infinity` is never chosen. Of equally good
/// choices one of those with the first coordinates is taken.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::Gpu;
/// use supple::perturbed::{Knapsack, Perturbed, Solver};
///
/// let gpu = Gpu::new()?;
/// let theta = gpu.upload(&[5.0, 4.0, 3.0, 1.0], [4])?;
/// let within = Knapsack::new([4, 2, 2, 1], 4); // 5 for all of the budget, or 4 + 3
/// let two = within.clone().exactly(2);
/// for (knapsack, best) in [(within, [0.0, 1.0, 1.0, 0.0]), (two, [0.0, 1.0, 1.0, 0.0])] {
///     let perturbed = Perturbed::new(Solver::Knapsack(knapsack)).sigma(0.01);
///     assert_eq!(gpu.run(|rec| perturbed.solution(rec, &theta))?.read(&gpu)?, best);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Knapsack {
    costs: Arc<[u32]>,
    budget: u32,
    size: Size,
}

/// How many coordinates are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    Any,
    AtMost(u32),
    Exactly(u32),
}

impl Knapsack {
    /// Any number of coordinates with the costs, one for each, and the budget.
    pub fn new(costs: impl Into<Arc<[u32]>>, budget: u32) -> Self {
        Self { costs: costs.into(), budget, size: Size::Any }
    }

    /// At most `k` coordinates.
    #[must_use]
    pub fn at_most(mut self, k: u32) -> Self {
        self.size = Size::AtMost(k);
        self
    }

    /// Exactly `k` coordinates.
    #[must_use]
    pub fn exactly(mut self, k: u32) -> Self {
        self.size = Size::Exactly(k);
        self
    }

    /// Checks the settings for problems of `n` coordinates.
    pub(super) fn check(&self, n: u32) -> Result<()> {
        let refuse = |argument, value: String, remedy: String| Err(Error::InvalidArgument { argument, value, remedy });
        if self.costs.len() != n as usize {
            let value = format!("{} of them", self.costs.len());
            return refuse("costs", value, format!("give one for each of the {n} coordinates of a problem"));
        }
        if n > COORDINATES {
            return Err(Error::LimitExceeded {
                what: "a knapsack".to_owned(),
                limit: "the number of a problem's coordinates",
                asked: n.into(),
                have: COORDINATES.into(),
                remedy: "give smaller problems",
            });
        }
        if let Size::AtMost(k) | Size::Exactly(k) = self.size
            && (k == 0 || k > n)
        {
            return refuse("k", k.to_string(), format!("give 1 to the {n} coordinates of a problem"));
        }
        if let Size::Exactly(k) = self.size {
            let mut costs = self.costs.to_vec();
            costs.sort_unstable();
            let least: u64 = costs[..k as usize].iter().map(|&cost| u64::from(cost)).sum();
            if least > u64::from(self.budget) {
                let remedy = format!("the {k} lowest costs sum up to {least}: give no less, or choose fewer");
                return refuse("budget", self.budget.to_string(), remedy);
            }
        }
        let asked = self.states().saturating_mul(u64::from(n));
        if asked > WORK {
            return Err(Error::LimitExceeded {
                what: format!("a knapsack of {n} coordinates with a budget of {}", self.budget),
                limit: "coordinates times (budget + 1) times (k + 1)",
                asked,
                have: WORK,
                remedy: "give costs and the budget in larger units",
            });
        }
        Ok(())
    }

    /// Bytes that the choices of one item take.
    pub(super) fn item_bytes(&self) -> u64 {
        self.states() * (self.costs.len() as u64).div_ceil(32) * 4
    }

    /// Budgets that are told apart: none beyond the sum of all costs.
    fn width(&self) -> u64 {
        let sum: u64 = self.costs.iter().map(|&cost| u64::from(cost)).sum();
        u64::from(self.budget).min(sum) + 1
    }

    fn counts(&self) -> u64 {
        match self.size {
            Size::Any => 1,
            Size::AtMost(k) | Size::Exactly(k) => u64::from(k) + 1,
        }
    }

    fn states(&self) -> u64 {
        self.width().saturating_mul(self.counts())
    }

    /// Records the best choice for each item of `parameters`, `[items, n]`, into `solutions`.
    pub(super) fn solve(
        &self,
        rec: &mut Recorder<'_>,
        parameters: &Tensor<f32>,
        solutions: &Tensor<f32>,
    ) -> Result<()> {
        let &[items, _] = parameters.shape().sizes() else { unreachable!("two dimensions") };
        let room = SCRATCH.min(rec.gpu().capabilities().max_range_bytes());
        let step = (room / self.item_bytes()).clamp(1, u64::from(items.max(1))) as u32;
        for begin in (0..items).step_by(step as usize) {
            let part = begin..items.min(begin + step);
            self.solve_part(rec, &parameters.rows(part.clone())?, &solutions.rows(part)?)?;
            rec.submit_many()?;
        }
        Ok(())
    }

    fn solve_part(&self, rec: &mut Recorder<'_>, parameters: &Tensor<f32>, solutions: &Tensor<f32>) -> Result<()> {
        let gpu = rec.gpu().clone();
        let &[items, n] = parameters.shape().sizes() else { unreachable!("two dimensions") };
        let (width, states) = (self.width() as u32, self.states() as u32);
        let all = u64::from(items) * u64::from(states);
        let (mut before, mut after) = (rec.scratch(all * 4)?, rec.scratch(all * 4)?);
        let taken = rec.scratch(u64::from(items) * self.item_bytes())?;
        let elements = 0..u64::from(items) * u64::from(n);
        let (bound, first) = Binding::range(&gpu, parameters, elements.clone());
        let counted = u32::from(self.size != Size::Any);
        for (coordinate, &cost) in self.costs.iter().enumerate() {
            rec.dispatch(&Dispatch {
                kernel: Kernel::new(&shaders::KNAPSACK, [WORKGROUP, counted]),
                bindings: &[bound.clone(), before.clone(), after.clone(), taken.clone()],
                params: KnapsackParams {
                    items,
                    n,
                    states,
                    width,
                    coordinate: coordinate as u32,
                    cost,
                    exact: u32::from(matches!(self.size, Size::Exactly(_))),
                    first,
                },
                workgroups: all.div_ceil(u64::from(WORKGROUP)),
            })?;
            std::mem::swap(&mut before, &mut after);
        }
        let costs = rec.table(&self.costs)?;
        let (out, out_first) = Binding::range(&gpu, solutions, elements);
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::KNAPSACK_PICK, [WORKGROUP, counted]),
            bindings: &[bound, before.clone(), taken.clone(), costs, out],
            params: KnapsackPickParams { items, n, states, width, first, out_first, padding0: 0, padding1: 0 },
            workgroups: u64::from(items).div_ceil(u64::from(WORKGROUP)),
        })?;
        for binding in [before, after, taken] {
            rec.release(binding);
        }
        Ok(())
    }
}
