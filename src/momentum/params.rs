//! Host mirrors of the shaders' parameter structs.

use bytemuck::{Pod, Zeroable};

/// `Params` of `shaders/momentum/step.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct StepParams {
    pub(super) elements: u32,
    pub(super) f_first: u32,
    pub(super) x_first: u32,
    pub(super) v_first: u32,
    pub(super) gamma: [f32; 2],
    pub(super) zero: u32,
    pub(super) padding: u32,
}

/// `Params` of `shaders/momentum/enter.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct EnterParams {
    pub(super) elements: u32,
    pub(super) v_first: u32,
    pub(super) grad_x_first: u32,
    pub(super) grad_v_first: u32,
    pub(super) x_first: u32,
    pub(super) c_first: u32,
    pub(super) gamma: [f32; 2],
    pub(super) zero: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
    pub(super) padding2: u32,
}

/// `Params` of `shaders/momentum/leave.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct LeaveParams {
    pub(super) elements: u32,
    pub(super) invocations: u32,
    pub(super) f_first: u32,
    pub(super) x_first: u32,
    pub(super) low_first: u32,
    pub(super) jacobian_first: u32,
    pub(super) v_first: u32,
    pub(super) grad_x_first: u32,
    pub(super) grad_v_first: u32,
    pub(super) zero: u32,
    pub(super) gamma: [f32; 2],
}

/// `Params` of `shaders/momentum/fixed.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct FixedParams {
    pub(super) elements: u32,
    pub(super) numerator: u32,
    pub(super) denominator: u32,
    pub(super) spills: u32,
    pub(super) f_first: u32,
    pub(super) state_first: u32,
    pub(super) velocity_first: u32,
    pub(super) spilled_first: u32,
    pub(super) factor: f32,
    pub(super) scale: f32,
    pub(super) unit: f32,
    pub(super) padding: u32,
}

#[cfg(test)]
mod tests {
    use crate::gpu::shader::{MOMENTUM_ENTER, MOMENTUM_EXACT_STEP, MOMENTUM_LEAVE, MOMENTUM_STEP, layout_test};

    #[test]
    fn host_structs_match_the_shaders() {
        layout_test!(
            MOMENTUM_STEP,
            super::StepParams: elements,
            f_first,
            x_first,
            v_first,
            gamma,
            zero,
            padding
        );
        layout_test!(
            MOMENTUM_ENTER,
            super::EnterParams: elements,
            v_first,
            grad_x_first,
            grad_v_first,
            x_first,
            c_first,
            gamma,
            zero,
            padding0,
            padding1,
            padding2
        );
        layout_test!(
            MOMENTUM_EXACT_STEP,
            super::FixedParams: elements,
            numerator,
            denominator,
            spills,
            f_first,
            state_first,
            velocity_first,
            spilled_first,
            factor,
            scale,
            unit,
            padding
        );
        layout_test!(
            MOMENTUM_LEAVE,
            super::LeaveParams: elements,
            invocations,
            f_first,
            x_first,
            low_first,
            jacobian_first,
            v_first,
            grad_x_first,
            grad_v_first,
            zero,
            gamma
        );
    }
}
