//! Targets given out to elements by their order, softly: what soft ranks and the soft top k have in common.

use super::projection::{Projection, project, project_jvp, project_vjp};
use super::{Regularization, check_strength, expect_length};

/// The large targets to the large elements, or the other way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Towards {
    Largest,
    Smallest,
}

/// A row's share of targets: `P(x / strength, targets)`, towards the smallest `P(-x / strength, targets)`; for KL
/// `exp P(x / strength, log targets)`, whose sum is that of the targets too.
pub(super) struct Assignment {
    z: Vec<f64>,
    w: Vec<f64>,
    regularization: Regularization,
    /// `dz / dx`.
    scale: f64,
    projection: Projection,
    pub(super) value: Vec<f64>,
}

impl Assignment {
    pub(super) fn new(
        x: &[f64],
        targets: Vec<f64>,
        regularization: Regularization,
        strength: f64,
        towards: Towards,
    ) -> Self {
        check_strength(strength);
        let sign = if towards == Towards::Largest { 1.0 } else { -1.0 };
        let z: Vec<f64> = x.iter().map(|x| sign * x / strength).collect();
        let w = match regularization {
            Regularization::L2 => targets,
            Regularization::Kl => targets.iter().map(|target| target.ln()).collect(),
        };
        let projection = project(&z, &w, regularization);
        let value = match regularization {
            Regularization::L2 => projection.value.clone(),
            Regularization::Kl => projection.value.iter().map(|p| p.exp()).collect(),
        };
        Self { z, w, regularization, scale: sign / strength, projection, value }
    }

    /// The gradient in `x` of `<cotangent, value>`.
    pub(super) fn vjp(&self, cotangent: &[f64]) -> Vec<f64> {
        expect_length("cotangent", cotangent.len(), self.z.len());
        let cotangent: Vec<f64> = cotangent.iter().zip(self.factors()).map(|(g, factor)| g * factor).collect();
        let (grad, _) = project_vjp(&self.z, &self.w, self.regularization, &self.projection, &cotangent);
        grad.iter().map(|g| g * self.scale).collect()
    }

    /// The derivative of the value along a direction in `x`.
    pub(super) fn jvp(&self, tangent: &[f64]) -> Vec<f64> {
        expect_length("tangent", tangent.len(), self.z.len());
        let moved: Vec<f64> = tangent.iter().map(|t| t * self.scale).collect();
        let still = vec![0.0; moved.len()];
        let along = project_jvp(&self.z, &self.w, self.regularization, &self.projection, &moved, &still);
        along.iter().zip(self.factors()).map(|(t, factor)| t * factor).collect()
    }

    /// `d value / d P`.
    fn factors(&self) -> Vec<f64> {
        match self.regularization {
            Regularization::L2 => vec![1.0; self.value.len()],
            Regularization::Kl => self.value.clone(),
        }
    }
}
