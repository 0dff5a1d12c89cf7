//! What the report of lost digits says of gradients.

use supple::momentum::{Activation, MomentumNet};
use supple::{Gpu, Tensor};

use crate::common::{self, Random, to_f64};
use crate::nets::{Net, relative_error};

/// The largest relative error of gradients by reversed states to those by stored ones, in states, velocities, gammas and parameters.
fn gradient_error(gpu: &Gpu, net: &MomentumNet, x: &Tensor<f32>, grad: &Tensor<f32>) -> f64 {
    let (by_stored, (reversed, _)) = gpu
        .run(|rec| {
            let stored = net.forward_storing(rec, x, None)?;
            let by_stored = net.backward_stored(rec, &stored, grad, None)?;
            Ok((by_stored, net.backward_reversed(rec, &stored.last, grad, None)?))
        })
        .unwrap();
    let [by_stored, reversed] = [by_stored, reversed].map(|gradients| {
        let of_states = [&gradients.x, &gradients.v, &gradients.gamma].into_iter();
        gpu.read_all(&of_states.chain(gradients.parameters.iter().flatten()).collect::<Vec<_>>()).unwrap()
    });
    let errors = reversed.iter().zip(&by_stored).map(|(found, expected)| relative_error(found, &to_f64(expected)));
    // A comparison with NaN would hide it.
    errors.fold(0.0, |largest, error| if error.is_nan() { f64::INFINITY } else { error.max(largest) })
}

/// Also where states grow with depth, and where gammas leave nothing of them.
#[test]
fn where_reversal_is_safe_gradients_are_within_a_thousandth_of_stored_ones() {
    let gpu = common::gpu();
    let mut random = Random::new(2);
    let mut states = || {
        let numbers: Vec<f32> = (0..8 * 6).map(|_| random.uniform() as f32).collect();
        gpu.upload(&numbers, [8, 6]).unwrap()
    };
    let [x, grad] = [states(), states()];
    let (mut safe, mut unsafe_and_wrong) = (0, 0);
    for (activation, factor) in [(Activation::Tanh, 1.0), (Activation::Gelu, 1.0 / 3.0), (Activation::Relu, 1.0)] {
        for depth in [4, 16, 48] {
            for gamma in [0.05, 0.2, 0.5, 0.7, 0.9, 0.99] {
                let net = Net::new(activation, &[6, 9, 6], &vec![gamma; depth]).scaled(factor).on(gpu);
                let is_safe = net.recovery(gpu, &x, None).unwrap().is_safe();
                let error = gradient_error(gpu, &net, &x, &grad);
                let name = format!("{activation:?}, {depth} layers, gamma {gamma}");
                assert!(!is_safe || error < 1e-3, "{name}: {error}");
                safe += u32::from(is_safe);
                unsafe_and_wrong += u32::from(!is_safe && error > 1e-2);
            }
        }
    }
    // Not by calling everything unsafe, nor nothing.
    assert!(safe > 27 && unsafe_and_wrong > 9, "{safe} safe, {unsafe_and_wrong} neither safe nor right");
}
