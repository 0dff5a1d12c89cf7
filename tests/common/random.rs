//! Pseudo-random test data, for tests and benches.

/// A stream of pseudo-random numbers, the same on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Uniform in [-1, 1).
    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 / (1_u64 << 53) as f64) * 2.0 - 1.0
    }

    /// `count` z-normalised random walks of `length` steps in `dim` channels, `[count, length, dim]`.
    pub fn walks(&mut self, count: usize, length: usize, dim: usize) -> Vec<f32> {
        let mut all = Vec::with_capacity(count * length * dim);
        for _ in 0..count {
            let mut series = vec![0.0; length * dim];
            for k in 0..dim {
                let mut position = 0.0;
                let walk: Vec<f64> = (0..length)
                    .map(|_| {
                        position += self.uniform();
                        position
                    })
                    .collect();
                let mean = walk.iter().sum::<f64>() / length as f64;
                let deviation = (walk.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / length as f64).sqrt();
                for (i, v) in walk.iter().enumerate() {
                    series[i * dim + k] = (v - mean) / deviation.max(1e-9);
                }
            }
            all.extend(series.iter().map(|&v| v as f32));
        }
        all
    }
}
