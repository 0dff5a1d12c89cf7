//! The projection onto the permutahedron.

use super::Regularization;
use super::block_means::{BlockMeans, Mode};
use super::fit::{Blocks, Fit, Keys, Kind, Sequence};
use super::pointwise::sum_rows;
use crate::error::{Error, Result};
use crate::gpu::{Binding, Recorder, Tensor};
use crate::segmented::{self, Direction, Request, Rows};

/// The projection `P(z, w)` of each row `z` onto the convex hull of all permutations of `w`.
///
/// ```text
/// L2  argmin { |mu - z|^2 / 2         : mu in the hull of the permutations of w }
/// KL  log argmin { KL(mu, exp(z))     : mu in the hull of the permutations of exp(w) }
/// KL(a, b) = sum_i a_i log(a_i / b_i) - a_i + b_i
/// ```
///
/// (Blondel, Teboul, Berthet and Djolonga, *Fast differentiable sorting and ranking*, [arXiv 2002.08871](https://arxiv.org/abs/2002.08871),
/// Proposition 3.) The sum over `P`, for KL over `exp(P)`, is that over `w`, and `P` has the order of `z`. Soft ranks are `P(z, (n, .., 1))`, a
/// soft sort is `P((n, .., 1), w)`; `P(z, (1, 0, .., 0))` under L2 is sparsemax.
///
/// `z` is `[n]` or `[.., n]`, in any order. `w` has the shape of `z`, or is `[n]` for all rows, in any order; under KL elements may be
/// `-infinity`, whose exponential is 0. Infinite elements of `z` stand apart: those of a sign share what `w` has at their end. A row with a
/// NaN, or with a `w` that is infinite otherwise, has NaN throughout. A strength other than 1 is a factor of `z`. Takes O(n log n) time.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::{Gpu, permutahedron::Permutahedron};
///
/// let gpu = Gpu::new()?;
/// let z = gpu.upload(&[0.75, 1.0, -1.0], [1, 3])?;
/// let w = gpu.upload(&[1.0, 0.0, 0.0], [3])?; // the corners of the simplex
/// let p = gpu.run(|rec| Permutahedron::new().project(rec, &z, &w))?;
/// assert_eq!(p.read(&gpu)?, [0.375, 0.625, 0.0]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Permutahedron {
    regularization: Regularization,
}

/// A projection, and what its derivatives need; made by [`Permutahedron::forward`].
#[derive(Debug, Clone)]
pub struct Projection {
    /// `P(z, w)`, in the shape of `z`.
    pub value: Tensor<f32>,
    /// The order that sorts `z`, the largest first, in its shape.
    pub order_z: Tensor<u32>,
    /// The order that sorts `w`, the largest first, in its shape.
    pub order_w: Tensor<u32>,
    /// The blocks of sorted elements that are drawn together.
    pub blocks: Blocks,
    s: Tensor<f32>,
    w: Tensor<f32>,
    regularization: Regularization,
}

impl Permutahedron {
    /// Projections under L2.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the regularization; default L2.
    #[must_use]
    pub fn regularization(mut self, regularization: Regularization) -> Self {
        self.regularization = regularization;
        self
    }

    /// The projections, in the shape of `z`.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] for a scalar, or a `w` neither of the shape of `z` nor `[n]`; [`Error::LimitExceeded`] for a row that is
    /// too long for a binding.
    pub fn project(&self, rec: &mut Recorder<'_>, z: &Tensor<f32>, w: &Tensor<f32>) -> Result<Tensor<f32>> {
        Ok(self.forward(rec, z, w)?.value)
    }

    /// As [`project`](Self::project), into a caller's tensor of the shape of `z`.
    ///
    /// # Errors
    /// As [`project`](Self::project) does, and for an output of another shape or in the same bytes as an input.
    pub fn project_into(
        &self,
        rec: &mut Recorder<'_>,
        z: &Tensor<f32>,
        w: &Tensor<f32>,
        out: &Tensor<f32>,
    ) -> Result<()> {
        rec.expect_output("out", out, z.shape(), &[Binding::exact(z), Binding::exact(w)])?;
        self.record(rec, z, w, out).map(drop)
    }

    /// The projections, and what their derivatives need.
    ///
    /// # Errors
    /// As [`project`](Self::project) does.
    pub fn forward(&self, rec: &mut Recorder<'_>, z: &Tensor<f32>, w: &Tensor<f32>) -> Result<Projection> {
        Rows::new(z).check(rec.gpu())?;
        let value = rec.output(z.shape())?;
        self.record(rec, z, w, &value)
    }

    fn record(
        &self,
        rec: &mut Recorder<'_>,
        z: &Tensor<f32>,
        w: &Tensor<f32>,
        value: &Tensor<f32>,
    ) -> Result<Projection> {
        let rows_of_z = Rows::new(z);
        rows_of_z.check(rec.gpu())?;
        let (rows, n) = rows_of_z.sizes();
        expect_targets("w", z, w, n)?;
        let direction = Direction::Descending;
        let sorted_z = segmented::sorted(rec, &Request { rows: &rows_of_z, direction })?;
        let sorted_w = segmented::sorted(rec, &Request { rows: &Rows::new(w), direction })?;
        let fit = Fit {
            kind: Kind::Projection(self.regularization),
            rows,
            n,
            s: &Sequence::Given { values: sorted_z.values.clone(), factor: 1.0 },
            w: &Sequence::Given { values: sorted_w.values.clone(), factor: 1.0 },
            keys: Keys::S,
            order: Some(&sorted_z.order),
            counts: None,
            out_factor: 1.0,
            centred: false,
        };
        let blocks = fit.record(rec, value)?;
        Ok(Projection {
            value: value.clone(),
            order_z: sorted_z.order,
            order_w: sorted_w.order,
            blocks,
            s: sorted_z.values,
            w: sorted_w.values,
            regularization: self.regularization,
        })
    }
}

