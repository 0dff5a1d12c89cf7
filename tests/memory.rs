//! Scratch memory: what a call says that it takes, and the same bits however little it is given.

mod common;

use common::sides::HUBER;
use common::{Random, gpu, max_error, to_f64};
use supple::reference::soft_dtw as reference;
use supple::soft_dtw::{Band, Cost, CustomCost, Kind, Lengths, Pairs, Series, SoftDtw, Strategy};
use supple::{Error, Gpu, Recorder, Result, Tensor};

/// Everything that has scratch memory, read back.
fn everything(dtw: &SoftDtw, x: Series<'_>, y: Series<'_>) -> Vec<Vec<f32>> {
    let read = |tensor: Tensor<f32>| tensor.read(gpu()).unwrap();
    let result = within(dtw, |rec, dtw| dtw.value_and_grad(rec, x, y));
    let mut all = vec![read(result.value), read(result.grad_x), read(result.grad_y)];
    all.push(read(within(dtw, |rec, dtw| dtw.value(rec, x, y))));
    all.push(read(within(dtw, |rec, dtw| dtw.alignment(rec, x, y)).expected));
    all
}

/// Runs a call within the memory that is set; on a GPU, where more lanes share a pair and memory that is tight for the software driver is
/// none at all, with the least that the call then asks for: one pass of it after the other.
fn within<R>(dtw: &SoftDtw, call: impl Fn(&mut Recorder<'_>, &SoftDtw) -> Result<R>) -> R {
    match gpu().run(|rec| call(rec, dtw)) {
        Err(Error::LimitExceeded { asked, have, .. }) if !gpu().capabilities().software && asked > have => {
            within(&dtw.clone().memory(asked), call)
        }
        result => result.unwrap(),
    }
}

/// In sections borders are in buffers, also where they are in textures else.
#[test]
fn the_same_bits_in_sections_and_parts() {
    let mut random = Random::new(1);
    let (alone, shared) = (Strategy::InvocationPerPair, Strategy::WorkgroupPerPair);
    // Not the whole product of settings, each of which is twenty kernels to compile.
    for (dim, n, m, band, some, strategy) in [
        (1, 203, 150, Band::None, true, alone),
        (1, 203, 150, Band::None, false, shared),
        (1, 203, 150, Band::SakoeChiba(20), true, shared),
        (2, 150, 203, Band::None, true, shared),
    ] {
        let x = gpu().upload(&random.walks(5, n, dim), [5, n as u32, dim as u32]).unwrap();
        let y = gpu().upload(&random.walks(5, m, dim), [5, m as u32, dim as u32]).unwrap();
        let lengths = Lengths::new(&[140, 9, 150, 33, 150]).unwrap();
        let mut sides = (Series::new(&x), Series::new(&y));
        if some {
            sides = (sides.0.lengths(&lengths), sides.1.lengths(&lengths));
        }
        for kind in [Kind::Value, Kind::SharpDivergence] {
            let dtw = SoftDtw::new(0.3).kind(kind).band(band).strategy(strategy);
            let ample = everything(&dtw, sides.0, sides.1);
            // A pair's checkpoints take some 100 kB, twice that where there are tangents, and a divergence is three passes.
            let memory = if kind == Kind::Value { [60 << 10, 300 << 10] } else { [330 << 10, 1 << 20] };
            for memory in memory {
                let tight = everything(&dtw.clone().memory(memory), sides.0, sides.1);
                assert!(ample == tight, "{kind:?} {dim} {band:?} {some} {strategy:?}, {memory} bytes");
            }
        }
    }
}

/// Gradients that are sums over pairs of unequal lengths: all short, and some so long that software drivers have their borders in memory.
#[test]
fn the_same_sums_in_parts() {
    let mut random = Random::new(4);
    for (longest, lengths, strategy, memory) in [
        (
            [90, 80],
            [vec![90, 3, 55, 8, 71, 90, 24], vec![80, 33, 1, 64, 80, 12]],
            Strategy::Auto,
            [130 << 10, 400 << 10],
        ),
        (
            [240, 230],
            [vec![90, 3, 240, 8, 71, 190, 24], vec![80, 230, 1, 64, 180, 12]],
            Strategy::InvocationPerPair,
            [600 << 10, 2 << 20],
        ),
    ] {
        let [x, y] = [(7, longest[0]), (6, longest[1])]
            .map(|(count, n)| gpu().upload(&random.walks(count, n, 1), [count as u32, n as u32]).unwrap());
        let [x_lengths, y_lengths] = lengths.map(|lengths| Lengths::new(&lengths).unwrap());
        let sides = || (Series::new(&x).lengths(&x_lengths), Series::new(&y).lengths(&y_lengths));
        let list: Vec<(u32, u32)> = (0..40).map(|i| (i * 5 % 7, i * 11 % 6)).collect();
        for pairs in [Pairs::All, Pairs::list(&list)] {
            for kind in [Kind::Value, Kind::Hard, Kind::Divergence, Kind::SharpDivergence] {
                let dtw = SoftDtw::new(0.5).kind(kind).pairs(pairs.clone()).strategy(strategy);
                let ample = everything(&dtw, sides().0, sides().1);
                for memory in memory {
                    let tight = everything(&dtw.clone().memory(memory), sides().0, sides().1);
                    assert!(ample == tight, "{kind:?} {pairs:?} {longest:?}, {memory} bytes");
                }
            }
        }
    }
}

/// Gradients that are sums over all pairs, with no table of these; of the mean cost too where it goes cell by cell.
#[test]
fn the_same_sums_of_whole_matrices_in_parts() {
    let mut random = Random::new(6);
    let x = gpu().upload(&random.walks(7, 90, 1), [7, 90]).unwrap();
    let y = gpu().upload(&random.walks(6, 80, 1), [6, 80]).unwrap();
    let custom = Cost::Custom(CustomCost::new(HUBER).unwrap());
    for (kind, cost) in [
        (Kind::Value, Cost::default()),
        (Kind::SharpDivergence, Cost::default()),
        (Kind::MeanCost, Cost::Absolute),
        (Kind::Value, custom),
    ] {
        let dtw = SoftDtw::new(0.5).kind(kind).cost(cost).pairs(Pairs::All);
        let ample = everything(&dtw, Series::new(&x), Series::new(&y));
        for memory in [130 << 10, 400 << 10] {
            let tight = everything(&dtw.clone().memory(memory), Series::new(&x), Series::new(&y));
            assert!(ample == tight, "{kind:?}, {memory} bytes");
        }
    }
}

#[test]
fn the_same_bits_of_matrices_of_costs_in_parts() {
    let mut random = Random::new(7);
    let costs: Vec<f32> = (0..6 * 90 * 80).map(|_| random.uniform() as f32).collect();
    let costs = gpu().upload(&costs, [6, 90, 80]).unwrap();
    for kind in [Kind::Value, Kind::Sharp, Kind::MeanCost, Kind::Hard] {
        let run = |dtw: &SoftDtw| {
            let result = gpu().run(|rec| dtw.value_and_grad_of_costs(rec, &costs)).unwrap();
            let only = gpu().run(|rec| dtw.value_of_costs(rec, &costs)).unwrap();
            [result.value, result.grad, only].map(|tensor| tensor.read(gpu()).unwrap())
        };
        let dtw = SoftDtw::new(0.5).kind(kind);
        let ample = run(&dtw);
        for memory in [60 << 10, 200 << 10] {
            assert!(run(&dtw.clone().memory(memory)) == ample, "{kind:?}, {memory} bytes");
        }
    }
}

#[test]
fn too_little_memory_is_an_error_that_says_how_much_it_takes() {
    let x = gpu().empty([1, 5000]).unwrap();
    let error = gpu().run(|rec| SoftDtw::new(1.0).memory(10_000).value_and_grad(rec, &x, &x)).unwrap_err();
    let Error::LimitExceeded { asked, have: 10_000, .. } = error.clone() else { panic!("{error}") };
    assert!(error.to_string().contains("SoftDtw::memory"), "{error}");
    // Next to the 75 MB of all its cells; and what it asks for is enough. Lanes of a GPU have a strip each at least.
    assert!(asked < if gpu().capabilities().software { 5_000_000 } else { 10_000_000 }, "{asked}");
    gpu().run(|rec| SoftDtw::new(1.0).memory(asked).value_and_grad(rec, &x, &x)).unwrap();
    gpu().device().poll(supple::wgpu::PollType::wait_indefinitely()).unwrap();
}

#[test]
fn a_call_takes_what_it_says() {
    let gpu = Gpu::builder().build().unwrap();
    let mut random = Random::new(2);
    let x = gpu.upload(&random.walks(40, 100, 1), [40, 100]).unwrap();
    let y = gpu.upload(&random.walks(40, 90, 1), [40, 90]).unwrap();
    for pairs in [Pairs::Aligned, Pairs::All] {
        for kind in [Kind::Value, Kind::Sharp, Kind::Hard, Kind::Divergence, Kind::MeanCost] {
            for memory in [1 << 20, SoftDtw::DEFAULT_MEMORY] {
                let dtw = SoftDtw::new(1.0).kind(kind).pairs(pairs.clone()).memory(memory);
                let told = dtw.workspace_bytes(&gpu, &x, &y).unwrap();
                let taken = |work: &dyn Fn() -> Vec<Tensor<f32>>| {
                    gpu.trim();
                    let before = gpu.idle_bytes();
                    let outputs = work();
                    outputs[0].read(&gpu).unwrap();
                    // Parameters and reading back take some kB.
                    (gpu.idle_bytes() - before).saturating_sub(150 << 10)
                };
                let value = taken(&|| vec![gpu.run(|rec| dtw.value(rec, &x, &y)).unwrap()]);
                assert!(value as f64 <= told.value as f64 * 1.25, "{kind:?} {pairs:?}: {value} of {}", told.value);
                let grad = taken(&|| {
                    let result = gpu.run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap();
                    vec![result.value, result.grad_x, result.grad_y]
                });
                let bound = told.value_and_grad as f64 * 1.25;
                assert!(grad as f64 <= bound, "{kind:?} {pairs:?} {memory}: {grad} of {}", told.value_and_grad);
            }
        }
    }
}

/// The mean of all alignments, what it takes to compute, and the moments of series keep to the limit together.
#[test]
fn mean_costs_of_all_pairs_keep_to_the_memory() {
    let mut random = Random::new(5);
    let (a, b, n, m) = (10, 16, 130, 100);
    let x = gpu().upload(&random.walks(a, n, 2), [a as u32, n as u32, 2]).unwrap();
    let y = gpu().upload(&random.walks(b, m, 2), [b as u32, m as u32, 2]).unwrap();
    for (kind, each) in [(Kind::MeanCost, 1), (Kind::MeanCostDivergence, 3)] {
        let dtw = SoftDtw::new(1.0).kind(kind).pairs(Pairs::All);
        let run = |dtw: &SoftDtw| {
            let result = gpu().run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap();
            [&result.value, &result.grad_x, &result.grad_y].map(|tensor| tensor.read(gpu()).unwrap())
        };
        // Four numbers of each pair, and of each series with itself its gradients too.
        let series = (16 + 2 * 2 * 4 * n.max(m)) * (a + b);
        let kept = (16 * a * b + if each == 3 { series } else { 0 }) as u64;
        let ample = run(&dtw);
        let least = dtw.workspace_bytes(gpu(), &x, &y).unwrap();
        assert!(least.value_and_grad - kept > 115 << 10, "{least:?}");
        // The mean alignment is computed by one pair's lanes, of which a GPU has more.
        let sizes: &[u64] = if gpu().capabilities().software { &[100, 110, 120] } else { &[200, 300] };
        for size in sizes {
            let memory = each * (size << 10);
            let tight = dtw.clone().memory(memory);
            let told = tight.workspace_bytes(gpu(), &x, &y).unwrap();
            assert!(told.value <= told.value_and_grad && told.value_and_grad <= memory + kept, "{memory}: {told:?}");
            assert!(run(&tight) == ample, "{kind:?}, {memory} bytes");
        }
        // Beside the mean alignment, 52 kB, this leaves too little to compute it.
        let little = each * if gpu().capabilities().software { 65 << 10 } else { 110 << 10 };
        let least = |memory: u64| match dtw.clone().memory(memory).workspace_bytes(gpu(), &x, &y) {
            Err(Error::LimitExceeded { asked, have, .. }) if have == memory / each * each => asked,
            other => panic!("{memory}: {other:?}"),
        };
        let asked = least(little);
        assert!(asked > little && least(asked - each) == asked, "{asked}");
        assert!(run(&dtw.clone().memory(asked)) == ample, "{kind:?}, {asked} bytes");
        let error = gpu().run(|rec| dtw.clone().memory(little).value(rec, &x, &y)).unwrap_err();
        assert!(error.to_string().contains("SoftDtw::memory"), "{error}");
    }
}

/// Gradients of a pair whose checkpoints, 3 bytes for each of its 67 million cells, are more than one binding holds on the
/// software driver, and of which it is given a tenth.
#[test]
fn gradients_of_a_long_pair_in_sections() {
    let (n, gamma) = (8192, 1.0);
    let mut random = Random::new(3);
    let (xs, ys) = (random.walks(1, n, 1), random.walks(1, n, 1));
    let x = gpu().upload(&xs, [1, n as u32]).unwrap();
    let y = gpu().upload(&ys, [1, n as u32]).unwrap();
    let dtw = SoftDtw::new(gamma).memory(20 << 20);
    let result = gpu().run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap();
    let [value, grad_x] = [&result.value, &result.grad_x].map(|tensor| tensor.read(gpu()).unwrap());
    let cost = reference::Cost::default();
    let (xs, ys) = (to_f64(&xs), to_f64(&ys));
    let twin = reference::value_and_grad(&cost, &xs, &ys, 1, f64::from(gamma));
    let error = (f64::from(value[0]) - twin.value).abs() / twin.value.abs();
    assert!(error < 2e-6, "value: {error:.1e}");
    // A row's gradient is a sum of E times differences of some 3; entries of E are good to 1e-4, see tests/accuracy.rs.
    assert!(max_error(&grad_x, &twin.grad_x) < 1e-3, "gradient: {:.1e}", max_error(&grad_x, &twin.grad_x));
}

/// A divergence has a third of the memory for each of its passes, and asks for three times what one of them takes.
#[test]
fn what_a_divergence_asks_for_is_enough() {
    let x = gpu().upload(&Random::new(8).walks(2, 90, 1), [2, 90]).unwrap();
    let dtw = SoftDtw::new(1.0).kind(Kind::Divergence);
    let error = gpu().run(|rec| dtw.clone().memory(3000).value_and_grad(rec, &x, &x)).unwrap_err();
    let Error::LimitExceeded { asked, have: 3000, .. } = error.clone() else { panic!("{error}") };
    let enough = gpu().run(|rec| dtw.clone().memory(asked).value_and_grad(rec, &x, &x)).unwrap();
    let ample = gpu().run(|rec| dtw.value_and_grad(rec, &x, &x)).unwrap();
    assert_eq!(enough.grad_x.read(gpu()).unwrap(), ample.grad_x.read(gpu()).unwrap());
}
