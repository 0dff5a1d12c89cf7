use super::exact::{ExactNet, OutOfRange, State, quantise};
use super::*;

const BITS: u32 = 20;

/// States of `width` numbers in a batch of two.
fn state(width: usize) -> State {
    let of = |seed| quantise(&noise(seed, 2 * width), BITS).0;
    State::new(of(1), of(2))
}

#[test]
fn every_bit_comes_back_after_a_thousand_layers() {
    for (gamma, words) in [(0.5, 30), (0.9, 3), (0.99, 0)] {
        for is_residual in [false, true] {
            let mut net = net(1000, 3, Activation::Tanh, |_| gamma);
            if is_residual {
                // x + f(x) with a small f, or else states leave the range.
                net = MomentumNet { layers: (0..1000).map(small_residual).collect(), is_residual, ..net };
            }
            let exact = ExactNet::new(&net, BITS).expect("momenta between 0 and 1");
            assert_eq!(exact.schedule().words(), words);
            let start = state(3);
            let (last, overflowed) = exact.forward(start.clone());
            assert!(!overflowed);
            assert_eq!(last.spilled.len(), words);
            assert_eq!(exact.inverse(last), start);
        }
    }
}

/// `x / 2 + b`: `f(x) = b - x / 2` pulls states towards `2 b`.
fn small_residual(seed: u64) -> Box<dyn Residual> {
    let mut weights = vec![0.0; 9];
    (0..3).for_each(|k| weights[4 * k] = 0.5);
    Box::new(Mlp::new(Activation::Identity, vec![Dense::new(weights, noise(seed, 3))]))
}

#[test]
fn it_is_the_network_but_for_rounding() {
    for gamma in [0.5, 0.9] {
        let net = net(12, 4, Activation::Gelu, |_| gamma);
        let exact = ExactNet::new(&net, BITS).expect("momenta between 0 and 1");
        let start = state(4);
        let (x0, v0) = (exact::dequantise(&start.x, BITS), exact::dequantise(&start.v, BITS));
        let (x, v) = net.forward(&x0, &v0);
        let (last, _) = exact.forward(start.clone());
        assert_close(&exact::dequantise(&last.x, BITS), &x, 1e-3);
        assert_close(&exact::dequantise(&last.v, BITS), &v, 1e-3);

        let (grad_x, grad_v) = (noise(3, 8), noise(4, 8));
        let expected = net.backward_stored(&x0, &v0, &grad_x, &grad_v);
        let (found, back) = exact.backward(last, &grad_x, &grad_v);
        assert_eq!(back, start);
        assert_close(&found.x, &expected.x, 1e-2);
        assert_close(&found.v, &expected.v, 1e-2);
        assert_close(&found.gamma, &expected.gamma, 1e-2);
        for (found, expected) in found.parameters.iter().flatten().zip(expected.parameters.iter().flatten()) {
            assert_close(found, expected, 1e-2);
        }
    }
}

#[test]
fn gradients_are_taken_at_the_states_passed_through() {
    let net = net(1, 4, Activation::Tanh, |_| 0.75);
    let exact = ExactNet::new(&net, BITS).expect("momenta between 0 and 1");
    let start = state(4);
    let (x0, v0) = (exact::dequantise(&start.x, BITS), exact::dequantise(&start.v, BITS));
    let (grad_x, grad_v) = (noise(3, 8), noise(4, 8));
    let (found, _) = exact.backward(exact.forward(start).0, &grad_x, &grad_v);
    assert_eq!(found, net.backward_stored(&x0, &v0, &grad_x, &grad_v));
}

#[test]
fn states_that_leave_the_range_are_reported_and_still_come_back() {
    let net = net(40, 4, Activation::Identity, |_| 0.5);
    let exact = ExactNet::new(&net, 30).expect("momenta between 0 and 1");
    let start = state(4);
    let (last, overflowed) = exact.forward(start.clone());
    assert!(overflowed);
    assert_eq!(exact.inverse(last), start);
}

#[test]
fn momenta_are_between_zero_and_one() {
    let net = net(2, 2, Activation::Tanh, |layer| layer as f64 * 0.5);
    assert_eq!(ExactNet::new(&net, BITS).err(), Some(OutOfRange(0.0)));
}
