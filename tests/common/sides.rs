//! Series of unequal lengths, and the twins of everything that is set for them.

use supple::reference::soft_dtw as reference;
use supple::soft_dtw::{Band, Cost, Kind, Lengths, Pairs, Series, SoftDtw};
use supple::{Gpu, Tensor};

use super::{Random, twin_cost};

pub const KINDS: [Kind; 7] = [
    Kind::Value,
    Kind::Divergence,
    Kind::Sharp,
    Kind::SharpDivergence,
    Kind::MeanCost,
    Kind::MeanCostDivergence,
    Kind::Hard,
];

pub fn twin_kind(kind: Kind) -> reference::Kind {
    match kind {
        Kind::Value => reference::Kind::Value,
        Kind::Divergence => reference::Kind::Divergence,
        Kind::Sharp => reference::Kind::Sharp,
        Kind::SharpDivergence => reference::Kind::SharpDivergence,
        Kind::MeanCost => reference::Kind::MeanCost,
        Kind::MeanCostDivergence => reference::Kind::MeanCostDivergence,
        Kind::Hard => reference::Kind::Hard,
    }
}

pub fn twin_band(band: Band) -> Option<reference::Band> {
    match band {
        Band::None => None,
        Band::SakoeChiba(radius) => Some(reference::Band::SakoeChiba(radius)),
        Band::Itakura(slope) => Some(reference::Band::Itakura(f64::from(slope))),
    }
}

/// Two sides of series of unequal lengths, padded with NaN, which must never be read.
pub struct Sides {
    pub dim: usize,
    pub x: Vec<Vec<f32>>,
    pub y: Vec<Vec<f32>>,
}

impl Sides {
    pub fn walks(seed: u64, x_lengths: &[usize], y_lengths: &[usize], dim: usize) -> Self {
        let mut random = Random::new(seed);
        let mut side = |lengths: &[usize]| lengths.iter().map(|&length| random.walks(1, length, dim)).collect();
        Self { dim, x: side(x_lengths), y: side(y_lengths) }
    }

    pub fn upload(&self, gpu: &Gpu) -> [(Tensor<f32>, Lengths); 2] {
        [&self.x, &self.y].map(|side| {
            let lengths: Vec<u32> = side.iter().map(|series| (series.len() / self.dim) as u32).collect();
            let longest = *lengths.iter().max().unwrap();
            let mut padded = vec![f32::NAN; side.len() * longest as usize * self.dim];
            for (row, series) in padded.chunks_mut(longest as usize * self.dim).zip(side) {
                row[..series.len()].copy_from_slice(series);
            }
            let tensor = gpu.upload(&padded, [side.len() as u32, longest, self.dim as u32]).unwrap();
            (tensor, Lengths::new(&lengths).unwrap())
        })
    }

    /// Bits of the value alone, and of the value and both gradients; with lengths, or of series that are all as long.
    pub fn bits(&self, gpu: &Gpu, dtw: &SoftDtw, lengths: bool) -> [Vec<u32>; 4] {
        let [(x, x_lengths), (y, y_lengths)] = self.upload(gpu);
        let (mut x, mut y) = (Series::new(&x), Series::new(&y));
        if lengths {
            (x, y) = (x.lengths(&x_lengths), y.lengths(&y_lengths));
        }
        let value = gpu.run(|rec| dtw.value(rec, x, y)).unwrap();
        let result = gpu.run(|rec| dtw.value_and_grad(rec, x, y)).unwrap();
        let bits = |values: Vec<f32>| values.into_iter().map(f32::to_bits).collect();
        [&value, &result.value, &result.grad_x, &result.grad_y].map(|tensor| bits(tensor.read(gpu).unwrap()))
    }
}

/// The pairs by number that `pairs` stands for.
pub fn listed(sides: &Sides, pairs: &Pairs) -> Vec<(u32, u32)> {
    match pairs {
        Pairs::Aligned => (0..sides.x.len() as u32).map(|i| (i, i)).collect(),
        Pairs::All => (0..sides.x.len() as u32).flat_map(|i| (0..sides.y.len() as u32).map(move |j| (i, j))).collect(),
        Pairs::List(list) => list.to_vec(),
    }
}

/// Huber's cost of the distance, of two numbers for each channel, with one twist so that nothing is symmetric.
pub const HUBER: &str = "
alias Sums = vec2<f32>;
fn term(x: f32, y: f32, channel: u32) -> Sums {
    let d = x - y;
    return vec2(d * d, f32(channel + 1u) * 0.1 * x);
}
fn cost(sums: Sums) -> f32 {
    let r = sqrt(sums.x);
    return select(r - 0.5, 0.5 * sums.x, r < 1.0) + sums.y * sums.y;
}
fn cost_gradient(sums: Sums) -> Sums {
    return vec2(select(0.5 * inverseSqrt(sums.x), 0.5, sums.x < 1.0), 2.0 * sums.y);
}
fn term_gradient(x: f32, y: f32, channel: u32, weight: Sums) -> vec2<f32> {
    let g = 2.0 * weight.x * (x - y);
    return vec2(g + weight.y * f32(channel + 1u) * 0.1, -g);
}";

pub struct Huber;

impl reference::GroundCost for Huber {
    fn cost(&self, x: &[f64], y: &[f64]) -> f64 {
        let squared: f64 = x.iter().zip(y).map(|(a, b)| (a - b).powi(2)).sum();
        let tilt: f64 = x.iter().zip(1..).map(|(a, k)| 0.1 * f64::from(k) * a).sum();
        let r = squared.sqrt();
        (if r < 1.0 { 0.5 * squared } else { r - 0.5 }) + tilt * tilt
    }

    fn add_gradient(&self, x: &[f64], y: &[f64], weight: f64, grad_x: &mut [f64], grad_y: &mut [f64]) {
        let squared: f64 = x.iter().zip(y).map(|(a, b)| (a - b).powi(2)).sum();
        let tilt: f64 = x.iter().zip(1..).map(|(a, k)| 0.1 * f64::from(k) * a).sum();
        let slope = if squared < 1.0 { 1.0 } else { 1.0 / squared.sqrt() };
        for k in 0..x.len() {
            let g = weight * slope * (x[k] - y[k]);
            grad_x[k] += g + weight * 2.0 * tilt * 0.1 * (k + 1) as f64;
            grad_y[k] -= g;
        }
    }
}

/// The twin of any cost of these tests.
pub enum Twin {
    Known(reference::Cost),
    Huber,
}

impl Twin {
    pub fn of(cost: &Cost, gamma: f32) -> Self {
        if matches!(cost, Cost::Custom(_)) { Self::Huber } else { Self::Known(twin_cost(cost, gamma)) }
    }
}

impl reference::GroundCost for Twin {
    fn cost(&self, x: &[f64], y: &[f64]) -> f64 {
        match self {
            Self::Known(cost) => cost.cost(x, y),
            Self::Huber => Huber.cost(x, y),
        }
    }

    fn add_gradient(&self, x: &[f64], y: &[f64], weight: f64, grad_x: &mut [f64], grad_y: &mut [f64]) {
        match self {
            Self::Known(cost) => cost.add_gradient(x, y, weight, grad_x, grad_y),
            Self::Huber => Huber.add_gradient(x, y, weight, grad_x, grad_y),
        }
    }
}
