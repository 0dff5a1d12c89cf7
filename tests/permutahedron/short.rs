//! Rows of up to 64 elements, and under L2 of up to 1024, which a software driver does in one pass: lengths around those at which something changes, and that
//! pass against the one for rows of any length.

use supple::permutahedron::{SoftRank, SoftSort, SoftTopK};
use supple::segmented::Rows;
use supple::{Gpu, wgpu};

use super::operators::{DIRECTIONS, Kind, Operator, REGULARIZATIONS, error, noise};
use crate::common::{SharedGpu, gpu};

/// A device on which short rows are done as long ones.
fn without() -> &'static Gpu {
    static GPU: SharedGpu = SharedGpu::new();
    GPU.get(|| Gpu::builder().without_features(wgpu::Features::SHADER_F64).poison_memory(true).build().unwrap())
}

fn agree(rows: u32, n: u32, x: &[f32], strength: f32, context: &str) {
    let g = noise(2, x.len(), 1.0);
    for operator in Operator::all(n, strength) {
        let [one, other] = [gpu(), without()].map(|gpu| {
            let up = |values: &[f32]| gpu.upload(values, [rows, n]).unwrap();
            let (x, g) = (up(x), up(&g));
            operator.derive(gpu, Rows::new(&x), &g, &g)
        });
        let of_x = if matches!(operator.kind, Kind::Sort) { 1.0 } else { f64::from(strength) };
        let largest = x.iter().filter(|v| v.is_finite()).fold(0.0_f32, |a, v| a.max(v.abs()));
        let unit = if matches!(operator.kind, Kind::Sort) { f64::from(largest) } else { f64::from(n) };
        for (got, expected, unit) in [
            (&one.value, &other.value, unit),
            (&one.vjp, &other.vjp, f64::from(n) / of_x),
            (&one.jvp, &other.jvp, f64::from(n) / of_x),
        ] {
            let expected: Vec<f64> = expected.iter().map(|&v| f64::from(v)).collect();
            for (i, (&got, expected)) in got.iter().zip(&expected).enumerate() {
                let same = got.is_nan() && expected.is_nan();
                let worst = error(&[got], &[*expected], unit);
                assert!(
                    same || worst < 2e-6,
                    "{context}: {operator:?}, {rows} x {n}, element {i}: {got} for {expected}"
                );
            }
        }
    }
}

/// Sixteens and words of bits, rows that begin at multiples of four elements and others, and batches that do not fill a workgroup.
#[test]
fn rows_of_every_short_length() {
    let lengths = [
        1, 2, 3, 4, 15, 16, 17, 31, 32, 33, 47, 60, 63, 64, 65, 66, 100, 127, 128, 129, 500, 961, 1000, 1023, 1024,
        1025,
    ];
    for (n, rows) in lengths.into_iter().zip([1_u32, 7, 8, 9, 33].into_iter().cycle()) {
        let x = noise(u64::from(n), (rows * n) as usize, 3.0);
        agree(rows, n, &x, 3.0 / n as f32, "noise");
    }
}

/// Elements that are equal, rows that are constant, sorted or reversed, and blocks that are pooled since they are equal.
#[test]
fn ties_and_forms() {
    let forms: [fn(u32) -> f32; 5] = [
        |_| 0.75,
        |i| i as f32,
        |i| -(i as f32),
        |i| (i * 7 % 5) as f32 / 4.0,
        |i| if i % 3 == 0 { -0.0 } else { (i % 2) as f32 },
    ];
    for n in [2_u32, 9, 63, 64, 65, 200, 1024] {
        for strength in [0.25, 1.0, 4.0] {
            let x: Vec<f32> = forms.iter().flat_map(|form| (0..n).map(form)).collect();
            agree(forms.len() as u32, n, &x, strength, "forms");
        }
    }
}

/// Infinite elements of either sign, whole rows of them, NaN, and very large numbers.
#[test]
fn elements_that_are_far_apart_or_no_numbers() {
    for n in [64, 100, 1000] {
        far_apart_or_no_numbers(n);
    }
}

