//! Each operator on a device with low limits: it works through its batch in parts, and the bits are the same.

mod common;

use common::Random;
use supple::soft_dtw::{Band, Lengths, Pairs, Series, SoftDtw, Strategy};
use supple::{Error, Gpu, wgpu};

/// As little as lets one pair of the tests' lengths through.
fn cramped(binding_bytes: u64) -> Gpu {
    let ample = common::gpu().capabilities().limits.clone();
    let limits = wgpu::Limits {
        max_storage_buffer_binding_size: binding_bytes,
        max_compute_workgroups_per_dimension: 16,
        max_storage_buffers_per_shader_stage: 8,
        max_compute_workgroup_storage_size: 0,
        max_compute_invocations_per_workgroup: 64,
        max_compute_workgroup_size_x: 64,
        min_storage_buffer_offset_alignment: 256,
        min_uniform_buffer_offset_alignment: 256,
        ..ample
    };
    Gpu::builder().limits(limits).poison_memory(true).build().unwrap()
}

#[test]
fn parts_give_the_same_bits() {
    let mut random = Random::new(1);
    let (xs, ys) = (random.walks(23, 50, 1), random.walks(17, 41, 1));
    // Checkpoints of one pair take 7 strips * 11 blocks * 64 bytes, or 4 * 11 * 128 in high tiles: these limits hold two, three and
    // eleven to fourteen pairs. None but the first is a size that the pool rounds to.
    for binding_bytes in [12 << 10, 17_408, 69_632] {
        let small = cramped(binding_bytes);
        for gamma in [0.1, 0.0] {
            for pairs in [Pairs::All, Pairs::Aligned] {
                let count = if pairs == Pairs::All { 23 } else { 17 };
                let run = |gpu: &Gpu| {
                    let x = gpu.upload(&xs[..count * 50], [count as u32, 50]).unwrap();
                    let y = gpu.upload(&ys, [17, 41]).unwrap();
                    let dtw = SoftDtw::new(gamma).pairs(pairs.clone());
                    let result = gpu.run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap();
                    let value = gpu.run(|rec| dtw.value(rec, &x, &y)).unwrap();
                    let divergence =
                        gpu.run(|rec| dtw.clone().kind(supple::soft_dtw::Kind::Divergence).value(rec, &x, &y)).unwrap();
                    let few = (x.rows(0..3).unwrap(), y.rows(0..3).unwrap());
                    let alignment = gpu.run(|rec| dtw.alignment(rec, &few.0, &few.1)).unwrap().expected;
                    [&result.value, &result.grad_x, &result.grad_y, &value, &divergence, &alignment]
                        .map(|tensor| tensor.read(gpu).unwrap())
                };
                assert!(run(common::gpu()) == run(&small), "{binding_bytes} bytes, gamma {gamma}, {pairs:?}");
            }
        }
    }
}

/// The table of pairs, with a band for each of many shapes, is more than one binding holds.
#[test]
fn tables_of_many_shapes() {
    let mut random = Random::new(6);
    let (xs, ys) = (random.walks(1600, 60, 1), random.walks(1600, 20, 1));
    let some = |longest: u32, factor: u32| {
        let lengths: Vec<u32> = (1..=1600_u32).map(|i| 1 + (i.wrapping_mul(factor) >> 8) % longest).collect();
        Lengths::new(&lengths).unwrap()
    };
    let (x_lengths, y_lengths) = (some(60, 2_654_435_761), some(20, 2_246_822_519));
    let small = cramped(64 << 10);
    for gamma in [0.3, 0.0] {
        for band in [Band::None, Band::SakoeChiba(5)] {
            let run = |gpu: &Gpu| {
                let x = gpu.upload(&xs, [1600, 60]).unwrap();
                let y = gpu.upload(&ys, [1600, 20]).unwrap();
                let dtw = SoftDtw::new(gamma).band(band);
                let sides = (Series::new(&x).lengths(&x_lengths), Series::new(&y).lengths(&y_lengths));
                let result = gpu.run(|rec| dtw.value_and_grad(rec, sides.0, sides.1)).unwrap();
                [&result.value, &result.grad_x, &result.grad_y].map(|tensor| tensor.read(gpu).unwrap())
            };
            assert!(run(common::gpu()) == run(&small), "gamma {gamma}, {band:?}");
        }
    }
}

