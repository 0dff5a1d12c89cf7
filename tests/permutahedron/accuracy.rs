//! How close to f64.

use supple::permutahedron::{Permutahedron, Regularization, SoftRank};
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
                ranks_agree(n, regularization, strength, Direction::Ascending);
            }
        }
    }
}

#[test]
fn ranks_of_a_million_elements_too() {
    ranks_of_a_million_agree(0.1, Direction::Ascending);
}

#[test]
fn ranks_of_a_million_elements_for_a_small_strength() {
    ranks_of_a_million_agree(1e-3, Direction::Descending);
}

#[test]
fn ranks_of_a_million_elements_for_a_large_strength() {
    ranks_of_a_million_agree(1e3, Direction::Ascending);
}

fn ranks_of_a_million_agree(strength: f32, direction: Direction) {
    for regularization in REGULARIZATIONS {
        ranks_agree(1_000_000, regularization, strength, direction);
    }
}

fn ranks_agree(n: u32, regularization: Regularization, strength: f32, direction: Direction) {
    let x = noise(u64::from(n), n as usize, 10.0);
    let (of_twin, strength64) = (twin_regularization(regularization), f64::from(strength));
    let expected = twin::soft_rank(&to_f64(&x), of_twin, strength64, twin_direction(direction));
    for gpu in both() {
        let uploaded = gpu.upload(&x, [1, n]).unwrap();
        let rank = SoftRank::new(strength).regularization(regularization).direction(direction);
        let got = gpu.run(|rec| rank.value(rec, &uploaded)).unwrap().read(gpu).unwrap();
        let worst = error(&got, &expected, f64::from(n));
        assert!(worst <= 1e-6, "{regularization:?} {direction:?}, n {n}, strength {strength}: {worst:e} n");
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
        operator.agrees_with_the_twin(gpu, [rows, n], [&x, &g, &t]);
    }
}

/// Rows over several tiles, in both layouts, of all strengths.
#[test]
fn gradients_of_20_000_elements() {
    for strength in [1e-3, 0.05, 1.0, 30.0, 1e3] {
        gradients_agree(20_000, strength, 4);
    }
}

#[test]
fn gradients_of_100_000_elements() {
    for strength in [1e-3, 0.5, 1e3] {
        gradients_agree(100_000, strength, 20);
    }
}

/// More tiles than lanes of a workgroup, and blocks of all sizes of L2 ranks, and of KL ranks.
#[test]
fn gradients_of_300_000_elements() {
    gradients_agree(300_000, 7e-5, 0);
    gradients_agree(300_000, 2.0, 600);
}

/// And of sorts.
#[test]
fn gradients_of_300_000_elements_for_a_large_strength() {
    gradients_agree(300_000, 1.5e4, 60);
}

/// All but a few agree: under KL there are blocks that differ by less than exponentials in f32 show, whose derivatives are then those of one
/// block or of two.
fn gradients_agree(n: u32, strength: f32, few: usize) {
    let (x, g) = (noise(1, n as usize, 10.0), noise(2, n as usize, 1.0));
    for (kind, direction) in [(Kind::Rank, Direction::Descending), (Kind::Sort, Direction::Ascending)] {
        for regularization in REGULARIZATIONS {
            let operator = Operator { kind, regularization, direction, strength };
            let expected = operator.twin(&x, &g, &g);
            for gpu in both() {
                let up = |values: &[f32]| gpu.upload(values, [n]).unwrap();
                let (x, g) = (up(&x), up(&g));
                let got = operator.derive(gpu, Rows::new(&x), &g, &g);
                for (got, expected) in [(&got.vjp, &expected.vjp), (&got.jvp, &expected.jvp)] {
                    let unit = operator.slope(expected);
                    let is_off = |&(&g, &e): &(&f32, &f64)| error(&[g], &[e], unit) > 1e-5;
                    let off = got.iter().zip(expected).filter(is_off).count();
                    assert!(got.iter().all(|g| g.is_finite()), "{operator:?}, n {n}");
                    let few = if regularization == Regularization::Kl { few } else { 0 };
                    assert!(off <= few, "{operator:?}, n {n}: {off}");
                }
            }
        }
    }
}

/// Sparsemax is the projection onto the corners of the simplex.
#[test]
fn projections_are_as_in_the_golden_file() {
    let golden = Golden::open("fenchel_young");
    for gpu in both() {
        for (case, has_ranks) in [("case0", true), ("case1", true), ("case2", false), ("case3", true)] {
            let (scores, cotangent) = (golden.f32(case, "scores"), golden.f32(case, "cotangent"));
            let shape = golden.shape(case, "scores");
            let (rows, n) = (shape[0] as u32, shape[1] as u32);
            let up = |values: &[f32]| gpu.upload(values, [rows, n]).unwrap();
            let (z, g) = (up(&scores), up(&cotangent));
            let corner: Vec<f32> = (0..n).map(|i| if i == 0 { 1.0 } else { 0.0 }).collect();
            let corner = gpu.upload(&corner, [n]).unwrap();
            let [value, vjp] = gpu
                .run(|rec| {
                    let projection = Permutahedron::new().forward(rec, &z, &corner)?;
                    Ok([projection.value.clone(), projection.vjp(rec, &g)?.0])
                })
                .unwrap()
                .map(|tensor| tensor.read(gpu).unwrap());
            let worst = error(&value, golden.values(case, "sparsemax"), 1.0);
            assert!(worst < 1e-6, "{case}: {worst:e}");
            let worst = error(&vjp, golden.values(case, "sparsemax_vjp"), 1.0);
            assert!(worst < 1e-6, "{case}: {worst:e}");
            assert_eq!(golden.has(case, "project_permutahedron"), has_ranks);
            if has_ranks {
                // There ranks count from 0.
                let ranks: Vec<f32> = (0..n).rev().map(|rank| rank as f32).collect();
                let ranks = gpu.upload(&ranks, [n]).unwrap();
                let value = gpu.run(|rec| Permutahedron::new().project(rec, &z, &ranks)).unwrap().read(gpu).unwrap();
                let worst = error(&value, golden.values(case, "project_permutahedron"), f64::from(n));
                assert!(worst < 1e-6, "{case}: {worst:e}");
            }
        }
    }
}
