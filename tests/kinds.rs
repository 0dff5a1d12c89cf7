//! Every kind of soft-DTW, with every cost, band and choice of pairs, against other packages' numbers and the f64 twin.

mod common;

use common::sides::{HUBER, Huber, KINDS, Sides, Twin, listed, twin_band, twin_kind};
use common::{Golden, Random, gpu, largest, max_error, to_f64, twin_cost};
use supple::reference::soft_dtw as reference;
use supple::soft_dtw::{
    Band, Cost, CostMatrices, CustomCost, Kind, Lengths, Pairs, Series, SoftDtw, Strategy, ValueAndGrad,
};
use supple::{Error, Gpu, Tensor};

const COSTS: [Cost; 5] =
    [Cost::HalfSquaredEuclidean, Cost::SquaredEuclidean, Cost::LogAugmented, Cost::Absolute, Cost::Cosine];

const BANDS: [Band; 4] = [Band::None, Band::SakoeChiba(2), Band::SakoeChiba(9), Band::Itakura(1.7)];

#[test]
fn matches_golden_numbers() {
    let golden = Golden::open("soft_dtw");
    for case in golden.cases() {
        let (n, dim) = (golden.shape(&case, "X")[0] as u32, golden.shape(&case, "X")[1] as u32);
        let m = golden.shape(&case, "Y")[0] as u32;
        let x = gpu().upload(&golden.f32(&case, "X"), [1, n, dim]).unwrap();
        let y = gpu().upload(&golden.f32(&case, "Y"), [1, m, dim]).unwrap();
        // Not as many lanes as each case has strips, which are kernels of their own.
        let gamma = golden.scalar(&case, "gamma") as f32;
        let dtw = SoftDtw::new(gamma).strategy(Strategy::InvocationPerPair);
        // Values of the inputs' f32 rounding: seen below 1e-6 of the largest entry; matrices below 1e-5.
        let check = |name: &str, got: &Tensor<f32>, bound: f64| {
            let expected = golden.values(&case, name);
            let error = max_error(&got.read(gpu()).unwrap(), expected) / largest(expected).max(1.0);
            assert!(error <= bound, "{case} {name}: {error:.1e}");
        };
        for (kind, name) in [
            (Kind::Value, "value"),
            (Kind::Sharp, "sharp"),
            (Kind::Divergence, "divergence"),
            (Kind::SharpDivergence, "sharp_divergence"),
            (Kind::MeanCost, "mean_cost"),
            (Kind::MeanCostDivergence, "mean_cost_divergence"),
        ] {
            let result = gpu().run(|rec| dtw.clone().kind(kind).value_and_grad(rec, &x, &y)).unwrap();
            check(name, &result.value, 2e-6);
            let grad = if kind == Kind::Value { "grad_x".to_owned() } else { format!("{name}_grad_x") };
            check(&grad, &result.grad_x, 2e-5);
        }
        // What is left of two numbers that are 4 to 25,000 times as large.
        check("entropy", &gpu().run(|rec| dtw.entropy(rec, &x, &y)).unwrap(), 5e-6);
        check("alignment", &gpu().run(|rec| dtw.alignment(rec, &x, &y)).unwrap().expected, 1e-5);
        let direction = gpu().upload(&golden.f32(&case, "hvp_direction"), [1, n, m]).unwrap();
        let derivative = gpu().run(|rec| dtw.directional_derivative(rec, &x, &y, &direction)).unwrap();
        check("directional_derivative", &derivative, 5e-6);
        check("hessian_product", &gpu().run(|rec| dtw.hessian_product(rec, &x, &y, &direction)).unwrap(), 2e-5);
    }
}

fn read(gpu: &Gpu, result: &ValueAndGrad) -> [Vec<f32>; 3] {
    [&result.value, &result.grad_x, &result.grad_y].map(|tensor| tensor.read(gpu).unwrap())
}

/// Compares values and gradients with the twin's, with a cotangent for each pair.
///
/// The bound on values is 2e-6 of what they are made of: the sum of costs along the way and gamma for each step. A gradient
/// is a sum over its row of E (bound 1e-4 there, see `tests/soft_dtw.rs`), and for the sharp kinds of the Hessian product, which is
/// as large as costs / gamma.
fn check(sides: &Sides, dtw: &SoftDtw, kind: Kind, cost: &Cost, gamma: f32, band: Band, pairs: &Pairs) {
    let [(x, x_lengths), (y, y_lengths)] = sides.upload(gpu());
    let list = listed(sides, pairs);
    let mut random = Random::new(99);
    let cotangents: Vec<f32> = list.iter().map(|_| random.uniform() as f32).collect();
    let dtw = dtw.clone().kind(kind).cost(cost.clone()).band(band).pairs(pairs.clone());
    let series = || (Series::new(&x).lengths(&x_lengths), Series::new(&y).lengths(&y_lengths));
    let what = format!("{kind:?} {cost:?} gamma {gamma} {band:?} {pairs:?}");
    let value = gpu().run(|rec| dtw.value(rec, series().0, series().1)).unwrap().read(gpu()).unwrap();
    let shape: Vec<u32> =
        if *pairs == Pairs::All { vec![sides.x.len() as u32, sides.y.len() as u32] } else { vec![list.len() as u32] };
    let cotangent = gpu().upload(&cotangents, supple::Shape::try_from(&shape[..]).unwrap()).unwrap();
    let result = gpu().run(|rec| dtw.value_and_vjp(rec, series().0, series().1, &cotangent)).unwrap();
    let [same_value, grad_x, grad_y] = read(gpu(), &result);
    let (n, m) = (x.shape().sizes()[1] as usize, y.shape().sizes()[1] as usize);
    let mut twin_x = vec![0.0; grad_x.len()];
    let mut twin_y = vec![0.0; grad_y.len()];
    let twin_cost = Twin::of(cost, gamma);
    let twin_band = twin_band(band);
    for (p, &(i, j)) in list.iter().enumerate() {
        let (xs, ys) = (to_f64(&sides.x[i as usize]), to_f64(&sides.y[j as usize]));
        let twin = reference::kinds::of(
            twin_kind(kind),
            &twin_cost,
            &xs,
            &ys,
            sides.dim,
            f64::from(gamma),
            twin_band.as_ref(),
        );
        let steps = (xs.len() + ys.len()) as f64 / sides.dim as f64;
        let costs = reference::cost_matrix(&twin_cost, &xs, &ys, sides.dim);
        let scale = costs.iter().sum::<f64>() / costs.len() as f64 * steps + f64::from(gamma) * steps;
        let error = (f64::from(value[p]) - twin.value).abs();
        assert!(error <= 2e-6 * scale, "{what}: pair {p}: {} against {}: {error:.1e}", value[p], twin.value);
        assert!((value[p] - same_value[p]).abs() <= 1e-6 * scale as f32, "{what}: {} {}", value[p], same_value[p]);
        let add = |to: &mut [f64], from: &[f64]| {
            to.iter_mut().zip(from).for_each(|(a, b)| *a += b * f64::from(cotangents[p]));
        };
        add(&mut twin_x[i as usize * n * sides.dim..], &twin.grad_x);
        add(&mut twin_y[j as usize * m * sides.dim..], &twin.grad_y);
    }
    for (name, got, expected) in [("grad_x", &grad_x, &twin_x), ("grad_y", &grad_y, &twin_y)] {
        let error = max_error(got, expected);
        let bound = 1e-4 * largest(expected).max(1.0);
        assert!(error <= bound, "{what} {name}: {error:.1e}, largest {}", largest(expected));
    }
}

