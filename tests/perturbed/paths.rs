//! Shortest paths on grids against Dijkstra's algorithm.

use supple::perturbed::{Baseline, Neighbours, Perturbed, Solver};
use supple::reference::perturbed as twin;
use supple::{Error, Gpu, Tensor};

use crate::common::{self, Random, max_error, to_f64};

/// Costs with a minus.
fn terrain(random: &mut Random, count: u32) -> Vec<f32> {
    (0..count).map(|_| -(random.uniform() + 1.1) as f32).collect()
}

/// Paths as they are: one sample with no noise to speak of.
fn hard(gpu: &Gpu, theta: &Tensor<f32>, neighbours: Neighbours) -> [Vec<f32>; 2] {
    let perturbed = Perturbed::new(Solver::ShortestPath(neighbours)).sigma(1e-30).samples(1);
    let estimate = gpu.run(|rec| perturbed.forward(rec, theta)).unwrap();
    [estimate.maximum, estimate.solution].map(|tensor| tensor.read(gpu).unwrap())
}

/// Paths of the least cost, whichever of several.
fn check(theta: &[f32], sizes: [u32; 3]) {
    for gpu in common::both() {
        check_on(gpu, theta, sizes);
    }
}

fn check_on(gpu: &Gpu, theta: &[f32], [count, h, w]: [u32; 3]) {
    let x = gpu.upload(theta, [count, h, w]).unwrap();
    for (neighbours, diagonal) in [(Neighbours::Four, false), (Neighbours::Eight, true)] {
        let [maximum, solution] = hard(gpu, &x, neighbours);
        let n = (h * w) as usize;
        for (k, grid) in to_f64(theta).chunks(n).enumerate() {
            let (expected, _) = twin::shortest_path(grid, [h as usize, w as usize], diagonal);
            let path = &solution[k * n..(k + 1) * n];
            // That of the path, not of what the kernel thinks of it; distances are sums of up to a few thousand f32.
            let found: f64 = path.iter().zip(grid).map(|(y, theta)| f64::from(*y) * theta).sum();
            assert!((found - expected).abs() <= 2e-6 * expected.abs(), "{h} x {w}, {neighbours:?}: {found} {expected}");
            assert!(
                (f64::from(maximum[k]) - expected).abs() <= 1e-5 * expected.abs() + 1e-25,
                "{h} x {w}, {neighbours:?}"
            );
            assert!(is_a_path(path, w as usize, diagonal), "{h} x {w}, {neighbours:?}: {path:?}");
        }
    }
}

/// Whether ones lead from the first vertex to the last one, step by step.
fn is_a_path(solution: &[f32], width: usize, diagonal: bool) -> bool {
    let on = |vertex: usize| solution[vertex].to_bits() == 1.0_f32.to_bits();
    let mut seen = vec![false; solution.len()];
    let mut next = vec![0];
    while let Some(vertex) = next.pop() {
        if !on(vertex) || std::mem::replace(&mut seen[vertex], true) {
            continue;
        }
        let (row, column) = (vertex / width, vertex % width);
        let height = solution.len() / width;
        for r in row.saturating_sub(1)..(row + 2).min(height) {
            for c in column.saturating_sub(1)..(column + 2).min(width) {
                if diagonal || r == row || c == column {
                    next.push(r * width + c);
                }
            }
        }
    }
    let ones = (0..solution.len()).filter(|&vertex| on(vertex)).count();
    let zeros = solution.iter().filter(|y| **y == 0.0).count();
    seen[solution.len() - 1] && seen.iter().filter(|seen| **seen).count() == ones && ones + zeros == solution.len()
}

#[test]
fn paths_are_the_cheapest() {
    let mut random = Random::new(2);
    for [count, h, w] in [
        [1, 1, 1],
        [3, 1, 9],
        [3, 9, 1],
        [9, 2, 2],
        [5, 3, 5],
        [5, 5, 3],
        [20, 12, 12],
        // Just small enough to be held by an invocation of a software driver, and a little larger.
        [9, 13, 13],
        [9, 12, 16],
        [9, 16, 12],
        [9, 3, 64],
        [9, 2, 96],
        [9, 1, 192],
        [9, 1, 193],
        [9, 13, 15],
        [3, 17, 33],
        [9, 31, 13],
        [8, 96, 96],
    ] {
        check(&terrain(&mut random, count * h * w), [count, h, w]);
    }
    // The largest there may be.
    check(&terrain(&mut random, 128 * 128), [1, 128, 128]);
    // More than one part, and more than one workgroup's in the last one.
    check(&terrain(&mut random, 3001 * 5 * 4), [3001, 5, 4]);
}

