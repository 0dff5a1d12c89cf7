//! Shortest paths on grids.

use super::Neighbours;
use super::job::Job;
use super::params::{GridParams, GridSizes};
use super::shaders;
use super::sides::Sides;
use crate::error::{Error, Result};
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, Tensor};

/// Turns of loops that one dispatch takes of an invocation at most.
const TURNS: u32 = 32_768;

/// Vertices of the largest grid. A path may turn up and down at every other one, each of which takes a pair of sweeps; with more of them these would
/// take thousands of dispatches, though they have nothing to do but for mazes.
const VERTICES: u32 = 1 << 14;

/// Checks the sizes of grids.
pub(super) fn check([height, width]: [u32; 2]) -> Result<()> {
    let vertices = u64::from(height) * u64::from(width);
    if vertices <= u64::from(VERTICES) {
        return Ok(());
    }
    Err(Error::LimitExceeded {
        what: format!("`theta` with grids of {height} x {width}"),
        limit: "the number of a grid's vertices",
        asked: vertices,
        have: u64::from(VERTICES),
        remedy: "give smaller grids",
    })
}

/// Vertices of the largest grid that an invocation holds, and the most of its rows: the arrays of `grid_small.wgsl`.
const SMALL: u32 = 192;
const SMALL_ROWS: u32 = 16;

/// How grids are gone over.
#[derive(Clone, Copy)]
struct Sweeps {
    eight: bool,
    /// What is known of rows takes less where these are the shorter side.
    sides: Sides,
}

impl Sweeps {
    fn new(size: [u32; 2], neighbours: Neighbours) -> Self {
        Self { eight: neighbours == Neighbours::Eight, sides: Sides::new(size) }
    }

    fn vertices(&self) -> u32 {
        self.sides.rows * self.sides.columns
    }

    /// Turns of loops that a pair of sweeps takes at most.
    fn turns(&self) -> u32 {
        1 + 2 * self.sides.rows * (5 + 2 * self.sides.columns.div_ceil(4))
    }

    /// Pairs of sweeps that are enough: a path turns at every other vertex at most; and a pair that finds nothing more to do.
    fn pairs(&self) -> u32 {
        self.vertices() / 2 + 2
    }

    /// Whether an invocation holds a grid and one dispatch is enough.
    fn are_small(&self) -> bool {
        self.vertices() <= SMALL && self.sides.rows <= SMALL_ROWS && self.pairs() * self.turns() <= TURNS
    }

    fn params(&self, items: u32, pairs: u32) -> GridParams {
        GridParams {
            items,
            height: self.sides.rows,
            width: self.sides.columns,
            pairs,
            row_stride: self.sides.row_stride,
            stride: self.sides.stride,
            padding0: 0,
            padding1: 0,
        }
    }
}

/// Records the shortest path of each grid of `parameters`, `[items, n]`, into `solutions`.
pub(super) fn solve(
    rec: &mut Recorder<'_>,
    size: [u32; 2],
    neighbours: Neighbours,
    parameters: &Tensor<f32>,
    solutions: &Tensor<f32>,
) -> Result<()> {
    let sweeps = Sweeps::new(size, neighbours);
    if rec.gpu().capabilities().software && sweeps.are_small() {
        let items = parameters.shape().sizes()[0];
        let workgroup = Job::workgroup(rec.gpu());
        return rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::GRID_SMALL, [workgroup, u32::from(sweeps.eight)]),
            bindings: &[Binding::exact(parameters), Binding::exact(solutions)],
            params: sweeps.params(items, sweeps.pairs()),
            workgroups: u64::from(items.div_ceil(workgroup)),
        });
    }
    solve_in_memory(rec, sweeps, parameters, solutions)
}

fn solve_in_memory(
    rec: &mut Recorder<'_>,
    sweeps: Sweeps,
    parameters: &Tensor<f32>,
    solutions: &Tensor<f32>,
) -> Result<()> {
    let &[items, n] = parameters.shape().sizes() else { unreachable!("two dimensions") };
    let bytes = u64::from(items) * u64::from(n) * 4;
    let (distances, parents) = (rec.scratch(bytes)?, rec.scratch(bytes)?);
    let states = rec.scratch(u64::from(items) * 4)?;
    let pending = rec.scratch(u64::from(items) * u64::from(sweeps.sides.rows) * 8)?;
    let workgroup = Job::workgroup(rec.gpu());
    let sizes = GridSizes { items, n, rows: sweeps.sides.rows, padding: 0 };
    rec.clear_binding(states.clone(), 0, items.into())?;
    rec.dispatch(&Dispatch {
        kernel: Kernel::new(&shaders::GRID_BEGIN, [workgroup]),
        bindings: &[Binding::exact(parameters), distances.clone(), states.clone(), pending.clone()],
        params: sizes,
        workgroups: (u64::from(items) * u64::from(n)).div_ceil(u64::from(workgroup)),
    })?;
    let pairs = (TURNS / sweeps.turns()).max(1);
    for _ in 0..sweeps.pairs().div_ceil(pairs) {
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::GRID_RELAX, [workgroup, u32::from(sweeps.eight)]),
            bindings: &[
                Binding::exact(parameters),
                distances.clone(),
                parents.clone(),
                states.clone(),
                pending.clone(),
            ],
            params: sweeps.params(items, pairs),
            workgroups: u64::from(items.div_ceil(workgroup)),
        })?;
    }
    rec.clear_binding(Binding::exact(solutions), 0, u64::from(items) * u64::from(n))?;
    rec.dispatch(&Dispatch {
        kernel: Kernel::new(&shaders::GRID_PATH, [workgroup]),
        bindings: &[distances.clone(), parents.clone(), states.clone(), Binding::exact(solutions)],
        params: sizes,
        workgroups: u64::from(items.div_ceil(workgroup)),
    })?;
    for binding in [distances, parents, states, pending] {
        rec.release(binding);
    }
    Ok(())
}
