//! What is made of soft sorts and ranks.

use supple::permutahedron::{
    LabelRankingLoss, LeastTrimmedSquares, Rank, Regularization, SoftQuantile, SpearmanCoefficient, SpearmanLoss, Ties,
    TrimmedMean, ValueAndGrad,
};
use supple::reference::permutahedron as twin;
use supple::segmented::Rows;
use supple::{Error, Recorder, Result};

use super::operators::{DIRECTIONS, REGULARIZATIONS, error, noise, twin_direction, twin_regularization};
use crate::common::{gpu, to_f64};

type OnGpu<'a> = &'a dyn Fn(&mut Recorder<'_>, Rows<'_>) -> Result<ValueAndGrad>;
type ByTwin<'a> = &'a dyn Fn(usize, &[f64]) -> twin::ValueAndGrad;

/// Rows of `n` of which the first `length` take part, against the twin of those.
fn agree(name: &str, n: usize, unit: f64, slope: f64, on_gpu: OnGpu<'_>, by_twin: ByTwin<'_>) {
    let x = noise(1, 2 * n, 2.0);
    let ux = gpu().upload(&x, [2, n as u32]).unwrap();
    for lengths in [None, Some([n as u32, (n as u32).div_ceil(2)])] {
        let uploaded = lengths.map(|lengths| gpu().upload(&lengths, [2]).unwrap());
        let rows = Rows::new(&ux);
        let rows = uploaded.as_ref().map_or(rows, |lengths| rows.lengths(lengths));
        let ValueAndGrad { value, grad } = gpu().run(|rec| on_gpu(rec, rows)).unwrap();
        assert_eq!(value.shape().sizes(), [2]);
        let (value, grad) = (value.read(gpu()).unwrap(), grad.read(gpu()).unwrap());
        for row in 0..2 {
            let length = lengths.map_or(n, |lengths| lengths[row] as usize);
            let expected = by_twin(row, &to_f64(&x[row * n..row * n + length]));
            let worst = error(&value[row..=row], &[expected.value], unit);
            assert!(worst < 3e-6, "{name}, n {n}, {length}: {} {} {worst:e}", value[row], expected.value);
            let worst = error(&grad[row * n..row * n + length], &expected.grad, slope);
            assert!(worst < 1e-5, "{name}, n {n}, {length}: {worst:e}");
            assert!(grad[row * n + length..(row + 1) * n].iter().all(|&g| g == 0.0));
        }
    }
}

#[test]
fn losses_agree_with_the_twin() {
    for n in [2_usize, 5, 200, 1500] {
        let target = noise(2, 2 * n, 3.0).iter().map(|v| v.round()).collect::<Vec<_>>(); // with ties
        let target_row = |row: usize, length: usize| to_f64(&target[row * n..row * n + length]);
        let ut = gpu().upload(&target, [2, n as u32]).unwrap();
        for regularization in REGULARIZATIONS {
            let of_twin = twin_regularization(regularization);
            for strength in [1e-3_f32, 0.2, 10.0, 1e3] {
                let strength64 = f64::from(strength);
                let size = n as f64;
                // Ranks round at n / 2^24, and the losses are sums of n squares up to n^2; their slopes are those of ranks times n.
                let (unit, slope) = (size.powi(3) / 24.0, size * size / strength64);
                let loss = SpearmanLoss::new(strength).regularization(regularization);
                agree("spearman", n, unit, slope, &|rec, x| loss.value_and_grad(rec, x, &ut), &|row, x| {
                    twin::spearman_loss(x, &target_row(row, x.len()), of_twin, strength64)
                });
                let loss = LabelRankingLoss::new(strength).regularization(regularization);
                agree("label ranking", n, unit, slope, &|rec, x| loss.value_and_grad(rec, x, &ut), &|row, x| {
                    twin::label_ranking_loss(x, &target_row(row, x.len()), of_twin, strength64)
                });
                for q in [0.0, 0.25, 0.5, 0.9, 1.0] {
                    let quantile = SoftQuantile::new(q, strength).regularization(regularization);
                    agree("quantile", n, 1.0, 1.0, &|rec, x| quantile.value_and_grad(rec, x), &|_, x| {
                        twin::soft_quantile(x, f64::from(q), of_twin, strength64)
                    });
                }
                for kept in [1, n.div_ceil(3)] {
                    let trimmed = TrimmedMean::new(kept as u32, strength).regularization(regularization);
                    agree("trimmed", n, 1.0, 1.0, &|rec, x| trimmed.value_and_grad(rec, x), &|_, x| {
                        twin::trimmed_mean(x, kept, of_twin, strength64)
                    });
                    let squares = LeastTrimmedSquares::new(kept as u32, strength).regularization(regularization);
                    agree("squares", n, 1.0, 1.0, &|rec, x| squares.value_and_grad(rec, x), &|_, x| {
                        twin::least_trimmed_squares(x, kept, of_twin, strength64)
                    });
                }
            }
        }
    }
}

