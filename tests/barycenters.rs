//! Barycenters, k-means and classification of series.

#![allow(clippy::float_cmp, reason = "what is the same computation has the same bits")]

mod common;

use std::ops::ControlFlow;

use common::{Random, gpu, largest, max_error, to_f64};
use supple::reference::soft_dtw as reference;
use supple::soft_dtw::barycenter::{Barycenter, Center, End, Start};
use supple::soft_dtw::classify::{CrossValidation, NearestCentroid, NearestNeighbour, Rule, accuracy};
use supple::soft_dtw::k_means::KMeans;
use supple::soft_dtw::{Kind, Lengths, Series, SoftDtw, Strategy};
use supple::{Error, Tensor};

/// A bump of width 3 at `position`, with a little noise.
fn bump(random: &mut Random, length: usize, position: f64) -> Vec<f32> {
    let at = |i: usize| (-(i as f64 - position).powi(2) / 9.0).exp();
    (0..length).map(|i| (at(i) + 0.02 * random.uniform()) as f32).collect()
}

fn bumps(seed: u64, length: usize, positions: &[f64]) -> Vec<Vec<f32>> {
    let mut random = Random::new(seed);
    positions.iter().map(|&position| bump(&mut random, length, position)).collect()
}

fn upload(series: &[Vec<f32>]) -> Tensor<f32> {
    gpu().upload(&series.concat(), [series.len() as u32, series[0].len() as u32]).unwrap()
}

/// The objective in f64, for half squared costs.
fn twin(kind: Kind, gamma: f64, center: &[f64], series: &[Vec<f32>], weights: &[f64], dim: usize) -> f64 {
    let value = |x: &[f64], y: &[f64]| {
        let costs = reference::cost_matrix(&reference::Cost::default(), x, y, dim);
        reference::value(&costs, x.len() / dim, y.len() / dim, gamma)
    };
    let pair = |x: &[f64], y: &[f64]| match kind {
        Kind::Value => value(x, y),
        Kind::Divergence => value(x, y) - value(x, x) / 2.0 - value(y, y) / 2.0,
        other => panic!("no twin of {other:?} here"),
    };
    series.iter().zip(weights).map(|(s, w)| w * pair(center, &to_f64(s))).sum()
}

/// The norm of the twin's gradient at `center`, by central differences.
fn twin_slope(kind: Kind, gamma: f64, center: &[f64], series: &[Vec<f32>], weights: &[f64], dim: usize) -> f64 {
    let h = 1e-5;
    let slopes: Vec<f64> = (0..center.len())
        .map(|i| {
            let [up, down] = [h, -h].map(|step| {
                let mut moved = center.to_vec();
                moved[i] += step;
                twin(kind, gamma, &moved, series, weights, dim)
            });
            (up - down) / (2.0 * h)
        })
        .collect();
    slopes.iter().map(|slope| slope * slope).sum::<f64>().sqrt()
}

/// The value, the gradient and where it vanishes are those of the objective in f64, for weights and several channels.
#[test]
fn the_center_is_a_minimum_of_the_twin() {
    for (kind, gamma, dim) in [(Kind::Value, 0.1, 1), (Kind::Value, 1.0, 2), (Kind::Divergence, 0.1, 2)] {
        let (count, length) = (4, 20);
        let walks = Random::new(3).walks(count, length, dim);
        let series: Vec<Vec<f32>> = walks.chunks(length * dim).map(<[f32]>::to_vec).collect();
        let x = gpu().upload(&walks, [count as u32, length as u32, dim as u32]).unwrap();
        let weights = [0.1, 0.2, 0.3, 0.4];
        let search = Barycenter::new(SoftDtw::new(gamma).kind(kind)).weights(&[1.0, 2.0, 3.0, 4.0]);
        let gamma = f64::from(gamma);
        // Somewhere: the gradient's norm is the twin's. And at the end: it is as small as was asked for.
        for iterations in [0, 200] {
            let found = search.clone().max_iterations(iterations).fit(gpu(), &x).unwrap();
            let center = to_f64(&found.values);
            let value = twin(kind, gamma, &center, &series, &weights, dim);
            let slope = twin_slope(kind, gamma, &center, &series, &weights, dim);
            let size = center.iter().map(|v| v * v).sum::<f64>().sqrt().max(1.0);
            assert!((found.value - value).abs() <= 1e-5 * value.abs().max(1.0), "{} {value}", found.value);
            assert!((found.gradient_norm - slope).abs() <= 1e-4 * size.max(slope), "{} {slope}", found.gradient_norm);
            if iterations > 0 {
                assert!(found.converged() && slope <= 1.1e-3 * size, "{:?} {slope}", found.end);
            }
        }
    }
}

