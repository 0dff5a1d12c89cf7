//! One layer, forward and backward, around what it computes.

use super::params::{EnterParams, LeaveParams, StepParams};
use super::shaders;
use crate::dense::{Operand, column_sums};
use crate::error::Result;
use crate::gpu::{Binding, Dispatch, Element, Kernel, Recorder, Tensor};

/// Invocations of a workgroup.
pub(super) const WORKGROUP: u32 = 64;

/// Elements of an invocation of `leave.wgsl`.
const STRETCH: u64 = 32;

/// A layer's momentum, and whether it computes `x + f(x)`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Momentum {
    pub(super) gamma: f32,
    pub(super) is_residual: bool,
}

impl Momentum {
    /// Gamma as kernels take it: its first 12 bits, and the others.
    fn parts(self) -> [f32; 2] {
        let high = f32::from_bits(self.gamma.to_bits() & 0xffff_f000);
        [high, self.gamma - high]
    }
}

/// A state and its velocity with the low parts of both: what a step rounds off is kept there, to be had again on the way back.
#[derive(Clone, Copy)]
pub(super) struct Moving<'a> {
    pub(super) x: &'a Tensor<f32>,
    pub(super) v: &'a Tensor<f32>,
    pub(super) x_low: &'a Tensor<f32>,
    pub(super) v_low: &'a Tensor<f32>,
}

pub(super) fn bind<T: Element>(rec: &Recorder<'_>, tensor: &Tensor<T>) -> (Binding, u32) {
    Binding::range(rec.gpu(), tensor, 0..tensor.shape().elements())
}

pub(super) fn workgroups(invocations: u64) -> u64 {
    invocations.div_ceil(u64::from(WORKGROUP))
}

/// Records a step of a state, which is replaced.
pub(super) fn step(rec: &mut Recorder<'_>, momentum: Momentum, f: &Tensor<f32>, state: Moving<'_>) -> Result<()> {
    let elements = f.shape().elements();
    let [(f, f_first), (x, x_first), (v, v_first)] = [f, state.x, state.v].map(|tensor| bind(rec, tensor));
    let [x_low, v_low] = [state.x_low, state.v_low].map(|tensor| bind(rec, tensor).0);
    rec.dispatch(&Dispatch {
        kernel: Kernel::new(&shaders::STEP, [WORKGROUP, u32::from(momentum.is_residual)]),
        bindings: &[f, x, v, x_low, v_low],
        params: StepParams {
            elements: elements as u32,
            f_first,
            x_first,
            v_first,
            gamma: momentum.parts(),
            zero: 0,
            padding: 0,
        },
        workgroups: workgroups(elements),
    })
}

/// Gradients in the state and the velocity after a layer, which become those before it.
#[derive(Clone, Copy)]
pub(super) struct Pulled<'a> {
    pub(super) x: &'a Tensor<f32>,
    pub(super) v: &'a Tensor<f32>,
}

