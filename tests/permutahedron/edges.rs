//! Rows of every size around those at which something changes, and what may go wrong in one.

use supple::permutahedron::{Regularization, SoftRank, SoftSort, SoftTopK};
use supple::reference::permutahedron as twin;
use supple::segmented::{Direction, Rows};
use supple::{Error, Gpu, Tensor, wgpu};

use super::operators::{Kind, Operator, REGULARIZATIONS, error, noise, twin_regularization};
use crate::common::{both, gpu, hardware, largest, to_f64};

fn ranks(gpu: &Gpu, regularization: Regularization, strength: f32, x: &[f32], shape: [u32; 2]) -> Vec<f32> {
    let x = gpu.upload(x, shape).unwrap();
    let rank = SoftRank::new(strength).regularization(regularization);
    gpu.run(|rec| rank.value(rec, &x)).unwrap().read(gpu).unwrap()
}

/// Stretches, tiles and workgroups of both layouts, and one element on either side.
#[test]
fn rows_of_every_size() {
    let software = [1, 2, 3, 13, 31, 32, 33, 2047, 2048, 2049, 16_383, 16_384, 16_385];
    let hardware_sizes = [31, 32, 33, 63, 64, 65, 2047, 2048, 2049, 4095, 4096, 4097, 6151];
    for (gpu, sizes) in [(gpu(), software), (hardware(), hardware_sizes)] {
        for n in sizes {
            let x = noise(u64::from(n), n as usize, 2.0);
            for regularization in REGULARIZATIONS {
                let got = ranks(gpu, regularization, 0.01, &x, [1, n]);
                let ascending = supple::reference::segmented::Direction::Ascending;
                let expected =
                    twin::soft_rank(&to_f64(&x), twin_regularization(regularization), f64::from(0.01_f32), ascending);
                assert!(error(&got, &expected, f64::from(n)) < 1e-6, "{regularization:?} {n}");
            }
        }
    }
    let empty = gpu().upload(&[], [3, 0]).unwrap();
    let ranks = gpu().run(|rec| SoftRank::new(1.0).forward(rec, &empty)).unwrap();
    assert_eq!(gpu().run(|rec| ranks.vjp(rec, &empty)).unwrap().shape().elements(), 0);
}

