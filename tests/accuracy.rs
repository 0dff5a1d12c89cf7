//! The accuracy that the documentation states, against the f64 twin on z-normalised random walks, at the lengths and gammas where
//! single-precision packages lose it.

mod common;

use common::{Random, gpu, max_error, to_f64};
use supple::reference::soft_dtw as reference;
use supple::soft_dtw::{Pairs, SoftDtw};

/// A pair of walks on both sides.
struct Walks {
    n: usize,
    m: usize,
    x: Vec<f32>,
    y: Vec<f32>,
}

impl Walks {
    fn new(seed: u64, n: usize, m: usize) -> Self {
        let mut random = Random::new(seed);
        Self { n, m, x: random.walks(1, n, 1), y: random.walks(1, m, 1) }
    }

    fn costs(&self) -> Vec<f64> {
        reference::cost_matrix(&reference::Cost::default(), &to_f64(&self.x), &to_f64(&self.y), 1)
    }

    fn value(&self, gamma: f32) -> f64 {
        let x = gpu().upload(&self.x, [1, self.n as u32]).unwrap();
        let y = gpu().upload(&self.y, [1, self.m as u32]).unwrap();
        f64::from(gpu().run(|rec| SoftDtw::new(gamma).value(rec, &x, &y)).unwrap().read(gpu()).unwrap()[0])
    }

    /// The error of the value against `|value| + <E, C>`, and the largest error of an entry of `E`.
    fn errors(&self, gamma: f32) -> (f64, f64) {
        let x = gpu().upload(&self.x, [1, self.n as u32]).unwrap();
        let y = gpu().upload(&self.y, [1, self.m as u32]).unwrap();
        let costs = self.costs();
        let twin = reference::alignment(&costs, self.n, self.m, f64::from(gamma));
        let mean_cost: f64 = twin.expected.iter().zip(&costs).map(|(e, c)| e * c).sum();
        let found = gpu().run(|rec| SoftDtw::new(gamma).alignment(rec, &x, &y)).unwrap();
        let value = f64::from(found.value.read(gpu()).unwrap()[0]);
        let value_error = (value - twin.value).abs() / (twin.value.abs() + mean_cost);
        (value_error, max_error(&found.expected.read(gpu()).unwrap(), &twin.expected))
    }
}

#[test]
fn values_and_alignments_to_length_1024() {
    for (n, gamma, alignment_bound) in [
        (128, 0.01, 1e-4),
        (128, 1.0, 1e-4),
        (512, 0.01, 1e-4),
        (512, 1000.0, 1e-4),
        (1024, 0.01, 1e-4),
        (1024, 0.1, 1e-4),
        (1024, 10.0, 1e-4),
        (1024, 0.001, 2e-3),
    ] {
        for seed in 0..3 {
            let (value, alignment) = Walks::new(seed, n, n + 3).errors(gamma);
            println!("{n}, gamma {gamma}: {value:.1e} {alignment:.1e}");
            assert!(value <= 2e-6, "value at {n}, gamma {gamma}: {value:.1e}");
            assert!(alignment <= alignment_bound, "alignment at {n}, gamma {gamma}: {alignment:.1e}");
        }
    }
}

#[test]
fn alignments_at_length_4096() {
    for gamma in [0.1, 1.0] {
        let (value, alignment) = Walks::new(7, 4096, 4096).errors(gamma);
        println!("gamma {gamma}: {value:.1e} {alignment:.1e}");
        assert!(value <= 2e-6 && alignment <= 1e-4, "gamma {gamma}: {value:.1e} {alignment:.1e}");
    }
}

/// One row against many, and gammas far above the costs: sums of thousands of numbers near 1.
#[test]
fn values_of_unequal_lengths() {
    for (n, m) in [(3, 4000), (4000, 3), (1, 5000), (2, 5), (40, 1000)] {
        for gamma in [0.001, 1.0, 1000.0] {
            let walks = Walks::new(11, n, m);
            let costs = walks.costs();
            let twin = reference::alignment(&costs, n, m, f64::from(gamma));
            let mean_cost: f64 = twin.expected.iter().zip(&costs).map(|(e, c)| e * c).sum();
            let error = (walks.value(gamma) - twin.value).abs() / (twin.value.abs() + mean_cost);
            println!("{n} x {m}, gamma {gamma}: {error:.1e}");
            assert!(error <= 2e-6, "{n} x {m}, gamma {gamma}: {error:.1e}");
        }
    }
}

