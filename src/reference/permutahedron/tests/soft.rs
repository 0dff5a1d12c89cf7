use super::*;

#[test]
fn derivatives_are_finite_differences_for_all_strengths() {
    let x = noise(40, 25);
    for regularization in REGULARIZATIONS {
        for direction in DIRECTIONS {
            for strength in STRENGTHS {
                assert_derivatives(
                    &x,
                    |x| soft_rank(x, regularization, strength, direction),
                    |g| soft_rank_vjp(&x, regularization, strength, direction, g),
                    |t| soft_rank_jvp(&x, regularization, strength, direction, t),
                    1e-7,
                );
                assert_derivatives(
                    &x,
                    |x| soft_sort(x, regularization, strength, direction),
                    |g| soft_sort_vjp(&x, regularization, strength, direction, g),
                    |t| soft_sort_jvp(&x, regularization, strength, direction, t),
                    1e-7,
                );
            }
        }
    }
}

#[test]
fn a_small_strength_gives_the_hard_ones_exactly() {
    // Gaps of at least 1/8, and none above 8.
    let x: Vec<f64> = noise(41, 60).iter().map(|x| (32.0 * x).round() / 8.0).collect();
    let distinct: Vec<f64> = sort(&x, Direction::Ascending).chunk_by(|a, b| a == b).map(|equal| equal[0]).collect();
    for direction in DIRECTIONS {
        let ranks = rank(&x, direction, Ties::Average);
        assert_eq!(soft_rank(&x, Regularization::L2, 0.125 / 60.0, direction), ranks);
        assert_close(&soft_rank(&x, Regularization::Kl, 0.125 / 60.0, direction), &ranks, 1e-14);
        assert_eq!(
            soft_rank(&distinct, Regularization::L2, 0.125, direction),
            rank(&distinct, direction, Ties::Ordinal)
        );
        for regularization in REGULARIZATIONS {
            assert_eq!(soft_sort(&x, regularization, 0.125, direction), sort(&x, direction));
        }
    }
}

#[test]
fn a_large_strength_gives_the_mean() {
    let x = noise(42, 30);
    let mean = x.iter().sum::<f64>() / 30.0;
    let log_mean = |sign: f64| sign * (x.iter().map(|x| (sign * x).exp()).sum::<f64>() / 30.0).ln();
    for direction in DIRECTIONS {
        for regularization in REGULARIZATIONS {
            assert_close(&soft_rank(&x, regularization, 1e9, direction), &[15.5; 30], 1e-8);
        }
        assert_close(&soft_sort(&x, Regularization::L2, 1e9, direction), &[mean; 30], 1e-7);
    }
    let kl = |direction| soft_sort(&x, Regularization::Kl, 1e9, direction);
    assert_close(&kl(Direction::Descending), &[log_mean(1.0); 30], 1e-7);
    assert_close(&kl(Direction::Ascending), &[log_mean(-1.0); 30], 1e-7);
}

#[test]
fn sums_are_kept_and_rows_sorted() {
    let x = noise(43, 500);
    let exponentials = |row: &[f64], sign: f64| row.iter().map(|x| (sign * x).exp()).sum::<f64>();
    for strength in STRENGTHS {
        for direction in DIRECTIONS {
            for regularization in REGULARIZATIONS {
                let ranks = soft_rank(&x, regularization, strength, direction);
                assert_close(&[ranks.iter().sum()], &[500.0 * 501.0 / 2.0], 1e-13);
                let sorted = soft_sort(&x, regularization, strength, direction);
                match direction {
                    Direction::Ascending => assert!(sorted.is_sorted_by(|a, b| a <= &(b + 1e-14))),
                    Direction::Descending => assert!(sorted.is_sorted_by(|a, b| a >= &(b - 1e-14))),
                }
                match regularization {
                    Regularization::L2 => assert_close(&[sorted.iter().sum()], &[x.iter().sum()], 1e-11),
                    Regularization::Kl => {
                        let sign = if direction == Direction::Descending { 1.0 } else { -1.0 };
                        assert_close(&[exponentials(&sorted, sign)], &[exponentials(&x, sign)], 1e-12);
                    }
                }
            }
        }
    }
}

#[test]
fn ascending_is_descending_turned_round() {
    let x = noise(44, 100);
    for strength in STRENGTHS {
        let ranks = |direction| soft_rank(&x, Regularization::L2, strength, direction);
        let others: Vec<f64> = ranks(Direction::Descending).iter().map(|rank| 101.0 - rank).collect();
        assert_close(&ranks(Direction::Ascending), &others, 1e-13);
        let mut sorted = soft_sort(&x, Regularization::L2, strength, Direction::Descending);
        sorted.reverse();
        assert_close(&soft_sort(&x, Regularization::L2, strength, Direction::Ascending), &sorted, 1e-11);
    }
}

#[test]
fn constant_rows_and_ties_have_finite_gradients() {
    let rows = [vec![0.5; 20], [vec![1.0; 10], vec![-1.0; 10]].concat(), vec![3.0]];
    for x in rows {
        let cotangent = noise(45, x.len());
        for regularization in REGULARIZATIONS {
            for direction in DIRECTIONS {
                for strength in [1e-300, 1e-30, 1e-3, 1.0, 1e3, 1e30, 1e300] {
                    let ranks = soft_rank(&x, regularization, strength, direction);
                    let sorted = soft_sort(&x, regularization, strength, direction);
                    let of_ranks = soft_rank_vjp(&x, regularization, strength, direction, &cotangent);
                    let of_sorted = soft_sort_vjp(&x, regularization, strength, direction, &cotangent);
                    for row in [ranks, sorted, of_ranks, of_sorted] {
                        assert!(row.iter().all(|x| x.is_finite()), "{regularization:?} {strength}: {row:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn an_element_left_out_leaves_the_others_ranks() {
    let x = noise(46, 9);
    let keep = [true, true, false, true, false, true, true, true, false];
    for regularization in REGULARIZATIONS {
        let rank = |x: &[f64]| {
            let ranks = soft_rank(&mask::kept(x, &keep), regularization, 0.3, Direction::Ascending);
            mask::spread(&ranks, &keep)
        };
        let ranks = rank(&x);
        assert_close(&[ranks.iter().sum()], &[21.0], 1e-14);
        assert!(ranks.iter().zip(&keep).all(|(rank, keep)| (*rank > 0.0) == *keep));
        let cotangent = noise(47, 9);
        let of_kept = soft_rank_vjp(
            &mask::kept(&x, &keep),
            regularization,
            0.3,
            Direction::Ascending,
            &mask::kept(&cotangent, &keep),
        );
        let differences = finite_differences(&x, |x| inner(&cotangent, &rank(x)));
        assert_close(&mask::spread(&of_kept, &keep), &differences, 1e-8);
    }
}