#[test]
fn equal_series_are_their_own_barycenter_under_divergences() {
    let one = bumps(1, 30, &[12.0]);
    let series = upload(&[one[0].clone(), one[0].clone(), one[0].clone()]);
    let search = Barycenter::new(SoftDtw::new(1.0).kind(Kind::Divergence));
    // The objective is flat around its minimum: in f32 it does not tell a center from one that is some 1e-2 off.
    let elsewhere = Start::Given(bumps(2, 30, &[15.0])[0].clone());
    for (start, bound) in [(Start::EuclideanMean, 1e-3), (elsewhere, 0.05)] {
        let found = search.clone().start(start).fit(gpu(), &series).unwrap();
        let error = max_error(&found.values, &to_f64(&one[0]));
        assert!(found.converged() && error < bound && found.value.abs() < 1e-4, "{error} {found:?}");
    }
    // The plain value shrinks.
    let plain = Barycenter::new(SoftDtw::new(1.0)).fit(gpu(), &series).unwrap();
    assert!(largest(&to_f64(&plain.values)) < 0.8 * largest(&to_f64(&one[0])), "{plain:?}");
}

#[test]
fn the_search_goes_down_from_every_start() {
    let series = bumps(4, 40, &[10.0, 16.0, 22.0, 30.0]);
    let x = upload(&series);
    for kind in [Kind::Value, Kind::Divergence, Kind::Hard] {
        let search = Barycenter::new(SoftDtw::new(0.05).kind(kind));
        for start in [Start::EuclideanMean, Start::Given(series[1].clone())] {
            let search = search.clone().start(start.clone());
            let begin = search.clone().max_iterations(0).fit(gpu(), &x).unwrap();
            let mut seen = Vec::new();
            let found = search
                .fit_with_progress(gpu(), &x, |progress| {
                    seen.push(*progress);
                    ControlFlow::Continue(())
                })
                .unwrap();
            assert_eq!(begin.end, End::IterationLimit);
            if let Start::Given(values) = &start {
                assert_eq!(&begin.values, values);
            }
            assert!(found.value < begin.value && found.converged(), "{kind:?}: {begin:?} {found:?}");
            assert_eq!(seen[0].value, begin.value);
            assert!(seen.windows(2).all(|pair| pair[1].value < pair[0].value), "{kind:?}: {seen:?}");
        }
    }
}

