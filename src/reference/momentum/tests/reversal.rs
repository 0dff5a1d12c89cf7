use super::*;

#[test]
fn the_inverse_comes_back_and_gradients_are_those_of_stored_activations() {
    for activation in ACTIVATIONS {
        for is_residual in [false, true] {
            let net = MomentumNet { is_residual, ..net(24, 4, activation, |layer| 0.8 + 0.008 * layer as f64) };
            let (x0, v0) = (noise(1, 12), noise(2, 12));
            let (x, v) = net.forward(&x0, &v0);
            let (back_x, back_v) = net.inverse(&x, &v);
            // Identity and residual layers grow the state, and with it what rounding takes.
            let largest = x.iter().chain(&v).fold(1.0, |largest: f64, x| largest.max(x.abs()));
            assert_close(&back_x, &x0, 1e-11 * largest);
            assert_close(&back_v, &v0, 1e-11 * largest);

            let (grad_x, grad_v) = (noise(3, 12), noise(4, 12));
            let stored = net.backward_stored(&x0, &v0, &grad_x, &grad_v);
            let reversed = net.backward_reversed(&x, &v, &grad_x, &grad_v);
            assert_close(&reversed.x, &stored.x, 1e-9);
            assert_close(&reversed.v, &stored.v, 1e-9);
            assert_close(&reversed.gamma, &stored.gamma, 1e-9);
            for (reversed, stored) in reversed.parameters.iter().flatten().zip(stored.parameters.iter().flatten()) {
                assert_close(reversed, stored, 1e-9);
            }
        }
    }
}

#[test]
fn convolutions_and_extra_inputs_reverse_too() {
    let conv = block(5, Activation::Gelu, &[3, 3], &[2, 4, 2], [3, 2]);
    let mlp = mlp(6, Activation::Silu, &[15, 9, 12]).with_extra(noise(7, 6), 3);
    let net = MomentumNet { layers: vec![Box::new(conv), Box::new(mlp)], gamma: vec![0.6, 0.9], is_residual: false };
    let (x0, v0) = (noise(8, 24), noise(9, 24));
    let (x, v) = net.forward(&x0, &v0);
    let stored = net.backward_stored(&x0, &v0, &x, &v);
    let reversed = net.backward_reversed(&x, &v, &x, &v);
    assert_close(&reversed.x, &stored.x, 1e-11);
    assert_close(&reversed.extra[1], &stored.extra[1], 1e-11);
    assert_eq!((stored.extra[0].len(), stored.extra[1].len()), (0, 6));
}

#[test]
#[should_panic(expected = "gamma of layer 1 is 0")]
fn a_residual_network_cannot_be_reversed() {
    let net = net(2, 2, Activation::Tanh, |layer| if layer == 0 { 0.5 } else { 0.0 });
    let _ = net.inverse(&[0.0; 2], &[0.0; 2]);
}