/// Constant, sorted and reversed rows, and steps, with strengths beyond all use: values and derivatives as the twin has them.
#[test]
fn rows_of_every_form() {
    let n = 2100;
    let forms: [fn(usize) -> f32; 5] =
        [|_| 0.7, |i| i as f32, |i| -(i as f32), |i| (i / 100) as f32, |i| ((i as f32 / 300.0).sin() * 100.0).round()];
    let (g, t) = (noise(1, n, 1.0), noise(2, n, 1.0));
    for gpu in both() {
        let up = |values: &[f32]| gpu.upload(values, [n as u32]).unwrap();
        let (ug, ut) = (up(&g), up(&t));
        for (form, make) in forms.iter().enumerate() {
            let x: Vec<f32> = (0..n).map(make).collect();
            let ux = up(&x);
            for regularization in REGULARIZATIONS {
                for strength in [1e-30_f32, 1e-3, 1.0, 1e3, 1e30] {
                    for kind in [Kind::Rank, Kind::Sort] {
                        let operator = Operator { kind, regularization, direction: Direction::Ascending, strength };
                        let got = operator.derive(gpu, Rows::new(&ux), &ug, &ut);
                        // The twin takes differences of ranks and elements of which one is divided by the strength, and would lose the
                        // other. Beyond these strengths all is hard or all is one block, and only the derivatives of ranks still change.
                        let near = strength.clamp(2.0_f32.powi(-20), 2.0_f32.powi(36));
                        let expected = Operator { strength: near, ..operator }.twin(&x, &g, &t);
                        let slope = if matches!(kind, Kind::Rank) { near / strength } else { 1.0 };
                        let name = format!("form {form}: {operator:?}");
                        let worst = error(&got.value, &expected.value, operator.scale(n as u32, largest(&to_f64(&x))));
                        assert!(worst < 1e-6, "{name}: {worst:e}");
                        for (got, expected) in [(&got.vjp, &expected.vjp), (&got.jvp, &expected.jvp)] {
                            let expected: Vec<f64> = expected.iter().map(|v| v * f64::from(slope)).collect();
                            let worst = error(got, &expected, operator.slope(&expected));
                            assert!(worst < 1e-5, "{name}: {worst:e} of {:e}", largest(&expected));
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn infinite_elements_stand_apart_and_nan_stays_in_its_row() {
    let n = 40;
    for gpu in both() {
        let mut x = noise(5, 3 * n, 2.0);
        for (at, value) in [(3, f32::INFINITY), (17, f32::NEG_INFINITY), (18, f32::INFINITY)] {
            x[at] = value;
        }
        x[n + 7] = f32::NAN;
        let g = noise(6, 3 * n, 1.0);
        let (ux, ug) = (gpu.upload(&x, [3, n as u32]).unwrap(), gpu.upload(&g, [3, n as u32]).unwrap());
        for operator in Operator::all(n as u32, 0.5) {
            let got = operator.derive(gpu, Rows::new(&ux), &ug, &ug);
            for row in [0, 2] {
                let range = row * n..(row + 1) * n;
                let expected = operator.twin(&x[range.clone()], &g[range.clone()], &g[range.clone()]);
                for (got, expected, unit) in [
                    (&got.value, &expected.value, 40.0),
                    (&got.vjp, &expected.vjp, 80.0),
                    (&got.jvp, &expected.jvp, 80.0),
                ] {
                    assert!(error(&got[range.clone()], expected, unit) < 1e-6, "{operator:?}, row {row}");
                }
            }
            for all in [&got.value, &got.vjp, &got.jvp] {
                assert!(all[n..2 * n].iter().all(|v| v.is_nan()), "{operator:?}");
            }
        }
    }
}

#[test]
fn masks_and_lengths_leave_elements_out() {
    let n = 70_usize;
    let (x, g, t) = (noise(1, 2 * n, 2.0), noise(2, 2 * n, 1.0), noise(3, 2 * n, 1.0));
    let mask: Vec<u32> = (0..2 * n as u32).map(|i| u32::from(i % 3 != 1)).collect();
    let lengths = [50_u32, 0];
    for gpu in both() {
        let up = |values: &[f32]| gpu.upload(values, [2, n as u32]).unwrap();
        let (ux, ug, ut) = (up(&x), up(&g), up(&t));
        let (mask_tensor, length_tensor) =
            (gpu.upload(&mask, [2, n as u32]).unwrap(), gpu.upload(&lengths, [2]).unwrap());
        for operator in Operator::all(20, 0.3) {
            let got = operator.derive(gpu, Rows::new(&ux).mask(&mask_tensor).lengths(&length_tensor), &ug, &ut);
            let keep: Vec<usize> = (0..50).filter(|&i| mask[i] == 1).collect();
            let of = |row: &[f32]| keep.iter().map(|&i| row[i]).collect::<Vec<_>>();
            // A sorted row begins with those that take part.
            let is_sort = matches!(operator.kind, Kind::Sort);
            let sorted_side: Vec<usize> = if is_sort { (0..keep.len()).collect() } else { keep.clone() };
            let cotangent: Vec<f32> = sorted_side.iter().map(|&i| g[i]).collect();
            let expected = operator.twin(&of(&x), &cotangent, &of(&t));
            for (got, expected, places) in [
                (&got.value, &expected.value, &sorted_side),
                (&got.vjp, &expected.vjp, &keep),
                (&got.jvp, &expected.jvp, &sorted_side),
            ] {
                let mut all = vec![0.0; 2 * n];
                places.iter().zip(expected).for_each(|(&at, value)| all[at] = *value);
                assert!(error(got, &all, 100.0) < 1e-6, "{operator:?}");
            }
        }
    }
}

/// More workgroups than one dimension of a dispatch has, and the same bits as in a batch of one.
#[test]
fn many_rows_and_the_same_bits() {
    let (rows, n) = (550_000_u32, 3_u32);
    let x = noise(4, (rows * n) as usize, 2.0);
    for regularization in REGULARIZATIONS {
        let all = ranks(gpu(), regularization, 0.5, &x, [rows, n]);
        for row in [0, 1, 77_777, 524_281, 549_999] {
            let range = row * 3..row * 3 + 3;
            assert_eq!(ranks(gpu(), regularization, 0.5, &x[range.clone()], [1, n]), all[range]);
        }
        let all = ranks(hardware(), regularization, 0.01, &x[..12_000], [4, 3000]);
        let one = ranks(hardware(), regularization, 0.01, &x[3000..6000], [1, 3000]);
        assert_eq!(one, all[3000..6000]);
    }
}

/// A binding holds few rows: parts, and the same bits.
#[test]
fn low_limits() {
    let ample = gpu().capabilities().limits.clone();
    let limits = wgpu::Limits { max_storage_buffer_binding_size: 64 << 10, ..ample };
    let small = Gpu::builder().limits(limits).poison_memory(true).build().unwrap();
    let (rows, n) = (37, 300);
    let (x, g) = (noise(1, 37 * 300, 2.0), noise(2, 37 * 300, 1.0));
    for operator in Operator::all(n, 0.2) {
        let run = |gpu: &Gpu| {
            let (x, g) = (gpu.upload(&x, [rows, n]).unwrap(), gpu.upload(&g, [rows, n]).unwrap());
            operator.derive(gpu, Rows::new(&x), &g, &g)
        };
        assert!(run(gpu()) == run(&small), "{operator:?}");
    }
    let long = small.empty([1, 8000]).unwrap();
    let refused = small.run(|rec| SoftRank::new(1.0).value(rec, &long)).unwrap_err();
    assert!(matches!(refused, Error::LimitExceeded { .. }), "{refused}");
}

#[test]
fn inputs_and_outputs_in_one_buffer_of_the_callers() {
    let buffer = gpu().device().create_buffer(&wgpu::BufferDescriptor {
        label: None,
        size: 4096,
        usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    let at = |offset| Tensor::<f32>::from_buffer(&buffer, offset, [5, 21]).unwrap();
    let (x, out) = (at(4), at(1028));
    let values = noise(1, 105, 2.0);
    gpu().write(&x, &values).unwrap();
    let rank = SoftRank::new(0.3);
    gpu().run(|rec| rank.value_into(rec, &x, &out)).unwrap();
    assert_eq!(out.read(gpu()).unwrap(), ranks(gpu(), Regularization::L2, 0.3, &values, [5, 21]));
    assert_eq!(x.read(gpu()).unwrap(), values);
    let refused = gpu().run(|rec| rank.value_into(rec, &x, &at(100))).unwrap_err();
    assert!(matches!(refused, Error::InvalidArgument { argument: "out", .. }), "{refused}");
}

#[test]
fn bad_arguments_are_named() {
    let x = gpu().upload(&[1.0, 2.0], [2]).unwrap();
    for strength in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let refused = gpu().run(|rec| SoftRank::new(strength).value(rec, &x)).unwrap_err();
        assert!(matches!(refused, Error::InvalidArgument { argument: "strength", .. }), "{refused}");
        let refused = gpu().run(|rec| SoftSort::new(strength).value(rec, &x)).unwrap_err();
        assert!(matches!(refused, Error::InvalidArgument { argument: "strength", .. }), "{refused}");
    }
    for k in [0, 3] {
        let refused = gpu().run(|rec| SoftTopK::new(k, 1.0).value(rec, &x)).unwrap_err();
        assert!(matches!(refused, Error::InvalidArgument { argument: "k", .. }), "{refused}");
    }
    let ranks = gpu().run(|rec| SoftRank::new(1.0).forward(rec, &x)).unwrap();
    let other = gpu().upload(&[1.0], [1]).unwrap();
    let refused = gpu().run(|rec| ranks.vjp(rec, &other)).unwrap_err();
    assert!(matches!(refused, Error::ShapeMismatch { argument: "cotangent", .. }), "{refused}");
}