/// The parts of a series whose shares of a gradient are compared.
const PARTS: usize = 8;

/// The error of a value against `|value| + <E, C>`, and the largest one of a gradient's sum over a part of `x`, against the sum of its magnitudes there.
fn errors_of_a_pair(seed: u64, length: usize, gamma: f32) -> [f64; 2] {
    let walks = Walks::new(seed, length, length);
    let twin = by_rows(&to_f64(&walks.x), &to_f64(&walks.y), f64::from(gamma));
    let upload = |series: &[f32]| gpu().upload(series, [1, length as u32]).unwrap();
    let (x, y) = (upload(&walks.x), upload(&walks.y));
    // Sections of the pair, since all checkpoints of 16,384 x 16,384 take more.
    let dtw = SoftDtw::new(gamma).memory(64 << 20);
    let found = gpu().run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap();
    let value = f64::from(found.value.read(gpu()).unwrap()[0]);
    let grad = found.grad_x.read(gpu()).unwrap();
    let of_parts = grad.chunks(length / PARTS).zip(&twin.parts).map(|(part, expected)| {
        let (sum, magnitudes) =
            part.iter().fold((0.0, 0.0), |(sum, all), &g| (sum + f64::from(g), all + f64::from(g.abs())));
        (sum - expected).abs() / magnitudes
    });
    [(value - twin.value).abs() / (twin.value.abs() + twin.mean_cost), of_parts.fold(0.0, f64::max)]
}

/// Errors do not grow with the length: at 16,384 they are within 4 times those at 1024, the mean over some pairs, up to what rounding results to f32 costs.
fn long_series_are_as_accurate_as_short_ones(gamma: f32) {
    let short = (0..6)
        .map(|seed| errors_of_a_pair(seed, 1024, gamma))
        .fold([0.0; 2], |sum, each| [sum[0] + each[0] / 6.0, sum[1] + each[1] / 6.0]);
    let long = errors_of_a_pair(0, 16_384, gamma);
    println!("gamma {gamma}: {short:?} at 1024, {long:?} at 16,384");
    for ((what, short), long) in ["values", "gradients"].iter().zip(short).zip(long) {
        assert!(long <= 4.0 * short.max(6e-8), "{what}: gamma {gamma}: {long:.1e} at 16,384, {short:.1e} at 1024");
    }
}

/// Those of alignments too, of which one of 16,384 x 16,384 does not fit every device's bindings. Errors are those of costs' roundings, and differ from pair
/// to pair: the largest is where two ways cost about the same.
#[test]
fn long_alignments_are_as_accurate_as_short_ones() {
    for gamma in [0.01, 0.1] {
        let mean = |m: usize| (0..4).map(|seed| Walks::new(seed, 1024, m).errors(gamma).1).sum::<f64>() / 4.0;
        let (short, long) = (mean(1024), mean(16_384));
        println!("gamma {gamma}: {short:.1e} at 1024 x 1024, {long:.1e} at 1024 x 16,384");
        assert!(long <= 4.0 * short, "gamma {gamma}: {long:.1e} against {short:.1e}");
    }
}

#[test]
fn long_series_at_gamma_0_01() {
    long_series_are_as_accurate_as_short_ones(0.01);
}

#[test]
fn long_series_at_gamma_0_1() {
    long_series_are_as_accurate_as_short_ones(0.1);
}

/// What the twin has of a pair, without the matrix of costs, which would take 2 GB at 16,384.
struct ByRows {
    value: f64,
    /// `<E, C>`
    mean_cost: f64,
    /// Sums of the gradient in `x` over its parts.
    parts: [f64; PARTS],
}