/// Under the mean cost with squared distances the minimum is a weighted mean, known in closed form:
/// `z_i = sum over series and j of w M_ij x_j / sum of w M_ij`.
#[test]
fn the_mean_cost_has_a_closed_form_and_is_a_start() {
    let (n, count) = (24, 3);
    let mut random = Random::new(13);
    let lengths = [24, 20, 16];
    let series: Vec<Vec<f32>> = lengths.iter().map(|&m| bump(&mut random, m, m as f64 / 3.0)).collect();
    let weights = [0.5, 0.25, 0.25];
    let mut expected = vec![0.0; n];
    let mut mass = vec![0.0; n];
    for ((&m, series), weight) in lengths.iter().zip(&series).zip(weights) {
        let mean = reference::alignment(&vec![0.0; n * m], n, m, 1.0).expected;
        for (i, j) in (0..n).flat_map(|i| (0..m).map(move |j| (i, j))) {
            expected[i] += weight * mean[i * m + j] * f64::from(series[j]);
            mass[i] += weight * mean[i * m + j];
        }
    }
    expected.iter_mut().zip(&mass).for_each(|(sum, mass)| *sum /= mass);
    let padded: Vec<f32> = series.iter().flat_map(|s| (0..n).map(|i| *s.get(i).unwrap_or(&f32::NAN))).collect();
    let x = gpu().upload(&padded, [count, n as u32]).unwrap();
    let lengths = Lengths::new(&lengths.map(|m| m as u32)).unwrap();
    let x = Series::new(&x).lengths(&lengths);
    let weights = weights.map(|weight| weight as f32);
    let search = |kind| Barycenter::new(SoftDtw::new(1.0).kind(kind)).weights(&weights).length(n as u32);
    let found = search(Kind::MeanCost).tolerance(1e-5).fit(gpu(), x).unwrap();
    assert!(found.converged() && max_error(&found.values, &expected) < 1e-3, "{found:?} {expected:?}");
    let start = search(Kind::Value).start(Start::MeanCost).tolerance(1e-5);
    let begin = start.max_iterations(0).fit(gpu(), x).unwrap();
    // No iterations for the start either: it is where the mean cost's own search begins.
    let mean = search(Kind::Value).max_iterations(0).fit(gpu(), x).unwrap();
    assert_eq!(begin.values, mean.values);
    let mut seen = Vec::new();
    let from_there = search(Kind::Value)
        .start(Start::MeanCost)
        .fit_with_progress(gpu(), x, |progress| {
            seen.push(*progress);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert!(from_there.converged() && from_there.value < begin.value, "{from_there:?}");
    // The second of the two searches begins where the first one ends.
    let solution = search(Kind::MeanCost).fit(gpu(), x).unwrap();
    let first = seen.iter().skip(1).find(|progress| progress.iteration == 0).unwrap();
    let there = search(Kind::Value).start(Start::Given(solution.values)).max_iterations(0).fit(gpu(), x).unwrap();
    assert_eq!((first.value, first.gradient_norm), (there.value, there.gradient_norm));
    assert!(max_error(&there.values, &expected) < 0.01, "{there:?} {expected:?}");
}

#[test]
fn every_kind_goes_down_with_lengths_that_differ() {
    let mut random = Random::new(14);
    let lengths = [30, 25, 28];
    let padded: Vec<f32> = lengths
        .iter()
        .flat_map(|&m| {
            let mut row = bump(&mut random, m, m as f64 / 2.0);
            row.resize(30, f32::NAN);
            row
        })
        .collect();
    let x = gpu().upload(&padded, [3, 30]).unwrap();
    let lengths = Lengths::new(&lengths.map(|m| m as u32)).unwrap();
    let x = Series::new(&x).lengths(&lengths);
    for kind in [
        Kind::Value,
        Kind::Divergence,
        Kind::Sharp,
        Kind::SharpDivergence,
        Kind::MeanCost,
        Kind::MeanCostDivergence,
        Kind::Hard,
    ] {
        // Else the number of lanes changes with that of pairs, and each takes kernels of its own.
        let dtw = SoftDtw::new(0.1).kind(kind).strategy(Strategy::InvocationPerPair);
        let search = Barycenter::new(dtw.clone());
        let begin = search.clone().max_iterations(0).fit(gpu(), x).unwrap();
        let found = search.fit(gpu(), x).unwrap();
        assert!(found.converged() && found.value < begin.value, "{kind:?}: {begin:?} {found:?}");
        let clusters = KMeans::new(2, dtw.clone()).fit(gpu(), x).unwrap();
        assert!((0..2).all(|cluster| clusters.assignments.contains(&cluster)), "{kind:?}: {clusters:?}");
        let rule = NearestNeighbour::fit(dtw.clone(), gpu(), x, &[0, 1, 2]).unwrap();
        assert_eq!(rule.predict(gpu(), x).unwrap().len(), 3);
        // Each series is a class of its own, and its center itself but for what a kind smooths away.
        let search = Barycenter::new(dtw);
        let rule = NearestCentroid::fit(&search, gpu(), x, &[0, 1, 2]).unwrap();
        assert!(rule.centers().iter().all(Center::converged), "{kind:?}");
        assert_eq!(rule.predict(gpu(), x).unwrap().len(), 3);
    }
}

/// Beyond the shortest series the mean-cost divergence may fall without end: centers are as long as that at most.
#[test]
fn mean_cost_divergences_have_a_minimum() {
    let mut random = Random::new(15);
    let lengths = [4, 6, 5, 4, 6];
    let padded: Vec<f32> = lengths
        .iter()
        .flat_map(|&m| {
            let mut row: Vec<f32> = (0..m).map(|_| random.uniform() as f32).collect();
            row.resize(6, f32::NAN);
            row
        })
        .collect();
    let x = gpu().upload(&padded, [5, 6]).unwrap();
    let all = Lengths::new(&lengths).unwrap();
    let series = Series::new(&x).lengths(&all);
    let search = Barycenter::new(SoftDtw::new(1.0).kind(Kind::MeanCostDivergence));
    for (weights, shortest) in [([1.0; 5], 4), ([0.0, 1.0, 1.0, 0.0, 1.0], 5)] {
        let search = search.clone().weights(&weights);
        let found = search.fit(gpu(), series).unwrap();
        assert!(found.converged() && found.length == shortest, "{found:?}");
        assert!(found.values.iter().all(|value| value.abs() < 4.0), "{found:?}");
        for length in 1..=shortest {
            let found = search.clone().length(length).fit(gpu(), series).unwrap();
            assert!(found.converged() && found.values.iter().all(|value| value.abs() < 4.0), "{found:?}");
        }
        let error = search.clone().length(shortest + 1).fit(gpu(), series).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { argument: "length", .. }), "{error}");
        let start = Start::Given(vec![0.0; shortest as usize + 1]);
        let error = search.start(start).fit(gpu(), series).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { argument: "length", .. }), "{error}");
    }
    let clusters = KMeans::new(2, SoftDtw::new(1.0).kind(Kind::MeanCostDivergence)).fit(gpu(), series).unwrap();
    assert_eq!(clusters.length, 4);
    let error =
        KMeans::new(2, SoftDtw::new(1.0).kind(Kind::MeanCostDivergence)).length(5).fit(gpu(), series).unwrap_err();
    assert!(matches!(error, Error::InvalidArgument { argument: "length", .. }), "{error}");
}

