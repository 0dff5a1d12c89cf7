//! Soft sorts, soft ranks and soft top k, on the GPU and by the twin, one interface for both.

use supple::permutahedron::{Regularization, SoftRank, SoftSort, SoftTopK};
use supple::reference::permutahedron as twin;
use supple::reference::segmented as twin_segmented;
use supple::segmented::{Direction, Rows};
use supple::{Gpu, Result, Tensor};

use crate::common::{Random, largest, to_f64};

pub const REGULARIZATIONS: [Regularization; 2] = [Regularization::L2, Regularization::Kl];
pub const DIRECTIONS: [Direction; 2] = [Direction::Ascending, Direction::Descending];

/// An operator on rows.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Rank,
    Sort,
    TopK(u32),
}

#[derive(Debug, Clone, Copy)]
pub struct Operator {
    pub kind: Kind,
    pub regularization: Regularization,
    pub direction: Direction,
    pub strength: f32,
}

/// The value of rows, and derivatives along one cotangent and one tangent.
#[derive(Debug, Clone, PartialEq)]
pub struct Derived<T> {
    pub value: Vec<T>,
    pub vjp: Vec<T>,
    pub jvp: Vec<T>,
}

impl Operator {
    /// Values and both derivatives of rows in [-3, 3] or about against the twin.
    pub fn agrees_with_the_twin(&self, gpu: &Gpu, [rows, n]: [u32; 2], [x, g, t]: [&[f32]; 3]) {
        let up = |values: &[f32]| gpu.upload(values, [rows, n]).unwrap();
        let (ux, ug, ut) = (up(x), up(g), up(t));
        let got = self.derive(gpu, Rows::new(&ux), &ug, &ut);
        for row in 0..rows as usize {
            let range = row * n as usize..(row + 1) * n as usize;
            let expected = self.twin(&x[range.clone()], &g[range.clone()], &t[range.clone()]);
            // x / strength is rounded to f32, and values are of this size.
            let worst = error(&got.value[range.clone()], &expected.value, self.scale(n, 3.0));
            assert!(worst < 1e-6, "{self:?}, row {row} of {n}: {worst:e}");
            for (got, expected) in [(&got.vjp, &expected.vjp), (&got.jvp, &expected.jvp)] {
                let worst = error(&got[range.clone()], expected, self.slope(expected));
                assert!(worst < 1e-5, "{self:?}, row {row} of {n}: {worst:e} of {:e}", largest(expected));
            }
        }
    }

    /// Every operator on rows of `n`, with a strength.
    pub fn all(n: u32, strength: f32) -> Vec<Self> {
        let kinds = [Kind::Rank, Kind::Sort, Kind::TopK(1), Kind::TopK((n / 3).max(1)), Kind::TopK(n)];
        let mut all = Vec::new();
        for kind in kinds {
            for regularization in REGULARIZATIONS {
                for direction in DIRECTIONS {
                    all.push(Self { kind, regularization, direction, strength });
                }
            }
        }
        all
    }

    pub fn derive(&self, gpu: &Gpu, x: Rows<'_>, cotangent: &Tensor<f32>, tangent: &Tensor<f32>) -> Derived<f32> {
        let run = || -> Result<[Tensor<f32>; 3]> {
            gpu.run(|rec| {
                let (regularization, direction) = (self.regularization, self.direction);
                let ranks = match self.kind {
                    Kind::Sort => {
                        let sort = SoftSort::new(self.strength).regularization(regularization).direction(direction);
                        let sorted = sort.forward(rec, x)?;
                        return Ok([sorted.value.clone(), sorted.vjp(rec, cotangent)?, sorted.jvp(rec, tangent)?]);
                    }
                    Kind::Rank => {
                        let rank = SoftRank::new(self.strength).regularization(regularization).direction(direction);
                        rank.forward(rec, x)?
                    }
                    Kind::TopK(k) => {
                        let top = SoftTopK::new(k, self.strength).regularization(regularization).direction(direction);
                        top.forward(rec, x)?
                    }
                };
                Ok([ranks.value.clone(), ranks.vjp(rec, cotangent)?, ranks.jvp(rec, tangent)?])
            })
        };
        let [value, vjp, jvp] = run().unwrap().map(|tensor| tensor.read(gpu).unwrap());
        Derived { value, vjp, jvp }
    }

