//! Outputs and gradients against the twin.

use supple::Gpu;
use supple::momentum::Activation;

use crate::common::{self, Random, max_error, to_f64};
use crate::nets::{Net, relative_error};

/// Everything that a network computes of a batch, with a first velocity, against the twin.
fn check(gpu: &Gpu, net: &Net, [batch, width]: [u32; 2], reversible: bool, tolerance: f64) {
    let mut random = Random::new(7);
    let mut numbers = || (0..batch * width).map(|_| (2.0 * random.uniform()) as f32).collect::<Vec<f32>>();
    let [x0, v0, grad_x, grad_v] = [numbers(), numbers(), numbers(), numbers()];
    let upload = |values: &[f32]| gpu.upload(values, [batch, width]).unwrap();
    let [x, v, gx, gv] = [&x0, &v0, &grad_x, &grad_v].map(|values| upload(values));
    let ours = net.on(gpu);
    let twin = net.twin();
    let [x0, v0, grad_x, grad_v] = [&x0, &v0, &grad_x, &grad_v].map(|values| to_f64(values));
    let last = twin.forward(&x0, &v0);
    let expected = twin.backward_stored(&x0, &v0, &grad_x, &grad_v);
    let (stored, by_stored, first, reversed) = gpu
        .run(|rec| {
            let stored = ours.forward_storing(rec, &x, Some(&v))?;
            let by_stored = ours.backward_stored(rec, &stored, &gx, Some(&gv))?;
            let last = ours.forward(rec, &x, Some(&v))?;
            let first = if reversible { Some(ours.inverse(rec, &last)?) } else { None };
            let reversed = if reversible { Some(ours.backward_reversed(rec, &last, &gx, Some(&gv))?) } else { None };
            Ok((stored, by_stored, first, reversed))
        })
        .unwrap();
    let close = |found: &supple::Tensor<f32>, expected: &[f64], name: &str| {
        let error = relative_error(&found.read(gpu).unwrap(), expected);
        assert!(error < tolerance, "{name}: {error}");
    };
    close(&stored.last.x, &last.0, "x");
    close(&stored.last.v, &last.1, "v");
    let mut all = vec![("stored", by_stored)];
    if let (Some(first), Some((gradients, again))) = (first, reversed) {
        for state in [first, again] {
            close(&state.x, &x0, "x_0 again");
            close(&state.v, &v0, "v_0 again");
        }
        all.push(("reversed", gradients));
    }
    for (way, gradients) in all {
        close(&gradients.x, &expected.x, &format!("{way}: grad x"));
        close(&gradients.v, &expected.v, &format!("{way}: grad v"));
        // Sums over a batch, which may cancel: relative to what is summed.
        let sums = common::largest(&expected.gamma) + f64::from(batch * width).sqrt();
        let error = max_error(&gradients.gamma.read(gpu).unwrap(), &expected.gamma) / sums;
        assert!(error < tolerance, "{way}: grad gamma: {error}");
        for (layer, (found, expected)) in gradients.parameters.iter().zip(&expected.parameters).enumerate() {
            for (k, (found, expected)) in found.iter().zip(expected).enumerate() {
                close(found, expected, &format!("{way}: parameter {k} of layer {layer}"));
            }
        }
    }
}

#[test]
fn all_activations() {
    for gpu in common::both() {
        for activation in [Activation::Identity, Activation::Relu, Activation::Tanh, Activation::Gelu, Activation::Silu]
        {
            let net = Net::new(activation, &[8, 12, 8], &[0.9, 0.5, 0.8]);
            check(gpu, &net, [5, 8], true, 2e-5);
        }
    }
}