/// Not the whole product of settings, since kernels take seconds to compile: every kind meets every cost and every band, and each of these
/// either number of channels and either strategy. Those that run the same kernels, the kinds of one recursion and both squared costs,
/// do so with the same settings.
#[test]
fn every_kind_with_every_cost_and_band() {
    // The longest of both sides are equal, and so are the numbers of lanes.
    let sides = [1, 3].map(|dim| Sides::walks(1, &[13, 1, 40, 22, 30], &[17, 9, 1, 40, 33], dim));
    for (k, kind) in KINDS.into_iter().enumerate() {
        for (c, cost) in COSTS.iter().enumerate() {
            let (recursion, text) = (k / 2, c.saturating_sub(1));
            // With one channel the cosine is a sign alone.
            let sides = &sides[if *cost == Cost::Cosine { 1 } else { (recursion + text) % 2 }];
            let strategy = [Strategy::InvocationPerPair, Strategy::WorkgroupPerPair][(recursion / 2 + text) % 2];
            let band = if recursion == text { Band::None } else { BANDS[1 + (k + c) % 3] };
            let dtw = SoftDtw::new(0.7).strategy(strategy);
            check(sides, &dtw, kind, cost, 0.7, band, &Pairs::Aligned);
        }
    }
}

#[test]
fn every_kind_with_all_pairs_and_lists() {
    let sides = Sides::walks(2, &[13, 1, 30, 22, 30, 8, 40], &[17, 9, 1, 40, 33], 2);
    let list = Pairs::list(&[(3, 1), (0, 0), (3, 1), (6, 4), (5, 2), (1, 2), (6, 3)]);
    for kind in KINDS {
        for band in [Band::None, Band::SakoeChiba(3)] {
            for pairs in [&Pairs::All, &list] {
                let dtw = SoftDtw::new(0.5).strategy(Strategy::InvocationPerPair);
                check(&sides, &dtw, kind, &Cost::default(), 0.5, band, pairs);
            }
        }
    }
}

/// A divergence compares series with themselves, but none that no pair names: these may hold anything.
#[test]
fn series_that_no_pair_names_are_not_read() {
    let mut sides = Sides::walks(9, &[20; 6], &[17; 5], 2);
    let list = [(4, 1), (0, 3), (4, 3), (5, 1)];
    for series in [1, 2, 3] {
        sides.x[series].fill(f32::NAN);
    }
    for series in [0, 2, 4] {
        sides.y[series].fill(f32::INFINITY);
    }
    let [(x, _), (y, _)] = sides.upload(gpu());
    let cotangent = gpu().upload(&[0.5, -1.0, 2.0, 0.25], [4]).unwrap();
    let renumbered = [(1, 0), (0, 1), (1, 1), (2, 0)];
    let rows = |side: &[Vec<f32>], named: &[usize]| named.iter().flat_map(|&i| side[i].clone()).collect::<Vec<_>>();
    let x_named = gpu().upload(&rows(&sides.x, &[0, 4, 5]), [3, 20, 2]).unwrap();
    let y_named = gpu().upload(&rows(&sides.y, &[1, 3]), [2, 17, 2]).unwrap();
    for gamma in [0.5, 0.0] {
        for kind in KINDS {
            let dtw = |list: &[(u32, u32)]| SoftDtw::new(gamma).kind(kind).pairs(Pairs::list(list));
            let run = |dtw: &SoftDtw, x: &Tensor<f32>, y: &Tensor<f32>| {
                let value = gpu().run(|rec| dtw.value(rec, x, y)).unwrap().read(gpu()).unwrap();
                let plain = read(gpu(), &gpu().run(|rec| dtw.value_and_grad(rec, x, y)).unwrap());
                let vjp = read(gpu(), &gpu().run(|rec| dtw.value_and_vjp(rec, x, y, &cotangent)).unwrap());
                (value, plain, vjp)
            };
            let (value, plain, vjp) = run(&dtw(&list), &x, &y);
            let named = run(&dtw(&renumbered), &x_named, &y_named);
            assert_eq!(value, named.0, "{kind:?} {gamma}");
            for (found, named) in [(plain, named.1), (vjp, named.2)] {
                assert_eq!(found[0], named[0], "{kind:?} {gamma}");
                let part = |grad: &[f32], each: usize, i: usize| grad[i * each..(i + 1) * each].to_vec();
                for i in 0..6 {
                    let own = [0, 4, 5].iter().position(|&series| series == i);
                    let expected = own.map_or(vec![0.0; 40], |at| part(&named[1], 40, at));
                    assert_eq!(part(&found[1], 40, i), expected, "{kind:?} {gamma}, x {i}");
                }
                for i in 0..5 {
                    let own = [1, 3].iter().position(|&series| series == i);
                    let expected = own.map_or(vec![0.0; 34], |at| part(&named[2], 34, at));
                    assert_eq!(part(&found[2], 34, i), expected, "{kind:?} {gamma}, y {i}");
                }
            }
        }
    }
}

