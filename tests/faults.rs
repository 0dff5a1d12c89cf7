//! What fails comes back as an error, and never as a panic.

mod common;

use supple::soft_dtw::{SoftDtw, Strategy};
use supple::{Error, Gpu, Profile, wgpu};

#[test]
fn a_lost_device_fails_every_later_call_with_the_same_cause() {
    let gpu = Gpu::new().unwrap();
    let x = gpu.upload(&[1.0, 2.0, 3.0], [1, 3]).unwrap();
    let value = gpu.run(|rec| SoftDtw::new(1.0).value(rec, &x, &x)).unwrap();
    gpu.device().destroy();
    let first = value.read(&gpu).unwrap_err();
    assert!(matches!(first, Error::DeviceLost { .. }), "{first}");
    assert_eq!(gpu.upload(&[1.0], [1]).unwrap_err(), first);
    assert_eq!(gpu.run(|rec| SoftDtw::new(1.0).value(rec, &x, &x)).unwrap_err(), first);
    assert_eq!(pollster::block_on(value.read_async(&gpu)).unwrap_err(), first);
    let mut encoder = common::gpu().device().create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    assert_eq!(gpu.record_into(&mut encoder).err(), Some(first));
}

#[test]
fn a_borrowed_device_that_is_lost_is_an_error_too() {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle_from_env());
    let (device, queue) = pollster::block_on(async {
        let adapter = instance.request_adapter(&wgpu::RequestAdapterOptions::default()).await.unwrap();
        adapter.request_device(&wgpu::DeviceDescriptor::default()).await.unwrap()
    });
    let gpu = Gpu::from_wgpu(device.clone(), queue, common::gpu().adapter_info().clone()).unwrap();
    let x = gpu.upload(&[1.0, 2.0, 3.0], [1, 3]).unwrap();
    device.destroy();
    let result = gpu.run(|rec| SoftDtw::new(1.0).value(rec, &x, &x)).and_then(|value| value.read(&gpu));
    assert!(result.is_err());
    let lost = x.read(&gpu).unwrap_err();
    assert!(matches!(lost, Error::DeviceLost { .. }), "{lost}");
}

#[test]
fn no_adapter_says_what_was_there_and_why_it_was_refused() {
    let error = Gpu::builder().adapter_name("no such adapter").build().unwrap_err();
    let Error::NoAdapter { refused, .. } = &error else { panic!("{error}") };
    assert!(!refused.is_empty());
    assert!(error.to_string().contains("does not contain \"no such adapter\""), "{error}");

    let limits = wgpu::Limits { max_buffer_size: u64::MAX, ..common::gpu().capabilities().limits.clone() };
    let error = Gpu::builder().limits(limits).build().unwrap_err();
    assert!(error.to_string().contains("max_buffer_size"), "{error}");
}

#[test]
fn features_can_be_switched_off_and_their_absence_is_an_error() {
    let gpu =
        Gpu::builder().without_features(wgpu::Features::TIMESTAMP_QUERY | wgpu::Features::SUBGROUP).build().unwrap();
    assert!(!gpu.capabilities().timestamps);
    assert_eq!(gpu.capabilities().subgroups, None);
    let x = gpu.upload(&[1.0], [1, 1]).unwrap();
    let error = gpu.run_profiled(|rec| SoftDtw::new(1.0).value(rec, &x, &x)).unwrap_err();
    assert!(matches!(error, Error::MissingFeature { feature: "timestamp queries", .. }), "{error}");
}

#[test]
fn a_tensor_beyond_the_limits_is_refused() {
    let gpu = common::gpu();
    let max = gpu.capabilities().limits.max_buffer_size;
    let error = gpu.empty::<f32>([(max / 4 + 1) as u32]).unwrap_err();
    assert!(matches!(error, Error::LimitExceeded { limit: "max_buffer_size", .. }), "{error}");
    let error = gpu.empty::<f32>([u32::MAX; 4]).unwrap_err();
    assert!(matches!(error, Error::LimitExceeded { .. }), "{error}");
    let error = gpu.upload(&[1.0, 2.0], [3]).unwrap_err();
    assert!(matches!(error, Error::ShapeMismatch { argument: "shape", .. }), "{error}");
    let error = gpu.upload_finite("x", &[1.0, f32::NAN], [2]).unwrap_err();
    assert!(matches!(error, Error::NonFinite { argument: "x", index: 1, .. }), "{error}");
}