    /// What values are measured by, for rows of `n` elements below `largest`: those of the largest of them.
    pub fn scale(&self, n: u32, largest: f64) -> f64 {
        match self.kind {
            Kind::Rank => f64::from(n),
            Kind::Sort => largest,
            Kind::TopK(_) => 1.0,
        }
    }

    /// What a row of derivatives is measured by: the largest of them, or of a sort, which are means of elements up to 1, those.
    pub fn slope(&self, derivatives: &[f64]) -> f64 {
        if matches!(self.kind, Kind::Sort) {
            return 1.0;
        }
        // Where values hardly move, the twin's are roundings too.
        let n = derivatives.len() as u32;
        largest(derivatives).max(1e-8 * self.scale(n, 1.0) / f64::from(self.strength))
    }

    /// Of one row.
    pub fn twin(&self, x: &[f32], cotangent: &[f32], tangent: &[f32]) -> Derived<f64> {
        let (x, cotangent, tangent) = (to_f64(x), to_f64(cotangent), to_f64(tangent));
        let regularization = twin_regularization(self.regularization);
        let direction = twin_direction(self.direction);
        let strength = f64::from(self.strength);
        match self.kind {
            Kind::Rank => Derived {
                value: twin::soft_rank(&x, regularization, strength, direction),
                vjp: twin::soft_rank_vjp(&x, regularization, strength, direction, &cotangent),
                jvp: twin::soft_rank_jvp(&x, regularization, strength, direction, &tangent),
            },
            Kind::Sort => Derived {
                value: twin::soft_sort(&x, regularization, strength, direction),
                vjp: twin::soft_sort_vjp(&x, regularization, strength, direction, &cotangent),
                jvp: twin::soft_sort_jvp(&x, regularization, strength, direction, &tangent),
            },
            Kind::TopK(k) => {
                // The smallest of x are the largest of -x.
                let sign = if self.direction == Direction::Descending { 1.0 } else { -1.0 };
                let signed = |row: &[f64]| row.iter().map(|v| v * sign).collect::<Vec<_>>();
                let (k, x) = (k as usize, signed(&x));
                Derived {
                    value: twin::soft_top_k(&x, k, regularization, strength),
                    vjp: signed(&twin::soft_top_k_vjp(&x, k, regularization, strength, &cotangent)),
                    jvp: twin::soft_top_k_jvp(&x, k, regularization, strength, &signed(&tangent)),
                }
            }
        }
    }
}

pub fn twin_regularization(regularization: Regularization) -> twin::Regularization {
    match regularization {
        Regularization::L2 => twin::Regularization::L2,
        Regularization::Kl => twin::Regularization::Kl,
    }
}

pub fn twin_direction(direction: Direction) -> twin_segmented::Direction {
    match direction {
        Direction::Ascending => twin_segmented::Direction::Ascending,
        Direction::Descending => twin_segmented::Direction::Descending,
    }
}

/// `count` numbers in [-scale, scale).
pub fn noise(seed: u64, count: usize, scale: f64) -> Vec<f32> {
    let mut random = Random::new(seed);
    (0..count).map(|_| (random.uniform() * scale) as f32).collect()
}

/// The largest difference, relative to numbers above `unit`; NaN where one is NaN.
pub fn error(got: &[f32], expected: &[f64], unit: f64) -> f64 {
    assert_eq!(got.len(), expected.len());
    got.iter().zip(expected).fold(0.0, |worst, (&g, &e)| {
        // Infinities are equal to themselves, but for their difference.
        let equal = f64::from(g).to_bits() == e.to_bits();
        let difference = if equal { 0.0 } else { (f64::from(g) - e).abs() / e.abs().max(unit) };
        if difference > worst || difference.is_nan() { difference } else { worst }
    })
}
