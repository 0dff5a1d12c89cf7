//! Isotonic regression of rows in any order.

use supple::Gpu;
use supple::permutahedron::Regularization;
use supple::permutahedron::isotonic::Isotonic;
use supple::reference::permutahedron::isotonic as twin;
use supple::segmented::Direction;

use super::operators::{DIRECTIONS, REGULARIZATIONS, error, noise, twin_direction};
use crate::common::{both, gpu, largest, to_f64};

/// A row with trends up and down, so that there are blocks of all sizes.
fn row(seed: u64, n: usize) -> Vec<f32> {
    let jitter = noise(seed, n, 1.0);
    jitter.iter().enumerate().map(|(i, j)| j + 3.0 * (i as f32 / n as f32 * 9.0).sin() + i as f32 / n as f32).collect()
}

fn agree(gpu: &Gpu, regularization: Regularization, direction: Direction, n: u32) {
    let count = n as usize;
    let w: Vec<f32> = noise(2, 2 * count, 1.0).iter().map(|w| w.exp()).collect();
    rows_agree(gpu, regularization, direction, [2, n], &row(1, 2 * count), &w);
}

/// Values and derivatives of rows, against the twin.
pub fn rows_agree(
    gpu: &Gpu,
    regularization: Regularization,
    direction: Direction,
    [rows, n]: [u32; 2],
    y: &[f32],
    w: &[f32],
) {
    let (g, ty, tw) = (noise(3, y.len(), 1.0), noise(4, y.len(), 1.0), noise(5, y.len(), 1.0));
    let up = |values: &[f32]| gpu.upload(values, [rows, n]).unwrap();
    let (uy, uw, ug, uty, utw) = (up(y), up(w), up(&g), up(&ty), up(&tw));
    let isotonic = Isotonic::new().regularization(regularization).direction(direction);
    let (value, (gy, gw), tangent) = gpu
        .run(|rec| {
            let fit = isotonic.forward(rec, &uy, &uw)?;
            Ok((fit.value.clone(), fit.vjp(rec, &ug)?, fit.jvp(rec, &uty, &utw)?))
        })
        .unwrap();
    let [value, gy, gw, tangent] = [value, gy, gw, tangent].map(|tensor| tensor.read(gpu).unwrap());
    for row in 0..rows as usize {
        let range = row * n as usize..(row + 1) * n as usize;
        let [y, w, g, ty, tw] = [y, w, &g, &ty, &tw].map(|row| to_f64(&row[range.clone()]));
        let direction = twin_direction(direction);
        let (fit, (ey, ew), et) = match regularization {
            Regularization::L2 => {
                let fit = twin::l2::solve(&y, &w, direction);
                let (vjp, jvp) = (twin::l2::vjp(&y, &w, &fit, &g), twin::l2::jvp(&y, &w, &fit, &ty, &tw));
                (fit, vjp, jvp)
            }
            Regularization::Kl => {
                let fit = twin::kl::solve(&y, &w, direction);
                let (vjp, jvp) = (twin::kl::vjp(&y, &w, &fit, &g), twin::kl::jvp(&y, &w, &fit, &ty, &tw));
                (fit, vjp, jvp)
            }
        };
        let worst = error(&value[range.clone()], &fit.values, 1.0);
        assert!(worst < 1e-6, "{regularization:?} {direction:?} {n}: {worst:e}");
        for (got, expected) in [(&gy, &ey), (&gw, &ew), (&tangent, &et)] {
            let worst = error(&got[range.clone()], expected, largest(expected).max(1.0));
            assert!(worst < 1e-5, "{regularization:?} {direction:?} {n}: {worst:e}");
        }
    }
}

#[test]
fn fits_agree_with_the_twin() {
    for gpu in both() {
        for regularization in REGULARIZATIONS {
            for direction in DIRECTIONS {
                for n in [1, 2, 31, 500, 2500] {
                    agree(gpu, regularization, direction, n);
                }
            }
        }
    }
}

#[test]
fn rows_over_several_tiles_on_the_software_driver() {
    for regularization in REGULARIZATIONS {
        agree(gpu(), regularization, Direction::Ascending, 40_000);
    }
}

/// Outliers and tiny weights cost the others no digits; the twin in f64 would lose them.
#[test]
fn numbers_of_very_different_sizes() {
    let y = [1e30, 4.0, 2.0, 1e-3, 2e-3, -1e30, 5e-20, 7.0];
    let w = [1e-20, 1.0, 3.0, 1e10, 1e10, 1e-30, 1.0, 1e20];
    let (uy, uw) = (gpu().upload(&y, [8]).unwrap(), gpu().upload(&w, [8]).unwrap());
    let got = gpu().run(|rec| Isotonic::new().value(rec, &uy, &uw)).unwrap().read(gpu()).unwrap();
    // All but the last are pooled.
    let pooled = (1e10 + 10.0 + 1e7 + 2e7 - 1.0) / (2e10 + 5.0);
    let expected: Vec<f64> = std::iter::repeat_n(pooled, 7).chain([7.0]).collect();
    assert!(error(&got, &expected, 1e-30) < 1e-6, "{got:?} {expected:?}");
}

#[test]
fn a_row_with_a_bad_number_is_none_and_others_are_well() {
    let n = 70;
    for gpu in both() {
        for regularization in REGULARIZATIONS {
            for (bad_y, bad_w) in [(f32::NAN, 1.0), (f32::INFINITY, 1.0), (0.0, f32::NAN), (0.0, f32::INFINITY)] {
                for at in [0, 37, n - 1] {
                    let mut y = row(6, 3 * n);
                    let mut w = vec![1.0; 3 * n];
                    y[n + at] = bad_y;
                    w[n + at] = bad_w;
                    let (uy, uw) = (gpu.upload(&y, [3, n as u32]).unwrap(), gpu.upload(&w, [3, n as u32]).unwrap());
                    let isotonic = Isotonic::new().regularization(regularization);
                    let (value, grad) = gpu
                        .run(|rec| {
                            let fit = isotonic.forward(rec, &uy, &uw)?;
                            Ok((fit.value.clone(), fit.vjp(rec, &uw)?.0))
                        })
                        .unwrap();
                    for all in [value.read(gpu).unwrap(), grad.read(gpu).unwrap()] {
                        assert!(all[..n].iter().chain(&all[2 * n..]).all(|v| v.is_finite()));
                        assert!(all[n..2 * n].iter().all(|v| v.is_nan()), "{regularization:?} {bad_y} {bad_w} {at}");
                    }
                }
            }
        }
    }
}