#[test]
fn weights_choose_among_the_series() {
    let series = bumps(5, 30, &[8.0, 20.0]);
    let x = upload(&series);
    let search = Barycenter::new(SoftDtw::new(0.01).kind(Kind::Divergence)).tolerance(1e-4);
    let peak = |center: &Center| (0..30).max_by(|&a, &b| center.values[a].total_cmp(&center.values[b])).unwrap();
    let [first, second] = [[2.0, 0.0], [0.0, 0.5]].map(|w| search.clone().weights(&w).fit(gpu(), &x).unwrap());
    assert!(max_error(&first.values, &to_f64(&series[0])) < 5e-3, "{first:?}");
    assert!(max_error(&second.values, &to_f64(&series[1])) < 5e-3, "{second:?}");
    let mixed = search.clone().weights(&[0.9, 0.1]).fit(gpu(), &x).unwrap();
    assert!((6..=14).contains(&peak(&mixed)), "{mixed:?}");
    // Only ratios count.
    let scaled = search.weights(&[9.0, 1.0]).fit(gpu(), &x).unwrap();
    assert!(max_error(&scaled.values, &to_f64(&mixed.values)) < 1e-3);
}

/// Padded series give the barycenter of the series without padding, whose value the twin knows.
#[test]
fn lengths_may_differ() {
    let nothing = f32::NAN;
    let mut random = Random::new(6);
    let lengths = [20, 26, 17];
    let series: Vec<Vec<f32>> = lengths.iter().map(|&n| bump(&mut random, n, n as f64 / 2.0)).collect();
    let padded: Vec<f32> = series.iter().flat_map(|s| (0..26).map(|i| *s.get(i).unwrap_or(&nothing))).collect();
    let x = gpu().upload(&padded, [3, 26]).unwrap();
    let lengths = Lengths::new(&[20, 26, 17]).unwrap();
    let x = Series::new(&x).lengths(&lengths);
    for (length, expected) in [(None, 21), (Some(9), 9), (Some(40), 40)] {
        let mut search = Barycenter::new(SoftDtw::new(0.1));
        if let Some(length) = length {
            search = search.length(length);
        }
        let found = search.fit(gpu(), x).unwrap();
        assert_eq!((found.length, found.values.len()), (expected, expected as usize));
        let third = 1.0 / 3.0;
        let center = to_f64(&found.values);
        let value = twin(Kind::Value, f64::from(0.1_f32), &center, &series, &[third; 3], 1);
        assert!((found.value - value).abs() < 1e-5 * value.abs() && found.converged(), "{found:?} {value}");
    }
}

