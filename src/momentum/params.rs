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

/// `Params` of `shaders/momentum/softmax_sums.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct SoftmaxSumsParams {
    pub(super) rows: u32,
    pub(super) columns: u32,
    pub(super) chunks: u32,
    pub(super) first: u32,
}

/// `Params` of `shaders/momentum/cross_entropy.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct CrossEntropyParams {
    pub(super) rows: u32,
    pub(super) classes: u32,
    pub(super) x_first: u32,
    pub(super) labels_first: u32,
    pub(super) loss_first: u32,
    pub(super) grad_first: u32,
    pub(super) share: f32,
    pub(super) padding: u32,
}

/// `Params` of `shaders/momentum/half_squared.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct HalfSquaredParams {
    pub(super) rows: u32,
    pub(super) columns: u32,
    pub(super) chunks: u32,
    pub(super) y_first: u32,
    pub(super) t_first: u32,
    pub(super) grad_first: u32,
    pub(super) share: f32,
    pub(super) padding: u32,
}

/// `Params` of `shaders/momentum/scale.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct ScaleParams {
    pub(super) elements: u32,
    pub(super) x_first: u32,
    pub(super) factor: f32,
    pub(super) padding: u32,
}

/// `Params` of `shaders/momentum/sgd.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct SgdParams {
    pub(super) elements: u32,
    pub(super) grad_first: u32,
    pub(super) parameter_first: u32,
    pub(super) velocity_first: u32,
    pub(super) learning_rate: f32,
    pub(super) momentum: f32,
    pub(super) weight_decay: f32,
    pub(super) padding: u32,
}

/// `Params` of `shaders/momentum/adam.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct AdamParams {
    pub(super) elements: u32,
    pub(super) grad_first: u32,
    pub(super) parameter_first: u32,
    pub(super) first_first: u32,
    pub(super) second_first: u32,
    pub(super) rate: f32,
    pub(super) root: f32,
    pub(super) epsilon: f32,
    pub(super) weight_decay: f32,
    pub(super) beta1: f32,
    pub(super) beta2: f32,
    pub(super) rest1: f32,
    pub(super) rest2: f32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
    pub(super) padding2: u32,
}

/// `Params` of `shaders/momentum/dropout.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct DropoutParams {
    pub(super) elements: u32,
    pub(super) first: u32,
    pub(super) threshold: u32,
    pub(super) factor: f32,
    pub(super) layer: u32,
    pub(super) stream: u32,
    pub(super) key: [u32; 2],
}

/// `Params` of `shaders/momentum/conv.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct ConvParams {
    pub(super) images: u32,
    pub(super) channels: u32,
    pub(super) height: u32,
    pub(super) width: u32,
    pub(super) chunks: u32,
    pub(super) x_first: u32,
    pub(super) scale_first: u32,
    pub(super) shift_first: u32,
    pub(super) other_first: u32,
    pub(super) out_first: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
}

/// `Params` of `shaders/momentum/join.wgsl` and `take_apart.wgsl`.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
pub(super) struct JoinParams {
    pub(super) rows: u32,
    pub(super) width: u32,
    pub(super) extra_width: u32,
    pub(super) x_first: u32,
    pub(super) extra_first: u32,
    pub(super) padding0: u32,
    pub(super) padding1: u32,
    pub(super) padding2: u32,
}

#[cfg(test)]
mod tests {
    use crate::gpu::shader::layout_test;
    use crate::momentum::shaders::{
        ADAM, CONV_UNFOLD, CROSS_ENTROPY, DROPOUT, ENTER, EXACT_STEP, HALF_SQUARED, JOIN, LEAVE, SCALE, SGD,
        SOFTMAX_SUMS, STEP, TAKE_APART,
    };

    #[test]
    fn host_structs_match_the_shaders() {
        layout_test!(
            STEP,
            super::StepParams: elements,
            f_first,
            x_first,
            v_first,
            gamma,
            zero,
            padding
        );
        layout_test!(
            ENTER,
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
            EXACT_STEP,
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
            LEAVE,
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
        layout_test!(SOFTMAX_SUMS, super::SoftmaxSumsParams: rows, columns, chunks, first);
        layout_test!(CROSS_ENTROPY, super::CrossEntropyParams: rows, classes, x_first, labels_first, loss_first, grad_first, share, padding);
        layout_test!(HALF_SQUARED, super::HalfSquaredParams: rows, columns, chunks, y_first, t_first, grad_first, share, padding);
        layout_test!(SCALE, super::ScaleParams: elements, x_first, factor, padding);
        layout_test!(SGD, super::SgdParams: elements, grad_first, parameter_first, velocity_first, learning_rate, momentum, weight_decay, padding);
        layout_test!(ADAM, super::AdamParams: elements, grad_first, parameter_first, first_first, second_first, rate, root, epsilon, weight_decay, beta1, beta2, rest1, rest2, padding0, padding1, padding2);
        layout_test!(DROPOUT, super::DropoutParams: elements, first, threshold, factor, layer, stream, key);
        layout_test!(CONV_UNFOLD, super::ConvParams: images, channels, height, width, chunks, x_first, scale_first, shift_first, other_first, out_first, padding0, padding1);
        layout_test!(JOIN, super::JoinParams: rows, width, extra_width, x_first, extra_first, padding0, padding1, padding2);
        layout_test!(TAKE_APART, super::JoinParams: rows, width, extra_width, x_first, extra_first, padding0, padding1, padding2);
    }
}
