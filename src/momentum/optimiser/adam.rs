//! Adam.

use super::{expect_alike, expect_different, expect_setting, zeros};
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Kernel, Recorder, Tensor};
use crate::momentum::layer::{WORKGROUP, bind, workgroups};
use crate::momentum::params::AdamParams;
use crate::momentum::shaders;

/// Adam (Kingma & Ba, [arXiv 1412.6980](https://arxiv.org/abs/1412.6980), algorithm 1), in step `t`, from 1:
///
/// ```text
/// g         = grad + weight_decay parameter
/// first     = beta1 first  + (1 - beta1) g
/// second    = beta2 second + (1 - beta2) g^2
/// parameter = parameter - learning_rate first / (1 - beta1^t) / (sqrt(second / (1 - beta2^t)) + epsilon)
/// ```
///
/// In f32: the square of a gradient whose size is above 1.8e19 is infinite, and the parameter stands still from then on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adam {
    learning_rate: f64,
    betas: [f64; 2],
    epsilon: f64,
    weight_decay: f64,
}

/// What steps of [`Adam`] carry on.
#[derive(Debug, Clone)]
pub struct AdamState {
    /// The first moment of each parameter's gradient, in its shape. 0 at first.
    pub first: Vec<Tensor<f32>>,
    /// The second moment, likewise.
    pub second: Vec<Tensor<f32>>,
    /// Steps that have been recorded so far. A step counts from when it is recorded: one whose recording is then dropped, or fails later, has been counted, and a caller takes it back.
    pub steps: u32,
}

impl Adam {
    /// With a learning rate from 0 up, the size of a step in the unit of a parameter; the paper's is 0.001.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Self { learning_rate, betas: [0.9, 0.999], epsilon: 1e-8, weight_decay: 0.0 }
    }

    /// What remains of the first and the second moment in each step, from 0 to less than 1. Default: 0.9 and 0.999, the paper's.
    #[must_use]
    pub fn betas(mut self, first: f64, second: f64) -> Self {
        self.betas = [first, second];
        self
    }

    /// What keeps steps finite where gradients vanish, from 1e-30 up, in their unit. Default: 1e-8.
    #[must_use]
    pub fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }

    /// Twice the factor of `|parameter|^2` in the loss, from 0 up. Default: 0.
    #[must_use]
    pub fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.weight_decay = weight_decay;
        self
    }

    /// What the first step starts from.
    ///
    /// # Errors
    /// As operators do.
    pub fn begin(&self, rec: &mut Recorder<'_>, parameters: &[Tensor<f32>]) -> Result<AdamState> {
        Ok(AdamState { first: zeros(rec, parameters)?, second: zeros(rec, parameters)?, steps: 0 })
    }

    /// A step of all parameters, in place.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a setting out of its range, in f32 too, a parameter that is there twice, other than one gradient and pair of moments for each, or more steps than a `u32` counts;
    /// [`Error::ShapeMismatch`] for one of another shape; [`Error::LimitExceeded`] for a parameter beyond one binding.
    pub fn step(
        &self,
        rec: &mut Recorder<'_>,
        parameters: &[Tensor<f32>],
        gradients: &[Tensor<f32>],
        state: &mut AdamState,
    ) -> Result<()> {
        rec.gpu().check()?;
        let constants = self.constants(state.steps)?;
        for (argument, tensors) in [
            ("parameters", parameters),
            ("gradients", gradients),
            ("state", &state.first[..]),
            ("state", &state.second[..]),
        ] {
            expect_alike(rec, argument, tensors, parameters)?;
        }
        expect_different(parameters)?;
        let moments = state.first.iter().zip(&state.second);
        for ((parameter, grad), (first, second)) in parameters.iter().zip(gradients).zip(moments) {
            let elements = parameter.shape().elements();
            let [(grad, grad_first), (parameter, parameter_first), (first, first_first), (second, second_first)] =
                [grad, parameter, first, second].map(|tensor| bind(rec, tensor));
            rec.dispatch(&Dispatch {
                kernel: Kernel::new(&shaders::ADAM, [WORKGROUP]),
                bindings: &[grad, parameter, first, second],
                params: AdamParams {
                    elements: elements as u32,
                    grad_first,
                    parameter_first,
                    first_first,
                    second_first,
                    ..constants
                },
                workgroups: workgroups(elements),
            })?;
        }
        state.steps += 1;
        Ok(())
    }

    /// The numbers of the step after so many, from f64.
    fn constants(&self, steps: u32) -> Result<AdamParams> {
        let positive = 0.0..f64::INFINITY;
        expect_setting("learning_rate", self.learning_rate, positive.clone())?;
        let beta = |k: usize| expect_setting("betas", self.betas[k], 0.0..1.0);
        let (beta1, beta2) = (beta(0)?, beta(1)?);
        let epsilon = expect_setting("epsilon", self.epsilon, 1e-30..f64::INFINITY)?;
        let weight_decay = expect_setting("weight_decay", self.weight_decay, positive.clone())?;
        let Some(t) = steps.checked_add(1) else {
            return Err(Error::InvalidArgument {
                argument: "state",
                value: format!("one of {steps} steps"),
                remedy: "begin again".to_owned(),
            });
        };
        let rest = self.betas.map(|beta| 1.0 - beta);
        let unbiased = self.betas.map(|beta| 1.0 - beta.powf(f64::from(t)));
        Ok(AdamParams {
            // Of the first steps it is larger than the learning rate.
            rate: expect_setting("learning_rate", self.learning_rate / unbiased[0], positive)?,
            root: unbiased[1].sqrt().recip() as f32,
            epsilon,
            weight_decay,
            beta1,
            beta2,
            rest1: rest[0] as f32,
            rest2: rest[1] as f32,
            ..AdamParams::default()
        })
    }
}
