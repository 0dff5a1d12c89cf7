//! Expected alignments, entropies, directional derivatives and Hessian products, for any choice of pairs, lengths, bands and costs:
//! against the f64 twin, and the same bits however little memory there is.

mod common;

use common::sides::{Sides, Twin, listed, twin_band, twin_kind};
use common::{Random, gpu, largest, max_error, to_f64};
use supple::reference::soft_dtw as reference;
use supple::soft_dtw::{Band, Cost, Kind, Lengths, Pairs, Series, SoftDtw, Strategy};
use supple::{Error, Shape, Tensor};

/// Both sides on the GPU. Lengths are given only where series are of unequal ones: without, a call needs no table of pairs.
struct Problem {
    sides: Sides,
    x: (Tensor<f32>, Lengths),
    y: (Tensor<f32>, Lengths),
}

impl Problem {
    fn new(sides: Sides) -> Self {
        let [x, y] = sides.upload(gpu());
        Self { sides, x, y }
    }

    fn series(&self) -> [Series<'_>; 2] {
        [(&self.x, &self.sides.x), (&self.y, &self.sides.y)].map(|((tensor, lengths), side)| {
            let equal = side.iter().all(|series| series.len() == side[0].len());
            if equal { Series::new(tensor) } else { Series::new(tensor).lengths(lengths) }
        })
    }

    /// Elements of the longest series of either side.
    fn longest(&self) -> [usize; 2] {
        [&self.x, &self.y].map(|(tensor, _)| tensor.shape().sizes()[1] as usize)
    }

    /// The shape of a matrix for each pair.
    fn matrices(&self, pairs: &Pairs) -> Vec<u32> {
        let mut shape = match pairs {
            Pairs::All => vec![self.sides.x.len() as u32, self.sides.y.len() as u32],
            _ => vec![listed(&self.sides, pairs).len() as u32],
        };
        shape.extend(self.longest().map(|length| length as u32));
        shape
    }

    /// The costs of a pair in f64, with those outside of the band forbidden, and its lengths.
    fn costs(&self, (i, j): (u32, u32), cost: &Cost, gamma: f32, band: Band) -> (Vec<f64>, usize, usize) {
        let (xs, ys) = (to_f64(&self.sides.x[i as usize]), to_f64(&self.sides.y[j as usize]));
        let (n, m) = (xs.len() / self.sides.dim, ys.len() / self.sides.dim);
        let mut costs = reference::cost_matrix(&Twin::of(cost, gamma), &xs, &ys, self.sides.dim);
        if let Some(band) = twin_band(band) {
            reference::band::apply(&band, &mut costs, n, m);
        }
        (costs, n, m)
    }

    /// What of the matrix of one pair belongs to its own lengths; the rest must be 0.
    fn own(&self, matrices: &[f32], pair: usize, n: usize, m: usize) -> Vec<f32> {
        let [rows, columns] = self.longest();
        let matrix = &matrices[pair * rows * columns..][..rows * columns];
        let beyond = |at: usize| at / columns >= n || at % columns >= m;
        assert!(matrix.iter().enumerate().all(|(at, &value)| !beyond(at) || value == 0.0), "pair {pair}");
        matrix.chunks(columns).take(n).flat_map(|row| row[..m].to_vec()).collect()
    }
}

fn no_infinity(costs: &[f64]) -> Vec<f64> {
    costs.iter().map(|&cost| if cost.is_finite() { cost } else { 0.0 }).collect()
}

/// Entries of E are good to 1e-4 (see `tests/soft_dtw.rs`); of its derivative, to as much of the largest one. An entropy is what is left of
/// two numbers over gamma, of which each is good to 2e-6 of the sum of the costs along the way and gamma for each step.
fn check(problem: &Problem, dtw: &SoftDtw, cost: &Cost, gamma: f32, band: Band, pairs: &Pairs) {
    let what = format!("{cost:?} gamma {gamma} {band:?} {pairs:?}");
    let dtw = dtw.clone().cost(cost.clone()).band(band).pairs(pairs.clone());
    let shape = problem.matrices(pairs);
    let mut random = Random::new(98);
    let z: Vec<f32> = (0..shape.iter().product::<u32>()).map(|_| random.uniform() as f32).collect();
    let direction = gpu().upload(&z, Shape::try_from(&shape[..]).unwrap()).unwrap();
    let run = |dtw: &SoftDtw| {
        let [x, y] = problem.series();
        let results = gpu()
            .run(|rec| {
                Ok([
                    dtw.entropy(rec, x, y)?,
                    dtw.directional_derivative(rec, x, y, &direction)?,
                    dtw.hessian_product(rec, x, y, &direction)?,
                ])
            })
            .unwrap();
        assert_eq!(results[2].shape().sizes(), shape);
        results.map(|tensor| tensor.read(gpu()).unwrap())
    };
    let [entropy, derivative, product] = run(&dtw);
    assert!(run(&dtw.clone().memory(60 << 10)) == [entropy.clone(), derivative.clone(), product.clone()], "{what}");
    let [rows, columns] = problem.longest();
    for (p, &pair) in listed(&problem.sides, pairs).iter().enumerate() {
        let (costs, n, m) = problem.costs(pair, cost, gamma, band);
        let gamma = f64::from(gamma);
        let own: Vec<f32> = z[p * rows * columns..][..rows * columns]
            .chunks(columns)
            .take(n)
            .flat_map(|row| row[..m].to_vec())
            .collect();
        let own = to_f64(&own);
        let steps = (n + m) as f64;
        let alignment = reference::alignment(&costs, n, m, gamma);
        let along: f64 = alignment.expected.iter().zip(no_infinity(&costs)).map(|(e, c)| e * c.abs()).sum();
        let close = |name: &str, found: f32, expected: f64, bound: f64| {
            let error = (f64::from(found) - expected).abs();
            assert!(error <= bound, "{what}: {name} of pair {p}, {n} x {m}: {found} {expected}: {error:.1e}");
        };
        let scale = (along + gamma * steps) / gamma;
        close("entropy", entropy[p], reference::entropy(&costs, n, m, gamma), 4e-6 * scale);
        let twin = reference::directional_derivative(&costs, &own, n, m, gamma);
        close("derivative", derivative[p], twin, 2e-5 * steps);
        let twin = reference::hessian_product(&costs, &own, n, m, gamma);
        let error = max_error(&problem.own(&product, p, n, m), &twin);
        assert!(error <= 1e-4 * largest(&twin).max(1.0), "{what}: product of pair {p}, {n} x {m}: {error:.1e}");
    }
}