#[test]
fn matrices_of_costs() {
    let mut random = Random::new(3);
    let (count, n, m) = (5, 21, 18);
    let lengths = [(21, 18), (1, 18), (21, 1), (1, 1), (13, 10)];
    let mut costs = vec![f32::NAN; count * n * m];
    for (matrix, &(rows, columns)) in costs.chunks_mut(n * m).zip(&lengths) {
        for row in matrix.chunks_mut(m).take(rows) {
            row[..columns].iter_mut().for_each(|c| *c = (random.uniform() * 3.0) as f32); // of either sign
        }
    }
    let tensor = gpu().upload(&costs, [count as u32, n as u32, m as u32]).unwrap();
    let x_lengths = Lengths::new(&lengths.map(|(rows, _)| rows as u32)).unwrap();
    let y_lengths = Lengths::new(&lengths.map(|(_, columns)| columns as u32)).unwrap();
    for kind in [Kind::Value, Kind::Sharp, Kind::MeanCost, Kind::Hard] {
        let dtw = SoftDtw::new(0.3).kind(kind);
        let given = CostMatrices::new(&tensor).x_lengths(&x_lengths).y_lengths(&y_lengths);
        let result = gpu().run(|rec| dtw.value_and_grad_of_costs(rec, given)).unwrap();
        let only = gpu().run(|rec| dtw.value_of_costs(rec, given)).unwrap().read(gpu()).unwrap();
        let (value, grad) = (result.value.read(gpu()).unwrap(), result.grad.read(gpu()).unwrap());
        assert_eq!(only, value);
        for (p, &(rows, columns)) in lengths.iter().enumerate() {
            let matrix = &costs[p * n * m..][..n * m];
            let own: Vec<f64> = matrix.chunks(m).take(rows).flat_map(|row| to_f64(&row[..columns])).collect();
            let (twin_value, twin_grad) = reference::kinds::of_costs(twin_kind(kind), &own, rows, columns, 0.3);
            assert!((f64::from(value[p]) - twin_value).abs() <= 1e-5, "{kind:?} {p}: {} {twin_value}", value[p]);
            let got: Vec<f32> =
                grad[p * n * m..][..n * m].chunks(m).take(rows).flat_map(|row| row[..columns].to_vec()).collect();
            assert!(max_error(&got, &twin_grad) <= 1e-4, "{kind:?} {p}: {:.1e}", max_error(&got, &twin_grad));
            let beyond = grad[p * n * m..][..n * m].iter().enumerate();
            assert!(beyond.filter(|(i, _)| i / m >= rows || i % m >= columns).all(|(_, &g)| g == 0.0));
        }
    }
}

/// Three matrices for each pair: the divergence of the twins' values, and the gradient in each.
#[test]
fn divergences_of_matrices_of_costs() {
    let (n, m) = (21, 18);
    let lengths = [(21, 18), (1, 18), (21, 1), (1, 1), (13, 10)];
    let mut random = Random::new(4);
    // Rows and columns that count, of a matrix in a tensor of larger ones.
    let mut padded = |size: [usize; 2], counting: &[[usize; 2]]| -> Vec<f32> {
        let mut costs = vec![f32::NAN; counting.len() * size[0] * size[1]];
        for (matrix, &[rows, columns]) in costs.chunks_mut(size[0] * size[1]).zip(counting) {
            for row in matrix.chunks_mut(size[1]).take(rows) {
                row[..columns].iter_mut().for_each(|c| *c = (random.uniform() * 3.0) as f32);
            }
        }
        costs
    };
    let sizes = [[n, m], [n, n], [m, m]];
    let counting = [
        lengths.map(|(rows, columns)| [rows, columns]),
        lengths.map(|(rows, _)| [rows; 2]),
        lengths.map(|(_, columns)| [columns; 2]),
    ];
    let costs = [0, 1, 2].map(|side| padded(sizes[side], &counting[side]));
    let tensors = [0, 1, 2].map(|side| {
        gpu().upload(&costs[side], [lengths.len() as u32, sizes[side][0] as u32, sizes[side][1] as u32]).unwrap()
    });
    let x_lengths = Lengths::new(&lengths.map(|(rows, _)| rows as u32)).unwrap();
    let y_lengths = Lengths::new(&lengths.map(|(_, columns)| columns as u32)).unwrap();
    let [xy, xx, yy] = &tensors;
    let given = CostMatrices::new(xy).x_lengths(&x_lengths).y_lengths(&y_lengths).itself(xx, yy);
    for (kind, twin, gamma) in [
        (Kind::Divergence, reference::Kind::Value, 0.3_f32),
        (Kind::SharpDivergence, reference::Kind::Sharp, 0.3),
        (Kind::MeanCostDivergence, reference::Kind::MeanCost, 0.3),
        (Kind::Divergence, reference::Kind::Hard, 0.0),
    ] {
        let dtw = SoftDtw::new(gamma).kind(kind);
        let result = gpu().run(|rec| dtw.value_and_grad_of_costs(rec, given)).unwrap();
        let only = gpu().run(|rec| dtw.value_of_costs(rec, given)).unwrap().read(gpu()).unwrap();
        let value = result.value.read(gpu()).unwrap();
        assert_eq!(only, value);
        let [grad_xx, grad_yy] = result.grad_itself.unwrap();
        let grads = [result.grad, grad_xx, grad_yy].map(|grad| grad.read(gpu()).unwrap());
        for p in 0..lengths.len() {
            let mut divergence = 0.0;
            for (side, share) in [1.0, -0.5, -0.5].into_iter().enumerate() {
                let ([rows, columns], width) = (counting[side][p], sizes[side][1]);
                let size = sizes[side][0] * width;
                let cut = |all: &[f32]| -> Vec<f32> {
                    all[p * size..][..size].chunks(width).take(rows).flat_map(|row| row[..columns].to_vec()).collect()
                };
                let own = to_f64(&cut(&costs[side]));
                let (f, gradient) = reference::kinds::of_costs(twin, &own, rows, columns, f64::from(gamma));
                divergence += share * f;
                let gradient: Vec<f64> = gradient.iter().map(|g| share * g).collect();
                let error = max_error(&cut(&grads[side]), &gradient);
                assert!(error <= 1e-4, "{kind:?} {gamma}, pair {p}, matrix {side}: {error:.1e}");
            }
            assert!(
                (f64::from(value[p]) - divergence).abs() <= 1e-5,
                "{kind:?} {gamma} {p}: {} {divergence}",
                value[p]
            );
        }
    }

    let dtw = SoftDtw::new(1.0).kind(Kind::Divergence);
    let alone = CostMatrices::new(xy).x_lengths(&x_lengths).y_lengths(&y_lengths);
    let error = gpu().run(|rec| dtw.value_of_costs(rec, alone)).unwrap_err().to_string();
    assert!(error.contains("Divergence") && error.contains("CostMatrices::itself"), "{error}");
    let swapped = gpu().run(|rec| dtw.value_of_costs(rec, alone.itself(yy, xx))).unwrap_err().to_string();
    assert!(swapped.contains("xx") && swapped.contains("[5, 21, 21]"), "{swapped}");
    // Other kinds do not read them.
    let result = gpu().run(|rec| SoftDtw::new(1.0).value_and_grad_of_costs(rec, alone.itself(yy, xx))).unwrap();
    assert!(result.grad_itself.is_none());
}

