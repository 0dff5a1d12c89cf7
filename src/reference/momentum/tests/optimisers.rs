use super::loss::half_squared;
use super::optimiser::{Adam, Sgd};
use super::*;

#[test]
fn descent_with_momentum_by_hand() {
    let sgd = Sgd { learning_rate: 0.5, momentum: 0.5, weight_decay: 0.25 };
    let (mut p, mut velocity) = ([2.0, -4.0], [0.0; 2]);
    sgd.step(&mut p, &[1.0, 0.0], &mut velocity);
    assert_eq!((p, velocity), ([1.25, -3.5], [1.5, -1.0]));
    sgd.step(&mut p, &[0.0, 0.0], &mut velocity);
    assert_eq!(velocity, [0.75 + 0.3125, -0.5 - 0.875]);
    assert_eq!(p, [1.25 - 0.5 * 1.0625, -3.5 + 0.5 * 1.375]);
}

#[test]
fn adam_by_hand() {
    let adam = Adam { learning_rate: 0.1, ..Adam::default() };
    let (mut p, mut first, mut second) = ([1.0, -1.0], [0.0; 2], [0.0; 2]);
    // With the bias corrected the first step is the learning rate's, whatever the gradient's size.
    adam.step(&mut p, &[3.0, -0.2], &mut first, &mut second, 1);
    assert_close(&p, &[0.9, -0.9], 1e-8);
    adam.step(&mut p, &[-1.0, -0.2], &mut first, &mut second, 2);
    let moment = (0.9 * 0.1 * 3.0 - 0.1) / (1.0 - 0.81);
    let square: f64 = (0.999 * 0.001 * 9.0 + 0.001) / (1.0 - 0.999_f64.powi(2));
    assert_close(&p, &[0.9 - 0.1 * moment / square.sqrt(), -0.8], 1e-7);
    // Decay is a gradient like any other.
    let decaying = Adam { weight_decay: 0.5, ..adam };
    let (mut p, mut first, mut second) = ([2.0], [0.0], [0.0]);
    decaying.step(&mut p, &[1.0], &mut first, &mut second, 1);
    assert_close(&[first[0], second[0]], &[0.1 * 2.0, 0.001 * 4.0], 1e-14);
}

#[test]
fn both_train_a_network() {
    let (x0, target) = (noise(1, 32), noise(2, 32));
    let sgd = Sgd { learning_rate: 0.05, momentum: 0.9, weight_decay: 0.0 };
    let adam = Adam { learning_rate: 0.01, ..Adam::default() };
    for use_adam in [false, true] {
        let mut net = net(4, 4, Activation::Gelu, |_| 0.5);
        let mut moments: Vec<Vec<_>> = Vec::new();
        for layer in &net.layers {
            moments.push(layer.parameters().iter().map(|p| (vec![0.0; p.len()], vec![0.0; p.len()])).collect());
        }
        let loss = |net: &MomentumNet| half_squared(&net.forward(&x0, &[0.0; 32]).0, &target, 8);
        let before = loss(&net).value;
        for t in 1..=100 {
            let (x, v) = net.forward(&x0, &[0.0; 32]);
            let gradients = net.backward_reversed(&x, &v, &loss(&net).grad, &[0.0; 32]);
            for (layer, (grads, moments)) in net.layers.iter_mut().zip(gradients.parameters.iter().zip(&mut moments)) {
                for ((p, grad), (first, second)) in layer.parameters_mut().into_iter().zip(grads).zip(moments) {
                    if use_adam {
                        adam.step(p, grad, first, second, t);
                    } else {
                        sgd.step(p, grad, first);
                    }
                }
            }
        }
        let after = loss(&net).value;
        assert!(after < 0.1 * before, "{before} to {after}");
    }
}
