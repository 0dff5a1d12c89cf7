//! Host mirrors of the kernels' parameter structs; checked against naga's layout below.

use bytemuck::{Pod, Zeroable};

/// `Params` of `shaders/perturbed/draw.wgsl`, where each field is explained.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct DrawParams {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) samples: u32,
    pub(super) first_sample: u32,
    pub(super) first_problem: u32,
    pub(super) seed_low: u32,
    pub(super) seed_high: u32,
    pub(super) sigma: f32,
    pub(super) theta_first: u32,
    pub(super) other_first: u32,
    pub(super) begin: u32,
    pub(super) end: u32,
    pub(super) chunks: u32,
    pub(super) other_stride: u32,
    pub(super) solutions_first: u32,
    pub(super) solutions_stride: u32,
}

/// `Params` of `shaders/perturbed/fold.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct FoldParams {
    pub(super) rows: u32,
    pub(super) width: u32,
    pub(super) chunks: u32,
    pub(super) first: u32,
    pub(super) begins: u32,
    pub(super) ends: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
}

/// `Params` of `shaders/perturbed/sample_sums.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct SampleSumsParams {
    pub(super) rows: u32,
    pub(super) samples: u32,
    pub(super) chunks: u32,
    pub(super) padding: u32,
}

/// `Params` of `shaders/perturbed/solution_sums.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct SolutionSumsParams {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) samples: u32,
    pub(super) chunks: u32,
}

/// `Params` of `shaders/perturbed/moments.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct MomentsParams {
    pub(super) elements: u32,
    pub(super) units: u32,
    pub(super) mean_first: u32,
    pub(super) error_first: u32,
    pub(super) width: u32,
    pub(super) each: f32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
}

/// `Params` of `shaders/perturbed/count.wgsl` and `scatter.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct WinnersParams {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) samples: u32,
    pub(super) each: u32,
}

/// `Params` of `shaders/perturbed/pick.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct PickParams {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) samples: u32,
    pub(super) other_first: u32,
    pub(super) each: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
    pub(super) padding2: u32,
}

/// `Params` of `shaders/perturbed/combine.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct CombineParams {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) theta_first: u32,
    pub(super) out_first: u32,
    pub(super) sums_first: u32,
    pub(super) sums_stride: u32,
    pub(super) baseline_stride: u32,
    pub(super) baseline_first: u32,
    pub(super) factor: f32,
    pub(super) scalar_factor: f32,
    pub(super) baseline_factor: f32,
    pub(super) each: u32,
}

/// `Params` of `shaders/perturbed/order_solution.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct OrderParams {
    pub(super) items: u32,
    pub(super) n: u32,
    pub(super) k: u32,
    pub(super) padding: u32,
}

/// `Params` of `shaders/perturbed/grid_begin.wgsl` and `grid_path.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct GridSizes {
    pub(super) items: u32,
    pub(super) n: u32,
    pub(super) rows: u32,
    pub(super) padding: u32,
}

/// `Params` of `shaders/perturbed/grid_relax.wgsl` and `grid_small.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct GridParams {
    pub(super) items: u32,
    pub(super) height: u32,
    pub(super) width: u32,
    pub(super) pairs: u32,
    pub(super) row_stride: u32,
    pub(super) stride: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
}

/// `Params` of `shaders/perturbed/assign_by_workgroup.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct AssignByWorkgroupParams {
    pub(super) items: u32,
    pub(super) rows: u32,
    pub(super) columns: u32,
    pub(super) row_stride: u32,
    pub(super) stride: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
    pub(super) padding2: u32,
}

/// `Params` of `shaders/perturbed/assign_by_invocation.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct AssignByInvocationParams {
    pub(super) items: u32,
    pub(super) rows: u32,
    pub(super) columns: u32,
    pub(super) row_stride: u32,
    pub(super) stride: u32,
    pub(super) turns: u32,
    pub(super) begins: u32,
    pub(super) keeps: u32,
}

