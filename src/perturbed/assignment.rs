//! Linear assignments.

use super::job::Job;
use super::params::{AssignByInvocationParams, AssignByWorkgroupParams};
use super::shaders;
use super::sides::Sides;
use super::sums::WORKGROUP;
use crate::error::{Error, Result};
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, Tensor};

/// Rows and columns of the largest matrix: `MOST` in the kernels, whose loops are counted for it.
const MOST: u32 = 128;

/// Turns of a loop that one dispatch takes of an invocation at most.
const TURNS: u32 = 32_000;

/// Words of a matrix's state beside those of its columns: `STATE` in `assign_by_invocation.wgsl`.
const STATE: u64 = 16;

/// Checks the sizes of matrices.
pub(super) fn check([height, width]: [u32; 2]) -> Result<()> {
    let longer = height.max(width);
    if longer <= MOST {
        return Ok(());
    }
    Err(Error::LimitExceeded {
        what: format!("`theta` with matrices of {height} x {width}"),
        limit: "the rows and columns of an assignment",
        asked: longer.into(),
        have: MOST.into(),
        remedy: "give smaller matrices",
    })
}

/// Records the best assignment of each matrix of `parameters`, `[items, n]`, into `solutions`.
pub(super) fn solve(
    rec: &mut Recorder<'_>,
    size: [u32; 2],
    parameters: &Tensor<f32>,
    solutions: &Tensor<f32>,
) -> Result<()> {
    // Each of its rows is assigned a column.
    let sides = Sides::new(size);
    if rec.gpu().capabilities().software {
        by_invocation(rec, sides, parameters, solutions)
    } else {
        by_workgroup(rec, sides, parameters, solutions)
    }
}

/// For GPUs: invocations share the columns of a matrix.
fn by_workgroup(
    rec: &mut Recorder<'_>,
    Sides { rows, columns, row_stride, stride }: Sides,
    parameters: &Tensor<f32>,
    solutions: &Tensor<f32>,
) -> Result<()> {
    let items = parameters.shape().sizes()[0];
    let each = columns.div_ceil(WORKGROUP).next_power_of_two();
    rec.dispatch(&Dispatch {
        kernel: Kernel::new(&shaders::ASSIGN_BY_WORKGROUP, [WORKGROUP, each]),
        bindings: &[Binding::exact(parameters), Binding::exact(solutions)],
        params: AssignByWorkgroupParams {
            items,
            rows,
            columns,
            row_stride,
            stride,
            ..AssignByWorkgroupParams::default()
        },
        workgroups: items.into(),
    })
}

/// For software drivers: each invocation has a matrix of its own.
fn by_invocation(
    rec: &mut Recorder<'_>,
    Sides { rows, columns, row_stride, stride }: Sides,
    parameters: &Tensor<f32>,
    solutions: &Tensor<f32>,
) -> Result<()> {
    let &[items, n] = parameters.shape().sizes() else { unreachable!("two dimensions") };
    rec.clear_binding(Binding::exact(solutions), 0, u64::from(items) * u64::from(n))?;
    // Of the search for each row the steps are as many as rows that hold a column, and one, and so are the steps back.
    let steps = rows * (rows + 1) / 2;
    let dispatches = (steps * (columns.div_ceil(4) + 1)).div_ceil(TURNS);
    let state = if dispatches > 1 { 4 * (5 * u64::from(columns) + STATE) } else { 0 };
    let states = rec.scratch((u64::from(items) * state).max(16))?;
    let workgroup = Job::workgroup(rec.gpu());
    for dispatch in 0..dispatches {
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::ASSIGN_BY_INVOCATION, [workgroup]),
            bindings: &[Binding::exact(parameters), states.clone(), Binding::exact(solutions)],
            params: AssignByInvocationParams {
                items,
                rows,
                columns,
                row_stride,
                stride,
                turns: TURNS,
                begins: u32::from(dispatch == 0),
                keeps: u32::from(dispatch + 1 < dispatches),
            },
            workgroups: items.div_ceil(workgroup).into(),
        })?;
    }
    rec.release(states);
    Ok(())
}
