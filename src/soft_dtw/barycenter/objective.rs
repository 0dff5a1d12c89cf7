//! The function whose minimum is a barycenter, and its gradient.

use super::minimise::Evaluation;
use crate::error::{Error, Result};
use crate::gpu::{Gpu, Tensor};
use crate::soft_dtw::collection::Collection;
use crate::soft_dtw::{Kind, Lengths, Pairs, Series, SoftDtw, ValueAndGrad};

/// `sum over i of w_i f(Z, X_i)`, as a function of `Z`. The series and the weights stay on the GPU.
///
/// A divergence is put together here from `f(Z, X_i)`, `f(Z, Z)` and the constant `f(X_i, X_i)`, which is computed once
/// and not at every `Z`; the terms cancel in f64.
pub(super) struct Objective<'a> {
    gpu: &'a Gpu,
    /// Of the kind whose divergence is asked for, if one is.
    dtw: SoftDtw,
    divergence: bool,
    series: Series<'a>,
    /// Series with a weight above 0, and the weights, which sum to 1.
    members: &'a [(u32, f32)],
    weights: Tensor<f32>,
    center: Tensor<f32>,
    /// `sum over i of w_i f(X_i, X_i)`, for a divergence.
    itself: f64,
}

impl<'a> Objective<'a> {
    pub(super) fn new(
        gpu: &'a Gpu,
        dtw: &SoftDtw,
        collection: &Collection<'a>,
        members: &'a [(u32, f32)],
        length: usize,
    ) -> Result<Self> {
        let kind = match dtw.kind {
            Kind::Divergence => Kind::Value,
            Kind::SharpDivergence => Kind::Sharp,
            Kind::MeanCostDivergence => Kind::MeanCost,
            kind => kind,
        };
        let weights: Vec<f32> = members.iter().map(|&(_, weight)| weight).collect();
        let mut objective = Self {
            gpu,
            dtw: dtw.clone().kind(kind).pairs(Pairs::Aligned),
            divergence: dtw.kind.is_divergence(),
            series: collection.series,
            members,
            weights: gpu.upload(&weights, [members.len() as u32])?,
            center: gpu.empty([1, length as u32, collection.dim as u32])?,
            itself: 0.0,
        };
        if objective.divergence {
            let values = gpu.run(|rec| objective.dtw.value(rec, objective.series, objective.series))?.read(gpu)?;
            objective.itself =
                members.iter().map(|&(index, weight)| f64::from(weight) * f64::from(values[index as usize])).sum();
        }
        Ok(objective)
    }

    /// The value and the gradient at `center`, which is rounded to f32.
    pub(super) fn evaluate(&self, center: &[f64]) -> Result<Evaluation> {
        let rounded: Vec<f32> = center.iter().map(|&value| value as f32).collect();
        self.gpu.write(&self.center, &rounded)?;
        let (values, mut gradient) = match self.weighted() {
            // Until cotangents and lists of pairs are there.
            Err(Error::InvalidArgument { .. } | Error::ShapeMismatch { .. }) => self.one_by_one()?,
            other => other?,
        };
        let terms = self.members.iter().zip(&values).map(|(&(_, weight), &value)| f64::from(weight) * f64::from(value));
        let mut value: f64 = terms.sum();
        if self.divergence {
            let own = self.gpu.run(|rec| self.dtw.value_and_grad(rec, &self.center, &self.center))?;
            let half = f64::from(own.value.read(self.gpu)?[0]) / 2.0;
            value -= half + self.itself / 2.0;
            // Half of the derivative in both arguments, which are the same: the whole of that in the first.
            gradient.iter_mut().zip(own.grad_x.read(self.gpu)?).for_each(|(sum, part)| *sum -= f64::from(part));
        }
        Ok(Evaluation { value, gradient })
    }

    /// `f(Z, X_i)` for each member, and the gradient of their weighted sum.
    fn weighted(&self) -> Result<(Vec<f32>, Vec<f64>)> {
        let pairs: Vec<_> = self.members.iter().map(|&(index, _)| (0, index)).collect();
        let dtw = self.dtw.clone().pairs(Pairs::list(&pairs));
        let result = self.gpu.run(|rec| dtw.value_and_vjp(rec, &self.center, self.series, &self.weights))?;
        let gradient = result.grad_x.read(self.gpu)?;
        Ok((result.value.read(self.gpu)?, gradient.into_iter().map(f64::from).collect()))
    }

    /// As [`Self::weighted`], from one call for each member.
    fn one_by_one(&self) -> Result<(Vec<f32>, Vec<f64>)> {
        let shape = self.series.values.shape();
        let dim = *self.center.shape().sizes().last().unwrap_or(&1);
        let padded = shape.sizes()[1];
        let results: Vec<ValueAndGrad> = self.gpu.run(|rec| {
            let each = self.members.iter().map(|&(index, _)| {
                let length = self.series.lengths.map_or(padded, |l: &Lengths| l.as_slice()[index as usize]);
                let row = self.series.values.rows(index..index + 1)?.reshape([padded, dim])?;
                let row = row.rows(0..length)?.reshape([1, length, dim])?;
                self.dtw.value_and_grad(rec, &self.center, &row)
            });
            each.collect()
        })?;
        let mut values = Vec::new();
        let mut gradient = vec![0.0; self.center.shape().elements() as usize];
        for (result, &(_, weight)) in results.iter().zip(self.members) {
            values.push(result.value.read(self.gpu)?[0]);
            let part = result.grad_x.read(self.gpu)?;
            gradient.iter_mut().zip(part).for_each(|(sum, g)| *sum += f64::from(weight) * f64::from(g));
        }
        Ok((values, gradient))
    }
}
