//! How well first states come back.

use super::MomentumNet;
use crate::error::Result;
use crate::gpu::{Gpu, Tensor};

/// How well the first state and velocity came back from the last ones in f32, and whether gradients by [`MomentumNet::backward_reversed`] can be used.
///
/// Every layer of the way back divides the errors of velocities by gamma: many layers with small gammas leave no digit of a state, and none of a gradient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recovery {
    /// Of states.
    pub x: Difference,
    /// Of velocities.
    pub v: Difference,
}

/// The largest difference among many numbers; infinite where one of them is not finite, or did not come back at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// In the unit of the numbers.
    pub absolute: f64,
    /// To the largest number among first states and velocities: velocities, which may all be 0, are added to states. Infinite where one of those is not finite.
    pub relative: f64,
}

impl Recovery {
    /// Up to this relative error of recovered states gradients are within 1e-3 of stored ones, of whatever depth and gamma was tried. Errors above leave them no digit to trust soon.
    pub const SAFE: f64 = 1e-3;

    /// Of states and velocities, each as given and as it came back. Lists of unequal lengths differ infinitely: a number that has no counterpart is not safe.
    #[must_use]
    pub fn new([x, v]: [&[f32]; 2], recovered: [&[f32]; 2]) -> Self {
        let largest = x.iter().chain(v).fold(0.0_f64, |largest, &value| largest.max(f64::from(value).abs()));
        let scale = if largest > 0.0 { largest } else { 1.0 };
        let difference = |given: &[f32], recovered: &[f32]| {
            let of_lengths = if given.len() == recovered.len() { 0.0 } else { f64::INFINITY };
            let absolute = given.iter().zip(recovered).fold(of_lengths, |largest: f64, (&given, &recovered)| {
                let difference = (f64::from(recovered) - f64::from(given)).abs();
                // A comparison with NaN would hide it.
                if difference.is_nan() { f64::INFINITY } else { largest.max(difference) }
            });
            // Beside an infinite number any other would count for nothing.
            let is_finite = absolute.is_finite() && scale.is_finite();
            Difference { absolute, relative: if is_finite { absolute / scale } else { f64::INFINITY } }
        };
        Self { x: difference(x, recovered[0]), v: difference(v, recovered[1]) }
    }

    /// Whether gradients from reversed states can be used: no relative error is above [`SAFE`](Self::SAFE). Else store states, take gammas closer to 1, or go to
    /// [fixed point](MomentumNet::exact).
    #[must_use]
    pub fn is_safe(&self) -> bool {
        self.x.relative.max(self.v.relative) <= Self::SAFE
    }
}

impl MomentumNet {
    /// Takes states forward and back again, and compares: for a batch of a training, before its gradients are relied on.
    ///
    /// ```
    /// # fn main() -> supple::Result<()> {
    /// use std::sync::Arc;
    /// use supple::{Gpu, dense::Activation, momentum::{Mlp, MomentumNet, Residual}};
    ///
    /// let gpu = Gpu::new()?;
    /// let (w, b) = (gpu.upload(&[1.0, -2.0, 2.0, 1.0], [2, 2])?, gpu.upload(&[0.1, 0.2], [2])?);
    /// let f: Arc<dyn Residual> = Arc::new(Mlp::new(Activation::Tanh, [(w.clone(), b.clone()), (w, b)])?);
    /// let x = gpu.upload(&[1.0, 0.5], [1, 2])?;
    /// let net = MomentumNet::new(vec![f; 30]);
    /// assert!(net.clone().gamma(0.9).recovery(&gpu, &x, None)?.is_safe());
    /// assert!(!net.gamma(0.1).recovery(&gpu, &x, None)?.is_safe());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`inverse`](Self::inverse), and as reading does.
    pub fn recovery(&self, gpu: &Gpu, x0: &Tensor<f32>, v0: Option<&Tensor<f32>>) -> Result<Recovery> {
        let (given, first) = gpu.run(|rec| {
            let last = self.forward(rec, x0, v0)?;
            let given = self.begin_forward(rec, x0, v0)?;
            Ok((given, self.inverse(rec, &last)?))
        })?;
        let [x, v, x_again, v_again] = [&given.x, &given.v, &first.x, &first.v].map(|tensor| tensor.read(gpu));
        Ok(Recovery::new([&x?, &v?], [&x_again?, &v_again?]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_number_counts() {
        let given: [&[f32]; 2] = [&[1.0, -2.0], &[0.0, 0.0]];
        assert!(Recovery::new(given, given).is_safe());
        let near = Recovery::new(given, [&[1.0, -2.0], &[0.0, 0.001]]);
        assert!(near.is_safe() && (near.v.relative - 0.0005).abs() < 1e-9);
        for v in [[0.003, 0.0], [f32::NAN, 0.0], [0.0, f32::INFINITY]] {
            assert!(!Recovery::new(given, [given[0], &v]).is_safe(), "{v:?}");
        }
        // Among what was given, in both or beside what came back well.
        for x in [[f32::INFINITY, 1.0], [1.0, f32::NEG_INFINITY], [f32::NAN, 1.0]] {
            for recovered in [&x, &[1.0; 2], &[f32::INFINITY; 2]] {
                let found = Recovery::new([&x, given[1]], [recovered, &[0.0, 0.1]]);
                assert!(!found.is_safe() && found.x.relative.is_infinite(), "{x:?}, {recovered:?}");
            }
            assert!(!Recovery::new([given[1], &x], [given[1], &x]).is_safe(), "{x:?}");
        }
        let unequal: [[&[f32]; 2]; 3] = [[&[1.0], given[1]], [given[0], &[]], [&[1.0, -2.0, 0.0], given[1]]];
        for [x, v] in unequal {
            assert!(!Recovery::new(given, [x, v]).is_safe(), "{x:?}, {v:?}");
        }
        let zeros: [&[f32]; 2] = [&[0.0], &[0.0]];
        assert!(Recovery::new(zeros, zeros).is_safe() && !Recovery::new(zeros, [&[0.1], &[0.0]]).is_safe());
    }
}
