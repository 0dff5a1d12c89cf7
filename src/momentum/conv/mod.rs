//! Blocks of convolutions.

mod images;
mod stage;

pub use stage::ConvStage;

use super::dense::mismatch;
use super::{Activation, Residual, ResidualVjp};
use crate::error::{Error, Result};
use crate::gpu::{Recorder, Tensor};
use images::Images;

/// The block of a pre-activation residual network (He, Zhang, Ren & Sun, [arXiv 1603.05027](https://arxiv.org/abs/1603.05027)), with normalisation as the affine map of
/// each channel that it is once its statistics are fixed:
///
/// ```text
/// a_c     = activation(scale_c h_c + shift_c)                                   of each channel c
/// h'_o,yx = bias_o + sum over c, i, j of weight_o,c,i,j a_c,(y + i - r)(x + j - r)     r = (kernel - 1) / 2
/// ```
///
/// in each stage; `a` is 0 outside the image. States are images `[batch, channels, height, width]` of any size. Parameters are named `scale1`, `shift1`, `w1`, `b1`, `scale2`
/// and so on. A convolution is a product of matrices, of the weights with each image's pixels around every pixel, in parts of the batch that keep these below 64 MiB.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use std::sync::Arc;
/// use supple::{Gpu, momentum::{Activation, ConvBlock, ConvStage, MomentumNet, Residual}};
///
/// let gpu = Gpu::new()?;
/// let stage = |channels: u32, out: u32| {
///     let weights: Vec<f32> = (0..out * channels * 9).map(|k| 0.2 * (k as f32).sin()).collect();
///     ConvStage::new(
///         gpu.upload(&vec![1.0; channels as usize], [channels])?,
///         gpu.upload(&vec![0.0; channels as usize], [channels])?,
///         gpu.upload(&weights, [out, channels, 3, 3])?,
///         gpu.upload(&vec![0.0; out as usize], [out])?,
///     )
/// };
/// let block: Arc<dyn Residual> = Arc::new(ConvBlock::new(Activation::Relu, [stage(2, 4)?, stage(4, 2)?])?);
/// let net = MomentumNet::new(vec![block; 3]).gamma(0.9);
/// let images = gpu.upload(&[0.5; 2 * 2 * 5 * 7], [2, 2, 5, 7])?;
/// let (gradients, first) = gpu.run(|rec| {
///     let last = net.forward(rec, &images, None)?;
///     net.backward_reversed(rec, &last, &last.x, None)
/// })?;
/// assert_eq!(gradients.parameters[0][2].shape().sizes(), [4, 2, 3, 3]);
/// assert!(first.x.read(&gpu)?.iter().all(|x| (x - 0.5).abs() < 1e-6));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ConvBlock {
    activation: Activation,
    stages: Vec<ConvStage>,
}

impl ConvBlock {
    /// Of one or more stages, each with as many channels as the one before hands on, the first with as many as the last one does.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for no stage, [`Error::ShapeMismatch`] for stages that do not go together.
    pub fn new(activation: Activation, stages: impl IntoIterator<Item = ConvStage>) -> Result<Self> {
        let stages: Vec<ConvStage> = stages.into_iter().collect();
        let Some(last) = stages.last() else {
            return Err(Error::InvalidArgument {
                argument: "stages",
                value: "none".to_owned(),
                remedy: "give at least one".to_owned(),
            });
        };
        let before = std::iter::once(last).chain(&stages);
        for (k, (before, stage)) in before.zip(&stages).enumerate() {
            if before.out != stage.channels {
                let of = if k == 0 { "the last one" } else { "the one before" };
                let expected = format!("[out, {}, ..], as many channels as {of} hands on", before.out);
                return Err(mismatch("weight", &stage.weight, expected));
            }
        }
        Ok(Self { activation, stages })
    }

    /// Checks images and parameters.
    fn images(&self, rec: &Recorder<'_>, x: &Tensor<f32>) -> Result<Images> {
        for stage in &self.stages {
            stage.expect_own(rec)?;
        }
        let channels = self.stages[0].channels;
        let images = match *x.shape().sizes() {
            [batch, found, height, width] if found == channels => Images { batch, height, width },
            _ => return Err(mismatch("x", x, format!("[batch, {channels}, height, width]"))),
        };
        self.stages.iter().try_for_each(|stage| images.check(rec, stage))?;
        Ok(images)
    }
}

impl Residual for ConvBlock {
    fn forward(&self, rec: &mut Recorder<'_>, x: &Tensor<f32>) -> Result<Tensor<f32>> {
        let images = self.images(rec, x)?;
        let mut h: Option<Tensor<f32>> = None;
        for stage in &self.stages {
            let next = stage.forward(rec, self.activation, images, h.as_ref().unwrap_or(x))?;
            if let Some(before) = h.replace(next) {
                rec.release_tensor(&before);
            }
        }
        Ok(h.unwrap_or_else(|| x.clone()))
    }

    fn vjp(
        &self,
        rec: &mut Recorder<'_>,
        x: &Tensor<f32>,
        cotangent: &Tensor<f32>,
        value: bool,
    ) -> Result<ResidualVjp> {
        let images = self.images(rec, x)?;
        cotangent.expect_shape("cotangent", x.shape())?;
        rec.gpu().expect_own("cotangent", cotangent)?;
        // What each stage is given, and last what the block computes, if that is wanted.
        let mut inputs = vec![x.clone()];
        let computed = self.stages.len() - usize::from(!value);
        for stage in &self.stages[..computed] {
            let next = stage.forward(rec, self.activation, images, &inputs[inputs.len() - 1])?;
            inputs.push(next);
        }
        let result = if value { inputs.pop() } else { None };
        let mut gradient = cotangent.clone();
        let mut parameters = Vec::new();
        for (k, stage) in self.stages.iter().enumerate().rev() {
            let (of_input, of_stage) = stage.vjp(rec, self.activation, images, &inputs[k], &gradient)?;
            parameters.extend(of_stage.into_iter().rev());
            if k + 1 < self.stages.len() {
                rec.release_tensor(&gradient);
            }
            if k > 0 {
                rec.release_tensor(&inputs[k]);
            }
            gradient = of_input;
        }
        parameters.reverse();
        Ok(ResidualVjp { value: result, x: gradient, parameters, extra: None })
    }

    fn parameters(&self) -> Vec<(String, Tensor<f32>)> {
        let of_stage = |(k, stage): (usize, &ConvStage)| {
            let named = |(name, tensor): (&str, &Tensor<f32>)| (format!("{name}{}", k + 1), tensor.clone());
            ["scale", "shift", "w", "b"].into_iter().zip(stage.parameters()).map(named).collect::<Vec<_>>()
        };
        self.stages.iter().enumerate().flat_map(of_stage).collect()
    }
}
