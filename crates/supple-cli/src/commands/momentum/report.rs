//! What is reported of a run.

use std::fmt;

use serde::Serialize;

use super::backward::Backward;
use super::network::Network;
use super::recovery::{Differences, Recovery};
use crate::options::{Activation, name};
use crate::summary::{Written, line};
use crate::timing::Work;

#[derive(Serialize)]
pub(super) struct Report {
    command: &'static str,
    layers: usize,
    width: usize,
    activation: Activation,
    is_residual: bool,
    /// The least and the largest.
    gamma: [f32; 2],
    states: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    backward: Option<Backward>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery: Option<Recovery>,
    /// Likewise, of what came back in fixed point.
    #[serde(skip_serializing_if = "Option::is_none")]
    exact_recovery: Option<Differences>,
    #[serde(flatten)]
    work: Work,
    outputs: Vec<Written>,
}

impl Report {
    pub(super) fn new(
        network: &Network,
        states: usize,
        backward: Option<Backward>,
        (recovery, exact_recovery): (Option<Recovery>, Option<Differences>),
        work: Work,
        outputs: Vec<Written>,
    ) -> Self {
        let range = |[least, largest]: [f32; 2], &gamma: &f32| [least.min(gamma), largest.max(gamma)];
        Self {
            command: "momentum",
            layers: network.layers(),
            width: network.width,
            activation: network.activation,
            is_residual: network.is_residual,
            gamma: network.gamma.iter().fold([1.0, 0.0], range),
            states,
            backward,
            recovery,
            exact_recovery,
            work,
            outputs,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let residual = if self.is_residual { ", residual" } else { "" };
        line(
            f,
            "layers",
            format_args!("{} of width {}, {}{residual}", self.layers, self.width, name(&self.activation)),
        )?;
        match self.gamma {
            [least, largest] if least < largest => line(f, "gamma", format_args!("{least} to {largest}"))?,
            [gamma, _] => line(f, "gamma", gamma)?,
        }
        line(f, "states", self.states)?;
        if let Some(backward) = &self.backward {
            line(f, "backward", name(backward))?;
        }
        if let Some(recovery) = &self.recovery {
            recovery.show(f, self.layers, self.gamma)?;
        }
        if let Some(differences) = &self.exact_recovery {
            differences.show(f, ["exact x_0", "exact v_0"])?;
        }
        self.work.fmt(f)?;
        self.outputs.iter().try_for_each(|output| output.fmt(f))
    }
}