#[test]
fn second_derivatives_of_matrices_of_costs() {
    let mut random = Random::new(4);
    let (count, n, m, gamma) = (5, 21, 18, 0.3_f32);
    let lengths = [(21, 18), (1, 18), (21, 1), (1, 1), (13, 10)];
    let mut noise = || (0..count * n * m).map(|_| (random.uniform() * 3.0) as f32).collect::<Vec<_>>();
    let (costs, direction) = (noise(), noise());
    let shape = [count as u32, n as u32, m as u32];
    let [tensor, along] = [&costs, &direction].map(|values| gpu().upload(values, shape).unwrap());
    let x_lengths = Lengths::new(&lengths.map(|(rows, _)| rows as u32)).unwrap();
    let y_lengths = Lengths::new(&lengths.map(|(_, columns)| columns as u32)).unwrap();
    let given = CostMatrices::new(&tensor).x_lengths(&x_lengths).y_lengths(&y_lengths);
    let dtw = SoftDtw::new(gamma);
    let results = gpu().run(|rec| {
        Ok([
            dtw.entropy_of_costs(rec, given)?,
            dtw.directional_derivative_of_costs(rec, given, &along)?,
            dtw.hessian_product_of_costs(rec, given, &along)?,
        ])
    });
    let [entropy, derivative, product] = results.unwrap().map(|tensor| tensor.read(gpu()).unwrap());
    let gamma = f64::from(gamma);
    for (p, &(rows, columns)) in lengths.iter().enumerate() {
        let own = |values: &[f32]| -> Vec<f64> {
            values[p * n * m..][..n * m].chunks(m).take(rows).flat_map(|row| to_f64(&row[..columns])).collect()
        };
        let (costs, direction) = (own(&costs), own(&direction));
        let twin = reference::entropy(&costs, rows, columns, gamma);
        assert!((f64::from(entropy[p]) - twin).abs() <= 1e-5 * (1.0 + twin), "{p}: {} {twin}", entropy[p]);
        let twin = reference::directional_derivative(&costs, &direction, rows, columns, gamma);
        assert!((f64::from(derivative[p]) - twin).abs() <= 1e-5 * (1.0 + twin.abs()), "{p}: {} {twin}", derivative[p]);
        let twin = reference::hessian_product(&costs, &direction, rows, columns, gamma);
        let largest = twin.iter().fold(1.0, |most, t| t.abs().max(most));
        for (i, found) in own(&product).iter().enumerate() {
            assert!((found - twin[i]).abs() <= 1e-4 * largest, "{p} {i}: {found} {}", twin[i]);
        }
    }
    let hard = SoftDtw::new(0.0);
    let error = gpu().run(|rec| hard.entropy_of_costs(rec, &tensor)).unwrap_err();
    assert!(error.to_string().contains("gamma"), "{error}");
    let short = gpu().upload(&[0.0; 4], [1, 2, 2]).unwrap();
    let error = gpu().run(|rec| dtw.hessian_product_of_costs(rec, given, &short)).unwrap_err();
    assert!(error.to_string().contains("direction"), "{error}");
}

/// The range that the documentation states: costs along a path sum up to 1e35, and up to 1e35 gamma.
#[test]
fn sums_of_costs_to_the_end_of_the_range() {
    for (n, m) in [(30, 34), (1, 1), (2, 3), (1, 40)] {
        for (gamma, sum) in [(0.0, 1e35), (1.0, 1e35), (1e-3, 1e32), (1e3, 1e35), (1e-30, 1e5)] {
            for kind in [Kind::Value, Kind::Sharp, Kind::MeanCost, Kind::Hard] {
                for sign in [1.0, -1.0] {
                    let mut random = Random::new(19);
                    // Between a fifth of what the longest path's cells may have, and all of it.
                    let each = sign * sum / (n + m - 1) as f64;
                    let costs: Vec<f32> = (0..n * m).map(|_| ((random.uniform() * 0.4 + 0.6) * each) as f32).collect();
                    let tensor = gpu().upload(&costs, [1, n as u32, m as u32]).unwrap();
                    let dtw = SoftDtw::new(gamma).kind(kind).strategy(Strategy::InvocationPerPair);
                    let found = gpu().run(|rec| dtw.value_and_grad_of_costs(rec, &tensor)).unwrap();
                    let (value, grad) = (found.value.read(gpu()).unwrap()[0], found.grad.read(gpu()).unwrap());
                    let (twin, twin_grad) =
                        reference::kinds::of_costs(twin_kind(kind), &to_f64(&costs), n, m, f64::from(gamma));
                    let what = format!("{n} x {m}, gamma {gamma:e}, {kind:?}, {sign}");
                    let error = (f64::from(value) / twin - 1.0).abs();
                    assert!(error <= 1e-5, "{what}: {value:e} {twin:e}");
                    assert!(max_error(&grad, &twin_grad) <= 1e-4, "{what}: {:.1e}", max_error(&grad, &twin_grad));
                }
            }
        }
    }
    // And of series, whose squares stay within f32.
    let sides = Sides::walks(20, &[40], &[45], 1);
    for (gamma, scale) in [(0.0, 1e16), (1.0, 1e16), (1e-3, 3e14)] {
        let scaled = |side: &[f32]| side.iter().map(|v| v * scale).collect::<Vec<f32>>();
        let (xs, ys) = (scaled(&sides.x[0]), scaled(&sides.y[0]));
        let (x, y) = (gpu().upload(&xs, [1, 40]).unwrap(), gpu().upload(&ys, [1, 45]).unwrap());
        let [value, grad_x, _] =
            read(gpu(), &gpu().run(|rec| SoftDtw::new(gamma).value_and_grad(rec, &x, &y)).unwrap());
        let twin =
            reference::value_and_grad(&reference::Cost::default(), &to_f64(&xs), &to_f64(&ys), 1, f64::from(gamma));
        let error = (f64::from(value[0]) / twin.value - 1.0).abs();
        assert!(error <= 1e-5, "gamma {gamma:e}: {:e} {:e}", value[0], twin.value);
        assert!(max_error(&grad_x, &twin.grad_x) <= 1e-4 * largest(&twin.grad_x), "gamma {gamma:e}");
    }
}

