//! Rows as they are drawn: shapes, ties and strengths, values and derivatives in both layouts, against the twin.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use supple::permutahedron::Regularization;
use supple::segmented::Direction;

use super::operators::{Kind, Operator, REGULARIZATIONS, noise};
use super::{isotonic, projections};
use crate::common::both;

/// A batch of rows.
#[derive(Debug, Clone)]
struct Drawn {
    shape: [u32; 2],
    /// Elements are multiples of it; 0: of nothing.
    step: f32,
    strength: f32,
    direction: Direction,
    seed: u64,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let step = prop_oneof![Just(0.0), Just(0.125), Just(0.5)];
    let direction = prop_oneof![Just(Direction::Ascending), Just(Direction::Descending)];
    (1..=5_u32, 1..=300_u32, step, -3.0..3.0_f32, direction, any::<u64>()).prop_map(
        |(rows, n, step, exponent, direction, seed)| {
            let strength = 10.0_f32.powf(exponent);
            Drawn { shape: [rows, n], step, strength, direction, seed }
        },
    )
}

impl Drawn {
    fn count(&self) -> usize {
        (self.shape[0] * self.shape[1]) as usize
    }

    fn noise(&self, stream: u64) -> Vec<f32> {
        noise(self.seed ^ (stream << 32), self.count(), 1.0)
    }

    /// Elements in [-3, 3), with ties.
    fn x(&self) -> Vec<f32> {
        let coarse = |x: f32| if self.step > 0.0 { (x / self.step).round() * self.step } else { x };
        self.noise(0).into_iter().map(|x| coarse(3.0 * x)).collect()
    }

    fn agrees(&self, kind: Kind) {
        let (x, g, t) = (self.x(), self.noise(1), self.noise(2));
        for regularization in REGULARIZATIONS {
            let operator = Operator { kind, regularization, direction: self.direction, strength: self.strength };
            for gpu in both() {
                operator.agrees_with_the_twin(gpu, self.shape, [&x, &g, &t]);
            }
        }
    }
}

proptest! {
    // Always the same: where two blocks differ by less than f32 shows, derivatives are either of two.
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1), ..ProptestConfig::with_cases(24) })]

    #[test]
    fn soft_ranks_agree_with_the_twin(drawn in drawn()) {
        drawn.agrees(Kind::Rank);
    }

    #[test]
    fn soft_sorts_agree_with_the_twin(drawn in drawn()) {
        drawn.agrees(Kind::Sort);
    }

    #[test]
    fn projections_agree_with_the_twin(drawn in drawn(), shared in any::<bool>()) {
        let z: Vec<f32> = drawn.x().iter().map(|x| x / drawn.strength).collect();
        let mut w = drawn.noise(3);
        if shared {
            w.truncate(drawn.shape[1] as usize);
        }
        for gpu in both() {
            for regularization in REGULARIZATIONS {
                projections::agree(gpu, regularization, drawn.shape, &z, &w);
            }
        }
    }

    #[test]
    fn isotonic_fits_agree_with_the_twin(drawn in drawn()) {
        let x = drawn.x();
        // Equal elements may be one block or several, by a rounding, where their weights are not: those are drawn without ties.
        let jitter: Vec<f32> = drawn.noise(3).iter().zip(&x).map(|(j, x)| x + j).collect();
        let w: Vec<f32> = drawn.noise(4).iter().map(|w| w.exp()).collect();
        for gpu in both() {
            for (regularization, y) in [(Regularization::L2, &jitter), (Regularization::Kl, &x)] {
                let y: Vec<f32> = y.iter().map(|y| y / drawn.strength).collect();
                isotonic::rows_agree(gpu, regularization, drawn.direction, drawn.shape, &y, &w);
            }
        }
    }
}
