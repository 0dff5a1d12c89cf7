//! Rows that are copied to textures, as software drivers have them that load slowly from buffers, against rows in buffers.

use supple::permutahedron::{Permutahedron, Regularization, SoftSort};
use supple::segmented::Rows;
use supple::{Gpu, wgpu};

use crate::common::{SharedGpu, gpu, without_arrays};

use super::operators::{Derived, Kind, Operator, REGULARIZATIONS, error, noise};

/// The device of `without_arrays` without textures that shaders read and write.
fn without() -> &'static Gpu {
    static GPU: SharedGpu = SharedGpu::new();
    GPU.get(|| {
        let features = wgpu::Features::TEXTURE_ADAPTER_SPECIFIC_FORMAT_FEATURES | wgpu::Features::PASSTHROUGH_SHADERS;
        Gpu::builder().poison_memory(true).without_features(features).build().unwrap()
    })
}

/// Long rows whose stretches are summed in arrays of an invocation's own, where a device has these: noise, equal and infinite elements, an outlier,
/// and rows of other lengths.
#[test]
fn long_rows_in_arrays_agree() {
    let n = 20_001_u32;
    let forms: [fn(u32, f32) -> f32; 4] = [
        |_, v| v,
        |_, v| (v * 4.0).round(),
        |i, v| if i % 7 < 2 { [f32::INFINITY, f32::NEG_INFINITY][(i % 7) as usize] } else { v },
        |i, v| if i == 77 { 1e30 } else { v },
    ];
    let lengths = gpu().upload(&[n, 17_003], [2]).unwrap();
    let lengths_in_memory = without_arrays().upload(&[n, 17_003], [2]).unwrap();
    for form in forms {
        let x: Vec<f32> = (0..2 * n).zip(noise(9, 2 * n as usize, 3.0)).map(|(i, v)| form(i, v)).collect();
        for strength in [3.0 / n as f32, n as f32 / 4.0] {
            for operator in Operator::all(n, strength) {
                if operator.regularization != Regularization::L2 {
                    continue;
                }
                let [one, other] = [(gpu(), &lengths), (without_arrays(), &lengths_in_memory)].map(|(gpu, lengths)| {
                    let up = |values: &[f32]| gpu.upload(values, [2, n]).unwrap();
                    let (x, g) = (up(&x), up(&noise(2, x.len(), 1.0)));
                    operator.derive(gpu, Rows::new(&x).lengths(lengths), &g, &g)
                });
                expect_near(&operator, &one, &other, &x, n, "arrays");
            }
        }
    }
}

/// Long rows of which values alone are asked for, so that they are sorted without an order: rows that begin within a texel, equal elements,
/// both zeros and infinite elements.
#[test]
fn values_alone_have_the_same_bits() {
    for [rows, n] in [[1, 2049], [3, 4099], [2, 20_001]] {
        let mut x = noise(u64::from(n), (rows * n) as usize, 3.0);
        for (i, v) in x.iter_mut().enumerate() {
            match i % 97 {
                0 => *v = -0.0,
                1 => *v = 0.0,
                2 => *v = 0.75,
                3 if i < 9 => *v = f32::INFINITY,
                4 if i < 9 => *v = f32::NEG_INFINITY,
                _ => {}
            }
        }
        let soft = [3.0 / n as f32, n as f32 / 4.0].map(|strength| Operator::all(n, strength));
        for operator in soft.into_iter().flatten() {
            let Operator { kind: Kind::Sort, regularization, direction, strength } = operator else { continue };
            let sort = SoftSort::new(strength).regularization(regularization).direction(direction);
            for gpu in [without_arrays(), without()] {
                let x = gpu.upload(&x, [rows, n]).unwrap();
                let alone = gpu.run(|rec| sort.value(rec, &x)).unwrap().read(gpu).unwrap();
                let forward = gpu.run(|rec| sort.forward(rec, &x)).unwrap().value.read(gpu).unwrap();
                let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
                assert!(bits(&alone) == bits(&forward), "{operator:?}, {rows} x {n}");
            }
        }
    }
}

/// Both forms of an operator on rows, of which some take part for a shorter length.
fn derive(operator: &Operator, [rows, n]: [u32; 2], x: &[f32], lengths: Option<&[u32]>) -> [Derived<f32>; 2] {
    let g = noise(2, x.len(), 1.0);
    [without_arrays(), without()].map(|gpu| {
        let up = |values: &[f32]| gpu.upload(values, [rows, n]).unwrap();
        let (x, g) = (up(x), up(&g));
        let lengths = lengths.map(|lengths| gpu.upload(lengths, [rows]).unwrap());
        let mut rows = Rows::new(&x);
        if let Some(lengths) = &lengths {
            rows = rows.lengths(lengths);
        }
        operator.derive(gpu, rows, &g, &g)
    })
}

