//! Random numbers from a seed, the same on every machine.

/// `SplitMix64` (Steele, Lea & Flood 2014).
pub(crate) struct Random(u64);

impl Random {
    /// One of many streams of a seed, which have nothing to do with each other.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut of_seed = Self(seed);
        Self(of_seed.bits() ^ Self(stream).bits().rotate_left(32))
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From -1 to less than 1.
    pub(crate) fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let chosen = (u128::from(self.bits()) * (last as u128 + 1)) >> 64;
            items.swap(last, chosen as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_and_repeat() {
        let numbers = |seed, stream| {
            let mut random = Random::new(seed, stream);
            [(); 4].map(|()| random.bits())
        };
        assert_eq!(numbers(1, 2), numbers(1, 2));
        for (seed, stream) in [(1, 3), (2, 2), (2, 1), (0, 0)] {
            assert_ne!(numbers(1, 2), numbers(seed, stream));
        }
        let mut random = Random::new(0, 0);
        let mean = (0..10_000).map(|_| random.uniform()).sum::<f64>() / 10_000.0;
        assert!(mean.abs() < 0.02, "{mean}");
        let mut items: Vec<u32> = (0..100).collect();
        random.shuffle(&mut items);
        assert!(!items.is_sorted());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }
}
