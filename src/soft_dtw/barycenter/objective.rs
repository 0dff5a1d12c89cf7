//! The function whose minimum is a barycenter, and its gradient.

use super::minimise::Evaluation;
use crate::error::Result;
use crate::gpu::{Gpu, Tensor};
use crate::soft_dtw::collection::Collection;
use crate::soft_dtw::{Kind, Pairs, Series, SoftDtw};

/// `sum over i of w_i f(Z, X_i)`, as a function of `Z`. The series and the weights stay on the GPU.
///
/// A divergence is put together here from `f(Z, X_i)`, `f(Z, Z)` and the constant `f(X_i, X_i)`, which is computed once
/// and not at every `Z`; the terms cancel in f64.
pub(super) struct Objective<'a> {
    gpu: &'a Gpu,
    /// The center with itself, of the kind whose divergence is asked for, if one is.
    own: SoftDtw,
    /// The center with each member, of that kind.
    pairs: SoftDtw,
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
        let divergence = dtw.kind.is_divergence();
        let dtw = dtw.clone().kind(match dtw.kind {
            Kind::Divergence => Kind::Value,
            Kind::SharpDivergence => Kind::Sharp,
            Kind::MeanCostDivergence => Kind::MeanCost,
            kind => kind,
        });
        let with_members: Vec<_> = members.iter().map(|&(index, _)| (0, index)).collect();
        let weights: Vec<f32> = members.iter().map(|&(_, weight)| weight).collect();
        let mut objective = Self {
            gpu,
            own: dtw.clone().pairs(Pairs::Aligned),
            pairs: dtw.pairs(Pairs::list(&with_members)),
            divergence,
            series: collection.series,
            members,
            weights: gpu.upload(&weights, [members.len() as u32])?,
            center: gpu.empty([1, length as u32, collection.dim as u32])?,
            itself: 0.0,
        };
        if divergence {
            let themselves: Vec<_> = members.iter().map(|&(index, _)| (index, index)).collect();
            let dtw = objective.own.clone().pairs(Pairs::list(&themselves));
            let values = gpu.run(|rec| dtw.value(rec, collection.series, collection.series))?.read(gpu)?;
            objective.itself = objective.weighted_sum(&values);
        }
        Ok(objective)
    }

    /// The value and the gradient at `center`, which is rounded to f32.
    pub(super) fn evaluate(&self, center: &[f64]) -> Result<Evaluation> {
        let gpu = self.gpu;
        let rounded: Vec<f32> = center.iter().map(|&value| value as f32).collect();
        gpu.write(&self.center, &rounded)?;
        let (pairs, own) = gpu.run(|rec| {
            let pairs = self.pairs.value_and_vjp(rec, &self.center, self.series, &self.weights)?;
            let own = self.divergence.then(|| self.own.value_and_grad(rec, &self.center, &self.center));
            Ok((pairs, own.transpose()?))
        })?;
        let mut value = self.weighted_sum(&pairs.value.read(gpu)?);
        let mut gradient: Vec<f64> = pairs.grad_x.read(gpu)?.into_iter().map(f64::from).collect();
        if let Some(own) = own {
            value -= f64::from(own.value.read(gpu)?[0]) / 2.0 + self.itself / 2.0;
            // Half of the derivative in both arguments, which are the same: the whole of that in the first.
            let own = own.grad_x.read(gpu)?;
            gradient.iter_mut().zip(own).for_each(|(sum, part)| *sum -= f64::from(part));
        }
        Ok(Evaluation { value, gradient })
    }

    fn weighted_sum(&self, values: &[f32]) -> f64 {
        self.members.iter().zip(values).map(|(&(_, weight), &value)| f64::from(weight) * f64::from(value)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::Objective;
    use crate::Gpu;
    use crate::reference::soft_dtw::{Cost, cost_matrix, value};
    use crate::soft_dtw::collection::Collection;
    use crate::soft_dtw::random::Random;
    use crate::soft_dtw::{Kind, SoftDtw};

    const DIM: usize = 2;
    const GAMMA: f64 = 0.5;

    /// The value of a kind in f64.
    fn twin(kind: Kind, x: &[f64], y: &[f64]) -> f64 {
        let soft = |x: &[f64], y: &[f64]| {
            value(&cost_matrix(&Cost::default(), x, y, DIM), x.len() / DIM, y.len() / DIM, GAMMA)
        };
        match kind {
            Kind::Value => soft(x, y),
            Kind::Divergence => soft(x, y) - soft(x, x) / 2.0 - soft(y, y) / 2.0,
            other => unreachable!("{other:?}"),
        }
    }

    #[test]
    fn gradients_are_finite_differences_of_the_twin() {
        let gpu = Gpu::new().unwrap();
        let mut random = Random::new(1);
        let mut series = |length: usize| (0..length * DIM).map(|_| random.uniform() as f32).collect::<Vec<f32>>();
        let (rows, center) = ([series(9), series(9), series(9)], series(7));
        let tensor = gpu.upload(&rows.concat(), [3, 9, DIM as u32]).unwrap();
        let collection = Collection::new(&gpu, (&tensor).into()).unwrap();
        // The second series has no weight.
        let members = [(0, 0.25), (2, 0.75)];
        let wide = |row: &[f32]| row.iter().map(|&v| f64::from(v)).collect::<Vec<f64>>();
        let center = wide(&center);
        for kind in [Kind::Value, Kind::Divergence] {
            let dtw = SoftDtw::new(GAMMA as f32).kind(kind);
            let found = Objective::new(&gpu, &dtw, &collection, &members, 7).unwrap().evaluate(&center).unwrap();
            let mean = |z: &[f64]| {
                members.iter().map(|&(i, w)| f64::from(w) * twin(kind, z, &wide(&rows[i as usize]))).sum::<f64>()
            };
            let expected = mean(&center);
            assert!((found.value - expected).abs() < 1e-5 * expected.abs().max(1.0), "{} {expected}", found.value);
            for (i, &gradient) in found.gradient.iter().enumerate() {
                let [up, down] = [1e-5, -1e-5].map(|step| {
                    let mut moved = center.clone();
                    moved[i] += step;
                    mean(&moved)
                });
                let slope = (up - down) / 2e-5;
                assert!((gradient - slope).abs() < 1e-5, "{kind:?}, element {i}: {gradient} {slope}");
            }
        }
    }
}