/// With the run-time checks of `wgpu` an access out of bounds would read or write something else. Sums may be
/// compiled in another order, which is worth a few roundings: 1e-6 of the largest entry.
#[test]
fn shaders_without_run_time_checks_agree_with_those_that_have_them() {
    let checked = Gpu::builder().checked_shaders(true).build().unwrap();
    let mut random = Random::new(2);
    let (alone, shared) = (Strategy::InvocationPerPair, Strategy::WorkgroupPerPair);
    for (n, m, dim, strategies) in
        [(8, 4, 1, &[alone][..]), (33, 30, 1, &[alone]), (90, 70, 1, &[alone, shared]), (19, 23, 3, &[shared])]
    {
        let (xs, ys) = (random.walks(9, n, dim), random.walks(9, m, dim));
        let run = |gpu: &Gpu, gamma: f32, strategy: Strategy| {
            let x = gpu.upload(&xs, [9, n as u32, dim as u32]).unwrap();
            let y = gpu.upload(&ys, [9, m as u32, dim as u32]).unwrap();
            let dtw = SoftDtw::new(gamma).strategy(strategy);
            let result = gpu.run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap();
            let alignment = gpu.run(|rec| dtw.alignment(rec, &x, &y)).unwrap().expected;
            [&result.value, &result.grad_x, &result.grad_y, &alignment].map(|tensor| tensor.read(gpu).unwrap())
        };
        for gamma in [0.1, 0.0] {
            for &strategy in strategies {
                let expected = run(&checked, gamma, strategy).map(|values| common::to_f64(&values));
                for (got, expected) in run(common::gpu(), gamma, strategy).iter().zip(&expected) {
                    let error = common::max_error(got, expected) / common::largest(expected);
                    assert!(error <= 1e-6, "{n} x {m} x {dim}, gamma {gamma}, {strategy:?}: {error:.1e}");
                }
            }
        }
    }
}

#[test]
fn what_cannot_be_split_is_an_error_that_names_the_limit() {
    let small = cramped(4 << 10);
    let x = small.upload(&vec![0.5; 200], [1, 200]).unwrap();
    let refused = small.run(|rec| SoftDtw::new(1.0).value_and_grad(rec, &x, &x)).unwrap_err();
    let message = refused.to_string();
    assert!(matches!(refused, Error::LimitExceeded { limit: "max_storage_buffer_binding_size", .. }), "{message}");
    assert!(message.contains("4096") || message.contains("3840"), "{message}");
    // The value alone needs one row of borders, which fits.
    small.run(|rec| SoftDtw::new(1.0).value(rec, &x, &x)).unwrap().read(&small).unwrap();
}

#[test]
fn more_pairs_than_can_be_numbered_are_refused() {
    let gpu = common::gpu();
    let x = gpu.upload(&vec![0.5; 1 << 16], [1 << 16, 1]).unwrap();
    let dtw = SoftDtw::new(1.0).pairs(Pairs::All);
    let value = gpu.run(|rec| dtw.value(rec, &x, &x)).unwrap_err();
    assert_eq!(dtw.workspace_bytes(gpu, &x, &x).unwrap_err(), value);
    let message = value.to_string();
    assert!(matches!(value, Error::LimitExceeded { asked: 0x1_0000_0000, have: 0xffff_ffff, .. }), "{message}");
    assert!(message.contains("`pairs`") && message.contains("fewer series in one call"), "{message}");
}

/// Rows of the divergence that no binding holds are split too.
#[test]
fn a_divergence_of_many_series() {
    let small = cramped(4 << 10);
    let mut random = Random::new(3);
    let (xs, ys) = (random.walks(2, 3, 1), random.walks(1500, 3, 1));
    let run = |gpu: &Gpu| {
        let x = gpu.upload(&xs, [2, 3]).unwrap();
        let y = gpu.upload(&ys, [1500, 3]).unwrap();
        let dtw = SoftDtw::new(0.5).pairs(Pairs::All);
        gpu.run(|rec| dtw.clone().kind(supple::soft_dtw::Kind::Divergence).value(rec, &x, &y))
            .unwrap()
            .read(gpu)
            .unwrap()
    };
    assert!(run(&small) == run(common::gpu()));
}

#[test]
fn more_than_65535_workgroups() {
    // 600,000 pairs are 75,000 workgroups of eight on a software driver.
    let gpu = Gpu::new().unwrap();
    let xs: Vec<f32> = (0..600_000_u32).map(|i| (i % 1000) as f32).collect();
    let x = gpu.upload(&xs, [600_000, 1]).unwrap();
    let y = gpu.upload(&vec![0.0; 600_000], [600_000, 1]).unwrap();
    let value = gpu.run(|rec| SoftDtw::new(1.0).value(rec, &x, &y)).unwrap().read(&gpu).unwrap();
    for (i, (value, x)) in value.iter().zip(&xs).enumerate() {
        assert!((value - 0.5 * x * x).abs() <= 1e-6 * x * x, "pair {i}: {value} for {x}");
    }
}

/// A list may name any series at any place, so that no part of the divergence's numbers would do.
#[test]
fn a_divergence_of_a_list_that_names_too_many_series_is_refused() {
    let small = cramped(4 << 10);
    let x = small.upload(&[0.5; 6], [2, 3]).unwrap();
    let y = small.upload(&vec![1.0; 900], [300, 3]).unwrap();
    let list = |count: u32| {
        let pairs: Vec<(u32, u32)> = (0..count).map(|i| (i % 2, 299 - i)).collect();
        SoftDtw::new(0.5).kind(supple::soft_dtw::Kind::Divergence).pairs(Pairs::list(&pairs))
    };
    let refused = small.run(|rec| list(250).value_and_grad(rec, &x, &y)).unwrap_err();
    let message = refused.to_string();
    assert!(matches!(refused, Error::LimitExceeded { asked: 4000, have: 3840, .. }), "{message}");
    assert!(message.contains("name 250 series of `y`"), "{message}");
    let value = small.run(|rec| list(240).value(rec, &x, &y)).unwrap().read(&small).unwrap();
    assert!(value.iter().all(|v| v.to_bits() == value[0].to_bits()), "{value:?}");
}
