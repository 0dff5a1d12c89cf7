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
    /// The first state and velocity as they came back in f32, and in fixed point.
    pub(super) first: Option<State>,
    pub(super) exact_first: Option<State>,
    /// How often a number did not fit fixed point, `[1]`.
    pub(super) overflows: Option<Tensor<u32>>,
}

impl Passes {
    /// Records the forward pass, the backward one of a cotangent of the last state, and for `report` the way back to the first state in f32 where no
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
            None => Self::new(net.forward(rec, x, v)?, None),
            Some((Backward::Reversible, cotangent)) => {
                let last = net.forward(rec, x, v)?;
                let (gradients, first) = net.backward_reversed(rec, &last, cotangent, None)?;
                Self { first: Some(first), ..Self::new(last, Some(gradients)) }
            }
            Some((Backward::Stored, cotangent)) => {
                let stored = net.forward_storing(rec, x, v)?;
                let gradients = net.backward_stored(rec, &stored, cotangent, None)?;
                Self::new(stored.last, Some(gradients))
            }
            Some((Backward::Exact, cotangent)) => {
                let exact = net.exact(fraction_bits)?;
                let last = exact.forward(rec, x, v)?;
                let (gradients, first) = exact.backward(rec, &last, cotangent, None)?;
                let exact_first = if report { Some(exact.values(rec, &first)?) } else { None };
                let overflows = Some(last.overflows.clone());
                Self { exact_first, overflows, ..Self::new(exact.values(rec, &last)?, Some(gradients)) }
            }
        };
        if report && passes.first.is_none() {
            // Last states of fixed point are others.
            let of_f32 = if passes.overflows.is_some() { Some(net.forward(rec, x, v)?) } else { None };
            passes.first = Some(net.inverse(rec, of_f32.as_ref().unwrap_or(&passes.last))?);
        }
        Ok(passes)
    }

    fn new(last: State, gradients: Option<Gradients>) -> Self {
        Self { last, gradients, first: None, exact_first: None, overflows: None }
    }
}
