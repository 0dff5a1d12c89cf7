//! Targets given out to elements by their order, softly: what soft ranks and the soft top k have in common.

use super::Regularization;
use super::block_means::{BlockMeans, Mode};
use super::fit::{Blocks, Fit, Keys, Kind, Sequence};
use super::short::{Kept, Onto, Short};
use super::strength::check_strength;
use crate::error::Result;
use crate::gpu::{Recorder, Tensor};
use crate::segmented::{self, Direction, Request, Rows};

/// A row's share of targets: `P(x / strength, w)`, for KL `exp P(x / strength, log w)`; towards the smallest elements with `-x`.
#[derive(Debug, Clone)]
pub(super) struct Targets {
    pub(super) regularization: Regularization,
    pub(super) strength: f32,
    /// The order in which elements get the targets, the largest target first.
    pub(super) sorted: Direction,
    pub(super) w: Sequence,
    /// Values less `(n + 1) / 2`, of the elements that take part; L2 only.
    pub(super) centred: bool,
}

/// Soft ranks or memberships, and what their derivatives need.
///
/// Made by [`SoftRank::forward`](super::SoftRank::forward) and [`SoftTopK::forward`](super::SoftTopK::forward). Elements that took no
/// part, by a mask or a length, have the value 0 and the derivative 0; so have infinite ones the derivative 0.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// The values, in the shape of `x`.
    pub value: Tensor<f32>,
    /// The order that sorts `x`, in its shape: descending for ascending ranks and the largest `k`, else ascending.
    pub order: Tensor<u32>,
    /// The blocks of sorted elements that share what is given to them.
    pub blocks: Blocks,
    pub(super) counts: Option<Tensor<u32>>,
    regularization: Regularization,
    /// `dz / dx`.
    scale: f32,
}

impl Targets {
    /// Values without what derivatives need.
    pub(super) fn value(&self, rec: &mut Recorder<'_>, x: &Rows<'_>) -> Result<Tensor<f32>> {
        x.check(rec.gpu())?;
        let value = rec.output(x.values().shape())?;
        self.record_value(rec, x, &value)?;
        Ok(value)
    }

    /// The same, into a caller's tensor.
    pub(super) fn value_into(&self, rec: &mut Recorder<'_>, x: &Rows<'_>, out: &Tensor<f32>) -> Result<()> {
        x.check(rec.gpu())?;
        rec.expect_output("out", out, x.values().shape(), &x.bindings())?;
        self.record_value(rec, x, out)
    }

    pub(super) fn forward(&self, rec: &mut Recorder<'_>, x: &Rows<'_>) -> Result<Assignment> {
        x.check(rec.gpu())?;
        let value = rec.output(x.values().shape())?;
        self.record(rec, x, &value)
    }

    fn record_value(&self, rec: &mut Recorder<'_>, x: &Rows<'_>, value: &Tensor<f32>) -> Result<()> {
        check_strength(self.strength)?;
        match self.short(rec, x) {
            Some(short) => short.record_values(rec, value),
            None => self.record(rec, x, value).map(drop),
        }
    }

    /// `dz / dx`.
    fn scale(&self) -> f32 {
        let sign = match self.sorted {
            Direction::Descending => 1.0,
            Direction::Ascending => -1.0,
        };
        sign / self.strength
    }

    /// The same in one pass, where rows and device allow it.
    fn short<'a>(&self, rec: &Recorder<'_>, x: &'a Rows<'a>) -> Option<Short<'a>> {
        let short = Short {
            rows: x,
            direction: self.sorted,
            factor: self.scale(),
            onto: match self.w {
                Sequence::Ranks { .. } => Onto::Ranks,
                Sequence::Ones { count } => Onto::Ones { count },
                Sequence::Given { .. } => return None,
            },
            regularization: self.regularization,
            centred: self.centred,
        };
        short.suits(rec.gpu().capabilities()).then_some(short)
    }

    fn record(&self, rec: &mut Recorder<'_>, x: &Rows<'_>, value: &Tensor<f32>) -> Result<Assignment> {
        check_strength(self.strength)?;
        let (rows, n) = x.sizes();
        let (regularization, scale) = (self.regularization, self.scale());
        if let Some(short) = self.short(rec, x) {
            let Kept { order, blocks, .. } = short.record(rec, value)?;
            return Ok(Assignment { value: value.clone(), order, blocks, counts: None, regularization, scale });
        }
        let request = Request { rows: x, direction: self.sorted };
        let sorted = segmented::sorted(rec, &request)?;
        let s = Sequence::Given { values: sorted.values, factor: scale };
        let fit = Fit {
            kind: Kind::Projection(regularization),
            rows,
            n,
            s: &s,
            w: &self.w,
            keys: Keys::S,
            order: Some(&sorted.order),
            counts: sorted.counts.as_ref(),
            out_factor: 1.0,
            centred: self.centred,
        };
        let blocks = fit.record(rec, value)?;
        Ok(Assignment {
            value: value.clone(),
            order: sorted.order,
            blocks,
            counts: sorted.counts,
            regularization,
            scale,
        })
    }
}

impl Assignment {
    /// The gradient in `x` of `<cotangent, value>`, in the shape of `x`.
    ///
    /// With `r` the values and sums over a block, L2: `(g - mean(g)) / strength`; KL: `r (g - <r, g> / sum(r)) / strength`, with the sign
    /// of the direction (Blondel et al., Proposition 4). Takes O(n) time.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for a cotangent of another shape.
    pub fn vjp(&self, rec: &mut Recorder<'_>, cotangent: &Tensor<f32>) -> Result<Tensor<f32>> {
        self.centred(rec, "cotangent", cotangent)
    }

    /// The derivative of the values along `tangent`, a direction in `x`, in the shape of `x`.
    ///
    /// The Jacobian is symmetric, so that this computes what [`vjp`](Self::vjp) does.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for a tangent of another shape.
    pub fn jvp(&self, rec: &mut Recorder<'_>, tangent: &Tensor<f32>) -> Result<Tensor<f32>> {
        self.centred(rec, "tangent", tangent)
    }

    fn centred(&self, rec: &mut Recorder<'_>, argument: &'static str, input: &Tensor<f32>) -> Result<Tensor<f32>> {
        input.expect_shape(argument, self.value.shape())?;
        rec.gpu().expect_own(argument, input)?;
        let out = rec.output(self.value.shape())?;
        let means = BlockMeans {
            mode: match self.regularization {
                Regularization::L2 => Mode::Center,
                Regularization::Kl => Mode::CenterValues,
            },
            blocks: &self.blocks,
            input,
            shares: match self.regularization {
                Regularization::L2 => None,
                Regularization::Kl => Some((&self.value, 1.0)),
            },
            in_order: Some(&self.order),
            out_order: Some(&self.order),
            counts: self.counts.as_ref(),
            finite_only: true,
            factor: self.scale,
        };
        means.record(rec, &out)?;
        Ok(out)
    }
}
