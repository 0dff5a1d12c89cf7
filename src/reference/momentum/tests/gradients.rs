use super::*;

/// Every gradient of a function of both results against finite differences.
#[track_caller]
fn assert_gradients(net: MomentumNet, x0: &[f64], v0: &[f64]) {
    let (grad_x, grad_v) = (noise(90, x0.len()), noise(91, x0.len()));
    let value = |net: &MomentumNet, x0: &[f64], v0: &[f64]| {
        let (x, v) = net.forward(x0, v0);
        inner(&grad_x, &x) + inner(&grad_v, &v)
    };
    let gradients = net.backward_stored(x0, v0, &grad_x, &grad_v);
    assert_close(&gradients.x, &finite_differences(x0, |x0| value(&net, x0, v0)), 1e-7);
    assert_close(&gradients.v, &finite_differences(v0, |v0| value(&net, x0, v0)), 1e-7);
    let cell = RefCell::new(net);
    let of_net = |net: &MomentumNet| value(net, x0, v0);
    assert_close(&gradients.gamma, &differences(&cell, |net| &mut net.gamma, of_net), 1e-7);
    for (layer, of_layer) in gradients.parameters.iter().enumerate() {
        for (k, found) in of_layer.iter().enumerate() {
            let expected = differences(&cell, |net| net.layers[layer].parameters_mut().swap_remove(k), of_net);
            assert_close(found, &expected, 1e-7);
        }
    }
}

#[test]
fn a_layer_by_hand() {
    let layer: Box<dyn Residual> = Box::new(Mlp::new(Activation::Relu, vec![Dense::new(vec![2.0], vec![1.0])]));
    let mut net = MomentumNet { layers: vec![layer], gamma: vec![0.75], is_residual: false };
    // f(3) = 7
    assert_eq!(net.forward(&[3.0], &[-1.0]), (vec![4.0], vec![1.0]));
    assert_eq!(net.inverse(&[4.0], &[1.0]), (vec![3.0], vec![-1.0]));
    let gradients = net.backward_stored(&[3.0], &[-1.0], &[1.0], &[0.5]);
    assert_eq!((gradients.x, gradients.v), (vec![1.0 + 0.25 * 1.5 * 2.0], vec![0.75 * 1.5]));
    assert_eq!(gradients.gamma, [1.5 * (-1.0 - 7.0)]);
    assert_eq!(gradients.parameters, [[vec![0.25 * 1.5 * 3.0], vec![0.25 * 1.5]]]);
    // g(3) = 7 is f(3) = 4
    net.is_residual = true;
    assert_eq!(net.forward(&[3.0], &[-1.0]), (vec![3.25], vec![0.25]));
    net.gamma = vec![0.0];
    assert_eq!(net.forward(&[3.0], &[-1.0]).0, [7.0]);
}

#[test]
fn of_every_activation_and_gamma() {
    for activation in ACTIVATIONS {
        for is_residual in [false, true] {
            let gammas = [0.9, 0.0, 0.5, 0.99];
            let net = MomentumNet { is_residual, ..net(4, 3, activation, |layer| gammas[layer]) };
            assert_gradients(net, &noise(1, 6), &noise(2, 6));
        }
    }
}

#[test]
fn of_blocks_of_convolutions() {
    for is_residual in [false, true] {
        let layer = |k| -> Box<dyn Residual> { Box::new(block(k, Activation::Silu, &[3, 1], &[2, 3, 2], [2, 3])) };
        let net = MomentumNet { layers: (0..3).map(layer).collect(), gamma: vec![0.8, 0.5, 0.95], is_residual };
        assert_gradients(net, &noise(3, 24), &noise(4, 24));
    }
}

#[test]
fn of_an_extra_input_that_layers_share() {
    let with = |extra: &[f64]| {
        let layer = |k| -> Box<dyn Residual> {
            let mask = (0..2 * 7).map(|at| 2.0 * f64::from(at % 3 != k as u32)).collect();
            let mlp = mlp(k, Activation::Gelu, &[5, 7, 3]);
            Box::new(mlp.with_extra(extra.to_vec(), 2).with_masks(vec![mask]))
        };
        MomentumNet { layers: (0..3).map(layer).collect(), gamma: vec![0.7, 0.8, 0.9], is_residual: false }
    };
    let (x0, v0, extra) = (noise(5, 6), noise(6, 6), noise(7, 4));
    assert_gradients(with(&extra), &x0, &v0);
    let (grad_x, grad_v) = (noise(8, 6), noise(9, 6));
    let of_layers = with(&extra).backward_stored(&x0, &v0, &grad_x, &grad_v).extra;
    let sum: Vec<f64> = (0..4).map(|k| of_layers.iter().map(|of_layer| of_layer[k]).sum()).collect();
    let differences = finite_differences(&extra, |extra| {
        let (x, v) = with(extra).forward(&x0, &v0);
        inner(&grad_x, &x) + inner(&grad_v, &v)
    });
    assert_close(&sum, &differences, 1e-8);
}

#[test]
fn no_momentum_is_the_residual_network() {
    let net = net(5, 4, Activation::Tanh, |_| 0.0);
    let (x0, v0) = (noise(10, 8), noise(11, 8));
    let mut x = x0.clone();
    for layer in &net.layers {
        let f = layer.forward(&x);
        x.iter_mut().zip(f).for_each(|(x, f)| *x += f);
    }
    assert_eq!(net.forward(&x0, &v0).0, x);
    assert_eq!(net.backward_stored(&x0, &v0, &x0, &v0).v, [0.0; 8]);
}

#[test]
#[should_panic(expected = "layer 0 maps 4 elements to 2")]
fn layers_keep_the_shape() {
    let net =
        MomentumNet { layers: vec![Box::new(mlp(1, Activation::Relu, &[2, 1]))], gamma: vec![0.5], is_residual: false };
    let _ = net.forward(&[0.0; 4], &[0.0; 4]);
}

#[test]
#[should_panic(expected = "gamma has 2 elements, expected 3")]
fn every_layer_has_a_gamma() {
    let mut net = net(3, 2, Activation::Relu, |_| 0.5);
    net.gamma.pop();
    let _ = net.forward(&[0.0; 2], &[0.0; 2]);
}
