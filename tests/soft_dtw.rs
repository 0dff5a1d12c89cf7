//! Soft-DTW on the GPU against other packages' numbers, the f64 twin, and itself.

mod common;

use common::{Golden, Random, gpu, largest, max_error, to_f64, twin_cost};
use proptest::prelude::*;
use supple::reference::soft_dtw as reference;
use supple::soft_dtw::{Cost, Pairs, SoftDtw, Strategy, ValueAndGrad};
use supple::{Error, Gpu, Tensor, wgpu};

const STRATEGIES: [Strategy; 2] = [Strategy::InvocationPerPair, Strategy::WorkgroupPerPair];

#[test]
fn matches_golden_numbers() {
    let golden = Golden::open("soft_dtw");
    assert_eq!(golden.cases().len(), 7);
    for case in golden.cases() {
        let (n, dim) = (golden.shape(&case, "X")[0] as u32, golden.shape(&case, "X")[1] as u32);
        let m = golden.shape(&case, "Y")[0] as u32;
        let x = gpu().upload(&golden.f32(&case, "X"), [1, n, dim]).unwrap();
        let y = gpu().upload(&golden.f32(&case, "Y"), [1, m, dim]).unwrap();
        let gamma = golden.scalar(&case, "gamma") as f32;
        for strategy in STRATEGIES {
            let dtw = SoftDtw::new(gamma).strategy(strategy);
            let result = gpu().run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap();
            let alignment = gpu().run(|rec| dtw.alignment(rec, &x, &y)).unwrap();
            // f32 input rounding and some 2 (n + m) roundings on each path: seen below 2e-6 for all.
            let check = |name: &str, got: Vec<f32>, bound: f64| {
                let expected = golden.values(&case, name);
                let error = max_error(&got, expected) / largest(expected).max(1.0);
                assert!(error <= bound, "{case} {strategy:?} {name}: {error:.1e}");
            };
            check("value", result.value.read(gpu()).unwrap(), 1e-6);
            check("grad_x", result.grad_x.read(gpu()).unwrap(), 1e-5);
            check("grad_y", result.grad_y.read(gpu()).unwrap(), 1e-5);
            check("value", alignment.value.read(gpu()).unwrap(), 1e-6);
            check("alignment", alignment.expected.read(gpu()).unwrap(), 1e-5);
        }
    }
}

/// A batch of pairs, on the host.
struct Batch {
    count: usize,
    n: usize,
    m: usize,
    dim: usize,
    x: Vec<f32>,
    y: Vec<f32>,
}

impl Batch {
    fn walks(seed: u64, count: usize, n: usize, m: usize, dim: usize) -> Self {
        let mut random = Random::new(seed);
        Self { count, n, m, dim, x: random.walks(count, n, dim), y: random.walks(count, m, dim) }
    }

    fn upload(&self) -> (Tensor<f32>, Tensor<f32>) {
        self.upload_to(gpu())
    }

    fn upload_to(&self, gpu: &Gpu) -> (Tensor<f32>, Tensor<f32>) {
        let [count, n, m, dim] = [self.count, self.n, self.m, self.dim].map(|size| size as u32);
        (gpu.upload(&self.x, [count, n, dim]).unwrap(), gpu.upload(&self.y, [count, m, dim]).unwrap())
    }

    fn pair(&self, i: usize) -> (Vec<f64>, Vec<f64>) {
        let (nx, ny) = (self.n * self.dim, self.m * self.dim);
        (to_f64(&self.x[i * nx..][..nx]), to_f64(&self.y[i * ny..][..ny]))
    }
}