/// Records what comes before `f`: `state`, that after the layer, has its `x` replaced by that before it; the cotangent of `f` goes to `c`.
pub(super) fn enter(
    rec: &mut Recorder<'_>,
    momentum: Momentum,
    state: Option<Moving<'_>>,
    cotangent: Option<(Pulled<'_>, &Tensor<f32>)>,
) -> Result<()> {
    let Some(shape) = state.map(|state| state.x.shape()).or(cotangent.map(|(_, c)| c.shape())) else { return Ok(()) };
    let elements = shape.elements();
    let unused = [rec.scratch(16)?, rec.scratch(16)?, rec.scratch(16)?, rec.scratch(16)?];
    let (x, x_first) = state.map_or((unused[0].clone(), 0), |state| bind(rec, state.x));
    let x_low = state.map_or(unused[3].clone(), |state| bind(rec, state.x_low).0);
    let (v, v_first) = state.map_or((unused[2].clone(), 0), |state| bind(rec, state.v));
    let v_low = state.map_or(unused[2].clone(), |state| bind(rec, state.v_low).0);
    let (c, c_first) = cotangent.map_or((unused[1].clone(), 0), |(_, c)| bind(rec, c));
    let (grad_x, grad_x_first) = cotangent.map_or((unused[2].clone(), 0), |(pulled, _)| bind(rec, pulled.x));
    let (grad_v, grad_v_first) = cotangent.map_or((unused[2].clone(), 0), |(pulled, _)| bind(rec, pulled.v));
    let flags = [state.is_some(), cotangent.is_some()].map(u32::from);
    rec.dispatch(&Dispatch {
        kernel: Kernel::new(&shaders::ENTER, [WORKGROUP].into_iter().chain(flags)),
        bindings: &[v, grad_x, grad_v, v_low, x, x_low, c],
        params: EnterParams {
            elements: elements as u32,
            v_first,
            grad_x_first,
            grad_v_first,
            x_first,
            c_first,
            gamma: momentum.parts(),
            ..EnterParams::default()
        },
        workgroups: workgroups(elements),
    })?;
    for unused in unused {
        rec.release(unused);
    }
    Ok(())
}

/// What the change of a layer's velocity is taken from.
#[derive(Clone, Copy)]
pub(super) enum Change<'a> {
    /// What the layer computed of `x`, and the velocity after it, which is replaced by that before it.
    Reversed { f: &'a Tensor<f32>, state: Moving<'a> },
    /// Stored states after and before the layer, and the one before that.
    Stored { after: &'a Tensor<f32>, x: &'a Tensor<f32>, earlier: &'a Tensor<f32> },
    /// As the former, of the first layer, with `v_0`.
    First { after: &'a Tensor<f32>, x: &'a Tensor<f32>, v: &'a Tensor<f32> },
    /// What the layer computed of `x`, and the velocity before it.
    Known { f: &'a Tensor<f32>, x: &'a Tensor<f32>, v: &'a Tensor<f32> },
}

/// What gradients take: the layer's own `(1 - gamma) J^T c`, the gradients after it, and where the one in gamma goes, one element.
#[derive(Clone, Copy)]
pub(super) struct Gradients<'a> {
    pub(super) jacobian: &'a Tensor<f32>,
    pub(super) pulled: Pulled<'a>,
    pub(super) gamma: &'a Tensor<f32>,
}

/// Records what comes after `f`.
pub(super) fn leave(
    rec: &mut Recorder<'_>,
    momentum: Momentum,
    change: Change<'_>,
    gradients: Option<Gradients<'_>>,
) -> Result<()> {
    let (mode, f, x, low, v) = match change {
        Change::Reversed { f, state } => (0, f, state.x, state.v_low, Some(state.v)),
        Change::Stored { after, x, earlier } => (1, after, x, earlier, None),
        Change::First { after, x, v } => (2, after, x, v, None),
        Change::Known { f, x, v } => (3, f, x, v, None),
    };
    let elements = x.shape().elements();
    let invocations = elements.div_ceil(STRETCH).max(1);
    let unused = [rec.scratch(16)?, rec.scratch(16)?, rec.scratch(16)?, rec.scratch(16)?];
    let bound =
        |tensor: Option<&Tensor<f32>>, unused: &Binding| tensor.map_or((unused.clone(), 0), |tensor| bind(rec, tensor));
    let [(f, f_first), (x, x_first), (low, low_first)] = [f, x, low].map(|tensor| bind(rec, tensor));
    let (jacobian, jacobian_first) = bound(gradients.map(|g| g.jacobian), &unused[0]);
    let (v, v_first) = bound(v, &unused[1]);
    let (grad_x, grad_x_first) = bound(gradients.map(|g| g.pulled.x), &unused[2]);
    let (grad_v, grad_v_first) = bound(gradients.map(|g| g.pulled.v), &unused[3]);
    let partial = rec.scratch_tensor([invocations as u32])?;
    let constants = [WORKGROUP, u32::from(momentum.is_residual), mode, u32::from(gradients.is_some())];
    rec.dispatch(&Dispatch {
        kernel: Kernel::new(&shaders::LEAVE, constants),
        bindings: &[f, x, jacobian, v, low, grad_x, grad_v, bind(rec, &partial).0],
        params: LeaveParams {
            elements: elements as u32,
            invocations: invocations as u32,
            f_first,
            x_first,
            low_first,
            jacobian_first,
            v_first,
            grad_x_first,
            grad_v_first,
            gamma: momentum.parts(),
            zero: 0,
        },
        workgroups: workgroups(invocations),
    })?;
    for unused in unused {
        rec.release(unused);
    }
    let Some(gradients) = gradients else {
        rec.release_tensor(&partial);
        return Ok(());
    };
    let sums = Operand::of_scratch(rec, partial, [1, invocations as u32, 1])?;
    column_sums(rec, &sums, gradients.gamma)?;
    sums.release(rec);
    Ok(())
}
