//! The shaders of momentum networks, and the parts that each is put together from.

use crate::gpu::shader::{
    Access::{Read, ReadWrite},
    Constant, Part, SLOT, Shader, part,
};
use crate::gpu::shaders::{
    ACTIVATION, ACTIVATIONS, COTANGENT, DISPATCH, EXACT_SUMS, EXPONENTIAL, FLAG, LOGARITHM, NON_FINITE, PHILOX,
    PRODUCT_HALVES, PRODUCT_WIDE, WORKGROUP_OF_64,
};

const VELOCITY: Part = part!("momentum/pair.wgsl");

const RESIDUAL: Constant = Constant { name: "RESIDUAL", values: FLAG };
const REVERSED: Constant = Constant { name: "REVERSED", values: FLAG };
const GRADIENTS: Constant = Constant { name: "GRADIENTS", values: FLAG };
const CHANGE: Constant = Constant { name: "CHANGE", values: &[0, 1, 2, 3] };

/// A layer of a momentum network, forward.
pub(crate) static STEP: Shader = Shader {
    name: "momentum/step",
    parts: &[DISPATCH, EXACT_SUMS, VELOCITY, part!("momentum/step.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64, RESIDUAL],
};

/// A layer of a momentum network, backward, before its function is known.
pub(crate) static ENTER: Shader = Shader {
    name: "momentum/enter",
    parts: &[DISPATCH, EXACT_SUMS, VELOCITY, part!("momentum/enter.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, Read, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64, REVERSED, COTANGENT],
};

/// A layer of a momentum network, backward, once its function is known.
pub(crate) static LEAVE: Shader = Shader {
    name: "momentum/leave",
    parts: &[DISPATCH, EXACT_SUMS, VELOCITY, part!("momentum/leave.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite, ReadWrite, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64, RESIDUAL, CHANGE, GRADIENTS],
};

const FIXED: Part = part!("momentum/fixed.wgsl");

/// States in fixed point.
pub(crate) static EXACT_BEGIN: Shader = Shader {
    name: "momentum/exact_begin",
    parts: &[DISPATCH, NON_FINITE, FIXED, part!("momentum/exact_begin.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64, RESIDUAL],
};

/// Integers in fixed point as f32.
pub(crate) static EXACT_VALUES: Shader = Shader {
    name: "momentum/exact_values",
    parts: &[DISPATCH, NON_FINITE, FIXED, part!("momentum/exact_values.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP_OF_64, RESIDUAL],
};

/// A layer of a momentum network in fixed point, forward.
pub(crate) static EXACT_STEP: Shader = Shader {
    name: "momentum/exact_step",
    parts: &[DISPATCH, NON_FINITE, FIXED, part!("momentum/exact_step.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite, ReadWrite, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64, RESIDUAL],
};

/// A layer of a momentum network in fixed point, backward, before its function is known.
pub(crate) static EXACT_ENTER: Shader = Shader {
    name: "momentum/exact_enter",
    parts: &[DISPATCH, NON_FINITE, FIXED, part!("momentum/exact_enter.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64, RESIDUAL],
};

/// A layer of a momentum network in fixed point, backward, once its function is known.
pub(crate) static EXACT_LEAVE: Shader = Shader {
    name: "momentum/exact_leave",
    parts: &[DISPATCH, NON_FINITE, FIXED, part!("momentum/exact_leave.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64, RESIDUAL],
};

const OF_PAIRS: Constant = Constant { name: "OF_PAIRS", values: FLAG };

/// What softmax divides by.
pub(crate) static SOFTMAX_SUMS: Shader = Shader {
    name: "momentum/softmax_sums",
    parts: &[DISPATCH, NON_FINITE, EXPONENTIAL, part!("momentum/softmax_sums.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP_OF_64, OF_PAIRS],
};

/// The cross-entropy of softmax, and its gradient.
pub(crate) static CROSS_ENTROPY: Shader = Shader {
    name: "momentum/cross_entropy",
    parts: &[DISPATCH, NON_FINITE, EXPONENTIAL, LOGARITHM, part!("momentum/cross_entropy.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// Half the squared error, and its gradient.
pub(crate) static HALF_SQUARED: Shader = Shader {
    name: "momentum/half_squared",
    parts: &[DISPATCH, part!("momentum/half_squared.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// Numbers times a factor.
pub(crate) static SCALE: Shader = Shader {
    name: "momentum/scale",
    parts: &[DISPATCH, part!("momentum/scale.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// A step of gradient descent.
pub(crate) static SGD: Shader = Shader {
    name: "momentum/sgd",
    parts: &[DISPATCH, part!("momentum/sgd.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// A step of Adam.
pub(crate) static ADAM: Shader = Shader {
    name: "momentum/adam",
    parts: &[DISPATCH, part!("momentum/adam.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// Products for random words, on a device with whole numbers of 64 bits or without; indexed by that.
pub(crate) static WORD_PRODUCTS: [&[Part]; 2] = [&[PRODUCT_HALVES], &[PRODUCT_WIDE]];

/// Dropout.
pub(crate) static DROPOUT: Shader = Shader {
    name: "momentum/dropout",
    parts: &[DISPATCH, SLOT, PHILOX, part!("momentum/dropout.wgsl")],
    fills: &[WORD_PRODUCTS[0], WORD_PRODUCTS[1]],
    bindings: &[ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

const CONV: Part = part!("momentum/conv.wgsl");

const CONV_KERNEL: Constant = Constant { name: "KERNEL", values: &[1, 3] };
const FACTOR: Constant = Constant { name: "FACTOR", values: FLAG };

/// Columns of images, for convolutions.
pub(crate) static CONV_UNFOLD: Shader = Shader {
    name: "momentum/conv_unfold",
    parts: &[DISPATCH, NON_FINITE, EXPONENTIAL, ACTIVATIONS, CONV, part!("momentum/conv_unfold.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, ReadWrite],
    constants: &[WORKGROUP_OF_64, CONV_KERNEL, ACTIVATION],
};

/// Gradients in images, of those in their columns.
pub(crate) static CONV_FOLD: Shader = Shader {
    name: "momentum/conv_fold",
    parts: &[DISPATCH, NON_FINITE, EXPONENTIAL, ACTIVATIONS, CONV, part!("momentum/conv_fold.wgsl")],
    fills: &[],
    bindings: &[Read, Read, Read, Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64, CONV_KERNEL, ACTIVATION],
};

/// Sums over the pixels of channels.
pub(crate) static CONV_CHANNEL_SUMS: Shader = Shader {
    name: "momentum/conv_channel_sums",
    parts: &[DISPATCH, CONV, part!("momentum/conv_channel_sums.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP_OF_64, FACTOR],
};

/// Biases of convolutions.
pub(crate) static CONV_BIAS: Shader = Shader {
    name: "momentum/conv_bias",
    parts: &[DISPATCH, CONV, part!("momentum/conv_bias.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// States with extra inputs.
pub(crate) static JOIN: Shader = Shader {
    name: "momentum/join",
    parts: &[DISPATCH, part!("momentum/join.wgsl")],
    fills: &[],
    bindings: &[Read, Read, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// Gradients in states and in extra inputs.
pub(crate) static TAKE_APART: Shader = Shader {
    name: "momentum/take_apart",
    parts: &[DISPATCH, part!("momentum/take_apart.wgsl")],
    fills: &[],
    bindings: &[Read, ReadWrite, ReadWrite],
    constants: &[WORKGROUP_OF_64],
};

/// All of them.
pub(crate) static ALL: &[&Shader] = &[
    &STEP,
    &ENTER,
    &LEAVE,
    &EXACT_BEGIN,
    &EXACT_VALUES,
    &EXACT_STEP,
    &EXACT_ENTER,
    &EXACT_LEAVE,
    &SOFTMAX_SUMS,
    &CROSS_ENTROPY,
    &HALF_SQUARED,
    &SCALE,
    &SGD,
    &ADAM,
    &DROPOUT,
    &CONV_UNFOLD,
    &CONV_FOLD,
    &CONV_CHANNEL_SUMS,
    &CONV_BIAS,
    &JOIN,
    &TAKE_APART,
];
