//! A forward pass, and what comes back from it.

use clap::ValueEnum;
use serde::Serialize;
use supple::momentum::{Gradients, MomentumNet, State};
use supple::{Recorder, Tensor};

/// Where the backward pass has the states between layers from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Backward {
    /// Computed again from the last state: memory does not grow with the number of layers, but every gamma must be above 0
    #[default]
    Reversible,
    /// Kept by the forward pass: for any gamma, with the memory of a state for each layer
    Stored,
    /// Computed again from the last state in fixed point, bit for bit: for any depth; every gamma must be above 0
    Exact,
}

/// What is known after the passes.
pub(super) struct Passes {
    pub(super) last: State,
    pub(super) gradients: Option<Gradients>,
    /// The first state and velocity as they came back.
    pub(super) first: Option<State>,
    /// How often a number did not fit fixed point, `[1]`.
    pub(super) overflows: Option<Tensor<u32>>,
}

impl Passes {
    /// Records the forward pass, the backward one of a cotangent of the last state, and for `report` the way back to the first state where no
    /// backward pass takes it.
    pub(super) fn record(
        rec: &mut Recorder<'_>,
        net: &MomentumNet,
        x: &Tensor<f32>,
        v: Option<&Tensor<f32>>,
        backward: Option<(Backward, &Tensor<f32>)>,
        (report, fraction_bits): (bool, u32),
    ) -> supple::Result<Self> {
        let mut passes = match backward {
            None => Self { last: net.forward(rec, x, v)?, gradients: None, first: None, overflows: None },
            Some((Backward::Reversible, cotangent)) => {
                let last = net.forward(rec, x, v)?;
                let (gradients, first) = net.backward_reversed(rec, &last, cotangent, None)?;
                Self { last, gradients: Some(gradients), first: Some(first), overflows: None }
            }
            Some((Backward::Stored, cotangent)) => {
                let stored = net.forward_storing(rec, x, v)?;
                let gradients = net.backward_stored(rec, &stored, cotangent, None)?;
                Self { last: stored.last, gradients: Some(gradients), first: None, overflows: None }
            }
            Some((Backward::Exact, cotangent)) => {
                let exact = net.exact(fraction_bits)?;
                let last = exact.forward(rec, x, v)?;
                let (gradients, first) = exact.backward(rec, &last, cotangent, None)?;
                let first = Some(exact.values(rec, &first)?);
                let overflows = Some(last.overflows.clone());
                Self { last: exact.values(rec, &last)?, gradients: Some(gradients), first, overflows }
            }
        };
        if report && passes.first.is_none() {
            passes.first = Some(net.inverse(rec, &passes.last)?);
        }
        Ok(passes)
    }
}