/// Walls leave a path that turns up and down, or left and right, again and again.
#[test]
fn mazes_take_as_many_sweeps_as_they_do() {
    let (h, w) = (41_u32, 41_u32);
    let open = -1.0_f32;
    let mut columns = vec![open; (h * w) as usize];
    let mut rows = columns.clone();
    for k in (1..h).step_by(2) {
        for i in 0..h {
            // A door at the end of every second wall.
            let door = if k % 4 == 1 { h - 1 } else { 0 };
            if i != door {
                columns[(i * w + k) as usize] = -1000.0;
                rows[(k * w + i) as usize] = -1000.0;
            }
        }
    }
    check(&columns, [1, h, w]);
    check(&rows, [1, h, w]);
    // Around dear vertices, up and down from one column to the next.
    let zigzag: Vec<f32> = (0..3 * w)
        .map(|vertex| {
            let (row, column) = (vertex / w, vertex % w);
            if row == (if column % 2 == 0 { 0 } else { 2 }) || (row == 1 && column % 2 == 0) { -500.0 } else { -1.0 }
        })
        .collect();
    check(&zigzag, [1, 3, w]);
    // The longest way through a grid that an invocation holds: up and down every other column.
    let (h, w) = (13, 13);
    let snake: Vec<f32> = (0..h * w)
        .map(|vertex| {
            let (row, column) = (vertex / w, vertex % w);
            let door = if column % 4 == 1 { h - 1 } else { 0 };
            if column % 2 == 1 && row != door { -1000.0 } else { -1.0 }
        })
        .collect();
    check(&snake, [1, h, w]);
}

#[test]
fn zero_costs_make_no_circles() {
    check(&[0.0; 144], [1, 12, 12]);
    let mut mostly = vec![0.0_f32; 400];
    for k in (0..400).step_by(7) {
        mostly[k] = -1e-30;
    }
    mostly[0] = -1.0; // which swallows the others
    check(&mostly, [1, 20, 20]);
}