/// `Params` of `shaders/perturbed/knapsack.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct KnapsackParams {
    pub(super) items: u32,
    pub(super) n: u32,
    pub(super) states: u32,
    pub(super) width: u32,
    pub(super) coordinate: u32,
    pub(super) cost: u32,
    pub(super) exact: u32,
    pub(super) first: u32,
}

/// `Params` of `shaders/perturbed/knapsack_pick.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct KnapsackPickParams {
    pub(super) items: u32,
    pub(super) n: u32,
    pub(super) states: u32,
    pub(super) width: u32,
    pub(super) first: u32,
    pub(super) out_first: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
}

/// `Params` of `shaders/perturbed/loss.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct LossParams {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) solution_first: u32,
    pub(super) target_first: u32,
    pub(super) target_stride: u32,
    pub(super) maximum_first: u32,
    pub(super) loss_first: u32,
    pub(super) gradient_first: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::shader::layout_test;
    use crate::perturbed::shaders::{
        ARGMAX, ASSIGN_BY_INVOCATION, ASSIGN_BY_WORKGROUP, COMBINE, COUNT, DOTS, FOLD, GRID_BEGIN, GRID_PATH,
        GRID_RELAX, GRID_SMALL, KNAPSACK, KNAPSACK_PICK, LOSS, MOMENTS, ORDER_SOLUTION, PERTURB, PICK, SAMPLE_SUMS,
        SCATTER, SCORE_SUMS, SOLUTION_SUMS, TOP,
    };

    #[test]
    fn host_structs_match_the_shaders() {
        for shader in [&ARGMAX, &TOP, &PERTURB, &DOTS, &SCORE_SUMS] {
            layout_test!(
                shader, DrawParams: rows, n, samples, first_sample, first_problem, seed_low, seed_high, sigma, theta_first,
                other_first, begin, end, chunks, other_stride, solutions_first, solutions_stride
            );
        }
        layout_test!(FOLD, FoldParams: rows, width, chunks, first, begins, ends, padding0, padding1);
        layout_test!(SAMPLE_SUMS, SampleSumsParams: rows, samples, chunks, padding);
        layout_test!(SOLUTION_SUMS, SolutionSumsParams: rows, n, samples, chunks);
        layout_test!(
            MOMENTS, MomentsParams: elements, units, mean_first, error_first, width, each, padding0, padding1
        );
        layout_test!(COUNT, WinnersParams: rows, n, samples, each);
        layout_test!(SCATTER, WinnersParams: rows, n, samples, each);
        layout_test!(
            PICK, PickParams: rows, n, samples, other_first, each, padding0, padding1, padding2
        );
        layout_test!(
            COMBINE, CombineParams: rows, n, theta_first, out_first, sums_first, sums_stride,
            baseline_stride, baseline_first, factor, scalar_factor, baseline_factor, each
        );
        layout_test!(GRID_BEGIN, GridSizes: items, n, rows, padding);
        layout_test!(GRID_PATH, GridSizes: items, n, rows, padding);
        for shader in [&GRID_RELAX, &GRID_SMALL] {
            layout_test!(shader, GridParams: items, height, width, pairs, row_stride, stride, padding0, padding1);
        }
        layout_test!(
            ASSIGN_BY_INVOCATION, AssignByInvocationParams: items, rows, columns, row_stride, stride, turns,
            begins, keeps
        );
        layout_test!(
            ASSIGN_BY_WORKGROUP, AssignByWorkgroupParams: items, rows, columns, row_stride, stride, padding0,
            padding1, padding2
        );
        layout_test!(KNAPSACK, KnapsackParams: items, n, states, width, coordinate, cost, exact, first);
        layout_test!(
            KNAPSACK_PICK, KnapsackPickParams: items, n, states, width, first, out_first, padding0, padding1
        );
        layout_test!(ORDER_SOLUTION, OrderParams: items, n, k, padding);
        layout_test!(
            LOSS, LossParams: rows, n, solution_first, target_first, target_stride, maximum_first, loss_first,
            gradient_first
        );
    }
}