fn read(result: &ValueAndGrad) -> [Vec<f32>; 3] {
    [&result.value, &result.grad_x, &result.grad_y].map(|tensor| tensor.read(gpu()).unwrap())
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// Compares values, gradients and alignments of a batch with the f64 twin.
///
/// The bound on values is 2e-6 (|value| + <E, C>): that of the rounded inputs and of a chain of n + m roundings of some
/// gamma each, at the lengths used here. Entries of E are probabilities:
/// 1e-4 at the lengths and gammas used here. A gradient is a sum of E times differences of elements over a row or a column,
/// whose errors may all have one sign: its bound is 3e-4 of the largest sum of their sizes, as 1e-4 is of an E of a third.
/// Kernels drop an E below 1e-30.
fn check_against_twin(batch: &Batch, dtw: &SoftDtw, cost: &Cost, gamma: f32) -> std::result::Result<(), String> {
    let (x, y) = batch.upload();
    let [value, grad_x, grad_y] = read(&gpu().run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap());
    let only_value = gpu().run(|rec| dtw.value(rec, &x, &y)).unwrap().read(gpu()).unwrap();
    let alignment = gpu().run(|rec| dtw.alignment(rec, &x, &y)).unwrap();
    let expected_alignment = alignment.expected.read(gpu()).unwrap();
    if bits(&only_value) != bits(&value) || bits(&alignment.value.read(gpu()).unwrap()) != bits(&value) {
        return Err("value, value_and_grad and alignment give different values".to_owned());
    }
    let shape = format!("{} pairs of {} x {} x {}, gamma {gamma}", batch.count, batch.n, batch.m, batch.dim);
    let twin_cost = twin_cost(cost, gamma);
    for i in 0..batch.count {
        let (xs, ys) = batch.pair(i);
        let costs = reference::cost_matrix(&twin_cost, &xs, &ys, batch.dim);
        let twin = reference::alignment(&costs, batch.n, batch.m, f64::from(gamma));
        let mean_cost: f64 = twin.expected.iter().zip(&costs).map(|(e, c)| e * c).sum();
        let close = |name: &str, got: &[f32], expected: &[f64], bound: f64| {
            let error = max_error(got, expected);
            // Not `error > bound`: a NaN must fail.
            if error <= bound { Ok(()) } else { Err(format!("{shape}: {name} of pair {i}: {error:.2e} > {bound:.2e}")) }
        };
        close("value", &value[i..=i], &[twin.value], 2e-6 * (twin.value.abs() + mean_cost).max(f64::from(gamma)))?;
        let cells = batch.n * batch.m;
        close("alignment", &expected_alignment[i * cells..][..cells], &twin.expected, 1e-4)?;
        let (scale_x, scale_y) = gradient_scales(cost, &twin.expected, &xs, &ys, batch.dim);
        let (nx, ny) = (xs.len(), ys.len());
        let twin_x = reference::grad_x(&twin_cost, &twin.expected, &xs, &ys, batch.dim);
        let twin_y = reference::grad_y(&twin_cost, &twin.expected, &xs, &ys, batch.dim);
        close("grad_x", &grad_x[i * nx..][..nx], &twin_x, 3e-4 * scale_x + 1e-25)?;
        close("grad_y", &grad_y[i * ny..][..ny], &twin_y, 3e-4 * scale_y + 1e-25)?;
    }
    Ok(())
}

/// The largest element of each gradient if all its terms E |dC/dx| were added up.
fn gradient_scales(cost: &Cost, expected: &[f64], xs: &[f64], ys: &[f64], dim: usize) -> (f64, f64) {
    let slope = if matches!(cost, Cost::SquaredEuclidean) { 2.0 } else { 1.0 };
    let (n, m) = (xs.len() / dim, ys.len() / dim);
    let term = |i: usize, j: usize, k: usize| slope * expected[i * m + j] * (xs[i * dim + k] - ys[j * dim + k]).abs();
    let in_x = (0..n * dim).map(|at| (0..m).map(|j| term(at / dim, j, at % dim)).sum::<f64>());
    let in_y = (0..m * dim).map(|at| (0..n).map(|i| term(i, at / dim, at % dim)).sum::<f64>());
    (in_x.fold(0.0, f64::max), in_y.fold(0.0, f64::max))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn matches_the_twin_on_any_shape(
        seed in 0_u64..1000,
        count in 1_usize..12,
        n in 1_usize..70,
        m in 1_usize..70,
        dim in 1_usize..4,
        log_gamma in -2.0_f32..1.0,
        squared in any::<bool>(),
        one_invocation in any::<bool>(),
    ) {
        let cost = if squared { Cost::SquaredEuclidean } else { Cost::HalfSquaredEuclidean };
        // In units of the mean cost of two unrelated points: what f32 can tell depends on costs over gamma.
        let mean_cost = dim as f32 * if squared { 2.0 } else { 1.0 };
        let gamma = 10.0_f32.powf(log_gamma) * mean_cost;
        let strategy = STRATEGIES[usize::from(!one_invocation)];
        let batch = Batch::walks(seed, count, n, m, dim);
        let dtw = SoftDtw::new(gamma).cost(cost.clone()).strategy(strategy);
        if let Err(problem) = check_against_twin(&batch, &dtw, &cost, gamma) {
            prop_assert!(false, "{problem}");
        }
    }
}

/// One element of y meets most of x, and gamma is small: errors of E of 1e-5 add up over its column.
#[test]
fn many_rows_in_one_column() {
    let gamma = 10.0_f32.powf(-1.550_406_2);
    let batch = Batch::walks(666, 6, 64, 8, 3);
    for strategy in STRATEGIES {
        check_against_twin(&batch, &SoftDtw::new(gamma).strategy(strategy), &Cost::default(), gamma).unwrap();
    }
}

#[test]
fn lengths_around_tiles_and_counts_around_workgroups() {
    // A tile is 8 x 4 cells, a workgroup 8 or 64 invocations, a group of lanes up to 64 strips of 8 rows.
    for (n, m) in
        [(1, 1), (1, 9), (9, 1), (2, 3), (7, 4), (8, 4), (9, 5), (8, 3), (16, 8), (17, 13), (63, 64), (64, 65)]
    {
        for strategy in STRATEGIES {
            let batch = Batch::walks(7, 3, n, m, 1);
            check_against_twin(&batch, &SoftDtw::new(0.5).strategy(strategy), &Cost::default(), 0.5).unwrap();
        }
    }
    for count in [1, 2, 7, 8, 9, 63, 64, 65, 129] {
        let batch = Batch::walks(8, count, 10, 11, 1);
        check_against_twin(&batch, &SoftDtw::new(0.5), &Cost::default(), 0.5).unwrap();
    }
    for n in [511, 512, 513] {
        let batch = Batch::walks(9, 1, n, 30, 1);
        let dtw = SoftDtw::new(0.5).strategy(Strategy::WorkgroupPerPair);
        check_against_twin(&batch, &dtw, &Cost::default(), 0.5).unwrap();
    }
}

/// One invocation would run 188 * 375 = 70,500 tiles here, beyond the 65,535 iterations after which the software driver
/// stops loops; the wavefront runs 24 * 382.
#[test]
fn lengths_beyond_the_iteration_limit() {
    let batch = Batch::walks(10, 1, 1501, 1498, 1);
    for strategy in STRATEGIES {
        check_against_twin(&batch, &SoftDtw::new(0.1).strategy(strategy), &Cost::default(), 0.1).unwrap();
    }
    // Here it is the channels' loop: 50 * 100 tiles of 1 + 2 * 24 iterations.
    let batch = Batch::walks(11, 2, 397, 399, 24);
    for strategy in STRATEGIES {
        check_against_twin(&batch, &SoftDtw::new(1.0).strategy(strategy), &Cost::default(), 1.0).unwrap();
    }
    // And here one strip alone is too much, so that its blocks are worked off piece by piece: 50 blocks of 1 + 2 * 2000.
    let batch = Batch::walks(11, 2, 17, 199, 2000);
    for strategy in STRATEGIES {
        check_against_twin(&batch, &SoftDtw::new(1000.0).strategy(strategy), &Cost::default(), 1000.0).unwrap();
    }
    let (x, y) = batch.upload();
    let [value, grad_x, _] = read(&gpu().run(|rec| SoftDtw::new(0.0).value_and_grad(rec, &x, &y)).unwrap());
    for i in 0..2 {
        let (xs, ys) = batch.pair(i);
        let twin = reference::value_and_grad(&reference::Cost::default(), &xs, &ys, 2000, 0.0);
        assert!((f64::from(value[i]) - twin.value).abs() <= 1e-5 * twin.value);
        assert!(max_error(&grad_x[i * 34_000..][..34_000], &twin.grad_x) <= 1e-5 * largest(&twin.grad_x));
    }
    // A long y: 50,000 blocks in one strip.
    let batch = Batch::walks(12, 1, 3, 200_000, 1);
    let (x, y) = batch.upload();
    let dtw = SoftDtw::new(1.0).strategy(Strategy::InvocationPerPair);
    let value = gpu().run(|rec| dtw.value(rec, &x, &y)).unwrap().read(gpu()).unwrap();
    let (xs, ys) = batch.pair(0);
    let twin = reference::value(&reference::cost_matrix(&reference::Cost::default(), &xs, &ys, 1), 3, 200_000, 1.0);
    assert!((f64::from(value[0]) - twin).abs() <= 4e-6 * twin.abs(), "{} {twin}", value[0]);
}

/// Long and narrow: many groups of strips with few blocks each, or one strip of many blocks, where what a loop costs
/// beside its tiles counts.
#[test]
fn long_and_narrow_pairs() {
    for (n, m) in [(270_000, 3), (131_072, 8), (3, 131_072), (8, 140_000)] {
        let batch = Batch::walks(22, 1, n, m, 1);
        let (x, y) = batch.upload();
        let (xs, ys) = batch.pair(0);
        for gamma in [1.0, 0.0] {
            let costs = reference::cost_matrix(&reference::Cost::default(), &xs, &ys, 1);
            let twin = reference::alignment(&costs, n, m, f64::from(gamma));
            let twin_x = reference::grad_x(&reference::Cost::default(), &twin.expected, &xs, &ys, 1);
            let twin_y = reference::grad_y(&reference::Cost::default(), &twin.expected, &xs, &ys, 1);
            for strategy in STRATEGIES {
                let dtw = SoftDtw::new(gamma).strategy(strategy);
                let [value, grad_x, grad_y] = read(&gpu().run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap());
                // The value is a chain of n + m additions; those of DTW are not normalised and lose more.
                let bound = if gamma > 0.0 { 1e-5 } else { 1e-3 };
                let error = (f64::from(value[0]) - twin.value).abs() / twin.value.abs();
                assert!(error <= bound, "{n} x {m}, gamma {gamma}, {strategy:?}: value {error:.1e}");
                if gamma > 0.0 {
                    let [error_x, error_y] = [(&grad_x, &twin_x), (&grad_y, &twin_y)]
                        .map(|(got, expected)| max_error(got, expected) / largest(expected));
                    // GPUs divide less exactly: in each step of a chain, a sixth of a unit in the last place to one side.
                    let bound = if gpu().capabilities().software { 1e-4 } else { 1e-8 * (n + m) as f64 };
                    assert!(
                        error_x <= bound && error_y <= bound,
                        "{n} x {m}, {strategy:?}: {error_x:.1e} {error_y:.1e}"
                    );
                } else {
                    // In f32, near-ties over such lengths may go another way than in f64: what must hold is that
                    // every element was written.
                    assert!(grad_x.iter().chain(&grad_y).all(|g| g.is_finite()), "{n} x {m}, {strategy:?}");
                }
            }
        }
    }
}

/// Threads that share a device do not see each other's parameters, scratch memory or results.
#[test]
fn threads_share_a_device() {
    let dtw = SoftDtw::new(0.3);
    let jobs: Vec<_> = (0..4).map(|i| Batch::walks(30 + i, 3 + i as usize, 10 + 7 * i as usize, 25, 1)).collect();
    let expected: Vec<_> = jobs
        .iter()
        .map(|batch| {
            let (x, y) = batch.upload();
            read(&gpu().run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap())
        })
        .collect();
    std::thread::scope(|scope| {
        for (batch, expected) in jobs.iter().zip(&expected) {
            let dtw = &dtw;
            scope.spawn(move || {
                for _ in 0..200 {
                    let (x, y) = batch.upload();
                    assert!(read(&gpu().run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap()) == *expected);
                }
            });
        }
    });
}

/// Short steps of x along the gradient change the value as the gradient says: independent of the twin.
#[test]
fn gradient_agrees_with_finite_differences_of_the_value() {
    let batch = Batch::walks(13, 1, 40, 50, 2);
    let (x, y) = batch.upload();
    let dtw = SoftDtw::new(1.0);
    let [_, grad_x, _] = read(&gpu().run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap());
    let length = grad_x.iter().map(|g| g * g).sum::<f32>().sqrt();
    let value_at = |step: f32| {
        let moved: Vec<f32> = batch.x.iter().zip(&grad_x).map(|(v, g)| v + step * g / length).collect();
        let moved = gpu().upload(&moved, [1, 40, 2]).unwrap();
        f64::from(gpu().run(|rec| dtw.value(rec, &moved, &y)).unwrap().read(gpu()).unwrap()[0])
    };
    // The error of a central difference is of the order of step^2, and 1e-7 |value| / step from rounding.
    let slope = (value_at(0.02) - value_at(-0.02)) / 0.04;
    assert!((slope - f64::from(length)).abs() < 5e-3 * f64::from(length), "{slope} {length}");
}

#[test]
fn bits_do_not_depend_on_strategy_batch_or_run() {
    let batch = Batch::walks(14, 20, 45, 37, 1);
    let (x, y) = batch.upload();
    let run = |dtw: &SoftDtw, x: &Tensor<f32>, y: &Tensor<f32>| {
        read(&gpu().run(|rec| dtw.value_and_grad(rec, x, y)).unwrap()).map(|values| bits(&values))
    };
    let first = run(&SoftDtw::new(0.1), &x, &y);
    for strategy in [Strategy::Auto, STRATEGIES[0], STRATEGIES[1]] {
        assert_eq!(first, run(&SoftDtw::new(0.1).strategy(strategy), &x, &y), "{strategy:?}");
    }
    let [value, grad_x, grad_y] = run(&SoftDtw::new(0.1), &x.rows(13..14).unwrap(), &y.rows(13..14).unwrap());
    assert_eq!(value, first[0][13..14]);
    assert_eq!(grad_x, first[1][13 * 45..14 * 45]);
    assert_eq!(grad_y, first[2][13 * 37..14 * 37]);
}

/// On a GPU workgroups are larger and pairs are shared by more lanes. The host believes what it is told about the adapter.
#[test]
fn the_layouts_of_a_gpu_give_the_same_bits() {
    let (device, queue) = (gpu().device().clone(), gpu().queue().clone());
    let info = wgpu::AdapterInfo { device_type: wgpu::DeviceType::DiscreteGpu, ..gpu().adapter_info().clone() };
    let hardware = Gpu::from_wgpu(device, queue, info).unwrap();
    assert!(!hardware.capabilities().software);
    // 88 strips are more than the 64 lanes of a workgroup; 70 pairs are more than one workgroup of one lane each.
    for (count, n, m, dim) in [(1, 700, 90, 1), (3, 65, 130, 1), (70, 20, 23, 1), (300, 9, 9, 1), (2, 90, 40, 3)] {
        let batch = Batch::walks(21, count, n, m, dim);
        for gamma in [0.2, 0.0] {
            let run = |gpu: &Gpu, strategy: Strategy| {
                let (x, y) = batch.upload_to(gpu);
                let dtw = SoftDtw::new(gamma).strategy(strategy);
                let result = gpu.run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap();
                let alignment = gpu.run(|rec| dtw.alignment(rec, &x, &y)).unwrap().expected;
                [&result.value, &result.grad_x, &result.grad_y, &alignment].map(|t| bits(&t.read(gpu).unwrap()))
            };
            let what = format!("{count} pairs of {n} x {m} x {dim}, gamma {gamma}");
            let expected = run(&hardware, Strategy::Auto);
            for strategy in STRATEGIES {
                assert!(run(&hardware, strategy) == expected, "{what}, {strategy:?}");
            }
            let mut software = run(gpu(), Strategy::Auto);
            if gamma > 0.0 {
                // A software driver leaves a GPU's corrections of divisions out, and has higher tiles where there is one channel, between which
                // flows are summed in another order.
                for derivative in 1..=3 {
                    let [theirs, own] =
                        [&expected, &software].map(|all| all[derivative].iter().map(|&b| f32::from_bits(b)));
                    let largest = theirs.clone().fold(0.0, |most: f32, g| most.max(g.abs()));
                    let error = theirs.zip(own).fold(0.0, |most: f32, (a, b)| most.max((a - b).abs())) / largest;
                    assert!(error <= 2e-6, "{what}: {error:.1e}");
                    software[derivative].clone_from(&expected[derivative]);
                }
            }
            assert!(software == expected, "{what}");
        }
    }
}

#[test]
fn all_pairs_are_the_aligned_pairs_and_gradients_their_sums() {
    for gamma in [0.3, 0.0] {
        let batch = Batch::walks(15, 5, 18, 13, 2);
        let (x, _) = batch.upload();
        let ys = Random::new(99).walks(3, 13, 2);
        let y = gpu().upload(&ys, [3, 13, 2]).unwrap();
        let dtw = SoftDtw::new(gamma);
        let all = dtw.clone().pairs(Pairs::All);
        let result = gpu().run(|rec| all.value_and_grad(rec, &x, &y)).unwrap();
        assert_eq!(result.value.shape().sizes(), [5, 3]);
        let [value, grad_x, grad_y] = read(&result);
        let alignment = gpu().run(|rec| all.alignment(rec, &x, &y)).unwrap();
        assert_eq!(alignment.expected.shape().sizes(), [5, 3, 18, 13]);
        let expected = alignment.expected.read(gpu()).unwrap();

        let (mut sum_x, mut sum_y) = (vec![0.0_f64; grad_x.len()], vec![0.0_f64; grad_y.len()]);
        for a in 0..5 {
            for b in 0..3 {
                let (xa, yb) = (x.rows(a..a + 1).unwrap(), y.rows(b..b + 1).unwrap());
                let [one, gx, gy] = read(&gpu().run(|rec| dtw.value_and_grad(rec, &xa, &yb)).unwrap());
                let pair = (a * 3 + b) as usize;
                assert_eq!(one[0].to_bits(), value[pair].to_bits());
                let alone = gpu().run(|rec| dtw.alignment(rec, &xa, &yb)).unwrap().expected.read(gpu()).unwrap();
                assert_eq!(bits(&alone), bits(&expected[pair * 18 * 13..][..18 * 13]));
                for (sum, g) in sum_x[a as usize * 36..].iter_mut().zip(gx) {
                    *sum += f64::from(g);
                }
                for (sum, g) in sum_y[b as usize * 26..].iter_mut().zip(gy) {
                    *sum += f64::from(g);
                }
            }
        }
        // Sums of at most five f32 numbers.
        assert!(max_error(&grad_x, &sum_x) <= 1e-6 * largest(&sum_x).max(1.0));
        assert!(max_error(&grad_y, &sum_y) <= 1e-6 * largest(&sum_y).max(1.0));
    }
}

#[test]
fn gamma_zero_is_dtw_with_one_best_path() {
    for (n, m, dim) in [(1, 1, 1), (1, 6, 1), (6, 1, 1), (8, 4, 1), (33, 29, 1), (40, 41, 3), (150, 150, 1)] {
        let batch = Batch::walks(16, 9, n, m, dim);
        let (x, y) = batch.upload();
        for strategy in STRATEGIES {
            let dtw = SoftDtw::new(0.0).strategy(strategy);
            let [value, grad_x, grad_y] = read(&gpu().run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap());
            let only_value = gpu().run(|rec| dtw.value(rec, &x, &y)).unwrap().read(gpu()).unwrap();
            assert_eq!(bits(&only_value), bits(&value));
            let alignment = gpu().run(|rec| dtw.alignment(rec, &x, &y)).unwrap().expected.read(gpu()).unwrap();
            for i in 0..batch.count {
                let (xs, ys) = batch.pair(i);
                let costs = reference::cost_matrix(&reference::Cost::default(), &xs, &ys, dim);
                let twin = reference::alignment(&costs, n, m, 0.0);
                // A plain sum of at most n + m numbers of one sign.
                let bound = (n + m) as f64 * f64::from(f32::EPSILON) * twin.value + 1e-12;
                assert!((f64::from(value[i]) - twin.value).abs() <= bound, "{n} {m} {dim}");
                // Costs of random walks differ in every cell, so that the best path is the only one.
                assert_eq!(to_f64(&alignment[i * n * m..][..n * m]), twin.expected, "{n} {m} {dim} pair {i}");
                let twin_x = reference::grad_x(&reference::Cost::default(), &twin.expected, &xs, &ys, dim);
                let twin_y = reference::grad_y(&reference::Cost::default(), &twin.expected, &xs, &ys, dim);
                assert!(max_error(&grad_x[i * n * dim..][..n * dim], &twin_x) <= 1e-5 * largest(&twin_x).max(1.0));
                assert!(max_error(&grad_y[i * m * dim..][..m * dim], &twin_y) <= 1e-5 * largest(&twin_y).max(1.0));
            }
        }
    }
}

#[test]
fn dtw_prefers_the_diagonal_and_walks_paths_of_any_length() {
    // All costs are equal, so all shortest paths are equally good: the diagonal first, then along the longer side.
    let x = gpu().upload(&[1.0; 5], [1, 5]).unwrap();
    let y = gpu().upload(&[3.0; 3], [1, 3]).unwrap();
    let result = gpu().run(|rec| SoftDtw::new(0.0).alignment(rec, &x, &y)).unwrap();
    let expected = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
    assert_eq!(result.value.read(gpu()).unwrap(), [10.0]);
    assert_eq!(result.expected.read(gpu()).unwrap(), expected);

    // A path of 20,000 steps takes several dispatches of the walk.
    let batch = Batch::walks(17, 2, 20_000, 3, 1);
    let (x, y) = batch.upload();
    let dtw = SoftDtw::new(0.0);
    let [_, grad_x, _] = read(&gpu().run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap());
    for i in 0..2 {
        let (xs, ys) = batch.pair(i);
        let costs = reference::cost_matrix(&reference::Cost::default(), &xs, &ys, 1);
        let twin = reference::alignment(&costs, 20_000, 3, 0.0);
        let twin_x = reference::grad_x(&reference::Cost::default(), &twin.expected, &xs, &ys, 1);
        assert!(max_error(&grad_x[i * 20_000..][..20_000], &twin_x) <= 1e-5 * largest(&twin_x));
    }
}

#[test]
fn a_pair_with_non_finite_elements_is_nan_and_no_other() {
    for (gamma, poison) in [(0.1, f32::NAN), (0.1, f32::INFINITY), (0.0, f32::NAN), (0.0, f32::INFINITY)] {
        let mut batch = Batch::walks(18, 10, 21, 19, 1);
        let clean = {
            let (x, y) = batch.upload();
            read(&gpu().run(|rec| SoftDtw::new(gamma).value_and_grad(rec, &x, &y)).unwrap())
        };
        batch.x[3 * 21 + 7] = poison;
        let (x, y) = batch.upload();
        for strategy in STRATEGIES {
            let dtw = SoftDtw::new(gamma).strategy(strategy);
            let [value, grad_x, grad_y] = read(&gpu().run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap());
            for i in 0..10 {
                let [same_value, same_x, same_y] = [
                    bits(&value[i..=i]) == bits(&clean[0][i..=i]),
                    bits(&grad_x[i * 21..][..21]) == bits(&clean[1][i * 21..][..21]),
                    bits(&grad_y[i * 19..][..19]) == bits(&clean[2][i * 19..][..19]),
                ];
                assert_eq!(
                    [same_value, same_x, same_y],
                    [i != 3; 3],
                    "pair {i}, gamma {gamma}, {poison}, {strategy:?}"
                );
            }
            assert!(value[3].is_nan(), "{gamma} {poison} {strategy:?}: {}", value[3]);
            assert!(grad_x[3 * 21..4 * 21].iter().any(|g| g.is_nan()), "{gamma} {poison} {strategy:?}");
            assert!(grad_y[3 * 19..4 * 19].iter().any(|g| g.is_nan()), "{gamma} {poison} {strategy:?}");
        }
    }
}

#[test]
fn extreme_scales_stay_accurate() {
    // Costs of up to 1e12 gamma, where f32 has no digits left of a path's length; elements far from 0; elements near
    // the largest that squares within f32.
    for (scale, offset, gamma) in [
        (1.0, 0.0, 1e-6),
        (3000.0, 0.0, 1.0),
        (1.0, 0.0, 1e-12),
        (1.0, 1000.0, 0.1),
        (1e15, 0.0, 1e20),
        (1e-12, 0.0, 1e-20),
    ] {
        let mut batch = Batch::walks(19, 2, 30, 34, 1);
        for v in batch.x.iter_mut().chain(&mut batch.y) {
            *v = *v * scale + offset;
        }
        let (x, y) = batch.upload();
        let dtw = SoftDtw::new(gamma);
        let [value, grad_x, _] = read(&gpu().run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap());
        for i in 0..2 {
            let (xs, ys) = batch.pair(i);
            let twin = reference::value_and_grad(&reference::Cost::default(), &xs, &ys, 1, f64::from(gamma));
            let error = (f64::from(value[i]) - twin.value).abs() / twin.value.abs();
            assert!(error <= 1e-5, "scale {scale}, gamma {gamma}: {error:.1e}");
            let error = max_error(&grad_x[i * 30..][..30], &twin.grad_x) / largest(&twin.grad_x);
            assert!(error <= 1e-3, "scale {scale}, gamma {gamma}: gradient {error:.1e}");
        }
    }
}

#[test]
fn divergence_is_zero_for_equal_series_and_the_twins_elsewhere() {
    let batch = Batch::walks(20, 6, 31, 31, 1);
    let (x, y) = batch.upload();
    let dtw = SoftDtw::new(0.5);
    let itself = gpu()
        .run(|rec| dtw.clone().kind(supple::soft_dtw::Kind::Divergence).value(rec, &x, &x))
        .unwrap()
        .read(gpu())
        .unwrap();
    assert_eq!(itself, [0.0; 6]);
    let aligned = gpu()
        .run(|rec| dtw.clone().kind(supple::soft_dtw::Kind::Divergence).value(rec, &x, &y))
        .unwrap()
        .read(gpu())
        .unwrap();
    let all = dtw.clone().pairs(Pairs::All);
    let all = gpu().run(|rec| all.clone().kind(supple::soft_dtw::Kind::Divergence).value(rec, &x, &y)).unwrap();
    assert_eq!(all.shape().sizes(), [6, 6]);
    let all = all.read(gpu()).unwrap();
    let value = |x: &[f64], y: &[f64]| {
        reference::value(&reference::cost_matrix(&reference::Cost::default(), x, y, 1), 31, 31, 0.5)
    };
    for a in 0..6 {
        for b in 0..6 {
            let (xs, ys) = (batch.pair(a).0, batch.pair(b).1);
            let parts = [value(&xs, &ys), value(&xs, &xs), value(&ys, &ys)];
            let twin = parts[0] - 0.5 * (parts[1] + parts[2]);
            // The parts' own bound, added up: the difference cannot be better.
            let bound = 4e-6 * largest(&parts);
            assert!((f64::from(all[a * 6 + b]) - twin).abs() <= bound);
            if a == b {
                assert_eq!(aligned[a].to_bits(), all[a * 6 + b].to_bits());
            }
        }
    }
}

#[test]
fn empty_batches_give_empty_results_and_zero_gradients() {
    let none = gpu().upload::<f32>(&[], [0, 5, 1]).unwrap();
    let some = gpu().upload(&[1.0; 8], [2, 4, 1]).unwrap();
    for gamma in [1.0, 0.0] {
        let dtw = SoftDtw::new(gamma);
        let aligned = gpu().run(|rec| dtw.value_and_grad(rec, &none, &none)).unwrap();
        assert_eq!(read(&aligned).map(|values| values.len()), [0, 0, 0]);
        let all = dtw.pairs(Pairs::All);
        let result = gpu().run(|rec| all.value_and_grad(rec, &none, &some)).unwrap();
        assert_eq!(result.value.shape().sizes(), [0, 2]);
        assert_eq!(read(&result), [vec![], vec![], vec![0.0; 8]]);
        assert_eq!(
            gpu()
                .run(|rec| all.clone().kind(supple::soft_dtw::Kind::Divergence).value(rec, &none, &some))
                .unwrap()
                .read(gpu())
                .unwrap(),
            []
        );
    }
    // Nothing above waits for the GPU, and Mesa's software driver crashes where a process ends before its work does.
    gpu().device().poll(wgpu::PollType::wait_indefinitely()).unwrap();
}

#[test]
fn bad_input_is_refused_by_name() {
    let series = |shape: &[u32]| {
        let shape = supple::Shape::try_from(shape).unwrap();
        gpu().upload(&vec![0.5; shape.elements() as usize], shape).unwrap()
    };
    let good = series(&[2, 4, 3]);
    let argument = |result: supple::Result<Tensor<f32>>| match result.unwrap_err() {
        Error::ShapeMismatch { argument, .. } | Error::InvalidArgument { argument, .. } => argument,
        other => panic!("{other}"),
    };
    let value = |gamma: f32, x: &Tensor<f32>, y: &Tensor<f32>| gpu().run(|rec| SoftDtw::new(gamma).value(rec, x, y));
    for gamma in [-1.0, f32::NAN, f32::INFINITY, 1e-40, 1e31] {
        assert_eq!(argument(value(gamma, &good, &good)), "gamma", "{gamma}");
    }
    assert_eq!(argument(value(1.0, &series(&[4]), &good)), "x");
    assert_eq!(argument(value(1.0, &good, &series(&[1, 2, 4, 3]))), "y");
    assert_eq!(argument(value(1.0, &good, &series(&[2, 0, 3]))), "y");
    assert_eq!(argument(value(1.0, &series(&[2, 4, 0]), &good)), "x");
    assert_eq!(argument(value(1.0, &good, &series(&[2, 4, 2]))), "y");
    assert_eq!(argument(value(1.0, &good, &series(&[3, 4, 3]))), "y");
    let wrong = series(&[3]);
    let into = gpu().run(|rec| SoftDtw::new(1.0).value_into(rec, &good, &good, &wrong).map(|()| wrong.clone()));
    assert_eq!(argument(into), "value");
    let message = value(-1.0, &good, &good).unwrap_err().to_string();
    assert!(message.contains("gamma") && message.contains("-1") && message.contains("0 is plain DTW"), "{message}");
    // More channels than one tile can loop over in a dispatch.
    let wide = series(&[1, 2, 20_000]);
    assert_eq!(argument(value(1.0, &wide, &wide)), "x");
}