/// Runs itself again in a process that may use 4 GiB of addresses, so that memory does run out.
#[cfg(target_os = "linux")]
#[test]
fn memory_that_runs_out_is_an_error_and_freeing_some_mends_it() {
    const CHILD: &str = "SUPPLE_TEST_LITTLE_MEMORY";
    if std::env::var_os(CHILD).is_none() {
        let name = "memory_that_runs_out_is_an_error_and_freeing_some_mends_it";
        let command = format!("ulimit -v 4194304 && exec \"$0\" --exact {name} --nocapture");
        let status = std::process::Command::new("sh")
            .args(["-c", &command])
            .arg(std::env::current_exe().unwrap())
            .env(CHILD, "1")
            .status()
            .unwrap();
        assert!(status.success());
        return;
    }
    let gpu = Gpu::builder().force_software(true).build().unwrap();
    let gibibyte = [1 << 14, 1 << 14];
    let mut tensors = Vec::new();
    let error = loop {
        match gpu.empty::<f32>(gibibyte) {
            Ok(tensor) => tensors.push(tensor),
            Err(error) => break error,
        }
        assert!(tensors.len() < 5, "more was given than there is");
    };
    assert!(matches!(error, Error::OutOfMemory { bytes } if bytes >= 1 << 30), "{error}");
    assert!(!tensors.is_empty());
    tensors.pop();
    tensors.push(gpu.empty(gibibyte).unwrap());
    // What waits in the pool is given up for a tensor of another size.
    tensors.pop();
    gpu.empty::<f32>([1 << 14, 1 << 13]).unwrap();
}

#[test]
fn a_failed_recording_submits_nothing_and_the_next_one_works() {
    let gpu = common::gpu();
    let x = gpu.upload(&[1.0, 2.0], [1, 2]).unwrap();
    let failed = gpu.run(|rec| {
        SoftDtw::new(1.0).value(rec, &x, &x)?;
        SoftDtw::new(-1.0).value(rec, &x, &x)
    });
    assert!(failed.is_err());
    assert!(gpu.run(|rec| SoftDtw::new(1.0).value(rec, &x, &x)).unwrap().read(gpu).unwrap()[0].is_finite());
}

#[test]
fn kernel_times_are_those_of_the_operators_kernels() {
    let gpu = common::gpu();
    if !gpu.capabilities().timestamps {
        let x = gpu.upload(&[1.0], [1, 1]).unwrap();
        assert!(gpu.run_profiled(|rec| SoftDtw::new(1.0).value(rec, &x, &x)).is_err());
        return;
    }
    let x = gpu.upload(&vec![0.5; 64 * 64], [64, 64]).unwrap();
    // Lanes that share a pair: else a software driver may do all in one kernel.
    let dtw = SoftDtw::new(1.0).strategy(Strategy::WorkgroupPerPair);
    let (_, profile) = gpu.run_profiled(|rec| dtw.value_and_grad(rec, &x, &x)).unwrap();
    // With borders in textures kernels have names of their own, and one before them packs the series.
    let names = |profile: &Profile| -> Vec<&str> {
        let all = profile.kernels.iter().map(|kernel| kernel.kernel.trim_end_matches("_in_texels"));
        all.filter(|&name| name != "soft_dtw/pack").collect()
    };
    assert_eq!(names(&profile), ["soft_dtw/forward", "soft_dtw/gradient"]);
    assert!(profile.total() > std::time::Duration::ZERO);
    // The pass that alignments need leaves the values too.
    let (_, profile) = gpu.run_profiled(|rec| SoftDtw::new(1.0).alignment(rec, &x, &x)).unwrap();
    assert_eq!(names(&profile), ["soft_dtw/forward", "soft_dtw/alignment"]);
}