/// No kind turns a NaN into a number, wherever it is: NaN in one cell that paths need not use is no cost to choose.
#[test]
fn one_cost_that_is_not_finite_makes_its_pair_nan() {
    let (count, n, m) = (4, 13, 11);
    let mut random = Random::new(12);
    let clean: Vec<f32> = (0..count * n * m).map(|_| (random.uniform() + 1.5) as f32).collect();
    for kind in [Kind::Value, Kind::Sharp, Kind::MeanCost, Kind::Hard] {
        for strategy in [Strategy::InvocationPerPair, Strategy::WorkgroupPerPair] {
            let dtw = SoftDtw::new(0.3).kind(kind).strategy(strategy);
            let run = |costs: &[f32]| {
                let costs = gpu().upload(costs, [count as u32, n as u32, m as u32]).unwrap();
                let only = gpu().run(|rec| dtw.value_of_costs(rec, &costs)).unwrap().read(gpu()).unwrap();
                let both = gpu().run(|rec| dtw.value_and_grad_of_costs(rec, &costs)).unwrap();
                [only, both.value.read(gpu()).unwrap(), both.grad.read(gpu()).unwrap()]
            };
            let expected = run(&clean);
            for (i, j) in [(0, 0), (0, 10), (12, 0), (6, 6), (12, 9), (11, 10), (12, 10)] {
                for poison in [f32::NAN, -f32::NAN, f32::NEG_INFINITY] {
                    let what = format!("{kind:?} {strategy:?} {poison} at {i}, {j}");
                    let mut costs = clean.clone();
                    costs[2 * n * m + i * m + j] = poison;
                    let [only, value, grad] = run(&costs);
                    assert!(only[2].is_nan() && value[2].is_nan(), "{what}: {} {}", only[2], value[2]);
                    // The mean of all alignments does not depend on the costs.
                    let nan = grad[2 * n * m..3 * n * m].iter().any(|g| g.is_nan());
                    assert!(nan || kind == Kind::MeanCost, "{what}");
                    for pair in [0, 1, 3] {
                        assert_eq!(
                            [only[pair], value[pair]].map(f32::to_bits),
                            [expected[0][pair].to_bits(); 2],
                            "{what}"
                        );
                        let own = pair * n * m..(pair + 1) * n * m;
                        assert_eq!(grad[own.clone()], expected[2][own], "{what}");
                    }
                }
            }
        }
    }
}

/// What lies outside of the band is no cost that a path may use.
#[test]
fn costs_outside_of_the_band_may_be_anything() {
    let (n, m) = (20_usize, 20_usize);
    let mut random = Random::new(13);
    let band = Band::SakoeChiba(3);
    let mut costs: Vec<f32> = (0..n * m).map(|_| (random.uniform() + 1.5) as f32).collect();
    let run = |kind: Kind, costs: &[f32]| {
        let costs = gpu().upload(costs, [1, n as u32, m as u32]).unwrap();
        let dtw = SoftDtw::new(0.3).kind(kind).band(band);
        let both = gpu().run(|rec| dtw.value_and_grad_of_costs(rec, &costs)).unwrap();
        (both.value.read(gpu()).unwrap(), both.grad.read(gpu()).unwrap())
    };
    for kind in [Kind::Value, Kind::Sharp, Kind::MeanCost, Kind::Hard] {
        let expected = run(kind, &costs);
        assert!(expected.0[0].is_finite());
        for cell in (0..n * m).filter(|cell| (cell / m).abs_diff(cell % m) > 3) {
            costs[cell] = if cell % 3 == 0 { f32::INFINITY } else { f32::NAN };
        }
        assert_eq!(run(kind, &costs), expected, "{kind:?}");
    }
}

/// In DTW, as in the twin.
#[test]
fn infinite_costs_forbid_cells_of_dtw() {
    let (count, n, m) = (30, 9, 13);
    let mut random = Random::new(14);
    let costs: Vec<f32> = (0..count * n * m)
        .map(|_| if random.uniform() > 0.3 { f32::INFINITY } else { (random.uniform() * 3.0) as f32 })
        .collect();
    let tensor = gpu().upload(&costs, [count as u32, n as u32, m as u32]).unwrap();
    let found = gpu().run(|rec| SoftDtw::new(0.0).value_and_grad_of_costs(rec, &tensor)).unwrap();
    let (value, grad) = (found.value.read(gpu()).unwrap(), found.grad.read(gpu()).unwrap());
    let mut without = 0;
    for (p, own) in costs.chunks(n * m).enumerate() {
        let twin = reference::alignment(&to_f64(own), n, m, 0.0);
        if twin.value.is_infinite() {
            assert!(value[p].is_nan(), "{p}: {}", value[p]);
            without += 1;
        } else {
            assert!((f64::from(value[p]) - twin.value).abs() < 1e-5, "{p}: {} {}", value[p], twin.value);
            assert_eq!(to_f64(&grad[p * n * m..][..n * m]), twin.expected, "{p}");
        }
    }
    assert!((1..count).contains(&without), "{without} without a path");
}

