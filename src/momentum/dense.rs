//! Dense layers.

use crate::dense::{Finish, Operand, Side, column_sums, product};
use crate::error::{Error, Result};
use crate::gpu::{Recorder, Shape, Tensor};

/// A dense layer, `y = W x + b` for each row of a batch: what a network has before its first layer and after its last one, and what an [`Mlp`](super::Mlp) is made of.
///
/// `x` is `[.., inputs]`, the result `[.., outputs]`, the weight `[outputs, inputs]` and the bias `[outputs]`.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::{Gpu, momentum::Dense};
///
/// let gpu = Gpu::new()?;
/// let layer = Dense::new(gpu.upload(&[1.0, 2.0, 3.0], [1, 3])?, gpu.upload(&[0.5], [1])?)?;
/// let x = gpu.upload(&[1.0, 0.0, -1.0], [1, 3])?;
/// let (y, vjp) = gpu.run(|rec| {
///     let y = layer.forward(rec, &x)?;
///     let vjp = layer.vjp(rec, &x, &y)?; // of y^2 / 2
///     Ok((y, vjp))
/// })?;
/// assert_eq!(y.read(&gpu)?, [-1.5]);
/// assert_eq!(vjp.x.read(&gpu)?, [-1.5, -3.0, -4.5]);
/// assert_eq!(vjp.weight.read(&gpu)?, [-1.5, 0.0, 1.5]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Dense {
    pub(super) weight: Tensor<f32>,
    pub(super) bias: Tensor<f32>,
    pub(super) outputs: u32,
    pub(super) inputs: u32,
}

/// The gradients of `<cotangent, y>` of a [`Dense`] layer.
#[derive(Debug, Clone)]
pub struct DenseVjp {
    /// In the layer's input, in its shape.
    pub x: Tensor<f32>,
    /// In the weight, `[outputs, inputs]`, summed over the batch.
    pub weight: Tensor<f32>,
    /// In the bias, `[outputs]`, likewise.
    pub bias: Tensor<f32>,
}

impl Dense {
    /// Of a weight and a bias.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] for a weight that is no matrix, or a bias that has not a number for each of its rows.
    pub fn new(weight: Tensor<f32>, bias: Tensor<f32>) -> Result<Self> {
        let &[outputs, inputs] = weight.shape().sizes() else {
            return Err(mismatch("weight", &weight, "[outputs, inputs]".to_owned()));
        };
        bias.expect_shape("bias", [outputs])?;
        Ok(Self { weight, bias, outputs, inputs })
    }

    /// The weight and the bias.
    #[must_use]
    pub fn parameters(&self) -> [Tensor<f32>; 2] {
        [self.weight.clone(), self.bias.clone()]
    }

    /// `W x + b`.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] for an `x` that does not end with as many numbers as there are inputs; [`Error::LimitExceeded`] for matrices beyond one binding.
    pub fn forward(&self, rec: &mut Recorder<'_>, x: &Tensor<f32>) -> Result<Tensor<f32>> {
        let rows = self.check(rec, x)?;
        let out = rec.output(self.result_shape(x)?)?;
        let input = Operand::new(rec, x, [1, rows, self.inputs])?;
        self.product(rec, &input, Finish { bias: Some(&self.bias), ..Finish::default() }, &out)?;
        input.release(rec);
        Ok(out)
    }

    /// The gradients of `<cotangent, W x + b>`.
    ///
    /// # Errors
    /// As [`forward`](Self::forward), and [`Error::ShapeMismatch`] for a cotangent of another shape than its result.
    pub fn vjp(&self, rec: &mut Recorder<'_>, x: &Tensor<f32>, cotangent: &Tensor<f32>) -> Result<DenseVjp> {
        let rows = self.check(rec, x)?;
        cotangent.expect_shape("cotangent", self.result_shape(x)?)?;
        rec.gpu().expect_own("cotangent", cotangent)?;
        let input = Operand::new(rec, x, [1, rows, self.inputs])?;
        let gradient = Operand::new(rec, cotangent, [1, rows, self.outputs])?;
        let [weight, bias] = self.gradients(rec, &gradient, &input)?;
        let of_x = rec.output(x.shape())?;
        self.pull_back(rec, &gradient, Finish::default(), &of_x)?;
        gradient.release(rec);
        input.release(rec);
        Ok(DenseVjp { x: of_x, weight, bias })
    }

    /// Checks an input and the parameters; returns the rows of a batch.
    fn check(&self, rec: &Recorder<'_>, x: &Tensor<f32>) -> Result<u32> {
        rec.gpu().check()?;
        rec.gpu().expect_own("x", x)?;
        self.expect_own(rec)?;
        rows(x, self.inputs, "as many as the layer has inputs")
    }

    fn result_shape(&self, x: &Tensor<f32>) -> Result<Shape> {
        let mut sizes = x.shape().sizes().to_vec();
        if let Some(last) = sizes.last_mut() {
            *last = self.outputs;
        }
        Shape::try_from(&sizes[..])
    }

    pub(super) fn expect_own(&self, rec: &Recorder<'_>) -> Result<()> {
        rec.gpu().expect_own("weight", &self.weight)?;
        rec.gpu().expect_own("bias", &self.bias)
    }

    fn operand(&self, rec: &mut Recorder<'_>) -> Result<Operand> {
        Operand::new(rec, &self.weight, [1, self.outputs, self.inputs])
    }

    /// `W x`, and what `finish` makes of it.
    pub(super) fn product(
        &self,
        rec: &mut Recorder<'_>,
        input: &Operand,
        finish: Finish<'_>,
        out: &Tensor<f32>,
    ) -> Result<()> {
        let weight = self.operand(rec)?;
        product(rec, Side::new(input), Side::transposed(&weight), finish, out)?;
        weight.release(rec);
        Ok(())
    }

    /// The gradient in the layer's input.
    pub(super) fn pull_back(
        &self,
        rec: &mut Recorder<'_>,
        gradient: &Operand,
        finish: Finish<'_>,
        out: &Tensor<f32>,
    ) -> Result<()> {
        let weight = self.operand(rec)?;
        product(rec, Side::new(gradient), Side::new(&weight), finish, out)?;
        weight.release(rec);
        Ok(())
    }

    /// The gradients in the weight and the bias.
    pub(super) fn gradients(
        &self,
        rec: &mut Recorder<'_>,
        gradient: &Operand,
        input: &Operand,
    ) -> Result<[Tensor<f32>; 2]> {
        let (weight, bias) = (rec.output(self.weight.shape())?, rec.output(self.bias.shape())?);
        product(rec, Side::transposed(gradient), Side::new(input), Finish::default(), &weight)?;
        column_sums(rec, gradient, &bias)?;
        Ok([weight, bias])
    }
}

/// How many rows of `width` numbers a batch has.
pub(super) fn rows(x: &Tensor<f32>, width: u32, why: &str) -> Result<u32> {
    match x.shape().sizes() {
        // Of no states the other sizes may be any.
        [outer @ .., last] if *last == width => Ok(if outer.contains(&0) { 0 } else { outer.iter().product() }),
        _ => Err(mismatch("x", x, format!("[.., {width}], {why}"))),
    }
}

pub(super) fn mismatch(argument: &'static str, tensor: &Tensor<f32>, expected: String) -> Error {
    Error::ShapeMismatch { argument, found: tensor.shape().sizes().to_vec(), expected }
}