#[test]
fn walls_and_no_numbers() {
    let wall = f32::NEG_INFINITY;
    let grids = [
        [-1.0, wall, -1.0, -1.0, wall, -1.0, -1.0, -1.0, -1.0],
        [-1.0, wall, -1.0, wall, wall, -1.0, -1.0, -1.0, -1.0],
        [-1.0, -1.0, -1.0, -1.0, f32::NAN, -1.0, -1.0, -1.0, -1.0],
    ];
    for gpu in common::both() {
        let x = gpu.upload(&grids.concat(), [3, 3, 3]).unwrap();
        let [maximum, solution] = hard(gpu, &x, Neighbours::Four);
        assert_eq!(maximum[0].to_bits(), (-5.0_f32).to_bits());
        assert_eq!(solution[..9], [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
        assert!(maximum[1].is_nan() && maximum[2].is_nan(), "{maximum:?}");
        assert!(solution[9].is_nan() && solution[18].is_nan(), "{solution:?}");
    }
}

/// A cost below 0 is none for the choice of the path, which makes no detour to collect it; and what it is for the maximum.
#[test]
fn costs_below_zero_count_as_none_for_the_choice() {
    for (h, w) in [(3_u32, 3_u32), (17, 20)] {
        let n = h * w;
        // From corner to corner along the left and the lower side, where one cost is below 0; one more of them is far from there.
        let mut grid = vec![-10.0_f32; n as usize];
        let way: Vec<u32> = (0..h).map(|row| row * w).chain((h - 1) * w + 1..n).collect();
        for &vertex in &way {
            grid[vertex as usize] = -1.0;
        }
        grid[((h - 1) * w) as usize] = 4.0;
        grid[w as usize - 1] = 1e6;
        let maximum_of_way = 4.0 - (way.len() - 1) as f32;
        for gpu in common::both() {
            let x = gpu.upload(&grid, [h, w]).unwrap();
            let [maximum, solution] = hard(gpu, &x, Neighbours::Four);
            assert!((maximum[0] - maximum_of_way).abs() < 1e-5, "{h} x {w}: {maximum:?}");
            for vertex in 0..n {
                let expected = if way.contains(&vertex) { 1.0 } else { 0.0 };
                assert!((solution[vertex as usize] - expected).abs() < 1e-6, "{h} x {w}: {vertex}");
            }
        }
        let (sum, path) = twin::shortest_path(&to_f64(&grid), [h as usize, w as usize], false);
        assert!((sum - f64::from(maximum_of_way)).abs() < 1e-9 && way.iter().all(|&v| path[v as usize] > 0.5));
    }
}

/// Wherever it is, and whether or not any path can come to it; of sizes that an invocation of a software driver holds, and of others.
#[test]
fn no_number_behind_walls_is_not_missed() {
    let wall = f32::NEG_INFINITY;
    let behind = [-1.0, wall, f32::NAN, -1.0, wall, wall, -1.0, -1.0, -1.0];
    for (h, w) in [(3_u32, 3_u32), (17, 20)] {
        let mut grids = Vec::new();
        let n = h * w;
        for place in [2, w - 1, n / 2, n - 1] {
            let mut grid = vec![-1.0; n as usize];
            let around =
                [place.saturating_sub(w + 1), place.saturating_sub(w), place.saturating_sub(1), place + 1, place + w];
            for vertex in around.into_iter().filter(|&vertex| vertex > 0 && vertex < n) {
                grid[vertex as usize] = wall;
            }
            grid[place as usize] = f32::NAN;
            grids.push(grid);
        }
        grids.push(vec![-1.0; n as usize]);
        if n == 9 {
            grids.push(behind.to_vec());
        }
        for gpu in common::both() {
            let x = gpu.upload(&grids.concat(), [grids.len() as u32, h, w]).unwrap();
            for neighbours in [Neighbours::Four, Neighbours::Eight] {
                let [maximum, solution] = hard(gpu, &x, neighbours);
                for (k, grid) in grids.iter().enumerate() {
                    let bad = grid.iter().any(|theta| theta.is_nan());
                    assert_eq!(maximum[k].is_nan(), bad, "{h} x {w}, {k}, {neighbours:?}: {maximum:?}");
                    let of_grid = &solution[k * n as usize..][..n as usize];
                    assert!(of_grid.iter().all(|y| y.is_nan() == bad), "{h} x {w}, {k}, {neighbours:?}");
                }
            }
        }
    }
}

#[test]
fn estimates_and_derivatives_are_the_twins() {
    let gpu = common::gpu();
    let (count, h, w) = (2_u32, 5_u32, 4_u32);
    let n = (h * w) as usize;
    let mut random = Random::new(5);
    // So far above 0 that noise leaves no cost below: those would all count as 0, and of paths with equal costs any may be taken.
    let theta: Vec<f32> = terrain(&mut random, count * h * w).iter().map(|theta| theta - 1.5).collect();
    let other: Vec<f32> = (0..count * h * w).map(|_| random.uniform() as f32).collect();
    let (x, v) = (gpu.upload(&theta, [count, h, w]).unwrap(), gpu.upload(&other, [count, h, w]).unwrap());
    for multiplicative in [false, true] {
        let perturbed = Perturbed::new(Solver::ShortestPath(Neighbours::Eight))
            .sigma(0.3)
            .samples(100)
            .multiplicative(multiplicative)
            .baseline(Baseline::LeaveOneOut);
        let settings = twin::Settings {
            noise: twin::Noise::Normal,
            sigma: f64::from(0.3_f32),
            samples: 100,
            seed: 0,
            multiplicative,
            antithetic: false,
        };
        let results = gpu
            .run(|rec| {
                let estimate = perturbed.forward(rec, &x)?;
                let loss = perturbed.fenchel_young(rec, &x, &v)?;
                let derivatives = [perturbed.vjp(rec, &x, &v)?, perturbed.jvp(rec, &x, &v)?];
                assert_eq!(estimate.maximum.shape(), [count].into());
                assert_eq!(loss.gradient.shape(), [count, h, w].into());
                let [vjp, jvp] = derivatives;
                Ok([estimate.maximum, loss.loss, estimate.solution, vjp, jvp])
            })
            .unwrap();
        let [maximum, loss, solution, vjp, jvp] = results.map(|tensor| tensor.read(gpu).unwrap());
        for k in 0..count as usize {
            let range = k * n..(k + 1) * n;
            let (theta, other) = (to_f64(&theta[range.clone()]), to_f64(&other[range.clone()]));
            let solve = |theta: &[f64]| twin::shortest_path(theta, [h as usize, w as usize], true);
            let only = |theta: &[f64]| solve(theta).1;
            let estimate = twin::estimate(&settings, solve, &theta, k as u32);
            assert!((f64::from(maximum[k]) - estimate.maximum).abs() < 2e-5);
            let expected = estimate.maximum - twin::dot(&theta, &other);
            assert!((f64::from(loss[k]) - expected).abs() < 2e-5);
            assert!(max_error(&solution[range.clone()], &estimate.solution) < 1e-5);
            let baseline = twin::Baseline::LeaveOneOut;
            let gradient = twin::vjp(&settings, baseline, only, &theta, k as u32, &other);
            assert!(max_error(&vjp[range.clone()], &gradient) < 2e-5 * (1.0 + common::largest(&gradient)));
            let derivative = twin::jvp(&settings, baseline, only, &theta, k as u32, &other);
            assert!(max_error(&jvp[range], &derivative) < 2e-5 * (1.0 + common::largest(&derivative)));
        }
    }
}

#[test]
fn grids_that_are_none_are_refused() {
    let gpu = common::gpu();
    let perturbed = Perturbed::new(Solver::ShortestPath(Neighbours::Eight));
    for shape in [&[9][..], &[0, 3], &[3, 0], &[2, 0, 3]] {
        let shape = supple::Shape::try_from(shape).unwrap();
        let x = gpu.upload(&vec![-1.0; shape.elements() as usize], shape).unwrap();
        let error = gpu.run(|rec| perturbed.maximum(rec, &x)).unwrap_err();
        assert!(matches!(error, Error::ShapeMismatch { argument: "theta", .. }), "{error}");
    }
    let x = gpu.upload(&vec![-1.0; 129 * 128], [129, 128]).unwrap();
    let error = gpu.run(|rec| perturbed.maximum(rec, &x)).unwrap_err();
    assert!(error.to_string().contains("smaller grids"), "{error}");
}
