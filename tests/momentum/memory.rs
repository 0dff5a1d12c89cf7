//! Device memory against depth.

use std::sync::Arc;

use supple::Gpu;
use supple::momentum::{Activation, MomentumNet, Residual};

use crate::common::{Random, max_error};
use crate::nets::Net;

/// Bytes that a backward pass of so many layers takes beside parameters and their gradients, which are as large as they are.
fn bytes(depth: usize, stored: bool) -> u64 {
    let gpu = Gpu::builder().build().unwrap();
    let layer: Arc<dyn Residual> = Net::new(Activation::Tanh, &[16, 16, 16], &[0.9]).on(&gpu).layers()[0].clone();
    let of_parameters: u64 =
        layer.parameters().iter().map(|(_, tensor)| (4 * tensor.shape().elements()).max(256)).sum();
    let net = MomentumNet::new(vec![layer; depth]).gamma(0.9);
    let mut random = Random::new(1);
    let values: Vec<f32> = (0..2048 * 16).map(|_| random.uniform() as f32).collect();
    let x = gpu.upload(&values, [2048, 16]).unwrap();
    let x_last = gpu
        .run(|rec| {
            if stored {
                let stored = net.forward_storing(rec, &x, None)?;
                net.backward_stored(rec, &stored, &x, None)?;
                return Ok(stored.last.x);
            }
            let last = net.forward(rec, &x, None)?;
            net.backward_reversed(rec, &last, &x, None)?;
            Ok(last.x)
        })
        .unwrap();
    assert!(x_last.read(&gpu).unwrap().iter().all(|x| x.is_finite()));
    drop((x, x_last, net));
    gpu.idle_bytes() - of_parameters * depth as u64
}

#[test]
fn memory_of_reversed_gradients_does_not_grow_with_depth() {
    let [shallow, deep] = [10, 1000].map(|depth| bytes(depth, false));
    assert!(deep as f64 <= 1.05 * shallow as f64, "{shallow} bytes at depth 10, {deep} at depth 1000");
    // That of stored ones does: a state of 128 KiB a layer.
    let [shallow, deep] = [10, 40].map(|depth| bytes(depth, true));
    assert!(deep >= shallow + 30 * (128 << 10), "{shallow} bytes at depth 10, {deep} at depth 40");
}

/// Layers that are submitted in parts, and all at once into a caller's encoder, give the same bits.
#[test]
fn a_callers_encoder() {
    let gpu = crate::common::gpu();
    let net = Net::new(Activation::Gelu, &[8, 16, 8], &[0.9; 40]).on(gpu);
    let mut random = Random::new(4);
    let values: Vec<f32> = (0..6 * 8).map(|_| random.uniform() as f32).collect();
    let x = gpu.upload(&values, [6, 8]).unwrap();
    let own = gpu
        .run(|rec| {
            let last = net.forward(rec, &x, None)?;
            Ok(net.backward_reversed(rec, &last, &x, None)?.0)
        })
        .unwrap();
    let mut encoder = gpu.device().create_command_encoder(&supple::wgpu::CommandEncoderDescriptor::default());
    let mut rec = gpu.record_into(&mut encoder).unwrap();
    let last = net.forward(&mut rec, &x, None).unwrap();
    let (theirs, first) = net.backward_reversed(&mut rec, &last, &x, None).unwrap();
    drop(rec);
    gpu.queue().submit([encoder.finish()]);
    assert_eq!(own.x.read(gpu).unwrap(), theirs.x.read(gpu).unwrap());
    assert_eq!(own.gamma.read(gpu).unwrap(), theirs.gamma.read(gpu).unwrap());
    let expected: Vec<f64> = values.iter().map(|&x| f64::from(x)).collect();
    assert!(max_error(&first.x.read(gpu).unwrap(), &expected) < 1e-4);
}
