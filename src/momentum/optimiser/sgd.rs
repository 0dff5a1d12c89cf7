//! Stochastic gradient descent.

use super::{expect_alike, expect_different, expect_setting, zeros};
use crate::error::Result;
use crate::gpu::{Dispatch, Kernel, Recorder, Tensor};
use crate::momentum::layer::{WORKGROUP, bind, workgroups};
use crate::momentum::params::SgdParams;
use crate::momentum::shaders;

/// Stochastic gradient descent with momentum:
///
/// ```text
/// velocity  = momentum velocity + grad + weight_decay parameter
/// parameter = parameter - learning_rate velocity
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sgd {
    learning_rate: f64,
    momentum: f64,
    weight_decay: f64,
}

/// What steps of [`Sgd`] carry on.
#[derive(Debug, Clone)]
pub struct SgdState {
    /// The velocity of each parameter, in its shape. 0 at first.
    pub velocity: Vec<Tensor<f32>>,
}

impl Sgd {
    /// With a learning rate from 0 up, in the unit of a parameter over that of its gradient.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Self { learning_rate, momentum: 0.0, weight_decay: 0.0 }
    }

    /// What remains of the velocity in each step, from 0, plain descent, to less than 1. Default: 0.
    #[must_use]
    pub fn momentum(mut self, momentum: f64) -> Self {
        self.momentum = momentum;
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
    pub fn begin(&self, rec: &mut Recorder<'_>, parameters: &[Tensor<f32>]) -> Result<SgdState> {
        Ok(SgdState { velocity: zeros(rec, parameters)? })
    }

    /// A step of all parameters, in place.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument) for a setting out of its range, in f32 too, a parameter that is there twice, or other than one gradient and velocity for each;
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for one of another shape; [`Error::LimitExceeded`](crate::Error::LimitExceeded) for a parameter beyond one
    /// binding.
    pub fn step(
        &self,
        rec: &mut Recorder<'_>,
        parameters: &[Tensor<f32>],
        gradients: &[Tensor<f32>],
        state: &mut SgdState,
    ) -> Result<()> {
        rec.gpu().check()?;
        let learning_rate = expect_setting("learning_rate", self.learning_rate, 0.0..f64::INFINITY)?;
        let momentum = expect_setting("momentum", self.momentum, 0.0..1.0)?;
        let weight_decay = expect_setting("weight_decay", self.weight_decay, 0.0..f64::INFINITY)?;
        for (argument, tensors) in
            [("parameters", parameters), ("gradients", gradients), ("state", &state.velocity[..])]
        {
            expect_alike(rec, argument, tensors, parameters)?;
        }
        expect_different(parameters)?;
        for ((parameter, grad), velocity) in parameters.iter().zip(gradients).zip(&state.velocity) {
            let elements = parameter.shape().elements();
            let [(grad, grad_first), (parameter, parameter_first), (velocity, velocity_first)] =
                [grad, parameter, velocity].map(|tensor| bind(rec, tensor));
            rec.dispatch(&Dispatch {
                kernel: Kernel::new(&shaders::SGD, [WORKGROUP]),
                bindings: &[grad, parameter, velocity],
                params: SgdParams {
                    elements: elements as u32,
                    grad_first,
                    parameter_first,
                    velocity_first,
                    learning_rate,
                    momentum,
                    weight_decay,
                    padding: 0,
                },
                workgroups: workgroups(elements),
            })?;
        }
        Ok(())
    }
}