/// Under L2 large strengths too; under KL ranks round before their mean is taken away.
#[test]
fn coefficients_agree_with_the_twin() {
    for n in [5_usize, 200, 1500] {
        let target = noise(2, 2 * n, 3.0);
        let ut = gpu().upload(&target, [2, n as u32]).unwrap();
        for (regularization, strengths) in
            [(Regularization::L2, [1e-3_f32, 0.2, 10.0, 1e4]), (Regularization::Kl, [1e-3, 0.2, 1.0, 3.0])]
        {
            for strength in strengths {
                let loss = SpearmanCoefficient::new(strength).regularization(regularization);
                // How the coefficient changes by the size of x.
                let slope = if strength < 1.0 { 1.0 / f64::from(strength) } else { 1.0 };
                agree("coefficient", n, 1.0, slope, &|rec, x| loss.value_and_grad(rec, x, &ut), &|row, x| {
                    let target = to_f64(&target[row * n..row * n + x.len()]);
                    twin::spearman_coefficient(x, &target, twin_regularization(regularization), f64::from(strength))
                });
            }
        }
    }
}

#[test]
fn constant_rows_are_correlated_with_nothing() {
    let x = gpu().upload(&vec![0.3; 1000], [1000]).unwrap();
    let other = gpu().upload(&noise(1, 1000, 1.0), [1000]).unwrap();
    for regularization in REGULARIZATIONS {
        for (x, target) in [(&x, &other), (&other, &x)] {
            let loss = SpearmanCoefficient::new(0.1).regularization(regularization);
            let ValueAndGrad { value, grad } = gpu().run(|rec| loss.value_and_grad(rec, x, target)).unwrap();
            assert_eq!(value.read(gpu()).unwrap(), [0.0], "{regularization:?}");
            assert!(grad.read(gpu()).unwrap().iter().all(|&g| g == 0.0));
        }
    }
}

#[test]
fn hard_ranks_are_those_of_the_twin() {
    for n in [1_usize, 2, 33, 700] {
        let mut x: Vec<f32> = noise(3, 2 * n, 4.0).iter().map(|v| v.round()).collect();
        x[0] = -0.0;
        x[n - 1] = f32::INFINITY;
        x[n / 2] = f32::NEG_INFINITY;
        let ux = gpu().upload(&x, [2, n as u32]).unwrap();
        for direction in DIRECTIONS {
            for (ties, of_twin) in [(Ties::Average, twin::Ties::Average), (Ties::Ordinal, twin::Ties::Ordinal)] {
                let rank = Rank::new().direction(direction).ties(ties);
                let got = gpu().run(|rec| rank.value(rec, &ux)).unwrap().read(gpu()).unwrap();
                let expected: Vec<f64> =
                    x.chunks(n).flat_map(|x| twin::rank(&to_f64(x), twin_direction(direction), of_twin)).collect();
                assert_eq!(got.iter().map(|&v| f64::from(v)).collect::<Vec<_>>(), expected, "{direction:?} {ties:?}");
            }
        }
    }
    let x = gpu().upload(&[1.0, f32::NAN, 2.0, 1.0], [2, 2]).unwrap();
    let got = gpu().run(|rec| Rank::new().value(rec, &x)).unwrap().read(gpu()).unwrap();
    assert!(got[0].is_nan() && got[1].is_nan());
    assert_eq!(got[2..], [2.0, 1.0]);
}

