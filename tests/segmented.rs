//! Sorting, against the twin in f64.

mod common;

use common::{Random, gpu};
use proptest::prelude::*;
use supple::reference::segmented as twin;
use supple::segmented::{Direction, Rows, Sort, Sorted};
use supple::{Gpu, Tensor, wgpu};

const DIRECTIONS: [Direction; 2] = [Direction::Ascending, Direction::Descending];

/// A batch on the host.
#[derive(Debug, Clone, Default)]
struct Batch {
    n: usize,
    values: Vec<f32>,
    lengths: Option<Vec<u32>>,
    mask: Option<Vec<u32>>,
}

impl Batch {
    fn new(n: usize, values: Vec<f32>) -> Self {
        Self { n, values, ..Self::default() }
    }

    /// Rows in which ties, zeros of either sign, infinities, NaN and denormals are frequent.
    fn awkward(rows: usize, n: usize, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut draw = || {
            let value = random.uniform() as f32;
            let kind = ((random.uniform() + 1.0) * 16.0) as u32;
            match kind {
                0 => 0.0,
                1 => -0.0,
                2 => f32::INFINITY,
                3 => f32::NEG_INFINITY,
                4 => f32::NAN,
                5 => -f32::NAN,
                6 => value * f32::MIN_POSITIVE,
                7 => f32::from_bits(1),
                8..16 => (value * 4.0).round(),
                16..20 => value * 1e30,
                _ => value,
            }
        };
        Self::new(n, (0..rows * n).map(|_| draw()).collect())
    }

    fn with_lengths(mut self, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut draw = || ((random.uniform() + 1.0) * 0.6 * (self.n + 1) as f64) as u32;
        self.lengths = Some((0..self.rows()).map(|_| draw()).collect());
        self
    }

    fn with_mask(mut self, seed: u64) -> Self {
        let mut random = Random::new(seed);
        self.mask = Some(self.values.iter().map(|_| u32::from(random.uniform() > -0.3) * 7).collect());
        self
    }

    fn rows(&self) -> usize {
        self.values.len() / self.n.max(1)
    }

    fn takes_part(&self, row: usize, i: usize) -> bool {
        self.lengths.as_ref().is_none_or(|lengths| i < lengths[row] as usize)
            && self.mask.as_ref().is_none_or(|mask| mask[row * self.n + i] != 0)
    }

    /// Orders and counts, by the twin.
    fn expected(&self, direction: Direction) -> (Vec<u32>, Vec<u32>) {
        let direction = match direction {
            Direction::Ascending => twin::Direction::Ascending,
            Direction::Descending => twin::Direction::Descending,
        };
        let (mut order, mut counts) = (Vec::new(), Vec::new());
        for row in 0..self.rows() {
            let (part, rest): (Vec<usize>, Vec<usize>) = (0..self.n).partition(|&i| self.takes_part(row, i));
            let keys: Vec<f64> = part.iter().map(|&i| f64::from(self.values[row * self.n + i])).collect();
            order.extend(twin::argsort(&keys, direction).iter().map(|&i| part[i] as u32));
            order.extend(rest.iter().map(|&i| i as u32));
            counts.push(part.len() as u32);
        }
        (order, counts)
    }

    fn sort(&self, gpu: &Gpu, sort: &Sort) -> Sorted {
        let shape = [self.rows() as u32, self.n as u32];
        let values = gpu.upload(&self.values, shape).unwrap();
        let lengths = self.lengths.as_ref().map(|lengths| gpu.upload(lengths, [shape[0]]).unwrap());
        let mask = self.mask.as_ref().map(|mask| gpu.upload(mask, shape).unwrap());
        let mut rows = Rows::new(&values);
        if let Some(lengths) = &lengths {
            rows = rows.lengths(lengths);
        }
        if let Some(mask) = &mask {
            rows = rows.mask(mask);
        }
        let sorted = gpu.run(|rec| sort.forward(rec, rows)).unwrap();
        // What is asked for alone is the same.
        let alone = gpu.run(|rec| Ok((sort.values(rec, rows)?, sort.order(rec, rows)?))).unwrap();
        assert!(bits(&alone.0.read(gpu).unwrap()) == bits(&sorted.values.read(gpu).unwrap()));
        assert!(alone.1.read(gpu).unwrap() == sorted.order.read(gpu).unwrap());
        sorted
    }

    /// Sorts in both directions and compares with the twin, to the bit but for those of NaN.
    fn check(&self, gpu: &Gpu, sort: &Sort) {
        for direction in DIRECTIONS {
            let what = format!("{} rows of {}, {direction:?}", self.rows(), self.n);
            let sorted = self.sort(gpu, &sort.clone().direction(direction));
            let (order, counts) = self.expected(direction);
            let found = sorted.order.read(gpu).unwrap();
            let wrong = found.iter().zip(&order).position(|(a, b)| a != b);
            assert_eq!(wrong.map(|at| (at, found[at], order[at])), None, "{what}: order");
            let values = sorted.values.read(gpu).unwrap();
            for (at, (value, &i)) in values.iter().zip(&order).enumerate() {
                let (row, place) = (at / self.n, at % self.n);
                let expected = self.values[row * self.n + i as usize];
                let expected = if place < counts[row] as usize { expected } else { 0.0 };
                assert!(
                    value.to_bits() == expected.to_bits() || value.is_nan() && expected.is_nan(),
                    "{what}: {value} at {place} of row {row}, not {expected}"
                );
            }
            assert_eq!(sorted.counts.is_some(), self.lengths.is_some() || self.mask.is_some());
            if let Some(found) = sorted.counts {
                assert!(found.read(gpu).unwrap() == counts, "{what}: counts");
            }
        }
    }
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

#[test]
fn lengths_of_rows() {
    for n in [
        1, 2, 3, 7, 8, 9, 31, 63, 64, 65, 127, 128, 129, 255, 257, 1000, 1023, 1024, 1025, 2047, 2048, 2049, 4097,
        10_007,
    ] {
        for rows in [1, 3, 20] {
            Batch::awkward(rows, n, n as u64).check(gpu(), &Sort::new());
        }
    }
}

#[test]
fn rows_of_no_elements_and_no_rows() {
    for shape in [[0, 5], [5, 0], [0, 0]] {
        let values = gpu().upload::<f32>(&[], shape).unwrap();
        let lengths = gpu().upload(&vec![3; shape[0] as usize], [shape[0]]).unwrap();
        let rows = Rows::new(&values).lengths(&lengths);
        let sorted = gpu().run(|rec| Sort::new().forward(rec, rows)).unwrap();
        assert!(sorted.values.read(gpu()).unwrap().is_empty());
        assert!(sorted.order.read(gpu()).unwrap().is_empty());
        let counts = sorted.counts.unwrap().read(gpu()).unwrap();
        assert_eq!(counts, vec![0; shape[0] as usize]);
    }
}

#[test]
fn lengths_and_masks() {
    for n in [1, 5, 64, 100, 1000, 3000, 5000] {
        let batch = Batch::awkward(9, n, 5);
        batch.clone().with_lengths(6).check(gpu(), &Sort::new());
        batch.clone().with_mask(7).check(gpu(), &Sort::new());
        batch.with_lengths(8).with_mask(9).check(gpu(), &Sort::new());
    }
}