#[test]
fn limits_and_callbacks_end_a_search() {
    let x = upload(&bumps(7, 30, &[8.0, 14.0, 20.0]));
    let search = Barycenter::new(SoftDtw::new(0.01)).tolerance(0.0);
    let found = search.clone().max_iterations(3).fit(gpu(), &x).unwrap();
    assert_eq!((found.iterations, found.end, found.converged()), (3, End::IterationLimit, false));
    let stop = search
        .clone()
        .fit_with_progress(gpu(), &x, |progress| {
            if progress.iteration == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .unwrap();
    assert_eq!((stop.end, stop.iterations), (End::Stopped, 3));
    assert_eq!(stop.values, found.values);
    // No tolerance is too small: f32's precision ends the search.
    let last = search.max_iterations(2000).fit(gpu(), &x).unwrap();
    assert!(last.end == End::Precision && last.value <= found.value, "{last:?}");
}

#[test]
fn unusable_settings_are_refused_by_name() {
    let x = upload(&bumps(8, 10, &[3.0, 5.0]));
    let search = Barycenter::new(SoftDtw::new(0.1));
    let refused = |search: &Barycenter| match search.fit(gpu(), &x).unwrap_err() {
        Error::InvalidArgument { argument, .. } | Error::NonFinite { argument, .. } => argument,
        other => panic!("{other}"),
    };
    for weights in [&[1.0][..], &[0.0, 0.0], &[1.0, -1.0], &[f32::NAN, 1.0], &[f32::INFINITY, 1.0]] {
        assert_eq!(refused(&search.clone().weights(weights)), "weights");
    }
    assert_eq!(refused(&search.clone().length(0)), "length");
    assert_eq!(refused(&search.clone().tolerance(-1.0)), "tolerance");
    assert_eq!(refused(&search.clone().tolerance(f64::NAN)), "tolerance");
    for start in [vec![], vec![f32::NAN; 10]] {
        assert_eq!(refused(&search.clone().start(Start::Given(start))), "start");
    }
    assert_eq!(refused(&search.clone().length(9).start(Start::Given(vec![0.0; 10]))), "start");
    assert_eq!(refused(&Barycenter::new(SoftDtw::new(-1.0))), "gamma");
    let broken = gpu().upload(&[0.0, f32::NAN, 1.0, 2.0], [2, 2]).unwrap();
    let error = search.fit(gpu(), &broken).unwrap_err();
    assert!(matches!(error, Error::InvalidArgument { argument: "series", .. }), "{error}");
    let none = gpu().upload::<f32>(&[], [0, 4]).unwrap();
    assert!(matches!(search.fit(gpu(), &none), Err(Error::ShapeMismatch { argument: "series", .. })));
}

#[test]
fn k_means_finds_two_groups() {
    let positions = [8.0, 9.0, 28.0, 10.0, 30.0, 29.0, 7.5, 31.0];
    let mut series = bumps(9, 40, &positions);
    // Where the bump is does not matter to alignments; which way it points does.
    for (values, _) in series.iter_mut().zip(positions).filter(|&(_, position)| position > 20.0) {
        for value in values {
            *value = -*value;
        }
    }
    let x = upload(&series);
    for kind in [Kind::Divergence, Kind::Value, Kind::Hard] {
        for seed in 0..3 {
            let fit = || KMeans::new(2, SoftDtw::new(0.05).kind(kind)).seed(seed).fit(gpu(), &x).unwrap();
            let found = fit();
            let group = |i: usize| u32::from((positions[i] > 20.0) != (positions[0] > 20.0)) ^ found.assignments[0];
            assert!((0..8).all(|i| found.assignments[i] == group(i)), "{kind:?} {seed}: {:?}", found.assignments);
            assert!(found.converged && found.rounds <= 10, "{} rounds", found.rounds);
            assert_eq!((found.centers.len(), found.length, found.dim), (80, 40, 1));
            assert_eq!(fit(), found);
        }
    }
}

#[test]
fn more_restarts_are_never_worse() {
    let x = upload(&bumps(10, 24, &[4.0, 5.0, 11.0, 12.0, 18.0, 19.0, 20.0]));
    let search = KMeans::new(3, SoftDtw::new(0.01).kind(Kind::Divergence)).iterations(3).max_rounds(4);
    let [one, three] = [1, 3].map(|runs| search.clone().restarts(runs).fit(gpu(), &x).unwrap());
    assert!(three.inertia <= one.inertia, "{} {}", three.inertia, one.inertia);
    let drawn = search.max_rounds(0).fit(gpu(), &x).unwrap();
    assert!(drawn.rounds == 0 && !drawn.converged && one.inertia < drawn.inertia, "{} {}", drawn.inertia, one.inertia);
}

#[test]
fn k_means_at_its_borders() {
    let series = bumps(11, 16, &[3.0, 8.0, 12.0]);
    let x = upload(&series);
    let search = |k| KMeans::new(k, SoftDtw::new(0.01).kind(Kind::Divergence));
    // As many clusters as series: each its own.
    let each = search(3).fit(gpu(), &x).unwrap();
    let mut assignments = each.assignments.clone();
    assignments.sort_unstable();
    assert!(assignments == [0, 1, 2] && each.converged && each.inertia.abs() < 1e-3, "{each:?}");
    let one = search(1).fit(gpu(), &x).unwrap();
    assert!(one.assignments == [0, 0, 0] && one.converged);
    // Series that are all equal: still no cluster is empty.
    let same = upload(&[series[0].clone(), series[0].clone(), series[0].clone(), series[0].clone()]);
    for seed in 0..3 {
        let found = search(3).seed(seed).fit(gpu(), &same).unwrap();
        for cluster in 0..3 {
            assert!(found.assignments.contains(&cluster), "{:?}", found.assignments);
        }
        assert!(found.inertia.abs() < 1e-3 && found.converged, "{found:?}");
    }
    let refused = |search: KMeans| match search.fit(gpu(), &x).unwrap_err() {
        Error::InvalidArgument { argument, .. } => argument,
        other => panic!("{other}"),
    };
    assert_eq!(refused(search(0)), "k");
    assert_eq!(refused(search(4)), "k");
    assert_eq!(refused(search(2).restarts(0)), "restarts");
    assert_eq!(refused(search(2).length(0)), "length");
    assert_eq!(refused(search(2).tolerance(-1.0)), "tolerance");
    let broken = upload(&[series[0].clone(), vec![f32::NAN; 16], series[1].clone()]);
    assert!(matches!(search(2).fit(gpu(), &broken), Err(Error::NonFinite { argument: "value of a pair", .. })));
}

/// Values and classes of one split of the data set.
fn gun_point(split: &str) -> (Vec<Vec<f32>>, Vec<u32>) {
    let path = format!("{}/tests/data/GunPoint/GunPoint_{split}.ts", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '@']));
    lines
        .map(|line| {
            let (values, class) = line.rsplit_once(':').unwrap();
            (values.split(',').map(|value| value.parse().unwrap()).collect(), class.trim().parse::<u32>().unwrap())
        })
        .unzip()
}

