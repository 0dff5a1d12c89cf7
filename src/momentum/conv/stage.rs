//! One stage of a block.

use super::Images;
use crate::dense::{Activation, Finish, Operand, Side, column_sums, product};
use crate::error::Result;
use crate::gpu::{Dispatch, Kernel, Recorder, Tensor};
use crate::momentum::dense::mismatch;
use crate::momentum::layer::{WORKGROUP, bind, workgroups};
use crate::momentum::params::ConvParams;
use crate::momentum::shaders;

/// Pixels that one invocation of `conv_channel_sums.wgsl` adds up: `CHUNK` there.
const CHUNK: u64 = 256;

/// One stage of a [`ConvBlock`](super::ConvBlock): an affine map of each channel, the activation, and a convolution.
#[derive(Debug, Clone)]
pub struct ConvStage {
    scale: Tensor<f32>,
    shift: Tensor<f32>,
    pub(super) weight: Tensor<f32>,
    bias: Tensor<f32>,
    kernel: u32,
    pub(super) channels: u32,
    pub(super) out: u32,
}

impl ConvStage {
    /// `scale` and `shift` `[channels]`, `weight [out, channels, kernel, kernel]` with a kernel of 1 or 3, `bias [out]`.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for shapes that do not go together.
    pub fn new(scale: Tensor<f32>, shift: Tensor<f32>, weight: Tensor<f32>, bias: Tensor<f32>) -> Result<Self> {
        let (out, channels, kernel) = match *weight.shape().sizes() {
            [out, channels, height, width] if out > 0 && channels > 0 && height == width && [1, 3].contains(&width) => {
                (out, channels, width)
            }
            _ => {
                let expected = "[out, channels, 1, 1] or [out, channels, 3, 3], both at least 1".to_owned();
                return Err(mismatch("weight", &weight, expected));
            }
        };
        scale.expect_shape("scale", [channels])?;
        shift.expect_shape("shift", [channels])?;
        bias.expect_shape("bias", [out])?;
        Ok(Self { scale, shift, weight, bias, kernel, channels, out })
    }

    pub(super) fn parameters(&self) -> [&Tensor<f32>; 4] {
        [&self.scale, &self.shift, &self.weight, &self.bias]
    }

    pub(super) fn expect_own(&self, rec: &Recorder<'_>) -> Result<()> {
        let names = ["scale", "shift", "weight", "bias"];
        names.into_iter().zip(self.parameters()).try_for_each(|(name, tensor)| rec.gpu().expect_own(name, tensor))
    }

    /// The depth of the product that the convolution is.
    pub(super) fn depth(&self) -> u32 {
        self.channels * self.kernel * self.kernel
    }

    fn weights(&self, rec: &mut Recorder<'_>) -> Result<Operand> {
        Operand::new(rec, &self.weight, [1, self.out, self.depth()])
    }

    /// What the stage makes of images, in scratch memory.
    pub(super) fn forward(
        &self,
        rec: &mut Recorder<'_>,
        activation: Activation,
        images: Images,
        h: &Tensor<f32>,
    ) -> Result<Tensor<f32>> {
        let result = rec.scratch_tensor([images.batch, self.out, images.height, images.width])?;
        let pixels = images.pixels() as u32;
        self.fill_with_bias(rec, images, &result)?;
        let weights = self.weights(rec)?;
        for part in images.parts(rec, self) {
            let images = Images { batch: part.end - part.start, ..images };
            let columns = self.unfold(rec, activation, images, &h.rows(part.clone())?)?;
            let columns = Operand::of_scratch(rec, columns, [images.batch, self.depth(), pixels])?;
            let finish = Finish { add: true, ..Finish::default() };
            product(rec, Side::new(&weights), Side::new(&columns), finish, &result.rows(part)?)?;
            columns.release(rec);
        }
        weights.release(rec);
        Ok(result)
    }

    /// The gradients in what the stage was given, in scratch memory, and in its parameters.
    pub(super) fn vjp(
        &self,
        rec: &mut Recorder<'_>,
        activation: Activation,
        images: Images,
        h: &Tensor<f32>,
        cotangent: &Tensor<f32>,
    ) -> Result<(Tensor<f32>, [Tensor<f32>; 4])> {
        let of_h = rec.scratch_tensor(h.shape())?;
        let gradients = [
            rec.output(self.scale.shape())?,
            rec.output(self.shift.shape())?,
            rec.output(self.weight.shape())?,
            rec.output(self.bias.shape())?,
        ];
        for gradient in &gradients {
            rec.clear(gradient, 0..gradient.shape().elements())?;
        }
        let pixels = images.pixels() as u32;
        let weights = self.weights(rec)?;
        for part in images.parts(rec, self) {
            let images = Images { batch: part.end - part.start, ..images };
            let [h, of_h, g] = [h, &of_h, cotangent].map(|tensor| tensor.rows(part.clone()));
            let (h, of_h, g) = (h?, of_h?, g?);
            let operand = Operand::new(rec, &g, [images.batch, self.out, pixels])?;

            let columns = self.unfold(rec, activation, images, &h)?;
            let columns = Operand::of_scratch(rec, columns, [images.batch, self.depth(), pixels])?;
            let each = rec.scratch_tensor([images.batch, self.out, self.depth()])?;
            product(rec, Side::new(&operand), Side::transposed(&columns), Finish::default(), &each)?;
            columns.release(rec);
            add_column_sums(rec, each, images.batch, &gradients[2])?;

            let of_columns = rec.scratch_tensor([images.batch, self.depth(), images.height, images.width])?;
            product(rec, Side::transposed(&weights), Side::new(&operand), Finish::default(), &of_columns)?;
            operand.release(rec);
            let of_z = rec.scratch_tensor(h.shape())?;
            self.fold(rec, activation, images, (&of_columns, &h), (&of_z, &of_h))?;
            rec.release_tensor(&of_columns);
            channel_sums(rec, images, &of_z, Some(&h), &gradients[0])?;
            channel_sums(rec, images, &of_z, None, &gradients[1])?;
            rec.release_tensor(&of_z);
            channel_sums(rec, images, &g, None, &gradients[3])?;
        }
        weights.release(rec);
        Ok((of_h, gradients))
    }