#[test]
fn series_that_are_not_finite_make_their_pairs_nan_for_every_kind() {
    for kind in KINDS {
        for cost in &COSTS {
            let mut sides = Sides::walks(15, &[12; 5], &[10; 5], 2);
            sides.x[1][7] = f32::NAN;
            sides.y[3][19] = f32::INFINITY;
            let [(x, _), (y, _)] = sides.upload(gpu());
            let dtw = SoftDtw::new(0.5).kind(kind).cost(cost.clone());
            let value = gpu().run(|rec| dtw.value(rec, &x, &y)).unwrap().read(gpu()).unwrap();
            let nan: Vec<_> = value.iter().map(|v| v.is_nan()).collect();
            assert_eq!(nan, [false, true, false, true, false], "{kind:?} {cost:?}");
        }
    }
}

/// With matrices of costs the settings' cost plays no part: nothing that it asks for is asked for.
#[test]
fn matrices_of_costs_need_nothing_of_the_settings_cost() {
    let costs = gpu().upload(&[0.0, 2.0, 3.0, 1.0], [1, 2, 2]).unwrap();
    let dtw = SoftDtw::new(0.0).cost(Cost::LogAugmented);
    assert_eq!(gpu().run(|rec| dtw.value_of_costs(rec, &costs)).unwrap().read(gpu()).unwrap(), [1.0]);
    let x = gpu().upload(&[0.0, 2.0], [1, 2]).unwrap();
    let error = gpu().run(|rec| dtw.value(rec, &x, &x)).unwrap_err().to_string();
    assert!(error.contains("`gamma` is 0") && error.contains("log-augmented"), "{error}");
}

/// The twin itself, under a cost that is not the same for `x` with `y` as for `y` with `x`.
#[test]
fn gradients_of_an_asymmetric_cost_are_finite_differences() {
    let sides = Sides::walks(21, &[9], &[7], 2);
    let (x, y) = (to_f64(&sides.x[0]), to_f64(&sides.y[0]));
    for kind in [Kind::Divergence, Kind::SharpDivergence, Kind::MeanCostDivergence] {
        let of = |x: &[f64], y: &[f64]| reference::kinds::of(twin_kind(kind), &Huber, x, y, 2, 0.4, None);
        let slope = |series: &[f64], k: usize, value: &dyn Fn(&[f64]) -> f64| {
            let [up, down] = [1e-6, -1e-6].map(|step| {
                let mut moved = series.to_vec();
                moved[k] += step;
                value(&moved)
            });
            (up - down) / 2e-6
        };
        let twin = of(&x, &y);
        for (k, gradient) in twin.grad_x.iter().enumerate() {
            let slope = slope(&x, k, &|x| of(x, &y).value);
            assert!((gradient - slope).abs() <= 1e-7, "{kind:?} x {k}: {gradient} {slope}");
        }
        for (k, gradient) in twin.grad_y.iter().enumerate() {
            let slope = slope(&y, k, &|y| of(&x, y).value);
            assert!((gradient - slope).abs() <= 1e-7, "{kind:?} y {k}: {gradient} {slope}");
        }
    }
}

/// Where gradients are sums over pairs; those of aligned pairs are below. One kind: kernels with a caller's text take seconds to compile.
#[test]
fn divergences_of_an_asymmetric_cost_for_all_pairs_and_lists() {
    let custom = Cost::Custom(CustomCost::new(HUBER).unwrap());
    let list = Pairs::list(&[(3, 1), (0, 0), (1, 1), (3, 1), (1, 3)]);
    let sides = Sides::walks(22, &[20, 33, 9, 1], &[25, 14, 31, 6], 1);
    for pairs in [&Pairs::All, &list] {
        let dtw = SoftDtw::new(0.4).strategy(Strategy::InvocationPerPair);
        check(&sides, &dtw, Kind::Divergence, &custom, 0.4, Band::SakoeChiba(9), pairs);
    }
}

#[test]
fn a_cost_of_the_callers_own() {
    let [one, three] = [1, 3].map(|dim| Sides::walks(5, &[20, 33, 9], &[25, 14, 31], dim));
    let custom = CustomCost::new(HUBER).unwrap();
    // Divergences run the kernels of what they are made of; with several channels these take three times as long to compile.
    for (kind, sides) in [
        (Kind::Divergence, &three),
        (Kind::SharpDivergence, &one),
        (Kind::MeanCostDivergence, &one),
        (Kind::Hard, &three),
    ] {
        let dim = sides.dim;
        let [(x, x_lengths), (y, y_lengths)] = sides.upload(gpu());
        let cost = Cost::Custom(custom.clone());
        let dtw = SoftDtw::new(0.4).kind(kind).cost(cost).strategy(Strategy::InvocationPerPair);
        let (x, y) = (Series::new(&x).lengths(&x_lengths), Series::new(&y).lengths(&y_lengths));
        let [value, grad_x, grad_y] = read(gpu(), &gpu().run(|rec| dtw.value_and_grad(rec, x, y)).unwrap());
        for i in 0..3 {
            let (xs, ys) = (to_f64(&sides.x[i]), to_f64(&sides.y[i]));
            let twin = reference::kinds::of(twin_kind(kind), &Huber, &xs, &ys, dim, f64::from(0.4_f32), None);
            assert!((f64::from(value[i]) - twin.value).abs() <= 2e-6 * twin.value.abs().max(50.0), "{kind:?}");
            for (got, expected, longest) in [(&grad_x, &twin.grad_x, 33), (&grad_y, &twin.grad_y, 31)] {
                let got = &got[i * longest * dim..][..expected.len()];
                assert!(max_error(got, expected) <= 1e-4 * largest(expected).max(1.0), "{kind:?}");
            }
        }
    }
}