#[test]
fn nearest_neighbours_of_gun_point() {
    let ((train, labels), (test, truth)) = (gun_point("TRAIN"), gun_point("TEST"));
    let dtw = SoftDtw::new(1.0).kind(Kind::Divergence);
    let rule = NearestNeighbour::fit(dtw, gpu(), &upload(&train), &labels).unwrap();
    let found = rule.predict(gpu(), &upload(&test)).unwrap();
    assert_eq!(accuracy(&found, &truth).unwrap(), 147.0 / 150.0);
}

#[test]
fn nearest_centroids_of_gun_point() {
    let ((train, labels), (test, truth)) = (gun_point("TRAIN"), gun_point("TEST"));
    let barycenter = Barycenter::new(SoftDtw::new(1.0).kind(Kind::Divergence));
    let rule = NearestCentroid::fit(&barycenter, gpu(), &upload(&train), &labels).unwrap();
    let found = accuracy(&rule.predict(gpu(), &upload(&test)).unwrap(), &truth).unwrap();
    assert_eq!(rule.classes(), [1, 2]);
    assert!(rule.centers().iter().all(Center::converged));
    // Seen: 0.6467. In f64, with centers searched for by SciPy's L-BFGS to a gradient of 1e-5: 0.6533.
    assert!((0.62..0.68).contains(&found), "{found}");
}