fn problems() -> [Problem; 2] {
    let unequal = Sides::walks(1, &[13, 1, 30, 22, 40], &[17, 9, 1, 40, 33], 2);
    let equal = Sides::walks(2, &[37; 5], &[42; 5], 2);
    [unequal, equal].map(Problem::new)
}

fn choices() -> [Pairs; 3] {
    [Pairs::Aligned, Pairs::All, Pairs::list(&[(3, 1), (0, 0), (4, 4), (3, 1), (2, 4), (1, 2)])]
}

#[test]
fn second_derivatives_for_any_choice_of_pairs() {
    let ([unequal, equal], [aligned, all, list]) = (problems(), choices());
    let [alone, shared] =
        [Strategy::InvocationPerPair, Strategy::WorkgroupPerPair].map(|strategy| SoftDtw::new(0.6).strategy(strategy));
    // Not the whole product of settings, of which each choice is four kernels to compile; those of three of these are the same.
    let (sakoe_chiba, itakura) = (Band::SakoeChiba(3), Band::Itakura(1.7));
    check(&unequal, &alone, &Cost::default(), 0.6, Band::None, &aligned);
    check(&unequal, &shared, &Cost::Absolute, 0.6, sakoe_chiba, &all);
    check(&unequal, &shared, &Cost::Absolute, 0.6, itakura, &list);
    check(&equal, &shared, &Cost::Absolute, 0.6, itakura, &aligned);
    check(&equal, &alone, &Cost::LogAugmented, 0.6, Band::None, &all);
}

#[test]
fn alignments_for_any_choice_of_pairs() {
    let bands = [Band::None, Band::SakoeChiba(3), Band::Itakura(1.7)];
    let strategies = [Strategy::InvocationPerPair, Strategy::WorkgroupPerPair];
    for (k, problem) in problems().iter().enumerate() {
        for (l, pairs) in choices().iter().enumerate() {
            for (i, kind) in [Kind::SharpDivergence, Kind::MeanCost, Kind::Hard].into_iter().enumerate() {
                let band = bands[(k + l + i) % 3];
                let dtw = SoftDtw::new(0.6).kind(kind).band(band).pairs(pairs.clone()).strategy(strategies[k]);
                let run = |dtw: &SoftDtw| {
                    let [x, y] = problem.series();
                    let result = gpu().run(|rec| dtw.alignment(rec, x, y)).unwrap();
                    assert_eq!(result.expected.shape().sizes(), problem.matrices(pairs));
                    [&result.value, &result.expected].map(|tensor| tensor.read(gpu()).unwrap())
                };
                let [value, expected] = run(&dtw);
                let what = format!("{kind:?} {band:?} {pairs:?}");
                assert!(run(&dtw.clone().memory(60 << 10)) == [value.clone(), expected.clone()], "{what}");
                for (p, &pair) in listed(&problem.sides, pairs).iter().enumerate() {
                    let (costs, n, m) = problem.costs(pair, &Cost::default(), 0.6, band);
                    let gamma = f64::from(0.6_f32);
                    let (of, gamma) = match kind {
                        Kind::MeanCost | Kind::MeanCostDivergence => (reference::Kind::MeanCost, gamma),
                        Kind::Hard => (reference::Kind::Value, 0.0),
                        _ => (reference::Kind::Value, gamma),
                    };
                    let twin = reference::kinds::of_costs(of, &costs, n, m, gamma).1;
                    let error = max_error(&problem.own(&expected, p, n, m), &twin);
                    assert!(error <= 1e-4, "{what}: pair {p}, {n} x {m}: {error:.1e}");
                    let (xs, ys) = (&problem.sides.x[pair.0 as usize], &problem.sides.y[pair.1 as usize]);
                    let twin = reference::kinds::of(
                        twin_kind(kind),
                        &reference::Cost::default(),
                        &to_f64(xs),
                        &to_f64(ys),
                        problem.sides.dim,
                        f64::from(0.6_f32),
                        twin_band(band).as_ref(),
                    );
                    let steps = (n + m) as f64;
                    let error = (f64::from(value[p]) - twin.value).abs();
                    assert!(error <= 2e-5 * steps, "{what}: pair {p}: {} {}", value[p], twin.value);
                }
            }
        }
    }
}

#[test]
fn directions_of_another_shape_and_gamma_0_are_refused() {
    let [unequal, _] = problems();
    let [x, y] = unequal.series();
    let direction = gpu().empty([5, 40, 39]).unwrap();
    let dtw = SoftDtw::new(1.0);
    let error = gpu().run(|rec| dtw.hessian_product(rec, x, y, &direction)).unwrap_err();
    assert!(matches!(error, Error::ShapeMismatch { argument: "direction", .. }), "{error}");
    let hard = SoftDtw::new(0.0);
    let error = gpu().run(|rec| hard.entropy(rec, x, y)).unwrap_err();
    assert!(matches!(error, Error::InvalidArgument { argument: "gamma", .. }), "{error}");
}
