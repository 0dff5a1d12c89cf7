//! Sorting, against the twin in f64.

#![allow(clippy::cast_sign_loss, reason = "what is drawn is not negative")]

mod common;

use common::{Random, gpu};
use proptest::prelude::*;
use supple::reference::segmented as twin;
use supple::segmented::{Direction, Rows, Sort, Sorted, Strategy};
use supple::{Gpu, Tensor, wgpu};

/// Both ways to sort, as each adapter has one of its own.
fn sorts() -> [Sort; 2] {
    [Strategy::Invocations, Strategy::Workgroups].map(|strategy| Sort::new().strategy(strategy))
}

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
        gpu.run(|rec| sort.forward(rec, rows)).unwrap()
    }

    /// Sorts in both directions and compares with the twin, to the bit but for those of NaN.
    fn check(&self, gpu: &Gpu, sorts: &[Sort]) {
        for (sort, direction) in sorts.iter().flat_map(|sort| DIRECTIONS.map(|direction| (sort, direction))) {
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

/// Around the sizes at which the work is done in another way: columns of 16 and runs of 64 elements and four times as many, tiles of powers
/// of two up to 2048, and rows of which there are too few for runs.
#[test]
fn lengths_of_rows() {
    for n in [1, 2, 3, 7, 15, 16, 17, 31, 32, 33, 63, 64, 65, 255, 256, 257, 1000, 1024, 1025, 2047, 2048, 2049] {
        Batch::awkward(16, n, n as u64).check(gpu(), &sorts());
    }
    for n in [65, 100, 2047, 2049, 4096, 4097, 10_007] {
        for rows in [1, 3] {
            Batch::awkward(rows, n, n as u64).check(gpu(), &sorts());
        }
    }
    for n in [4096, 4097, 8192, 8193] {
        Batch::awkward(17, n, n as u64).check(gpu(), &sorts()[..1]);
    }
}

#[test]
fn numbers_of_rows() {
    for rows in [1, 2, 7, 8, 9, 15, 31, 32, 33, 63, 64, 65, 127, 2049] {
        Batch::awkward(rows, 3, rows as u64).check(gpu(), &sorts());
        Batch::awkward(rows, 40, rows as u64).check(gpu(), &sorts());
    }
}

/// 70,000 workgroups of two rows each, and of 32.
#[test]
fn more_than_65535_workgroups() {
    let gpu = Gpu::new().unwrap();
    Batch::awkward(140_000, 33, 1).check(&gpu, &sorts()[..1]);
    Batch::awkward(2_240_001, 2, 1).check(&gpu, &sorts());
}

#[test]
fn ties_and_rows_in_order() {
    for n in [64, 1000, 3000] {
        for rows in [1, 16] {
            let make = |value: fn(usize, usize) -> f32| {
                let all = (0..rows * n).map(|at| value(at % n, n));
                Batch::new(n, all.collect())
            };
            make(|_, _| 1.5).check(gpu(), &sorts());
            make(|i, _| if i % 2 == 0 { 0.0 } else { -0.0 }).check(gpu(), &sorts());
            make(|i, _| i as f32 - 100.0).check(gpu(), &sorts());
            make(|i, n| (n - i) as f32).check(gpu(), &sorts());
            make(|i, _| (i % 3) as f32).check(gpu(), &sorts());
            make(|i, _| if i % 5 == 0 { f32::NAN } else { f32::INFINITY }).check(gpu(), &sorts());
        }
    }
}

#[test]
fn long_rows() {
    let mut random = Random::new(1);
    let mut uniform = |n: usize| Batch::new(n, (0..n).map(|_| random.uniform() as f32).collect());
    uniform(100_003).check(gpu(), &sorts());
    uniform(1_000_000).check(gpu(), &sorts()[..1]);
}

/// The keys are a permutation, so that the order is known without sorting.
#[test]
fn the_longest_row() {
    sorts_a_permutation(1 << 24, Strategy::Invocations);
}

/// A quarter as long, since barriers are slow on a software driver.
#[test]
fn a_very_long_row_by_workgroups() {
    sorts_a_permutation(1 << 22, Strategy::Workgroups);
}

fn sorts_a_permutation(n: u32, strategy: Strategy) {
    let gpu = Gpu::new().unwrap();
    let key = |i: u32| i.wrapping_mul(0x9e_3779) % n;
    let value = |key: u32| key as f32 - 8e6;
    let keys: Vec<f32> = (0..n).map(|i| value(key(i))).collect();
    let rows = gpu.upload(&keys, [n]).unwrap();
    let sorted = gpu.run(|rec| Sort::new().strategy(strategy).forward(rec, &rows)).unwrap();
    for (place, &i) in sorted.order.read(&gpu).unwrap().iter().enumerate() {
        assert_eq!(key(i) as usize, place);
    }
    for (place, &found) in sorted.values.read(&gpu).unwrap().iter().enumerate() {
        assert_eq!(found.to_bits(), value(place as u32).to_bits());
    }
}

/// What is asked for alone is the same.
#[test]
fn values_alone_and_the_order_alone() {
    for n in [20, 300, 5000] {
        let batch = Batch::awkward(3, n, 2);
        let rows = gpu().upload(&batch.values, [3, n as u32]).unwrap();
        for sort in sorts() {
            let both = gpu().run(|rec| sort.forward(rec, &rows)).unwrap();
            let (values, order) = gpu().run(|rec| Ok((sort.values(rec, &rows)?, sort.order(rec, &rows)?))).unwrap();
            assert_eq!(bits(&values.read(gpu()).unwrap()), bits(&both.values.read(gpu()).unwrap()));
            assert_eq!(order.read(gpu()).unwrap(), both.order.read(gpu()).unwrap());
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
    for (rows, n) in [(9, 1), (9, 5), (9, 64), (20, 100), (20, 1000), (9, 3000)] {
        let batch = Batch::awkward(rows, n, 5);
        batch.clone().with_lengths(6).check(gpu(), &sorts());
        batch.clone().with_mask(7).check(gpu(), &sorts());
        batch.with_lengths(8).with_mask(9).check(gpu(), &sorts());
    }
}

/// Rows in buffers, on a driver that reads them from textures where it can.
#[test]
fn rows_in_buffers() {
    let features = wgpu::Features::TEXTURE_ADAPTER_SPECIFIC_FORMAT_FEATURES;
    let buffers = Gpu::builder().poison_memory(true).without_features(features).build().unwrap();
    for (rows, n) in [(16, 33), (17, 64), (20, 100), (16, 1000), (16, 1025), (3, 3001)] {
        let batch = Batch::awkward(rows, n, 3);
        batch.check(&buffers, &sorts()[..1]);
        batch.with_lengths(6).with_mask(7).check(&buffers, &sorts()[..1]);
    }
}

/// Everything takes part under lengths of `n` or more, and under a mask of ones.
#[test]
fn nothing_left_out_and_everything_left_out() {
    let mut batch = Batch::awkward(3, 100, 4);
    batch.lengths = Some(vec![100, u32::MAX, 0]);
    batch.mask = Some(vec![u32::MAX; 300]);
    batch.check(gpu(), &sorts());
    batch.mask = Some(vec![0; 300]);
    batch.check(gpu(), &sorts());
}

#[test]
fn shapes_of_one_to_four_dimensions() {
    let batch = Batch::awkward(6, 4, 3).with_mask(4);
    let (order, _) = batch.expected(Direction::Ascending);
    for shape in [&[24][..], &[6, 4], &[2, 3, 4], &[1, 2, 3, 4]] {
        let shape = supple::Shape::try_from(shape).unwrap();
        let values = gpu().upload(&batch.values, shape).unwrap();
        let outer = supple::Shape::try_from(&shape.sizes()[..shape.rank() - 1]).unwrap();
        let lengths = gpu().upload(&vec![30; outer.elements() as usize], outer).unwrap();
        let mask = gpu().upload(batch.mask.as_ref().unwrap(), shape).unwrap();
        let rows = Rows::new(&values).lengths(&lengths).mask(&mask);
        let sorted = gpu().run(|rec| Sort::new().forward(rec, rows)).unwrap();
        assert_eq!((sorted.values.shape(), sorted.order.shape()), (shape, shape));
        assert_eq!(sorted.counts.unwrap().shape(), outer);
        if shape.rank() > 1 {
            assert_eq!(sorted.order.read(gpu()).unwrap(), order);
        }
    }
}

#[test]
fn payloads_go_along() {
    let batch = Batch::awkward(5, 70, 6).with_lengths(7);
    let (order, _) = batch.expected(Direction::Descending);
    let values = gpu().upload(&batch.values, [5, 70]).unwrap();
    let lengths = gpu().upload(batch.lengths.as_ref().unwrap(), [5]).unwrap();
    // Bits of NaN among them, which are to stay as they are.
    let payload: Vec<u32> = (0..350).map(|i| 0x7f80_0000 + i).collect();
    let expected: Vec<u32> = order.iter().enumerate().map(|(at, &i)| payload[at / 70 * 70 + i as usize]).collect();
    let sort = Sort::new().direction(Direction::Descending);
    let rows = Rows::new(&values).lengths(&lengths);
    let whole = gpu().upload(&payload, [5, 70]).unwrap();
    let (sorted, permuted) = gpu().run(|rec| sort.with_payload(rec, rows, &whole)).unwrap();
    assert_eq!(permuted.read(gpu()).unwrap(), expected);
    assert_eq!(
        bits(&sorted.read(gpu()).unwrap()),
        bits(&gpu().run(|rec| sort.values(rec, rows)).unwrap().read(gpu()).unwrap())
    );
    let floats: Vec<f32> = payload.iter().map(|&bits| f32::from_bits(bits)).collect();
    let floats = gpu().upload(&floats, [5, 70]).unwrap();
    let (_, permuted) = gpu().run(|rec| sort.with_payload(rec, rows, &floats)).unwrap();
    assert_eq!(bits(&permuted.read(gpu()).unwrap()), expected);
}

/// The Jacobian is a permutation, without the rows and columns of elements that take no part.
#[test]
fn derivatives() {
    for batch in [Batch::awkward(7, 90, 8), Batch::awkward(7, 90, 8).with_lengths(9).with_mask(10)] {
        let mut random = Random::new(11);
        let given: Vec<f32> = (0..630).map(|_| random.uniform() as f32).collect();
        for direction in DIRECTIONS {
            let sorted = batch.sort(gpu(), &Sort::new().direction(direction));
            let (order, counts) = batch.expected(direction);
            let (mut vjp, mut jvp) = (vec![0.0; 630], vec![0.0; 630]);
            for (at, &i) in order.iter().enumerate() {
                let (row, place) = (at / 90, at % 90);
                if place < counts[row] as usize {
                    vjp[row * 90 + i as usize] = given[at];
                    jvp[at] = given[row * 90 + i as usize];
                }
            }
            let given = gpu().upload(&given, [7, 90]).unwrap();
            let found = gpu().run(|rec| Ok((sorted.vjp(rec, &given)?, sorted.jvp(rec, &given)?))).unwrap();
            assert_eq!(found.0.read(gpu()).unwrap(), vjp);
            assert_eq!(found.1.read(gpu()).unwrap(), jvp);
        }
    }
}

#[test]
fn a_buffer_of_the_callers() {
    let batch = Batch::awkward(5, 67, 12);
    let (order, _) = batch.expected(Direction::Ascending);
    let buffer = gpu().device().create_buffer(&wgpu::BufferDescriptor {
        label: None,
        size: 8192,
        usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    gpu().queue().write_buffer(&buffer, 0, &[0x7f; 8192]);
    // 335 elements each; offsets that are no multiple of any alignment but that of an element.
    let rows = Tensor::<f32>::from_buffer(&buffer, 12, [5, 67]).unwrap();
    let lengths = Tensor::<u32>::from_buffer(&buffer, 1400, [5]).unwrap();
    let values = Tensor::<f32>::from_buffer(&buffer, 1500, [5, 67]).unwrap();
    let found = Tensor::<u32>::from_buffer(&buffer, 3004, [5, 67]).unwrap();
    gpu().write(&rows, &batch.values).unwrap();
    gpu().write(&lengths, &[67; 5]).unwrap();
    for sort in sorts() {
        gpu()
            .run(|rec| {
                sort.values_into(rec, Rows::new(&rows).lengths(&lengths), &values)?;
                sort.order_into(rec, &rows, &found)
            })
            .unwrap();
        assert_eq!(found.read(gpu()).unwrap(), order);
        let expected = gpu().run(|rec| sort.values(rec, &rows)).unwrap();
        assert_eq!(bits(&values.read(gpu()).unwrap()), bits(&expected.read(gpu()).unwrap()));
        assert_eq!(bits(&rows.read(gpu()).unwrap()), bits(&batch.values));
    }
    // Nothing beside the outputs was touched.
    let all = Tensor::<u32>::from_buffer(&buffer, 0, [2048]).unwrap().read(gpu()).unwrap();
    let used = [12..1352, 1400..1420, 1500..2840, 3004..4344];
    for (i, word) in all.iter().enumerate() {
        if !used.iter().any(|range| range.contains(&(i * 4))) {
            assert_eq!(*word, 0x7f7f_7f7f, "byte {}", i * 4);
        }
    }
}

#[test]
fn bad_input_is_an_error_that_names_it() {
    let rows = gpu().upload(&[1.0, 2.0, 3.0, 4.0], [2, 2]).unwrap();
    let refused = |what: &dyn Fn(&mut supple::Recorder<'_>) -> supple::Result<()>, argument: &str| {
        let message = gpu().run(|rec| what(rec)).unwrap_err().to_string();
        assert!(message.contains(&format!("`{argument}`")), "{message}");
    };
    let sort = Sort::new();
    let scalar = gpu().upload(&[1.0], []).unwrap();
    refused(&|rec| sort.values(rec, &scalar).map(drop), "values");
    let lengths = gpu().upload(&[1, 2, 3], [3]).unwrap();
    refused(&|rec| sort.values(rec, Rows::new(&rows).lengths(&lengths)).map(drop), "lengths");
    refused(&|rec| sort.values(rec, Rows::new(&rows).mask(&lengths)).map(drop), "mask");
    refused(&|rec| sort.with_payload(rec, &rows, &lengths).map(drop), "payload");
    refused(&|rec| sort.values_into(rec, &rows, &scalar), "values");
    refused(&|rec| sort.values_into(rec, &rows, &rows), "values");
    refused(&|rec| sort.order_into(rec, &rows, &lengths), "order");
    let mask = gpu().upload(&[1, 1, 0, 1], [2, 2]).unwrap();
    refused(&|rec| sort.order_into(rec, Rows::new(&rows).mask(&mask), &mask), "order");
    let sorted = gpu().run(|rec| sort.forward(rec, &rows)).unwrap();
    refused(&|rec| sorted.vjp(rec, &scalar).map(drop), "cotangent");
    refused(&|rec| sorted.jvp(rec, &scalar).map(drop), "tangent");
}

/// A device with low limits: rows are sorted in parts, and by invocations, since it has no workgroup memory.
#[test]
fn low_limits() {
    let ample = gpu().capabilities().limits.clone();
    let limits = |binding_bytes: u64| wgpu::Limits {
        max_storage_buffer_binding_size: binding_bytes,
        max_compute_workgroups_per_dimension: 16,
        max_storage_buffers_per_shader_stage: 8,
        max_compute_workgroup_storage_size: 0,
        max_compute_invocations_per_workgroup: 64,
        max_compute_workgroup_size_x: 64,
        min_storage_buffer_offset_alignment: 256,
        min_uniform_buffer_offset_alignment: 256,
        ..ample.clone()
    };
    for binding_bytes in [4 << 10, 15_360] {
        let small = Gpu::builder().limits(limits(binding_bytes)).poison_memory(true).build().unwrap();
        for (rows, n) in [(300, 3), (70, 61), (37, 100), (3, 900)] {
            let batch = Batch::awkward(rows, n, 13).with_lengths(14).with_mask(15);
            batch.check(&small, &[Sort::new()]);
            let sorted = batch.sort(&small, &Sort::new());
            let given = small.upload(&vec![1.0; rows * n], [rows as u32, n as u32]).unwrap();
            let vjp = small.run(|rec| sorted.vjp(rec, &given)).unwrap().read(&small).unwrap();
            for (at, value) in vjp.iter().enumerate() {
                assert_eq!(*value != 0.0, batch.takes_part(at / n, at % n));
            }
        }
        let long = small.upload(&vec![0.5; 4000], [1, 4000]).unwrap();
        let message = small.run(|rec| Sort::new().order(rec, &long)).unwrap_err().to_string();
        assert!(message.contains("max_storage_buffer_binding_size") && message.contains("4000"), "{message}");
        let short = long.reshape([40, 100]).unwrap();
        let refused = small.run(|rec| Sort::new().strategy(Strategy::Workgroups).order(rec, &short)).unwrap_err();
        assert!(refused.to_string().contains("max_compute_workgroup_storage_size"), "{refused}");
    }
}

/// Same bits whatever the batch: a row alone, and among others.
#[test]
fn a_row_is_sorted_alike_in_any_batch() {
    for n in [50, 500, 3000] {
        let batch = Batch::awkward(20, n, 16);
        let one = Batch::new(n, batch.values[n * 7..n * 8].to_vec());
        for sort in sorts() {
            let (all, alone) = (batch.sort(gpu(), &sort), one.sort(gpu(), &sort));
            let among = |values: Vec<f32>| bits(&values[n * 7..n * 8]);
            assert_eq!(among(all.values.read(gpu()).unwrap()), bits(&alone.values.read(gpu()).unwrap()));
            assert_eq!(all.order.read(gpu()).unwrap()[n * 7..n * 8], alone.order.read(gpu()).unwrap());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn agrees_with_the_twin(rows in 1..40_usize, n in 1..300_usize, seed in any::<u64>(), lengths in any::<bool>(), mask in any::<bool>()) {
        let mut batch = Batch::awkward(rows, n, seed);
        if lengths {
            batch = batch.with_lengths(seed ^ 1);
        }
        if mask {
            batch = batch.with_mask(seed ^ 2);
        }
        batch.check(gpu(), &sorts());
    }
}