fn far_apart_or_no_numbers(n: u32) {
    let rows = 7_u32;
    let mut x = noise(1, (rows * n) as usize, 2.0);
    let row = |k: usize| k * n as usize;
    for (at, value) in [
        (3, f32::INFINITY),
        (17, f32::NEG_INFINITY),
        (40, f32::INFINITY),
        (row(1) + 63, f32::NAN),
        (row(2), -f32::NAN),
        (row(2) + 5, f32::INFINITY),
        (row(4) + 9, f32::NEG_INFINITY),
    ] {
        x[at] = value;
    }
    x[row(3)..row(4)].fill(f32::INFINITY);
    x[row(5) + 1..row(6)].fill(f32::NEG_INFINITY);
    agree(rows, n, &x, 0.1, "infinite");
    for (k, v) in x[row(6)..].iter_mut().enumerate() {
        *v = [3.0e28, -3.0e28, 17.0, 1.0e9, -4.0][k % 5] * (1.0 + k as f32 / 1000.0);
    }
    agree(1, n, &x[row(6)..], 0.1, "large");
}

/// The same bits in a batch of one.
#[test]
fn bits_do_not_depend_on_the_batch() {
    for (rows, n) in [(1000, 64), (100, 200)] {
        are_bits_of_one_row(rows, n);
    }
}

fn are_bits_of_one_row(rows: u32, n: u32) {
    let (x, g) = (noise(1, (rows * n) as usize, 3.0), noise(2, (rows * n) as usize, 1.0));
    for operator in Operator::all(n, 0.06) {
        let run = |range: std::ops::Range<usize>| {
            let shape = [(range.len() / n as usize) as u32, n];
            let (x, g) = (gpu().upload(&x[range.clone()], shape).unwrap(), gpu().upload(&g[range], shape).unwrap());
            operator.derive(gpu(), Rows::new(&x), &g, &g)
        };
        let all = run(0..x.len());
        for row in [0, 1, rows as usize / 2, rows as usize - 1] {
            let range = row * n as usize..(row + 1) * n as usize;
            let one = run(range.clone());
            assert!(
                one.value == all.value[range.clone()] && one.vjp == all.vjp[range.clone()] && one.jvp == all.jvp[range]
            );
        }
    }
}

/// Values alone are found without the order.
#[test]
fn values_alone_are_the_same() {
    for (rows, n) in [(9_u32, 64_u32), (5, 31), (5, 100), (4, 999)] {
        let mut x = noise(1, (rows * n) as usize, 3.0);
        x[3] = f32::INFINITY;
        x[n as usize + 3] = f32::NAN;
        x[2 * n as usize..3 * n as usize].fill(-0.0);
        let x = gpu().upload(&x, [rows, n]).unwrap();
        let bits = |tensor: supple::Tensor<f32>| {
            tensor.read(gpu()).unwrap().iter().map(|v| (v + 0.0).to_bits()).collect::<Vec<_>>()
        };
        for (direction, regularization) in DIRECTIONS.into_iter().zip(REGULARIZATIONS) {
            let rank = SoftRank::new(0.1).direction(direction).regularization(regularization);
            let both = gpu().run(|rec| Ok([rank.value(rec, &x)?, rank.forward(rec, &x)?.value])).unwrap();
            let [alone, forward] = both.map(bits);
            assert_eq!(alone, forward);
            let sort = SoftSort::new(10.0).direction(direction);
            let both = gpu().run(|rec| Ok([sort.value(rec, &x)?, sort.forward(rec, &x)?.value])).unwrap();
            let [alone, forward] = both.map(bits);
            assert_eq!(alone, forward);
            let top = SoftTopK::new(3, 0.5).direction(direction);
            let both = gpu().run(|rec| Ok([top.value(rec, &x)?, top.forward(rec, &x)?.value])).unwrap();
            let [alone, forward] = both.map(bits);
            assert_eq!(alone, forward);
        }
    }
}

/// A caller's tensors that begin anywhere, with rows that could be read in fours.
#[test]
fn tensors_that_begin_anywhere() {
    let values = noise(1, 5 * 32, 2.0);
    let upload = |offset: u64| {
        let buffer = gpu().device().create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: 2048,
            usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let x = supple::Tensor::<f32>::from_buffer(&buffer, offset, [5, 32]).unwrap();
        gpu().write(&x, &values).unwrap();
        x
    };
    for regularization in REGULARIZATIONS {
        let rank = SoftRank::new(0.1).regularization(regularization);
        let run = |x: u64, out: u64| {
            let (x, out) = (upload(x), upload(out));
            gpu().run(|rec| rank.value_into(rec, &x, &out)).unwrap();
            out.read(gpu()).unwrap()
        };
        let expected = run(0, 0);
        for (x, out) in [(4, 0), (0, 4), (8, 12), (16, 16)] {
            assert_eq!(run(x, out), expected);
        }
    }
}
