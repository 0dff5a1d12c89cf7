//! Optimisers, whose steps run on the GPU.
//!
//! A step takes parameters in place, and so whatever else holds a clone of their tensors sees the new ones: layers that were made of them need not be made again.
//!
//! Parameters are different tensors, which no two elements of a list share: a tensor that several layers share is given once, with the sum of its gradients.
//!
//! ```
//! # fn main() -> supple::Result<()> {
//! use supple::{Gpu, momentum::{loss::half_squared, optimiser::Adam}};
//!
//! let gpu = Gpu::new()?;
//! let parameters = [gpu.upload(&[5.0, -5.0], [1, 2])?];
//! let target = gpu.upload(&[1.0, 2.0], [1, 2])?;
//! let adam = Adam::new(0.5);
//! let mut state = gpu.run(|rec| adam.begin(rec, &parameters))?;
//! for _ in 0..100 {
//!     gpu.run(|rec| {
//!         let loss = half_squared(rec, &parameters[0], &target)?;
//!         adam.step(rec, &parameters, &[loss.grad], &mut state)
//!     })?;
//! }
//! let found = parameters[0].read(&gpu)?;
//! assert!((found[0] - 1.0).abs() < 0.1 && (found[1] - 2.0).abs() < 0.1, "{found:?}");
//! # Ok(())
//! # }
//! ```

mod adam;
mod sgd;

pub use adam::{Adam, AdamState};
pub use sgd::{Sgd, SgdState};

use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::gpu::{Recorder, Tensor};

/// What to do about parameters that are too large.
const SPLIT: &str = "ask for a device with a higher limit, or split the parameter";

/// Records zeros in the shapes of parameters.
fn zeros(rec: &mut Recorder<'_>, parameters: &[Tensor<f32>]) -> Result<Vec<Tensor<f32>>> {
    let zeros_like = |parameter: &Tensor<f32>| {
        let zeros = rec.output(parameter.shape())?;
        rec.clear(&zeros, 0..parameter.shape().elements())?;
        Ok(zeros)
    };
    parameters.iter().map(zeros_like).collect()
}

/// Checks that no tensor is there twice: each would take a step of its own, from gradients of a part.
#[expect(clippy::mutable_key_type, reason = "which buffer it is does not change")]
fn expect_different(parameters: &[Tensor<f32>]) -> Result<()> {
    let mut seen = HashMap::new();
    for (k, parameter) in parameters.iter().enumerate() {
        if parameter.shape().elements() == 0 {
            continue;
        }
        // Buffers, not blocks: a caller's own may have been wrapped twice.
        if let Some(first) = seen.insert((parameter.block().buffer(), parameter.offset()), k) {
            return Err(Error::InvalidArgument {
                argument: "parameters",
                value: format!("a list with one tensor at {first} and again at {k}"),
                remedy: "give a tensor that layers share once, with the sum of its gradients".to_owned(),
            });
        }
    }
    Ok(())
}

/// Checks that there is a tensor for each parameter, in its shape.
fn expect_alike(
    rec: &Recorder<'_>,
    argument: &'static str,
    tensors: &[Tensor<f32>],
    parameters: &[Tensor<f32>],
) -> Result<()> {
    if tensors.len() != parameters.len() {
        return Err(Error::InvalidArgument {
            argument,
            value: format!("{} tensors", tensors.len()),
            remedy: format!("give one for each of the {} parameters, in their order", parameters.len()),
        });
    }
    for (tensor, parameter) in tensors.iter().zip(parameters) {
        tensor.expect_shape(argument, parameter.shape())?;
        rec.gpu().expect_own(argument, tensor)?;
        rec.gpu().expect_bound(tensor.shape().bytes(), "a parameter", SPLIT)?;
    }
    Ok(())
}

/// Checks a setting, and that it is still within its range in f32, which it returns.
fn expect_setting(argument: &'static str, value: f64, range: std::ops::Range<f64>) -> Result<f32> {
    let rounded = value as f32;
    if range.contains(&value) && range.contains(&f64::from(rounded)) {
        return Ok(rounded);
    }
    let value = if range.contains(&value) { format!("{value}, which is {rounded} in f32") } else { value.to_string() };
    let remedy = if range.end.is_finite() {
        format!("give a number from {} to less than {}", range.start, range.end)
    } else {
        format!("give a finite number from {} up", range.start)
    };
    Err(Error::InvalidArgument { argument, value, remedy })
}
