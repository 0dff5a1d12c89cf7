//! The crate inside another program: its device, its encoder, its buffers.

mod common;

use common::Random;
use supple::soft_dtw::{SoftDtw, ValueAndGrad};
use supple::{Error, Gpu, Tensor, wgpu};

/// A device that this test owns, with the default limits of WebGPU and no optional feature.
fn host() -> (wgpu::Device, wgpu::Queue, Gpu) {
    let adapter = common::gpu().device().adapter_info();
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle_from_env());
    let (device, queue) = pollster::block_on(async {
        let options = wgpu::RequestAdapterOptions::default();
        let adapter = instance.request_adapter(&options).await.unwrap();
        adapter.request_device(&wgpu::DeviceDescriptor::default()).await.unwrap()
    });
    let gpu = Gpu::from_wgpu(device.clone(), queue.clone(), adapter).unwrap();
    (device, queue, gpu)
}

/// The number of a submission: how many there were on the device up to it.
fn number(index: &wgpu::SubmissionIndex) -> u64 {
    let text = format!("{index:?}");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("no number in {text}"))
}

#[test]
fn records_into_the_callers_encoder_and_submits_nothing() {
    let (device, queue, gpu) = host();
    let mut random = Random::new(1);
    let (xs, ys) = (random.walks(9, 33, 1), random.walks(9, 30, 1));
    let x = gpu.upload(&xs, [9, 33]).unwrap();
    let y = gpu.upload(&ys, [9, 30]).unwrap();
    let dtw = SoftDtw::new(0.1);

    let before = number(&queue.submit([]));
    let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    let recorded = {
        let mut rec = gpu.record_into(&mut encoder).unwrap();
        dtw.value_and_grad(&mut rec, &x, &y).unwrap()
    };
    let hard = SoftDtw::new(0.0).value_and_grad(&mut gpu.record_into(&mut encoder).unwrap(), &x, &y).unwrap();
    let after = number(&queue.submit([encoder.finish()]));
    assert_eq!(after, before + 1, "the operators submitted something of their own");

    let direct = gpu.run(|rec| dtw.value_and_grad(rec, &x, &y)).unwrap();
    for (a, b) in
        [(&recorded.value, &direct.value), (&recorded.grad_x, &direct.grad_x), (&recorded.grad_y, &direct.grad_y)]
    {
        assert_eq!(a.read(&gpu).unwrap(), b.read(&gpu).unwrap());
    }
    assert!(hard.value.read(&gpu).unwrap().iter().all(|value| value.is_finite()));
}

#[test]
fn one_submit_for_a_whole_operator() {
    let (_, queue, gpu) = host();
    let x = gpu.upload(&Random::new(2).walks(4, 700, 1), [4, 700]).unwrap();
    let dtw = SoftDtw::new(0.1);
    let before = number(&queue.submit([]));
    gpu.prepare(|rec| dtw.clone().kind(supple::soft_dtw::Kind::Divergence).value(rec, &x, &x)).unwrap();
    assert_eq!(number(&queue.submit([])), before + 1);
    let before = before + 1;
    gpu.run(|rec| dtw.clone().kind(supple::soft_dtw::Kind::Divergence).value(rec, &x, &x)).unwrap();
    assert_eq!(number(&queue.submit([])), before + 2);
}

/// An encoder that is submitted late still sees the inputs it was recorded with, though their handles are gone.
#[test]
fn buffers_of_an_unsubmitted_encoder_are_not_used_again() {
    let (device, queue, gpu) = host();
    let dtw = SoftDtw::new(1.0);
    let make = |seed| gpu.upload(&Random::new(seed).walks(8, 20, 1), [8, 20]).unwrap();
    let expected = {
        let x = make(3);
        gpu.run(|rec| dtw.value(rec, &x, &x)).unwrap().read(&gpu).unwrap()
    };
    let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    let value = {
        let x = make(3);
        let mut rec = gpu.record_into(&mut encoder).unwrap();
        dtw.value(&mut rec, &x, &x).unwrap()
    };
    let others: Vec<_> = (10..20).map(make).collect();
    for other in &others {
        gpu.run(|rec| dtw.value_and_grad(rec, other, other)).unwrap();
    }
    queue.submit([encoder.finish()]);
    assert_eq!(value.read(&gpu).unwrap(), expected);
}

