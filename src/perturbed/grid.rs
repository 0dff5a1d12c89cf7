//! Shortest paths on grids.

use super::Neighbours;
use super::job::Job;
use super::params::{GridParams, GridSizes};
use crate::error::{Error, Result};
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, Tensor, shader};

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

/// Records the shortest path of each grid of `parameters`, `[items, n]`, into `solutions`.
pub(super) fn solve(
    rec: &mut Recorder<'_>,
    [height, width]: [u32; 2],
    neighbours: Neighbours,
    parameters: &Tensor<f32>,
    solutions: &Tensor<f32>,
) -> Result<()> {
    let &[items, n] = parameters.shape().sizes() else { unreachable!("two dimensions") };
    // The shorter side is gone over row by row: what is known of its rows takes less.
    let (rows, columns, row_stride, stride) =
        if height <= width { (height, width, width, 1) } else { (width, height, 1, width) };
    let bytes = u64::from(items) * u64::from(n) * 4;
    let (distances, parents) = (rec.scratch(bytes)?, rec.scratch(bytes)?);
    let states = rec.scratch(u64::from(items) * 4)?;
    let pending = rec.scratch(u64::from(items) * u64::from(rows) * 8)?;
    let workgroup = Job::workgroup(rec.gpu());
    let sizes = GridSizes { items, n, rows, padding: 0 };
    rec.dispatch(&Dispatch {
        kernel: Kernel::new(&shader::PERTURBED_GRID_BEGIN, [workgroup]),
        bindings: &[Binding::exact(parameters), distances.clone(), states.clone(), pending.clone()],
        params: sizes,
        workgroups: (u64::from(items) * u64::from(n)).div_ceil(u64::from(workgroup)),
    })?;
    let pair = 1 + 2 * rows * (5 + 2 * columns.div_ceil(4));
    let pairs = (TURNS / pair).max(1);
    // A path turns at every other vertex at most; and a pair that finds nothing more to do.
    let dispatches = (n / 2 + 2).div_ceil(pairs);
    let eight = u32::from(neighbours == Neighbours::Eight);
    for _ in 0..dispatches {
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shader::PERTURBED_GRID_RELAX, [workgroup, eight]),
            bindings: &[
                Binding::exact(parameters),
                distances.clone(),
                parents.clone(),
                states.clone(),
                pending.clone(),
            ],
            params: GridParams {
                items,
                height: rows,
                width: columns,
                pairs,
                row_stride,
                stride,
                padding0: 0,
                padding1: 0,
            },
            workgroups: u64::from(items.div_ceil(workgroup)),
        })?;
    }
    rec.clear_binding(Binding::exact(solutions), 0, u64::from(items) * u64::from(n))?;
    rec.dispatch(&Dispatch {
        kernel: Kernel::new(&shader::PERTURBED_GRID_PATH, [workgroup]),
        bindings: &[distances.clone(), parents.clone(), states.clone(), Binding::exact(solutions)],
        params: sizes,
        workgroups: u64::from(items.div_ceil(workgroup)),
    })?;
    for binding in [distances, parents, states, pending] {
        rec.release(binding);
    }
    Ok(())
}