#[test]
fn hard_ranks_have_derivatives_of_0() {
    let (rows, n) = (3_u32, 50_u32);
    let mut x = noise(1, (rows * n) as usize, 3.0);
    x[60] = f32::NAN;
    x[100..110].fill(f32::INFINITY);
    let g = noise(2, x.len(), 1.0);
    let ux = gpu().upload(&x, [rows, n]).unwrap();
    let ug = gpu().upload(&g, [rows, n]).unwrap();
    let lengths = gpu().upload(&[50, 50, 20], [rows]).unwrap();
    for ties in [Ties::Average, Ties::Ordinal] {
        let rank = Rank::new().ties(ties);
        let rows_of = || Rows::new(&ux).lengths(&lengths);
        let tensors = gpu()
            .run(|rec| {
                let ranks = rank.forward(rec, rows_of())?;
                let (vjp, jvp) = (ranks.vjp(rec, &ug)?, ranks.jvp(rec, &ug)?);
                Ok([rank.value(rec, rows_of())?, ranks.value, vjp, jvp])
            })
            .unwrap();
        let [alone, value, vjp, jvp] = tensors.map(|tensor| tensor.read(gpu()).unwrap());
        for (i, (a, b)) in alone.iter().zip(&value).enumerate() {
            let is_nan = i / 50 == 1;
            assert!(a.to_bits() == b.to_bits() && a.is_nan() == is_nan);
            for derivative in [vjp[i], jvp[i]] {
                assert!(if is_nan { derivative.is_nan() } else { derivative == 0.0 }, "{ties:?} {i}: {derivative}");
            }
        }
    }
    let ranks = gpu().run(|rec| Rank::new().forward(rec, &ux)).unwrap();
    let other = gpu().upload(&[1.0], [1]).unwrap();
    for refused in [gpu().run(|rec| ranks.vjp(rec, &other)), gpu().run(|rec| ranks.jvp(rec, &other))] {
        assert!(matches!(refused.unwrap_err(), Error::ShapeMismatch { argument: "cotangent" | "tangent", .. }));
    }
}

#[test]
fn bad_arguments_are_named() {
    let x = gpu().upload(&[1.0, 2.0], [2]).unwrap();
    let argument = |result: Result<ValueAndGrad>| match result.unwrap_err() {
        Error::InvalidArgument { argument, .. } | Error::ShapeMismatch { argument, .. } => argument,
        other => panic!("{other}"),
    };
    let other = x.reshape([2, 1]).unwrap();
    assert_eq!(argument(gpu().run(|rec| SoftQuantile::new(1.5, 1.0).value_and_grad(rec, &x))), "q");
    assert_eq!(argument(gpu().run(|rec| SoftQuantile::median(f32::NAN).value_and_grad(rec, &x))), "strength");
    assert_eq!(argument(gpu().run(|rec| TrimmedMean::new(3, 1.0).value_and_grad(rec, &x))), "kept");
    assert_eq!(argument(gpu().run(|rec| LeastTrimmedSquares::new(0, 1.0).value_and_grad(rec, &x))), "kept");
    assert_eq!(argument(gpu().run(|rec| SpearmanLoss::new(1.0).value_and_grad(rec, &x, &other))), "target");
    assert_eq!(argument(gpu().run(|rec| LabelRankingLoss::new(1.0).value_and_grad(rec, &x, &other))), "ranks");
    assert_eq!(argument(gpu().run(|rec| SpearmanCoefficient::new(0.0).value_and_grad(rec, &x, &x))), "strength");
}