/// Checks what stands beside each row of `x`, or is shared by all.
pub(super) fn expect_targets(argument: &'static str, x: &Tensor<f32>, w: &Tensor<f32>, n: u32) -> Result<()> {
    if w.shape() == x.shape() || w.shape() == [n].into() {
        return Ok(());
    }
    Err(Error::ShapeMismatch {
        argument,
        found: w.shape().sizes().to_vec(),
        expected: format!("{:?}, or [{n}] for all rows", x.shape()),
    })
}

impl Projection {
    /// The gradients in `z` and in `w` of `<cotangent, P(z, w)>`, each in its shape: where rows share `w`, summed over them.
    ///
    /// With everything in sorted order, on a block `B`
    ///
    /// ```text
    /// L2  grad_z = cotangent - mean(cotangent_B)                 grad_w = mean(cotangent_B)
    /// KL  grad_z = cotangent - softmax(s_B) sum(cotangent_B)     grad_w = softmax(w_B) sum(cotangent_B)
    /// ```
    ///
    /// (Blondel et al., Proposition 4.) 0 in infinite elements of `z`. Takes O(n) time.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] for a cotangent of another shape.
    pub fn vjp(&self, rec: &mut Recorder<'_>, cotangent: &Tensor<f32>) -> Result<(Tensor<f32>, Tensor<f32>)> {
        cotangent.expect_shape("cotangent", self.value.shape())?;
        rec.gpu().expect_own("cotangent", cotangent)?;
        let [of_z, of_w] = match self.regularization {
            Regularization::L2 => [Mode::Center, Mode::Mean],
            Regularization::Kl => [Mode::LessShare, Mode::ShareOfSum],
        };
        let grad_z = rec.output(self.value.shape())?;
        self.of_z(of_z, cotangent).record(rec, &grad_z)?;
        let each = rec.output(self.value.shape())?;
        let means =
            BlockMeans { in_order: Some(&self.order_z), out_order: Some(&self.order_w), ..self.of_w(of_w, cotangent) };
        means.record(rec, &each)?;
        let grad_w = if self.w_is_shared() {
            sum_rows(rec, [self.blocks.rows, self.blocks.n], &each)?.reshape(self.w.shape())?
        } else {
            each
        };
        Ok((grad_z, grad_w))
    }

    /// The derivative of the projection along `tangent_z` and `tangent_w`, directions in `z` and `w` of their shapes; in the shape of `z`.
    ///
    /// ```text
    /// L2  P' = z' - mean(z'_B) + mean(w'_B)
    /// KL  P' = z' - <softmax(s_B), z'_B> + <softmax(w_B), w'_B>
    /// ```
    ///
    /// Takes O(n) time.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] for a tangent of another shape.
    pub fn jvp(&self, rec: &mut Recorder<'_>, tangent_z: &Tensor<f32>, tangent_w: &Tensor<f32>) -> Result<Tensor<f32>> {
        tangent_z.expect_shape("tangent_z", self.value.shape())?;
        tangent_w.expect_shape("tangent_w", self.w.shape())?;
        rec.gpu().expect_own("tangent_z", tangent_z)?;
        rec.gpu().expect_own("tangent_w", tangent_w)?;
        let [of_z, of_w] = match self.regularization {
            Regularization::L2 => [Mode::Center, Mode::Mean],
            Regularization::Kl => [Mode::LessMean, Mode::MeanOfShares],
        };
        let tangent = rec.output(self.value.shape())?;
        self.of_z(of_z, tangent_z).record(rec, &tangent)?;
        let other = rec.output(self.value.shape())?;
        let means =
            BlockMeans { in_order: Some(&self.order_w), out_order: Some(&self.order_z), ..self.of_w(of_w, tangent_w) };
        means.record(rec, &other)?;
        rec.add(&tangent, &other)?;
        Ok(tangent)
    }

    fn w_is_shared(&self) -> bool {
        self.w.shape().rank() == 1
    }

    /// What depends on `z`, in its order on both sides.
    fn of_z<'a>(&'a self, mode: Mode, input: &'a Tensor<f32>) -> BlockMeans<'a> {
        BlockMeans {
            mode,
            blocks: &self.blocks,
            input,
            shares: Some((&self.s, 1.0)),
            in_order: Some(&self.order_z),
            out_order: Some(&self.order_z),
            counts: None,
            finite_only: true,
            factor: 1.0,
        }
    }

    /// What depends on `w`.
    fn of_w<'a>(&'a self, mode: Mode, input: &'a Tensor<f32>) -> BlockMeans<'a> {
        BlockMeans { shares: Some((&self.w, 1.0)), finite_only: false, ..self.of_z(mode, input) }
    }
}