/// The cosine does not depend on the scale of either side, up to where squares leave f32 or the norm counts as none.
#[test]
fn the_cosine_at_any_scale() {
    let (n, m, dim) = (14, 12, 3);
    let mut random = Random::new(16);
    for (x_scale, y_scale) in [
        (1.0, 1.0),
        (1e-12, 1e-12),
        (1e-12, 1e15),
        (1e-16, 1.0),
        (1.0, 1e-16),
        (1e-16, 1e-16),
        (1e15, 1e15),
        (1e17, 1.0),
    ] {
        let mut side = |length: usize, scale: f32| -> Vec<f32> {
            // Away from 0: an element's norm is at least the scale.
            (0..length * dim)
                .map(|k| (random.uniform() as f32 + if k % dim == 0 { 2.0 } else { 0.0 }) * scale)
                .collect()
        };
        let (xs, ys) = (side(n, x_scale), side(m, y_scale));
        let x = gpu().upload(&xs, [1, n as u32, dim as u32]).unwrap();
        let y = gpu().upload(&ys, [1, m as u32, dim as u32]).unwrap();
        for kind in [Kind::Value, Kind::Hard] {
            let dtw = SoftDtw::new(0.1).kind(kind).cost(Cost::Cosine);
            let [value, grad_x, grad_y] = read(gpu(), &gpu().run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap());
            let (xs, ys, gamma) = (to_f64(&xs), to_f64(&ys), f64::from(0.1_f32));
            let twin = reference::kinds::of(twin_kind(kind), &reference::Cost::Cosine, &xs, &ys, dim, gamma, None);
            let what = format!("{kind:?} {x_scale:e} {y_scale:e}");
            let error = (f64::from(value[0]) - twin.value).abs();
            assert!(error <= 1e-5, "{what}: {} {}", value[0], twin.value);
            for (got, expected) in [(&grad_x, &twin.grad_x), (&grad_y, &twin.grad_y)] {
                assert!(
                    max_error(got, expected) <= 1e-4 * largest(expected),
                    "{what}: {:.1e}",
                    max_error(got, expected)
                );
            }
            if x_scale.min(y_scale) < 1e-15 && kind == Kind::Hard {
                assert_eq!(value, [n.max(m) as f32], "{what}");
            }
        }
    }
}

/// For squared costs and series of one length the mean cost of all pairs takes another way: a matrix product.
#[test]
fn the_mean_cost_of_all_pairs() {
    let (a, b, n, m) = (7, 10, 30, 23);
    for dim in [1, 3] {
        let sides = Sides::walks(6, &[n; 7], &[m; 10], dim);
        let [(x, _), (y, _)] = sides.upload(gpu());
        let mut random = Random::new(8);
        let cotangents: Vec<f32> = (0..a * b).map(|_| random.uniform() as f32).collect();
        let cotangent = gpu().upload(&cotangents, [a as u32, b as u32]).unwrap();
        for (kind, cost) in [
            (Kind::MeanCost, Cost::HalfSquaredEuclidean),
            (Kind::MeanCost, Cost::SquaredEuclidean),
            (Kind::MeanCostDivergence, Cost::HalfSquaredEuclidean),
        ] {
            let dtw = SoftDtw::new(1.0).kind(kind).cost(cost.clone()).pairs(Pairs::All);
            let everything = |dtw: &SoftDtw| {
                let value = gpu().run(|rec| dtw.value(rec, &x, &y)).unwrap().read(gpu()).unwrap();
                let plain = read(gpu(), &gpu().run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap());
                let vjp = read(gpu(), &gpu().run(|rec| dtw.value_and_vjp(rec, &x, &y, &cotangent)).unwrap());
                (value, plain, vjp)
            };
            let (value, plain, vjp) = everything(&dtw);
            assert!(everything(&dtw.clone().memory(45_000)) == (value.clone(), plain.clone(), vjp.clone()));
            assert_eq!(value, plain[0]);
            let mut twins =
                [vec![0.0; a * n * dim], vec![0.0; b * m * dim], vec![0.0; a * n * dim], vec![0.0; b * m * dim]];
            for (p, &w) in cotangents.iter().enumerate() {
                let (i, j) = (p / b, p % b);
                let (xs, ys) = (to_f64(&sides.x[i]), to_f64(&sides.y[j]));
                let twin = reference::kinds::of(twin_kind(kind), &twin_cost(&cost, 1.0), &xs, &ys, dim, 1.0, None);
                let error = (f64::from(value[p]) - twin.value).abs();
                assert!(error <= 2e-6 * (n + m) as f64 * dim as f64, "{kind:?} {cost:?} {dim}: {error:.1e}");
                for (at, factor) in [(0, 1.0), (2, f64::from(w))] {
                    let add =
                        |to: &mut [f64], from: &[f64]| to.iter_mut().zip(from).for_each(|(t, f)| *t += factor * f);
                    add(&mut twins[at][i * n * dim..], &twin.grad_x);
                    add(&mut twins[at + 1][j * m * dim..], &twin.grad_y);
                }
            }
            for (got, expected) in [&plain[1], &plain[2], &vjp[1], &vjp[2]].into_iter().zip(&twins) {
                let error = max_error(got, expected);
                assert!(error <= 1e-5 * largest(expected).max(1.0), "{kind:?} {cost:?} {dim}: {error:.1e}");
            }
        }
    }
}

/// The number of paths leaves f64 at 406 x 406.
#[test]
fn the_mean_cost_of_long_series() {
    for (n, m) in [(406, 406), (1000, 700), (3, 1500)] {
        let sides = Sides::walks(24, &[n], &[m; 2], 1);
        let [(x, _), (y, _)] = sides.upload(gpu());
        // By moments, and cell by cell.
        for cost in [Cost::default(), Cost::Absolute] {
            let dtw = SoftDtw::new(1.0).kind(Kind::MeanCost).cost(cost.clone()).pairs(Pairs::All);
            let [value, grad_x, grad_y] = read(gpu(), &gpu().run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap());
            let what = format!("{n} x {m} {cost:?}");
            let mut twin_x = vec![0.0; n];
            for (p, value) in value.iter().enumerate() {
                let (xs, ys) = (to_f64(&sides.x[0]), to_f64(&sides.y[p]));
                let twin =
                    reference::kinds::of(reference::Kind::MeanCost, &twin_cost(&cost, 1.0), &xs, &ys, 1, 1.0, None);
                let error = (f64::from(*value) / twin.value - 1.0).abs();
                assert!(error <= 2e-6, "{what}: {value} {}", twin.value);
                twin_x.iter_mut().zip(&twin.grad_x).for_each(|(sum, g)| *sum += g);
                let error = max_error(&grad_y[p * m..][..m], &twin.grad_y) / largest(&twin.grad_y);
                assert!(error <= 1e-4, "{what}, grad_y: {error:.1e}");
            }
            let error = max_error(&grad_x, &twin_x) / largest(&twin_x);
            assert!(error <= 1e-4, "{what}, grad_x: {error:.1e}");
        }
    }
}

