//! Products of matrices in f32 and in f16, with a bias and an activation in one pass.

mod activation;
mod choice;
mod column_sums;
mod half;
mod operand;
mod params;
mod product;
pub(crate) mod shaders;
#[cfg(test)]
mod tests;
mod tile;

pub use activation::Activation;
pub use half::HalfMatrix;

pub(crate) use column_sums::column_sums;
pub(crate) use operand::Operand;
use product::product_of_halves;
pub(crate) use product::{Finish, Side, product};

use crate::error::{Error, Result};
use crate::gpu::{Binding, Gpu, Recorder, Shape, Tensor};

/// A product of matrices, `activation(a b + bias)`, for each of a batch.
///
/// `a` is `[m, k]` or `[batch, m, k]`, or with [`transpose_a`](Self::transpose_a) `[.., k, m]`; `b` is `[k, n]` or `[batch, k, n]`, or `[.., n, k]`; one
/// matrix goes with all of a batch on the other side. `bias` is `[n]`. The result is `[m, n]` or `[batch, m, n]`, any sizes. Sums run over `k` in ascending order, on software drivers in
/// fours, in f32; in which tiles a GPU computes them is chosen by trial for each class of sizes, and changes no bit.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::{Gpu, dense::{Activation, Product}};
///
/// let gpu = Gpu::new()?;
/// let x = gpu.upload(&[1.0, 2.0, 3.0, 4.0], [2, 2])?;
/// let weights = gpu.upload(&[1.0, -1.0, 0.0, 1.0, 1.0, 1.0], [3, 2])?; // [outputs, inputs]
/// let bias = gpu.upload(&[0.0, 0.5, -10.0], [3])?;
/// let layer = Product::new().transpose_b(true).activation(Activation::Relu);
/// let y = gpu.run(|rec| layer.product(rec, &x, &weights, Some(&bias)))?;
/// assert_eq!(y.read(&gpu)?, [0.0, 2.5, 0.0, 0.0, 4.5, 0.0]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Product {
    transpose_a: bool,
    transpose_b: bool,
    activation: Activation,
}

impl Product {
    /// Of matrices as they are stored, with no activation.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes `a` as stored the other way round, `[.., k, m]`. Default: false.
    #[must_use]
    pub fn transpose_a(mut self, transpose: bool) -> Self {
        self.transpose_a = transpose;
        self
    }

    /// Takes `b` as stored the other way round, `[.., n, k]`. Default: false.
    #[must_use]
    pub fn transpose_b(mut self, transpose: bool) -> Self {
        self.transpose_b = transpose;
        self
    }

    /// A function of each element of the result. Default: [`Activation::Identity`].
    #[must_use]
    pub fn activation(mut self, activation: Activation) -> Self {
        self.activation = activation;
        self
    }

    /// The product.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] for shapes that do not go together; [`Error::LimitExceeded`] for matrices beyond one binding.
    pub fn product(
        self,
        rec: &mut Recorder<'_>,
        a: &Tensor<f32>,
        b: &Tensor<f32>,
        bias: Option<&Tensor<f32>>,
    ) -> Result<Tensor<f32>> {
        let shapes = self.shapes(rec, a, b, bias)?;
        let out = rec.output(shapes.out)?;
        self.record(rec, (a, b, bias), &shapes, &out)?;
        Ok(out)
    }

    /// As [`product`](Self::product), into a caller's tensor of the result's shape.
    ///
    /// # Errors
    /// As [`product`](Self::product), and for an output of another shape or in the same bytes as an input.
    pub fn product_into(
        self,
        rec: &mut Recorder<'_>,
        a: &Tensor<f32>,
        b: &Tensor<f32>,
        bias: Option<&Tensor<f32>>,
        out: &Tensor<f32>,
    ) -> Result<()> {
        let shapes = self.shapes(rec, a, b, bias)?;
        let mut inputs = vec![Binding::exact(a), Binding::exact(b)];
        inputs.extend(bias.map(Binding::exact));
        rec.expect_output("out", out, shapes.out, &inputs)?;
        self.record(rec, (a, b, bias), &shapes, out)
    }