/// Row by row: values with their derivatives along the costs, and along each part of `x`.
fn by_rows(x: &[f64], y: &[f64], gamma: f64) -> ByRows {
    const WAYS: usize = 1 + PARTS;
    let mut row = vec![(f64::INFINITY, [0.0; WAYS]); y.len() + 1];
    row[0].0 = 0.0;
    for (i, &a) in x.iter().enumerate() {
        let part = 1 + i * PARTS / x.len();
        let mut diagonal = row[0];
        row[0].0 = f64::INFINITY;
        for (j, &b) in y.iter().enumerate() {
            let three = [row[j], row[j + 1], diagonal];
            let least = three.iter().fold(f64::INFINITY, |least, each| least.min(each.0));
            let weights = three.map(|each| ((least - each.0) / gamma).exp());
            let sum: f64 = weights.iter().sum();
            let cost = 0.5 * (a - b) * (a - b);
            let mut ways = [0.0; WAYS];
            for (weight, each) in weights.iter().zip(&three) {
                ways.iter_mut().zip(&each.1).for_each(|(way, other)| *way += weight / sum * other);
            }
            ways[0] += cost;
            ways[part] += a - b;
            diagonal = row[j + 1];
            row[j + 1] = (cost + least - gamma * sum.ln(), ways);
        }
    }
    let (value, ways) = row[y.len()];
    ByRows { value, mean_cost: ways[0], parts: std::array::from_fn(|part| ways[1 + part]) }
}

#[test]
fn row_by_row_is_the_twin() {
    let walks = Walks::new(5, 48, 60);
    let (costs, x, y) = (walks.costs(), to_f64(&walks.x), to_f64(&walks.y));
    let twin = reference::alignment(&costs, 48, 60, 0.1);
    let found = by_rows(&x, &y, 0.1);
    let mean_cost: f64 = twin.expected.iter().zip(&costs).map(|(e, c)| e * c).sum();
    assert!((found.value - twin.value).abs() < 1e-9 && (found.mean_cost - mean_cost).abs() < 1e-9);
    let grad = reference::grad_x(&reference::Cost::default(), &twin.expected, &x, &y, 1);
    for (found, part) in found.parts.iter().zip(grad.chunks(48 / PARTS)) {
        assert!((found - part.iter().sum::<f64>()).abs() < 1e-9);
    }
}

/// The divergence is the small difference of large numbers: it keeps digits that the f32 values themselves do not have.
#[test]
fn divergences_of_close_series() {
    use supple::soft_dtw::Kind;
    let (count, n, gamma) = (8, 150, 1.0);
    let mut random = Random::new(13);
    let xs = random.walks(count, n, 1);
    let ys: Vec<f32> = xs.iter().map(|v| v + 0.02 * random.uniform() as f32).collect();
    let x = gpu().upload(&xs, [count as u32, n as u32]).unwrap();
    let y = gpu().upload(&ys, [count as u32, n as u32]).unwrap();
    let dtw = SoftDtw::new(gamma).kind(Kind::Divergence).pairs(Pairs::Aligned);
    let found = gpu().run(|rec| dtw.value(rec, &x, &y)).unwrap().read(gpu()).unwrap();
    for i in 0..count {
        let (a, b) = (to_f64(&xs[i * n..][..n]), to_f64(&ys[i * n..][..n]));
        let cost = reference::Cost::default();
        let twin = reference::kinds::of(reference::Kind::Divergence, &cost, &a, &b, 1, f64::from(gamma), None).value;
        // The values are some -150, whose rounding alone is 1.5e-5.
        let error = (f64::from(found[i]) - twin).abs();
        println!("{twin:.6} {error:.1e}");
        assert!(error <= 4e-6, "{i}: {} against {twin}: {error:.1e}", found[i]);
    }
}