#[test]
fn inputs_and_outputs_in_one_buffer_of_the_callers() {
    let (device, queue, gpu) = host();
    let mut random = Random::new(4);
    let (xs, ys) = (random.walks(5, 21, 1), random.walks(5, 18, 1));
    let buffer = device.create_buffer(&wgpu::BufferDescriptor {
        label: None,
        size: 8192,
        usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    queue.write_buffer(&buffer, 0, &[0x7f; 8192]);
    // Offsets that are no multiple of any alignment but that of an element.
    let at = |offset: u64, shape: [u32; 2]| Tensor::<f32>::from_buffer(&buffer, offset, shape).unwrap();
    let (x, y) = (at(4, [5, 21]), at(4 + 420, [5, 18]));
    gpu.write(&x, &xs).unwrap();
    gpu.write(&y, &ys).unwrap();
    let result = ValueAndGrad {
        value: Tensor::from_buffer(&buffer, 1204, [5]).unwrap(),
        grad_x: at(1204 + 20, [5, 21]),
        grad_y: at(3004, [5, 18]),
    };
    for gamma in [0.2, 0.0] {
        let dtw = SoftDtw::new(gamma);
        gpu.run(|rec| dtw.value_and_grad_into(rec, &x, &y, &result)).unwrap();
        let (fresh_x, fresh_y) = (gpu.upload(&xs, [5, 21]).unwrap(), gpu.upload(&ys, [5, 18]).unwrap());
        let expected = gpu.run(|rec| dtw.value_and_grad(rec, &fresh_x, &fresh_y)).unwrap();
        assert_eq!(result.value.read(&gpu).unwrap(), expected.value.read(&gpu).unwrap());
        assert_eq!(result.grad_x.read(&gpu).unwrap(), expected.grad_x.read(&gpu).unwrap());
        assert_eq!(result.grad_y.read(&gpu).unwrap(), expected.grad_y.read(&gpu).unwrap());
        assert_eq!(x.read(&gpu).unwrap(), xs);
        assert_eq!(y.read(&gpu).unwrap(), ys);
    }
    // Nothing beside the outputs was touched.
    let all = Tensor::<u32>::from_buffer(&buffer, 0, [2048]).unwrap().read(&gpu).unwrap();
    let used = [4..784, 1204..1644, 3004..3364];
    for (i, word) in all.iter().enumerate() {
        if !used.iter().any(|range| range.contains(&(i * 4))) {
            assert_eq!(*word, 0x7f7f_7f7f, "byte {}", i * 4);
        }
    }
}

/// What is recorded into a caller's encoder is freed when it is done, and not kept anywhere.
#[test]
fn recording_again_and_again_keeps_nothing() {
    let (device, queue, gpu) = host();
    let x = gpu.upload(&Random::new(5).walks(4, 64, 1), [4, 64]).unwrap();
    let mut before = 0;
    for round in 0..60 {
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        SoftDtw::new(1.0).value_and_grad(&mut gpu.record_into(&mut encoder).unwrap(), &x, &x).unwrap();
        queue.submit([encoder.finish()]);
        device.poll(wgpu::PollType::wait_indefinitely()).unwrap();
        let report = instance_buffers(&device);
        if round == 9 {
            before = report;
        }
    }
    assert!(instance_buffers(&device) <= before + 2, "{before} buffers grew to {}", instance_buffers(&device));
    assert_eq!(gpu.idle_bytes(), 0);
}

/// Buffers that are alive on the device.
fn instance_buffers(device: &wgpu::Device) -> usize {
    device.generate_allocator_report().expect("Vulkan has a report").allocations.len()
}

#[test]
fn a_tensor_of_another_gpu_is_refused_and_does_no_harm() {
    let (_, _, gpu) = host();
    let theirs = common::gpu().upload(&[1.0, 2.0], [1, 2]).unwrap();
    let refused = gpu.run(|rec| SoftDtw::new(1.0).value(rec, &theirs, &theirs)).unwrap_err();
    assert!(matches!(refused, Error::InvalidArgument { argument: "x", .. }), "{refused}");
    let refused = theirs.read(&gpu).unwrap_err();
    assert!(matches!(refused, Error::InvalidArgument { argument: "tensor", .. }), "{refused}");
    let mine = gpu.upload(&[1.0, 2.0], [1, 2]).unwrap();
    assert_eq!(mine.read(&gpu).unwrap(), [1.0, 2.0]);
}

#[test]
fn outputs_need_no_usage_but_storage() {
    let (device, _, gpu) = host();
    let x = gpu.upload(&Random::new(6).walks(2, 9, 1), [2, 9]).unwrap();
    let make = |size| {
        device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size,
            usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC,
            mapped_at_creation: false,
        })
    };
    for gamma in [1.0, 0.0] {
        let result = ValueAndGrad {
            value: Tensor::from_buffer(&make(8), 0, [2]).unwrap(),
            grad_x: Tensor::from_buffer(&make(72), 0, [2, 9]).unwrap(),
            grad_y: Tensor::from_buffer(&make(72), 0, [2, 9]).unwrap(),
        };
        gpu.run(|rec| SoftDtw::new(gamma).value_and_grad_into(rec, &x, &x, &result)).unwrap();
        let expected = gpu.run(|rec| SoftDtw::new(gamma).value_and_grad(rec, &x, &x)).unwrap();
        assert_eq!(result.grad_y.read(&gpu).unwrap(), expected.grad_y.read(&gpu).unwrap());
    }
}

