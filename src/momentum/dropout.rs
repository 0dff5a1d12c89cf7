//! Dropout with random numbers that can be made again.

use super::layer::{WORKGROUP, bind, workgroups};
use super::params::DropoutParams;
use super::shaders;
use crate::error::{Error, Result};
use crate::gpu::{Dispatch, Fill, Kernel, Recorder, Tensor};

/// Numbers of one counter.
const BLOCK: u64 = 4;

/// What is dropped, and the key and part of the counter of its random numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dropout {
    pub(super) probability: f32,
    pub(super) seed: u64,
    pub(super) stream: u32,
}

impl Dropout {
    pub(super) fn check(self) -> Result<()> {
        if (0.0..1.0).contains(&self.probability) {
            return Ok(());
        }
        Err(Error::InvalidArgument {
            argument: "probability",
            value: self.probability.to_string(),
            remedy: "give a number from 0 to less than 1".to_owned(),
        })
    }

    /// Records zeros in place of some of the numbers of `h`, and multiplies the others.
    pub(super) fn record(self, rec: &mut Recorder<'_>, h: &Tensor<f32>, layer: u32) -> Result<()> {
        let elements = h.shape().elements();
        let int64 = rec.gpu().capabilities().int64;
        let (h, first) = bind(rec, h);
        rec.dispatch(&Dispatch {
            kernel: Kernel::filled(
                &shaders::DROPOUT,
                [WORKGROUP],
                Fill::Parts(shaders::WORD_PRODUCTS[usize::from(int64)]),
            ),
            bindings: &[h],
            params: DropoutParams {
                elements: elements as u32,
                first,
                threshold: self.threshold(),
                factor: 1.0 / (1.0 - self.probability),
                layer,
                stream: self.stream,
                key: [self.seed as u32, (self.seed >> 32) as u32],
            },
            workgroups: workgroups(elements.div_ceil(BLOCK)),
        })
    }

    /// Random words below it drop their number.
    #[expect(clippy::cast_sign_loss, reason = "probabilities are 0 or more")]
    fn threshold(self) -> u32 {
        (f64::from(self.probability) * 32.0_f64.exp2()) as u32
    }
}
