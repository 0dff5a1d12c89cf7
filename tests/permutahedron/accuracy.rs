//! How close to f64.

use supple::permutahedron::{Regularization, SoftRank};
use supple::reference::permutahedron as twin;
use supple::segmented::{Direction, Rows};

use super::operators::{Kind, Operator, REGULARIZATIONS, error, noise, twin_direction, twin_regularization};
use crate::common::{Golden, both, gpu, hardware, to_f64};

#[test]
fn everything_is_as_in_the_golden_file() {
    let golden = Golden::open("permutahedron");
    let mut compared = 0;
    for case in 0..6 {
        for (regularization, kind) in [(Regularization::L2, "l2"), (Regularization::Kl, "kl")] {
            for (direction, name) in [(Direction::Ascending, "ascending"), (Direction::Descending, "descending")] {
                for (operator, operation) in [(Kind::Rank, "rank"), (Kind::Sort, "sort")] {
                    let prefix = format!("case{case}_{operation}_{kind}_{name}");
                    let shape = golden.shape(&prefix, "input");
                    let (rows, n) = (shape[0] as u32, shape[1] as u32);
                    let strength = golden.scalar(&prefix, "strength") as f32;
                    let x = gpu().upload(&golden.f32(&prefix, "input"), [rows, n]).unwrap();
                    let has_vjp = golden.has(&prefix, "vjp");
                    let none = vec![0.0; (rows * n) as usize];
                    let cotangent = if has_vjp { golden.f32(&prefix, "cotangent") } else { none };
                    let cotangent = gpu().upload(&cotangent, [rows, n]).unwrap();
                    let operator = Operator { kind: operator, regularization, direction, strength };
                    let got = operator.derive(gpu(), Rows::new(&x), &cotangent, &cotangent);
                    // A few roundings.
                    let value = golden.values(&prefix, "value");
                    assert!(error(&got.value, value, 1.0) < 1e-6, "{prefix}: {}", error(&got.value, value, 1.0));
                    if has_vjp {
                        let vjp = golden.values(&prefix, "vjp");
                        // Ranks change by up to n over the strength.
                        let unit = if operation == "rank" { f64::from(n) / f64::from(strength) } else { 1.0 };
                        let worst = error(&got.vjp, vjp, unit.max(1.0));
                        assert!(worst < 1e-6, "{prefix}: {worst}");
                    }
                    compared += 1;
                }
            }
        }
    }
    assert_eq!(compared, 48);
}

/// The differences of ranks from those in f64, over n: one lane a row, several lanes, several tiles.
#[test]
fn ranks_are_within_a_millionth_of_n() {
    for n in [1000_u32, 10_000, 100_000] {
        for regularization in REGULARIZATIONS {
            for strength in [1e-3, 0.1, 1.0, 30.0, 1e3] {
                ranks_agree(n, regularization, strength);
            }
        }
    }
}

#[test]
fn ranks_of_a_million_elements_too() {
    for regularization in REGULARIZATIONS {
        ranks_agree(1_000_000, regularization, 0.1);
    }
}

fn ranks_agree(n: u32, regularization: Regularization, strength: f32) {
    let x = noise(u64::from(n), n as usize, 10.0);
    let (twin_regularization, ascending) = (twin_regularization(regularization), twin_direction(Direction::Ascending));
    let expected = twin::soft_rank(&to_f64(&x), twin_regularization, f64::from(strength), ascending);
    for gpu in both() {
        let uploaded = gpu.upload(&x, [1, n]).unwrap();
        let rank = SoftRank::new(strength).regularization(regularization);
        let got = gpu.run(|rec| rank.value(rec, &uploaded)).unwrap().read(gpu).unwrap();
        let worst = error(&got, &expected, f64::from(n));
        assert!(worst <= 1e-6, "{regularization:?}, n {n}, strength {strength}: {worst:e} n");
    }
}

/// Random rows of all operators, against the twin: values and derivatives. Strengths from those with which nothing is pooled to those with
/// which everything is.
#[test]
fn all_operators_agree_with_the_twin() {
    for n in [1_u32, 2, 7, 33, 500] {
        for strength in [1e-3, 0.05, 0.7, 20.0, 1e3] {
            agree_with_the_twin(n, strength, gpu());
        }
    }
}

#[test]
fn all_operators_agree_with_the_twin_in_the_layout_for_gpus() {
    // Two lanes, 32, and two tiles of 2048.
    for (n, strength) in [(33_u32, 0.3), (1000, 0.05), (2500, 0.02)] {
        agree_with_the_twin(n, strength, hardware());
    }
}

fn agree_with_the_twin(n: u32, strength: f32, gpu: &supple::Gpu) {
    for operator in Operator::all(n, strength) {
        let rows = 3;
        let count = (rows * n) as usize;
        let (x, g, t) = (noise(7, count, 3.0), noise(8, count, 1.0), noise(9, count, 1.0));
        let up = |values: &[f32]| gpu.upload(values, [rows, n]).unwrap();
        let (ux, ug, ut) = (up(&x), up(&g), up(&t));
        let got = operator.derive(gpu, Rows::new(&ux), &ug, &ut);
        for row in 0..rows as usize {
            let range = row * n as usize..(row + 1) * n as usize;
            let expected = operator.twin(&x[range.clone()], &g[range.clone()], &t[range.clone()]);
            // x / strength is rounded to f32, and values are of this size.
            let scale = match operator.kind {
                Kind::Rank => f64::from(n),
                Kind::Sort => 3.0,
                Kind::TopK(_) => 1.0,
            };
            let worst = error(&got.value[range.clone()], &expected.value, scale);
            assert!(worst < 1e-6, "{operator:?}, n {n}: {worst:e}");
            let of_x = if matches!(operator.kind, Kind::Sort) { 1.0 } else { f64::from(strength) };
            let slope = if operator.regularization == Regularization::L2 { 1.0 } else { scale.max(1.0) } / of_x;
            for (got, expected) in [(&got.vjp, &expected.vjp), (&got.jvp, &expected.jvp)] {
                let worst = error(&got[range.clone()], expected, slope);
                assert!(worst < 3e-6, "{operator:?}, n {n}: {worst:e}");
            }
        }
    }
}