#[test]
fn perceptrons_of_any_depth_and_width() {
    for gpu in common::both() {
        for widths in [&[3, 3][..], &[1, 1], &[4, 9, 4], &[5, 7, 11, 5], &[33, 65, 16, 17, 33], &[130, 64, 130]] {
            for batch in [1, 2, 17] {
                let net = Net::new(Activation::Tanh, widths, &[0.9, 0.7]);
                check(gpu, &net, [batch, widths[0]], true, 2e-5);
            }
        }
    }
}

#[test]
fn layers_of_a_residual_network() {
    for gpu in common::both() {
        let mut net = Net::new(Activation::Silu, &[6, 10, 6], &[0.9, 0.5, 0.3, 0.8]);
        net.is_residual = true;
        check(gpu, &net, [9, 6], true, 3e-5);
    }
}

#[test]
fn gamma_0_is_a_residual_network() {
    let gpu = common::gpu();
    let net = Net::new(Activation::Relu, &[6, 10, 6], &[0.0; 5]);
    check(gpu, &net, [9, 6], false, 2e-5);
    let mixed = Net::new(Activation::Relu, &[6, 10, 6], &[0.0, 0.9, 0.0]);
    check(gpu, &mixed, [9, 6], false, 2e-5);
}

/// What changes of velocities are divided by, 1 - gamma, is small here.
#[test]
fn gammas_close_to_1() {
    for gpu in common::both() {
        check(gpu, &Net::new(Activation::Tanh, &[8, 12, 8], &[0.99; 12]), [5, 8], true, 2e-5);
        check(gpu, &Net::new(Activation::Gelu, &[6, 10, 6], &[0.99, 0.995, 0.98]), [9, 6], true, 2e-5);
    }
}

/// At depth 64 and gamma 0.9, which multiplies errors of velocities by 850 on the way back: from what two numbers hold, instead of one, next to nothing comes of that.
/// Weights are as `PyTorch`'s are at first, and for tanh, with which states stay small, three times as large too.
#[test]
fn reversed_gradients_are_as_good_as_stored_ones() {
    let gpu = common::gpu();
    for (activation, factor) in [
        (Activation::Identity, 1.0 / 3.0),
        (Activation::Relu, 1.0 / 3.0),
        (Activation::Tanh, 1.0 / 3.0),
        (Activation::Tanh, 1.0),
        (Activation::Gelu, 1.0 / 3.0),
        (Activation::Silu, 1.0 / 3.0),
    ] {
        let net = Net::new(activation, &[16, 32, 16], &[0.9; 64]).scaled(factor).on(gpu);
        let mut random = Random::new(2);
        let mut states = || {
            let numbers: Vec<f32> = (0..32 * 16).map(|_| random.uniform() as f32).collect();
            gpu.upload(&numbers, [32, 16]).unwrap()
        };
        let [x, v, grad_x, grad_v] = [states(), states(), states(), states()];
        for (v, grad_v) in [(None, None), (Some(&v), Some(&grad_v))] {
            let (by_stored, (reversed, _)) = gpu
                .run(|rec| {
                    let stored = net.forward_storing(rec, &x, v)?;
                    let by_stored = net.backward_stored(rec, &stored, &grad_x, grad_v)?;
                    Ok((by_stored, net.backward_reversed(rec, &stored.last, &grad_x, grad_v)?))
                })
                .unwrap();
            let error = |found: &supple::Tensor<f32>, expected: &supple::Tensor<f32>| {
                relative_error(&found.read(gpu).unwrap(), &to_f64(&expected.read(gpu).unwrap()))
            };
            assert!(error(&reversed.x, &by_stored.x) < 2e-6, "{activation:?}");
            assert!(error(&reversed.v, &by_stored.v) < 2e-6, "{activation:?}");
            for (found, expected) in reversed.parameters.iter().flatten().zip(by_stored.parameters.iter().flatten()) {
                assert!(error(found, expected) < 2e-6, "{activation:?}");
            }
            // By stored states velocities are differences of these.
            assert!(error(&reversed.gamma, &by_stored.gamma) < 1e-5, "{activation:?}");
        }
    }
}