#[test]
fn ties_and_labels() {
    let x = gpu().upload(&[1.0, 1.0, 0.0, 0.0, 1.0, 1.0], [3, 2]).unwrap();
    let hard = SoftDtw::new(0.0);
    let rule = NearestNeighbour::fit(hard.clone(), gpu(), &x, &[40, 7, 3]).unwrap();
    assert_eq!(rule.predict(gpu(), &x).unwrap(), [40, 7, 40]);
    let refused = |error: Error| match error {
        Error::InvalidArgument { argument, .. } | Error::NonFinite { argument, .. } => argument,
        other => panic!("{other}"),
    };
    assert_eq!(refused(NearestNeighbour::fit(hard.clone(), gpu(), &x, &[1, 2]).unwrap_err()), "labels");
    assert_eq!(refused(NearestCentroid::fit(&Barycenter::new(hard.clone()), gpu(), &x, &[1]).unwrap_err()), "labels");
    let weightless = Barycenter::new(hard).weights(&[0.0; 3]);
    assert_eq!(refused(NearestCentroid::fit(&weightless, gpu(), &x, &[1, 2, 2]).unwrap_err()), "weights");
    let broken = gpu().upload(&[f32::NAN, 0.0], [1, 2]).unwrap();
    assert_eq!(refused(rule.predict(gpu(), &broken).unwrap_err()), "value of a pair");
    assert_eq!(refused(accuracy(&[], &[]).unwrap_err()), "predictions");
}

#[test]
fn cross_validation_chooses_from_the_grid() {
    let (train, labels) = gun_point("TRAIN");
    let x = upload(&train);
    let grid = [0.1, 1.0, 10.0];
    let rule = Rule::NearestNeighbour(SoftDtw::new(1.0).kind(Kind::Divergence));
    let search = CrossValidation::new(rule).grid(&grid);
    let found = search.fit(gpu(), &x, &labels).unwrap();
    assert_eq!(found.scores.iter().map(|score| score.gamma).collect::<Vec<_>>(), grid);
    let most = found.scores.iter().map(|score| score.accuracy).fold(0.0, f64::max);
    let smoothest =
        found.scores.iter().filter(|score| score.accuracy == most).map(|score| score.gamma).fold(0.0, f32::max);
    assert_eq!((found.best.accuracy, found.best.gamma), (most, smoothest));
    assert!(most > 0.8);
    assert_eq!(search.fit(gpu(), &x, &labels).unwrap(), found);

    let small = upload(&bumps(12, 12, &[2.0, 3.0, 2.5, 4.0]));
    let classes = [0, 1, 0, 1];
    let centroids = CrossValidation::new(Rule::NearestCentroid(Barycenter::new(SoftDtw::new(1.0)).max_iterations(3)));
    let of_centroids = centroids.clone().grid(&[0.1]).folds(2).fit(gpu(), &small, &classes).unwrap();
    assert_eq!(of_centroids.best.gamma, 0.1);
    let refused = |search: CrossValidation| match search.fit(gpu(), &small, &classes).unwrap_err() {
        Error::InvalidArgument { argument, .. } => argument,
        other => panic!("{other}"),
    };
    assert_eq!(refused(centroids.clone().folds(1)), "folds");
    assert_eq!(refused(centroids.clone().folds(5)), "folds");
    assert_eq!(refused(centroids.clone().folds(2).grid(&[])), "grid");
    assert_eq!(refused(centroids.folds(2).grid(&[-1.0])), "gamma");
}