    fn params(&self, images: Images) -> ConvParams {
        ConvParams {
            images: images.batch,
            channels: self.channels,
            height: images.height,
            width: images.width,
            ..ConvParams::default()
        }
    }

    fn fill_with_bias(&self, rec: &mut Recorder<'_>, images: Images, out: &Tensor<f32>) -> Result<()> {
        let ((bias, other_first), (bound, out_first)) = (bind(rec, &self.bias), bind(rec, out));
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::CONV_BIAS, [WORKGROUP]),
            bindings: &[bias, bound],
            params: ConvParams { channels: self.out, other_first, out_first, ..self.params(images) },
            workgroups: workgroups(out.shape().elements()),
        })
    }

    /// The columns of activated images.
    fn unfold(
        &self,
        rec: &mut Recorder<'_>,
        activation: Activation,
        images: Images,
        h: &Tensor<f32>,
    ) -> Result<Tensor<f32>> {
        let columns = rec.scratch_tensor([images.batch, self.depth(), images.height, images.width])?;
        let [(x, x_first), (scale, scale_first), (shift, shift_first)] =
            [h, &self.scale, &self.shift].map(|tensor| bind(rec, tensor));
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::CONV_UNFOLD, [WORKGROUP, self.kernel, activation.constant()]),
            bindings: &[x, scale, shift, bind(rec, &columns).0],
            params: ConvParams { x_first, scale_first, shift_first, ..self.params(images) },
            workgroups: workgroups(columns.shape().elements()),
        })?;
        Ok(columns)
    }

    /// Gradients before the activation and in the images, of those in the columns.
    fn fold(
        &self,
        rec: &mut Recorder<'_>,
        activation: Activation,
        images: Images,
        (of_columns, h): (&Tensor<f32>, &Tensor<f32>),
        (of_z, of_h): (&Tensor<f32>, &Tensor<f32>),
    ) -> Result<()> {
        let [(x, x_first), (scale, scale_first), (shift, shift_first), (of_x, out_first)] =
            [h, &self.scale, &self.shift, of_h].map(|tensor| bind(rec, tensor));
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::CONV_FOLD, [WORKGROUP, self.kernel, activation.constant()]),
            bindings: &[bind(rec, of_columns).0, x, scale, shift, bind(rec, of_z).0, of_x],
            params: ConvParams { x_first, scale_first, shift_first, out_first, ..self.params(images) },
            workgroups: workgroups(h.shape().elements()),
        })
    }
}

/// Adds sums over images and pixels of `a`, or of its products with `x`, `[images, channels, height, width]`, to `sums`, `[channels]`.
fn channel_sums(
    rec: &mut Recorder<'_>,
    images: Images,
    a: &Tensor<f32>,
    x: Option<&Tensor<f32>>,
    sums: &Tensor<f32>,
) -> Result<()> {
    let channels = sums.shape().elements() as u32;
    let chunks = images.pixels().div_ceil(CHUNK) as u32;
    let rows = images.batch * chunks;
    let partial = rec.scratch_tensor([rows, channels])?;
    let (bound, other_first) = bind(rec, a);
    let (factor, x_first) = bind(rec, x.unwrap_or(a));
    rec.dispatch(&Dispatch {
        kernel: Kernel::new(&shaders::CONV_CHANNEL_SUMS, [WORKGROUP, u32::from(x.is_some())]),
        bindings: &[bound, factor, bind(rec, &partial).0],
        params: ConvParams {
            images: images.batch,
            channels,
            height: images.height,
            width: images.width,
            chunks,
            x_first,
            other_first,
            ..ConvParams::default()
        },
        workgroups: workgroups(u64::from(rows) * u64::from(channels)),
    })?;
    add_column_sums(rec, partial, rows, sums)
}

/// Adds the sums over the first dimension of scratch memory, which is given back, to `sums`.
fn add_column_sums(rec: &mut Recorder<'_>, a: Tensor<f32>, rows: u32, sums: &Tensor<f32>) -> Result<()> {
    let of_part = rec.scratch_tensor(sums.shape())?;
    let a = Operand::of_scratch(rec, a, [1, rows, sums.shape().elements() as u32])?;
    column_sums(rec, &a, &of_part)?;
    a.release(rec);
    rec.add(sums, &of_part)?;
    rec.release_tensor(&of_part);
    Ok(())
}