/// Squared costs do not change where both sides are moved. What f32 makes of them changes by the rounding of centres, which are as large as
/// the series are: 5e-4 here, where squares of the series would be rounded to 4. The twin has the rounded series.
#[test]
fn the_mean_cost_far_from_zero() {
    let (a, b, n, m) = (3, 5, 40, 31);
    for dim in [1, 2] {
        let mut sides = Sides::walks(25, &[n; 3], &[m; 5], dim);
        for series in sides.x.iter_mut().chain(&mut sides.y) {
            series.iter_mut().enumerate().for_each(|(k, v)| *v += if k % dim == 0 { 10_000.0 } else { -300.0 });
        }
        let [(x, _), (y, _)] = sides.upload(gpu());
        for kind in [Kind::MeanCost, Kind::MeanCostDivergence] {
            let dtw = SoftDtw::new(1.0).kind(kind).pairs(Pairs::All);
            let [value, grad_x, _] = read(gpu(), &gpu().run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap());
            for i in 0..a {
                let mut twin_x = vec![0.0; n * dim];
                for j in 0..b {
                    let (xs, ys) = (to_f64(&sides.x[i]), to_f64(&sides.y[j]));
                    let twin =
                        reference::kinds::of(twin_kind(kind), &reference::Cost::default(), &xs, &ys, dim, 1.0, None);
                    let error = (f64::from(value[i * b + j]) - twin.value).abs();
                    // A rounded centre for each step of a path, at a distance of 1 or so.
                    assert!(error <= 2e-4 * (n + m) as f64, "{kind:?} {dim}: {} {}", value[i * b + j], twin.value);
                    twin_x.iter_mut().zip(&twin.grad_x).for_each(|(sum, g)| *sum += g);
                }
                let error = max_error(&grad_x[i * n * dim..][..n * dim], &twin_x) / largest(&twin_x);
                // A centre is rounded as the series are, to 5e-4 here, for each of the other series.
                assert!(error <= 1e-3, "{kind:?} {dim}: {error:.1e}");
            }
        }
    }
}

#[test]
fn series_that_are_not_finite_in_mean_costs_of_all_pairs() {
    for poison in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut sides = Sides::walks(26, &[12; 6], &[10; 5], 2);
        let clean: Vec<f32> = {
            let [(x, _), (y, _)] = sides.upload(gpu());
            let dtw = SoftDtw::new(1.0).kind(Kind::MeanCost).pairs(Pairs::All);
            gpu().run(|rec| dtw.value(rec, &x, &y)).unwrap().read(gpu()).unwrap()
        };
        sides.x[0][7] = poison;
        sides.x[4][1] = poison;
        sides.y[3][19] = poison;
        let [(x, _), (y, _)] = sides.upload(gpu());
        for kind in [Kind::MeanCost, Kind::MeanCostDivergence] {
            let dtw = SoftDtw::new(1.0).kind(kind).pairs(Pairs::All);
            let value = gpu().run(|rec| dtw.value(rec, &x, &y)).unwrap().read(gpu()).unwrap();
            for (p, value) in value.iter().enumerate() {
                let poisoned = [0, 4].contains(&(p / 5)) || p % 5 == 3;
                assert_eq!(value.is_nan(), poisoned, "{kind:?} {poison}: pair {p} is {value}");
                assert!(poisoned || kind != Kind::MeanCost || value.to_bits() == clean[p].to_bits());
            }
        }
    }
}

/// One cell a row, or little more, however the two lengths differ.
#[test]
fn bands_at_their_narrowest() {
    let sides = Sides::walks(27, &[13, 40, 5, 1, 90], &[17, 3, 60, 9, 90], 1);
    for (k, kind) in [Kind::Divergence, Kind::Sharp, Kind::MeanCost, Kind::Hard].into_iter().enumerate() {
        let strategy = [Strategy::InvocationPerPair, Strategy::WorkgroupPerPair][k % 2];
        for band in [Band::SakoeChiba(0), Band::Itakura(1.001)] {
            check(&sides, &SoftDtw::new(0.3).strategy(strategy), kind, &Cost::default(), 0.3, band, &Pairs::Aligned);
        }
    }
}

#[test]
fn lengths_out_of_range_are_refused_by_name() {
    let refused = |result: supple::Result<()>| match result.unwrap_err() {
        Error::InvalidArgument { argument, value, remedy } => (argument, value, remedy),
        other => panic!("{other}"),
    };
    let (argument, value, _) = refused(Lengths::new(&[3, 1, 0, 2]).map(|_| ()));
    assert_eq!((argument, value.as_str()), ("lengths", "0 at row 2"));
    let x = gpu().upload(&[0.5; 12], [3, 4]).unwrap();
    let run = |x_lengths: &[u32], y_lengths: &[u32]| {
        let (x_lengths, y_lengths) = (Lengths::new(x_lengths).unwrap(), Lengths::new(y_lengths).unwrap());
        let sides = (Series::new(&x).lengths(&x_lengths), Series::new(&x).lengths(&y_lengths));
        gpu().run(|rec| SoftDtw::new(1.0).value(rec, sides.0, sides.1)).map(|_| ())
    };
    let (argument, value, remedy) = refused(run(&[4, 5, 1], &[1, 1, 1]));
    assert_eq!((argument, value.as_str()), ("x_lengths", "5 at row 1"));
    assert!(remedy.contains("within the 4 elements"), "{remedy}");
    let (argument, value, remedy) = refused(run(&[4, 4, 4], &[1, 1]));
    assert_eq!((argument, value.as_str()), ("y_lengths", "2 lengths"));
    assert!(remedy.contains("each of the 3 series"), "{remedy}");
    let costs = gpu().upload(&[0.5; 24], [2, 3, 4]).unwrap();
    let lengths = Lengths::new(&[3, 4]).unwrap();
    let given = CostMatrices::new(&costs).x_lengths(&lengths);
    let (argument, value, _) = refused(gpu().run(|rec| SoftDtw::new(1.0).value_of_costs(rec, given)).map(|_| ()));
    assert_eq!((argument, value.as_str()), ("x_lengths", "4 at row 1"));
}