fn bits(derived: &Derived<f32>) -> Vec<u32> {
    [&derived.value, &derived.vjp, &derived.jvp].into_iter().flatten().map(|v| v.to_bits()).collect()
}

/// Rows that several lanes share are fitted the same way in both.
#[test]
fn long_rows_have_the_same_bits() {
    for [rows, n] in [[2, 2049], [1, 20_001]] {
        let x = noise(u64::from(n), (rows * n) as usize, 3.0);
        // Of both directions one.
        for operator in Operator::all(n, 3.0 / n as f32).into_iter().step_by(2) {
            let [one, other] = derive(&operator, [rows, n], &x, None);
            assert!(bits(&one) == bits(&other), "{operator:?}, {rows} x {n}");
        }
    }
}

/// Largest errors of the values, relative to what they are measured by.
fn agree(operator: &Operator, [rows, n]: [u32; 2], x: &[f32], lengths: Option<&[u32]>, context: &str) {
    let [one, other] = derive(operator, [rows, n], x, lengths);
    expect_near(operator, &one, &other, x, n, context);
}

/// Values in the units of ranks or elements.
fn expect_near(operator: &Operator, one: &Derived<f32>, other: &Derived<f32>, x: &[f32], n: u32, context: &str) {
    let finite = x.iter().filter(|v| v.is_finite());
    let (least, most) = finite.fold((0.0_f32, 0.0_f32), |(least, most), &v| (least.min(v), most.max(v)));
    let is_sort = matches!(operator.kind, Kind::Sort);
    let unit = if is_sort { f64::from(most - least) } else { f64::from(n) };
    for (i, (&got, &expected)) in one.value.iter().zip(&other.value).enumerate() {
        let same = got.to_bits() == expected.to_bits() || (got.is_nan() && expected.is_nan());
        let worst = error(&[got], &[f64::from(expected)], unit);
        assert!(same || worst < 2e-6, "{context}: {operator:?}, rows of {n}, element {i}: {got} for {expected}");
    }
}

/// Rows that an invocation fits alone: lengths around those of words of bits, of runs and of the longest such row.
#[test]
fn rows_of_an_invocation_agree() {
    for [rows, n] in [[1, 65], [3, 96], [9, 129], [2, 1000], [1, 1025], [1, 2048]] {
        let x = noise(u64::from(n), (rows * n) as usize, 3.0);
        let takes_part: Vec<u32> = (0..rows).map(|row| (row * 37 + 11) % (n + 1)).collect();
        for strength in if n < 1000 { vec![0.3 / n as f32, 3.0 / n as f32] } else { vec![3.0 / n as f32] } {
            for operator in Operator::all(n, strength).into_iter().step_by(2) {
                agree(&operator, [rows, n], &x, None, "noise");
                if n < 1000 {
                    agree(&operator, [rows, n], &x, Some(&takes_part), "lengths");
                }
            }
        }
    }
}

/// Equal elements, rows in order, infinite elements, NaN and outliers.
#[test]
fn forms_of_rows_agree() {
    let n = 200_u32;
    let forms: [fn(u32) -> f32; 8] = [
        |_| 0.75,
        |i| i as f32,
        |i| -(i as f32),
        |i| (i * 7 % 5) as f32 / 4.0,
        |i| if i % 3 == 0 { -0.0 } else { (i % 2) as f32 },
        |i| [f32::INFINITY, 1.0, f32::NEG_INFINITY, 2.5, 1.25][(i * 3 % 5) as usize],
        |i| if i == 77 { f32::NAN } else { i as f32 },
        |i| if i == 77 { 1e30 } else { (i * 13 % 200) as f32 / 100.0 },
    ];
    for form in forms {
        let x: Vec<f32> = (0..n).map(form).collect();
        for strength in [0.01, 30.0] {
            for operator in Operator::all(n, strength) {
                agree(&operator, [1, n], &x, None, "forms");
            }
        }
    }
}

/// Projections, whose targets are given and sorted too.
#[test]
fn projections_agree() {
    for [rows, n] in [[3, 100], [2, 1000], [1, 3000]] {
        let (z, w) = (noise(1, (rows * n) as usize, 4.0), noise(2, (rows * n) as usize, 2.0));
        for regularization in REGULARIZATIONS {
            let [one, other] = [without_arrays(), without()].map(|gpu| {
                let up = |values: &[f32]| gpu.upload(values, [rows, n]).unwrap();
                let projection = Permutahedron::new().regularization(regularization);
                gpu.run(|rec| projection.project(rec, &up(&z), &up(&w))).unwrap().read(gpu).unwrap()
            });
            let expected: Vec<f64> = other.iter().map(|&v| f64::from(v)).collect();
            assert!(error(&one, &expected, 4.0) < 2e-6, "{regularization:?}, {rows} x {n}");
        }
    }
}
