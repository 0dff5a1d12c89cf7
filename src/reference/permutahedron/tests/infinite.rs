use super::*;

const INF: f64 = f64::INFINITY;

/// A row with infinite elements between finite ones, and the same with numbers far from all others for them.
fn row_and_stand_in() -> (Vec<f64>, Vec<f64>) {
    let mut row = noise(50, 12);
    for (at, x) in [(1, INF), (4, -INF), (5, INF), (9, -INF), (10, -INF)] {
        row[at] = x;
    }
    let stand_in = row.iter().map(|x| x.clamp(-1e9, 1e9)).collect();
    (row, stand_in)
}

fn at_finite(row: &[f64], values: &[f64]) -> Vec<f64> {
    row.iter().zip(values).filter(|(x, _)| x.is_finite()).map(|(_, v)| *v).collect()
}

#[test]
fn projections_are_those_of_elements_far_away() {
    let (row, stand_in) = row_and_stand_in();
    let (w, g) = (noise(51, 12), noise(52, 12));
    for regularization in REGULARIZATIONS {
        let [found, expected] = [&row, &stand_in].map(|z| project(z, &w, regularization));
        assert_close(&found.value, &expected.value, 1e-12);
        assert_eq!(found.starts, expected.starts);
        let (grad_z, grad_w) = project_vjp(&row, &w, regularization, &found, &g);
        let (expected_z, expected_w) = project_vjp(&stand_in, &w, regularization, &expected, &g);
        assert_close(&at_finite(&row, &grad_z), &at_finite(&row, &expected_z), 1e-12);
        assert_close(&grad_w, &expected_w, 1e-12);
        assert!(row.iter().zip(&grad_z).all(|(z, grad)| z.is_finite() || *grad == 0.0));
    }
}

#[test]
fn forward_and_backward_derivatives_agree() {
    let (row, _) = row_and_stand_in();
    let (w, g, t_z, t_w) = (noise(53, 12), noise(54, 12), noise(55, 12), noise(56, 12));
    for regularization in REGULARIZATIONS {
        let projection = project(&row, &w, regularization);
        let forward = inner(&g, &project_jvp(&row, &w, regularization, &projection, &t_z, &t_w));
        let (grad_z, grad_w) = project_vjp(&row, &w, regularization, &projection, &g);
        assert_close(&[forward], &[inner(&grad_z, &t_z) + inner(&grad_w, &t_w)], 1e-13);
    }
}

#[test]
fn infinite_elements_share_the_ranks_at_their_end() {
    let x = [INF, 0.0, -INF, 0.5, -INF, 1.0];
    for regularization in REGULARIZATIONS {
        let ranks = soft_rank(&x, regularization, 1e-3, Direction::Ascending);
        assert_close(&ranks, &[6.0, 3.0, 1.5, 4.0, 1.5, 5.0], 1e-14);
        let ranks = soft_rank(&x, regularization, 1e9, Direction::Descending);
        assert_close(&ranks, &[1.0, 3.0, 5.5, 3.0, 5.5, 3.0], 1e-8);
    }
}

#[test]
fn finite_elements_are_sorted_among_themselves() {
    let (row, _) = row_and_stand_in();
    let finite = at_finite(&row, &row);
    let g = noise(57, 12);
    for regularization in REGULARIZATIONS {
        let ascending = soft_sort(&row, regularization, 2.0, Direction::Ascending);
        let expected = soft_sort(&finite, regularization, 2.0, Direction::Ascending);
        assert_eq!(ascending, [vec![-INF; 3], expected, vec![INF; 2]].concat());
        let descending = soft_sort(&row, regularization, 2.0, Direction::Descending);
        let expected = soft_sort(&finite, regularization, 2.0, Direction::Descending);
        assert_eq!(descending, [vec![INF; 2], expected, vec![-INF; 3]].concat());

        let grad = soft_sort_vjp(&row, regularization, 2.0, Direction::Descending, &g);
        let expected = soft_sort_vjp(&finite, regularization, 2.0, Direction::Descending, &g[2..9]);
        assert_eq!(at_finite(&row, &grad), expected);
        assert!(row.iter().zip(&grad).all(|(x, g)| x.is_finite() || *g == 0.0));
        let tangent = soft_sort_jvp(&row, regularization, 2.0, Direction::Descending, &noise(58, 12));
        assert_close(&[inner(&g, &tangent)], &[inner(&grad, &noise(58, 12))], 1e-13);
    }
}

#[test]
fn rows_of_infinite_elements_alone() {
    for x in [vec![INF; 3], vec![-INF; 3], vec![INF, -INF]] {
        for regularization in REGULARIZATIONS {
            for direction in DIRECTIONS {
                let ranks = soft_rank(&x, regularization, 0.1, direction);
                assert_close(&ranks, &rank(&x, direction, Ties::Average), 1e-14);
                assert_eq!(soft_sort(&x, regularization, 0.1, direction), sort(&x, direction));
                let g = noise(59, x.len());
                assert_eq!(soft_rank_vjp(&x, regularization, 0.1, direction, &g), vec![0.0; x.len()]);
                assert_eq!(soft_sort_vjp(&x, regularization, 0.1, direction, &g), vec![0.0; x.len()]);
            }
        }
    }
}
