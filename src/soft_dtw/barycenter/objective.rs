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
            if !self.divergence {
                return Ok((pairs, None));
            }
            let own = self.own.value_and_grad(rec, &self.center, &self.center)?;
            // The derivative in both arguments: a caller's own cost need not be symmetric.
            rec.add(&own.grad_x, &own.grad_y)?;
            Ok((pairs, Some((own.value, own.grad_x))))
        })?;
        let mut value = self.weighted_sum(&pairs.value.read(gpu)?);
        let mut gradient: Vec<f64> = pairs.grad_x.read(gpu)?.into_iter().map(f64::from).collect();
        if let Some((own, slope)) = own {
            value -= f64::from(own.read(gpu)?[0]) / 2.0 + self.itself / 2.0;
            let slope = slope.read(gpu)?;
            gradient.iter_mut().zip(slope).for_each(|(sum, part)| *sum -= f64::from(part) / 2.0);
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
    use crate::reference::soft_dtw::{Cost as TwinCost, GroundCost, Kind as TwinKind, kinds};
    use crate::soft_dtw::collection::Collection;
    use crate::soft_dtw::random::Random;
    use crate::soft_dtw::{Cost, CustomCost, Kind, SoftDtw};

    const DIM: usize = 2;
    const GAMMA: f64 = 0.5;
    const KINDS: [(Kind, TwinKind); 7] = [
        (Kind::Value, TwinKind::Value),
        (Kind::Divergence, TwinKind::Divergence),
        (Kind::Sharp, TwinKind::Sharp),
        (Kind::SharpDivergence, TwinKind::SharpDivergence),
        (Kind::MeanCost, TwinKind::MeanCost),
        (Kind::MeanCostDivergence, TwinKind::MeanCostDivergence),
        // The best paths of these series do not change with their elements' last digits.
        (Kind::Hard, TwinKind::Hard),
    ];

    /// Squares, and a term of the first side alone.
    const TILTED: &str = "
alias Sums = vec2<f32>;
fn term(x: f32, y: f32, channel: u32) -> Sums { return vec2((x - y) * (x - y), x * x * x); }
fn cost(sums: Sums) -> f32 { return sums.x + sums.y; }
fn cost_gradient(sums: Sums) -> Sums { return vec2(1.0, 1.0); }
fn term_gradient(x: f32, y: f32, channel: u32, weight: Sums) -> vec2<f32> {
    let g = 2.0 * weight.x * (x - y);
    return vec2(g + 3.0 * weight.y * x * x, -g);
}";

    struct Tilted;

    impl GroundCost for Tilted {
        fn cost(&self, x: &[f64], y: &[f64]) -> f64 {
            x.iter().zip(y).map(|(a, b)| (a - b).powi(2) + a.powi(3)).sum()
        }

        fn add_gradient(&self, x: &[f64], y: &[f64], weight: f64, grad_x: &mut [f64], grad_y: &mut [f64]) {
            for k in 0..x.len() {
                grad_x[k] += weight * (2.0 * (x[k] - y[k]) + 3.0 * x[k] * x[k]);
                grad_y[k] -= weight * 2.0 * (x[k] - y[k]);
            }
        }
    }

    fn check(kind: (Kind, TwinKind), cost: Cost, twin_cost: &impl GroundCost) {
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
        let dtw = SoftDtw::new(GAMMA as f32).kind(kind.0).cost(cost);
        let found = Objective::new(&gpu, &dtw, &collection, &members, 7).unwrap().evaluate(&center).unwrap();
        let mean = |z: &[f64]| {
            let value = |row: &[f32]| kinds::of(kind.1, twin_cost, z, &wide(row), DIM, GAMMA, None).value;
            members.iter().map(|&(i, weight)| f64::from(weight) * value(&rows[i as usize])).sum::<f64>()
        };
        let expected = mean(&center);
        assert!((found.value - expected).abs() < 1e-5 * expected.abs().max(1.0), "{} {expected}", found.value);
        for (i, &gradient) in found.gradient.iter().enumerate() {
            let [up, down] = [1e-6, -1e-6].map(|step| {
                let mut moved = center.clone();
                moved[i] += step;
                mean(&moved)
            });
            let slope = (up - down) / 2e-6;
            assert!((gradient - slope).abs() < 2e-5, "{kind:?}, element {i}: {gradient} {slope}");
        }
    }

    #[test]
    fn values_and_gradients_are_the_twins_for_every_kind() {
        for kind in KINDS {
            check(kind, Cost::default(), &TwinCost::default());
        }
    }

    #[test]
    fn a_cost_need_not_be_symmetric() {
        check(KINDS[1], Cost::Custom(CustomCost::new(TILTED).unwrap()), &Tilted);
    }
}