/// Where `h` is small, both terms of `gamma (h + ln(2 - exp(-h)))` are, and neither may be the difference of numbers near 1.
#[test]
fn log_augmented_costs_of_close_elements() {
    use supple::soft_dtw::{Cost, Kind};
    let gamma = 0.5_f32;
    let count = 400;
    let h = |i: usize| 10.0_f64.powf(-7.0 + 7.0 * i as f64 / count as f64);
    let xs: Vec<f32> = (0..count).map(|i| (2.0 * f64::from(gamma) * h(i)).sqrt() as f32).collect();
    let x = gpu().upload(&xs, [count as u32, 1]).unwrap();
    let y = gpu().upload(&vec![0.0; count], [count as u32, 1]).unwrap();
    // A pair of one cell, whose value DTW leaves as it is.
    let dtw = SoftDtw::new(gamma).kind(Kind::Hard).cost(Cost::LogAugmented);
    let found = gpu().run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap();
    let (value, grad) = (found.value.read(gpu()).unwrap(), found.grad_x.read(gpu()).unwrap());
    let cost = common::twin_cost(&Cost::LogAugmented, gamma);
    for i in 0..count {
        let twin = reference::value_and_grad(&cost, &[f64::from(xs[i])], &[0.0], 1, 0.0);
        let error = (f64::from(value[i]) / twin.value - 1.0).abs();
        assert!(error <= 1e-6, "h = {:.1e}: {} against {}: {error:.1e}", h(i), value[i], twin.value);
        let error = (f64::from(grad[i]) / twin.grad_x[0] - 1.0).abs();
        assert!(error <= 1e-6, "gradient at h = {:.1e}: {error:.1e}", h(i));
    }
}

/// What a recursion carries along in a direction is as small as the direction, of either sign: it keeps its digits beside the whole
/// numbers that it might have been.
#[test]
fn tangents_of_small_costs_and_directions() {
    use supple::soft_dtw::{CostMatrices, Kind};
    let (n, m, gamma) = (40, 35, 1.0);
    let mut random = Random::new(17);
    let walks = Walks::new(18, n, m);
    let alignment = reference::alignment(&walks.costs(), n, m, gamma);
    for scale in [1e-12, 1e-6, 1e-3, -1e-12, -1e-6, -1e-3] {
        let z: Vec<f32> = (0..n * m).map(|_| ((random.uniform() + 1.5) * scale) as f32).collect();
        let tensor = gpu().upload(&z, [1, n as u32, m as u32]).unwrap();
        let x = gpu().upload(&walks.x, [1, n as u32]).unwrap();
        let y = gpu().upload(&walks.y, [1, m as u32]).unwrap();
        let run = gpu().run(|rec| SoftDtw::new(1.0).directional_derivative(rec, &x, &y, &tensor)).unwrap();
        let found = f64::from(run.read(gpu()).unwrap()[0]);
        let expected: f64 = alignment.expected.iter().zip(&z).map(|(e, &z)| e * f64::from(z)).sum();
        let error = (found / expected - 1.0).abs();
        assert!(error <= 1e-5, "direction of {scale:e}: {found} against {expected}: {error:.1e}");

        // And as costs.
        for kind in [Kind::Sharp, Kind::MeanCost] {
            let dtw = SoftDtw::new(1.0).kind(kind);
            let found = gpu().run(|rec| dtw.value_of_costs(rec, CostMatrices::new(&tensor))).unwrap();
            let found = f64::from(found.read(gpu()).unwrap()[0]);
            let twin_kind = if kind == Kind::Sharp { reference::Kind::Sharp } else { reference::Kind::MeanCost };
            let (expected, _) = reference::kinds::of_costs(twin_kind, &to_f64(&z), n, m, gamma);
            let error = (found / expected - 1.0).abs();
            assert!(error <= 1e-5, "{kind:?} of {scale:e}: {found} against {expected}: {error:.1e}");
        }
    }
}

/// One path that is far better than the others leaves next to no entropy, and it is all of what is found.
#[test]
fn the_entropy_of_nearly_one_path() {
    let n = 6;
    for gap in [4.0, 8.0, 12.0] {
        // Equal steps: each detour of one cell costs a half of this squared.
        let xs: Vec<f32> = (0..n).map(|i| gap * i as f32).collect();
        let x = gpu().upload(&xs, [1, n as u32]).unwrap();
        let found = gpu().run(|rec| SoftDtw::new(1.0).entropy(rec, &x, &x)).unwrap().read(gpu()).unwrap()[0];
        let costs = reference::cost_matrix(&reference::Cost::default(), &to_f64(&xs), &to_f64(&xs), 1);
        let twin = reference::entropy(&costs, n, n, 1.0);
        println!("{gap}: {found} {twin}");
        assert!((f64::from(found) - twin).abs() <= 1e-6 + 1e-5 * twin, "{gap}: {found} against {twin}");
    }
}