    /// The product of matrices in f16, summed in f32; shapes as for [`product`](Self::product).
    ///
    /// On a device with [cooperative matrices](crate::GpuBuilder::cooperative_matrices) by these, elsewhere as other products, with half the memory to read. The results
    /// are those of the same numbers in f32 but for the order of sums.
    ///
    /// # Errors
    /// As [`product`](Self::product).
    ///
    /// ```
    /// # fn main() -> supple::Result<()> {
    /// use supple::{Gpu, dense::{HalfMatrix, Product}};
    ///
    /// let gpu = Gpu::builder().cooperative_matrices(true).build()?; // where there are any
    /// let x = gpu.upload(&[1.0, 2.0, 3.0, 4.0], [2, 2])?;
    /// let y = gpu.run(|rec| {
    ///     let x = HalfMatrix::round(rec, &x)?;
    ///     Product::new().product_of_halves(rec, &x, &x, None)
    /// })?;
    /// assert_eq!(y.read(&gpu)?, [7.0, 10.0, 15.0, 22.0]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn product_of_halves(
        self,
        rec: &mut Recorder<'_>,
        a: &HalfMatrix,
        b: &HalfMatrix,
        bias: Option<&Tensor<f32>>,
    ) -> Result<Tensor<f32>> {
        let gpu = rec.gpu();
        gpu.check()?;
        a.expect_own("a", gpu)?;
        b.expect_own("b", gpu)?;
        let shape = self.out_shape(gpu, (a.shape(), a.sizes()), (b.shape(), b.sizes()), bias)?;
        let out = rec.output(shape)?;
        let (a, b) = (a.operand(), b.operand());
        let [a, b] = self.sides([&a, &b]);
        product_of_halves(rec, a, b, self.finish(bias), &out)?;
        Ok(out)
    }

    fn shapes(
        self,
        rec: &Recorder<'_>,
        a: &Tensor<f32>,
        b: &Tensor<f32>,
        bias: Option<&Tensor<f32>>,
    ) -> Result<Shapes> {
        let gpu = rec.gpu();
        gpu.check()?;
        gpu.expect_own("a", a)?;
        gpu.expect_own("b", b)?;
        let of_a = matrices("a", a.shape())?;
        let of_b = matrices("b", b.shape())?;
        let out = self.out_shape(gpu, (a.shape(), of_a), (b.shape(), of_b), bias)?;
        Ok(Shapes { a: of_a, b: of_b, out })
    }

    /// The result's, from the operands' shapes and their batches, rows and columns.
    fn out_shape(
        self,
        gpu: &Gpu,
        (shape_a, of_a): (Shape, [u32; 3]),
        (shape_b, of_b): (Shape, [u32; 3]),
        bias: Option<&Tensor<f32>>,
    ) -> Result<Shape> {
        let turned = |[_, rows, columns]: [u32; 3], turn| if turn { [columns, rows] } else { [rows, columns] };
        let ([m, k], [depth, n]) = (turned(of_a, self.transpose_a), turned(of_b, self.transpose_b));
        let mismatch =
            |expected: String| Error::ShapeMismatch { argument: "b", found: shape_b.sizes().to_vec(), expected };
        if depth != k {
            let order = if self.transpose_b { "[.., n, k]" } else { "[.., k, n]" };
            return Err(mismatch(format!("{order} with k = {k}, as `a` has")));
        }
        let batched = shape_a.rank() == 3 || shape_b.rank() == 3;
        let batch = if of_a[0] == 1 { of_b[0] } else { of_a[0] };
        if of_b[0] != batch && of_b[0] != 1 {
            return Err(mismatch(format!("{batch} matrices, as many as `a` has, or one for all")));
        }
        if let Some(bias) = bias {
            bias.expect_shape("bias", [n])?;
            gpu.expect_own("bias", bias)?;
        }
        Ok(if batched { Shape::from([batch, m, n]) } else { Shape::from([m, n]) })
    }

    fn sides(self, [a, b]: [&Operand; 2]) -> [Side<'_>; 2] {
        [(a, self.transpose_a), (b, self.transpose_b)].map(|(operand, transposed)| Side { operand, transposed })
    }

    fn finish(self, bias: Option<&Tensor<f32>>) -> Finish<'_> {
        Finish { activation: self.activation, bias, ..Finish::default() }
    }

    fn record(
        self,
        rec: &mut Recorder<'_>,
        (a, b, bias): (&Tensor<f32>, &Tensor<f32>, Option<&Tensor<f32>>),
        shapes: &Shapes,
        out: &Tensor<f32>,
    ) -> Result<()> {
        let (a, b) = (Operand::new(rec, a, shapes.a)?, Operand::new(rec, b, shapes.b)?);
        let [left, right] = self.sides([&a, &b]);
        product(rec, left, right, self.finish(bias), out)?;
        a.release(rec);
        b.release(rec);
        Ok(())
    }
}

/// Batch, rows and columns of the operands as they are stored, and the result's shape.
struct Shapes {
    a: [u32; 3],
    b: [u32; 3],
    out: Shape,
}

fn matrices(argument: &'static str, shape: Shape) -> Result<[u32; 3]> {
    match *shape.sizes() {
        [rows, columns] => Ok([1, rows, columns]),
        [batch, rows, columns] => Ok([batch, rows, columns]),
        _ => Err(Error::ShapeMismatch {
            argument,
            found: shape.sizes().to_vec(),
            expected: "a matrix, or a batch of them".to_owned(),
        }),
    }
}