#[test]
fn a_read_that_wgpu_refuses_is_an_error_and_the_device_goes_on() {
    let (device, _, gpu) = host();
    let buffer = device.create_buffer(&wgpu::BufferDescriptor {
        label: None,
        size: 64,
        usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    let tensor = Tensor::<f32>::from_buffer(&buffer, 0, [16]).unwrap();
    buffer.destroy();
    assert!(matches!(tensor.read(&gpu).unwrap_err(), Error::Rejected { .. }));
    assert!(matches!(gpu.write(&tensor, &[0.0; 16]).unwrap_err(), Error::Rejected { .. }));
    assert_eq!(gpu.upload(&[5.0], [1]).unwrap().read(&gpu).unwrap(), [5.0]);
}

#[test]
fn overlapping_outputs_and_unusable_buffers_are_refused() {
    let (device, _, gpu) = host();
    let make = |usage| {
        device.create_buffer(&wgpu::BufferDescriptor { label: None, size: 1024, usage, mapped_at_creation: false })
    };
    let buffer = make(wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC);
    let x = Tensor::<f32>::from_buffer(&buffer, 0, [2, 16]).unwrap();
    let inside = Tensor::<f32>::from_buffer(&buffer, 124, [2]).unwrap();
    let refused = gpu.run(|rec| SoftDtw::new(1.0).value_into(rec, &x, &x, &inside)).unwrap_err();
    assert!(matches!(refused, Error::InvalidArgument { argument: "value", .. }), "{refused}");

    let refused = Tensor::<f32>::from_buffer(&buffer, 2, [1]).unwrap_err();
    assert!(matches!(refused, Error::InvalidArgument { argument: "offset", .. }), "{refused}");
    let refused = Tensor::<f32>::from_buffer(&buffer, 1020, [2]).unwrap_err();
    assert!(matches!(refused, Error::InvalidArgument { argument: "offset", .. }), "{refused}");
    let refused = Tensor::<f32>::from_buffer(&make(wgpu::BufferUsages::COPY_SRC), 0, [2]).unwrap_err();
    assert!(matches!(refused, Error::InvalidArgument { argument: "buffer", .. }), "{refused}");
    let refused = gpu.write(&x, &[0.0; 32]).unwrap_err();
    assert!(matches!(refused, Error::InvalidArgument { argument: "tensor", .. }), "{refused}");
}

#[test]
fn a_future_of_a_read_completes_while_the_owner_polls() {
    let (device, _, gpu) = host();
    let x = gpu.upload(&[1.0, 2.0, 3.0], [3]).unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                device.poll(wgpu::PollType::Poll).unwrap();
                std::thread::yield_now();
            }
        });
        let values = pollster::block_on(x.read_async(&gpu));
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(values.unwrap(), [1.0, 2.0, 3.0]);
    });
    // On a device of our own nobody else polls.
    let x = common::gpu().upload(&[4.0], [1]).unwrap();
    assert_eq!(pollster::block_on(x.read_async(common::gpu())).unwrap(), [4.0]);
}

#[test]
fn several_tensors_are_read_together() {
    let gpu = common::gpu();
    let large: Vec<u32> = (0..17 << 20).collect();
    let [a, nothing, b, c, d] = [&[1, 2, 3][..], &[], &[4], &large, &[5]]
        .map(|values: &[u32]| gpu.upload(values, [values.len() as u32]).unwrap());
    let part = a.rows(1..3).unwrap();
    // The large one is more than is copied at once.
    let found = gpu.read_all(&[&part, &nothing, &b, &c, &d, &a]).unwrap();
    assert!(found == [vec![2, 3], vec![], vec![4], large, vec![5], vec![1, 2, 3]]);
    assert!(gpu.read_all::<f32>(&[]).unwrap().is_empty());
    assert_eq!(pollster::block_on(gpu.read_all_async(&[&nothing, &b])).unwrap(), [vec![], vec![4]]);
}
