//! One layer in fixed point, forward and backward, around what it computes.

use super::State;
use super::layer::{WORKGROUP, bind, workgroups};
use super::params::FixedParams;
use super::shaders;
use crate::error::Result;
use crate::gpu::{Dispatch, Kernel, Recorder, Tensor, shader};

/// Fraction bits, and whether layers compute `x + f(x)`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fixed {
    pub(super) fraction_bits: u32,
    pub(super) is_residual: bool,
}

/// A layer's gamma as a fraction, and whether buffers spill before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layer {
    pub(super) numerator: u32,
    pub(super) denominator: u32,
    pub(super) spills: bool,
}

impl Fixed {
    fn params(self, elements: u64) -> FixedParams {
        let scale = (self.fraction_bits as f32).exp2();
        FixedParams { elements: elements as u32, scale, unit: 1.0 / scale, ..FixedParams::default() }
    }

    fn params_of(self, layer: Layer, elements: u64) -> FixedParams {
        let (n, d) = (layer.numerator as f32, layer.denominator as f32);
        FixedParams {
            numerator: layer.numerator,
            denominator: layer.denominator,
            spills: u32::from(layer.spills),
            factor: (d - n) / d,
            ..self.params(elements)
        }
    }

    fn kernel(self, shader: &'static shader::Shader) -> Kernel {
        Kernel::new(shader, [WORKGROUP, u32::from(self.is_residual)])
    }
}

/// A state, its velocity, their buffers, and the count of what does not fit.
pub(super) type Integers<'a> = (&'a Tensor<i32>, &'a Tensor<i32>, &'a Tensor<u32>, &'a Tensor<u32>);

/// Records a state in fixed point, of one in f32.
pub(super) fn begin(rec: &mut Recorder<'_>, fixed: Fixed, from: &State, to: Integers<'_>) -> Result<()> {
    let elements = from.x.shape().elements();
    let (state, state_first) = bind(rec, &from.x);
    let (velocity, velocity_first) = bind(rec, &from.v);
    let outputs = [bind(rec, to.0).0, bind(rec, to.1).0, bind(rec, to.2).0, bind(rec, to.3).0];
    rec.dispatch(&Dispatch {
        kernel: fixed.kernel(&shaders::EXACT_BEGIN),
        bindings: &[&[state, velocity][..], &outputs[..]].concat(),
        params: FixedParams { state_first, velocity_first, ..fixed.params(elements) },
        workgroups: workgroups(elements),
    })
}

/// Records integers as f32.
pub(super) fn values(rec: &mut Recorder<'_>, fixed: Fixed, integers: &Tensor<i32>, to: &Tensor<f32>) -> Result<()> {
    let elements = to.shape().elements();
    let (to, state_first) = bind(rec, to);
    rec.dispatch(&Dispatch {
        kernel: fixed.kernel(&shaders::EXACT_VALUES),
        bindings: &[bind(rec, integers).0, to],
        params: FixedParams { state_first, ..fixed.params(elements) },
        workgroups: workgroups(elements),
    })
}

/// Records a step, once `f` of the state's `values` is known; both are replaced.
pub(super) fn step(
    rec: &mut Recorder<'_>,
    fixed: Fixed,
    layer: Layer,
    (f, values): (&Tensor<f32>, &Tensor<f32>),
    state: Integers<'_>,
    spilled: &Tensor<u32>,
) -> Result<()> {
    let elements = values.shape().elements();
    let ((f, f_first), (values, state_first)) = (bind(rec, f), bind(rec, values));
    let (spilled, spilled_first) = bind(rec, spilled);
    let [x, v, buffer, overflows] =
        [bind(rec, state.0).0, bind(rec, state.1).0, bind(rec, state.2).0, bind(rec, state.3).0];
    rec.dispatch(&Dispatch {
        kernel: fixed.kernel(&shaders::EXACT_STEP),
        bindings: &[f, x, v, buffer, spilled, values, overflows],
        params: FixedParams { f_first, state_first, spilled_first, ..fixed.params_of(layer, elements) },
        workgroups: workgroups(elements),
    })
}

/// Records what comes before `f` on the way back: the state before the layer, and its values.
pub(super) fn enter(
    rec: &mut Recorder<'_>,
    fixed: Fixed,
    x: &Tensor<i32>,
    v: &Tensor<i32>,
    values: &Tensor<f32>,
) -> Result<()> {
    let elements = values.shape().elements();
    let (values, state_first) = bind(rec, values);
    rec.dispatch(&Dispatch {
        kernel: fixed.kernel(&shaders::EXACT_ENTER),
        bindings: &[bind(rec, v).0, bind(rec, x).0, values],
        params: FixedParams { state_first, ..fixed.params(elements) },
        workgroups: workgroups(elements),
    })
}

/// Records what comes after `f` on the way back: the velocity before the layer, and its values.
pub(super) fn leave(
    rec: &mut Recorder<'_>,
    fixed: Fixed,
    layer: Layer,
    (f, values, velocity): (&Tensor<f32>, &Tensor<f32>, &Tensor<f32>),
    (v, buffer): (&Tensor<i32>, &Tensor<u32>),
    spilled: &Tensor<u32>,
) -> Result<()> {
    let elements = values.shape().elements();
    let [(f, f_first), (values, state_first), (velocity, velocity_first)] =
        [f, values, velocity].map(|tensor| bind(rec, tensor));
    let (spilled, spilled_first) = bind(rec, spilled);
    rec.dispatch(&Dispatch {
        kernel: fixed.kernel(&shaders::EXACT_LEAVE),
        bindings: &[f, values, spilled, bind(rec, v).0, bind(rec, buffer).0, velocity],
        params: FixedParams { f_first, state_first, velocity_first, spilled_first, ..fixed.params_of(layer, elements) },
        workgroups: workgroups(elements),
    })
}
