//! Networks in fixed point: every bit comes back.

use std::sync::Arc;

use supple::momentum::{Activation, MomentumNet, Residual, ResidualVjp};
use supple::reference::momentum as twin;
use supple::{Error, Gpu, Recorder, Result, Tensor};

use crate::common::{self, Random, max_error, to_f64};
use crate::nets::Net;

fn states(gpu: &Gpu, [batch, width]: [u32; 2], seed: u64) -> [Tensor<f32>; 2] {
    let mut random = Random::new(seed);
    [1.0, 2.0].map(|scale| {
        let values: Vec<f32> = (0..batch * width).map(|_| (scale * random.uniform()) as f32).collect();
        gpu.upload(&values, [batch, width]).unwrap()
    })
}

#[test]
fn a_thousand_layers_come_back_bit_for_bit() {
    for (gpu, depth) in [(common::gpu(), 1000), (common::hardware(), 100)] {
        for gamma in [0.5, 0.9, 0.99, 0.3] {
            let layers = Net::new(Activation::Tanh, &[8, 12, 8], &[0.9; 5]).on(gpu).layers().to_vec();
            let layers = layers.into_iter().cycle().take(depth);
            let net = MomentumNet::new(layers).gamma(gamma);
            let exact = net.exact(20).unwrap();
            let [x0, v0] = states(gpu, [9, 8], 1);
            let (begin, last, first) = gpu
                .run(|rec| {
                    let begin = MomentumNet::new(Vec::new()).exact(20)?.forward(rec, &x0, Some(&v0))?;
                    let last = exact.forward(rec, &x0, Some(&v0))?;
                    let first = exact.inverse(rec, &last)?;
                    Ok((begin, last, first))
                })
                .unwrap();
            assert_eq!(last.overflows.read(gpu).unwrap(), [0], "gamma {gamma}");
            let [x, x_begin] = [&first.x, &begin.x].map(|tensor| tensor.read(gpu).unwrap());
            let [v, v_begin] = [&first.v, &begin.v].map(|tensor| tensor.read(gpu).unwrap());
            assert!(x == x_begin && v == v_begin, "gamma {gamma}");
            assert!(last.x.read(gpu).unwrap() != x_begin);
        }
    }
}

/// Gradients by states that come back are those by stored ones, bit for bit. Returns how many words of digits each element put aside, and took back.
fn expect_the_same_gradients(
    gpu: &Gpu,
    net: &MomentumNet,
    gammas: &[f32],
    fraction_bits: u32,
    shape: [u32; 2],
    name: &str,
) -> usize {
    let exact = net.exact(fraction_bits).unwrap();
    let [x0, v0] = states(gpu, shape, 2);
    let [gx, gv] = states(gpu, shape, 3);
    let (by_stored, last, (reversed, first)) = gpu
        .run(|rec| {
            let stored = exact.forward_storing(rec, &x0, Some(&v0))?;
            let by_stored = exact.backward_stored(rec, &stored, &gx, Some(&gv))?;
            let last = exact.forward(rec, &x0, Some(&v0))?;
            let reversed = exact.backward(rec, &last, &gx, Some(&gv))?;
            Ok((by_stored, last, reversed))
        })
        .unwrap();
    assert_eq!(last.overflows.read(gpu).unwrap(), [0], "{name}");
    let [by_stored, reversed] = [by_stored, reversed].map(|gradients| {
        let of_states = [&gradients.x, &gradients.v, &gradients.gamma].into_iter();
        let all: Vec<_> = of_states.chain(gradients.parameters.iter().flatten()).collect();
        gpu.read_all(&all).unwrap()
    });
    assert!(by_stored.iter().flatten().all(|value| value.is_finite()), "{name}");
    let bits = |all: &[Vec<f32>]| all.concat().into_iter().map(f32::to_bits).collect::<Vec<u32>>();
    assert!(bits(&by_stored) == bits(&reversed), "{name}");
    let again = gpu.run(|rec| exact.values(rec, &first)).unwrap();
    let unit = (-f64::from(fraction_bits)).exp2();
    assert!(max_error(&again.x.read(gpu).unwrap(), &to_f64(&x0.read(gpu).unwrap())) <= unit / 2.0, "{name}");
    let fractions: Vec<_> = gammas.iter().map(|&gamma| twin::exact::Rational::nearest(gamma).unwrap()).collect();
    twin::exact::Schedule::new(&fractions).words()
}

#[test]
fn gradients_are_the_same_bits_as_stored_ones() {
    // Those of many layers with an activation that keeps states from growing without end.
    for (activation, depth, gamma, is_residual) in [
        (Activation::Gelu, 3, 0.9, false),
        (Activation::Tanh, 100, 0.9, false),
        (Activation::Tanh, 300, 0.99, false),
        (Activation::Tanh, 40, 0.5, true),
    ] {
        let mut random = Random::new(4);
        let gammas: Vec<f32> = (0..depth).map(|_| gamma + 0.005 * random.uniform() as f32).collect();
        let mut net = Net::new(activation, &[6, 9, 6], &gammas);
        net.is_residual = is_residual;
        let gpu = common::gpu();
        expect_the_same_gradients(gpu, &net.on(gpu), &gammas, 22, [5, 6], &format!("depth {depth}, gamma {gamma}"));
    }
}

/// Through digits that were put aside, but for a gamma of 0.99: of that 1000 layers round off 14.5 bits, which buffers hold.
#[test]
fn gradients_of_a_thousand_layers_are_the_same_bits_as_stored_ones() {
    // Poisoned memory would take a third of the time.
    let gpu = Gpu::new().unwrap();
    for (gamma, spills) in [(0.5, true), (0.9, true), (0.99, false)] {
        let layers = Net::new(Activation::Tanh, &[4, 6, 4], &[gamma; 5]).on(&gpu).layers().to_vec();
        let net = MomentumNet::new(layers.into_iter().cycle().take(1000)).gamma(gamma);
        let words = expect_the_same_gradients(&gpu, &net, &[gamma; 1000], 20, [3, 4], &format!("gamma {gamma}"));
        assert_eq!(words > 0, spills, "gamma {gamma}: {words} words");
    }
}

/// As far as fixed point lets them: gamma 0.9 moves velocities by up to 9 units a layer.
#[test]
fn outputs_and_gradients_are_those_of_the_network() {
    let gpu = common::gpu();
    let net = Net::new(Activation::Tanh, &[8, 12, 8], &[0.9; 12]);
    let ours = net.on(gpu);
    let exact = ours.exact(24).unwrap();
    let [x0, v0] = states(gpu, [7, 8], 5);
    let [gx, gv] = states(gpu, [7, 8], 6);
    let (last, gradients) = gpu
        .run(|rec| {
            let last = exact.forward(rec, &x0, Some(&v0))?;
            let (gradients, _) = exact.backward(rec, &last, &gx, Some(&gv))?;
            Ok((exact.values(rec, &last)?, gradients))
        })
        .unwrap();
    let [x0, v0, gx, gv] = [x0, v0, gx, gv].map(|tensor| to_f64(&tensor.read(gpu).unwrap()));
    let twin = net.twin();
    let expected = twin.forward(&x0, &v0);
    assert!(max_error(&last.x.read(gpu).unwrap(), &expected.0) < 1e-4);
    assert!(max_error(&last.v.read(gpu).unwrap(), &expected.1) < 1e-4);
    let expected = twin.backward_stored(&x0, &v0, &gx, &gv);
    for (found, expected) in
        [(&gradients.x, &expected.x), (&gradients.v, &expected.v), (&gradients.gamma, &expected.gamma)]
    {
        assert!(max_error(&found.read(gpu).unwrap(), expected) < 1e-3 * (1.0 + common::largest(expected)));
    }
}

/// Gammas that are no fraction with a small denominator: gradients are those of the network with the fractions.
#[test]
fn gradients_are_of_the_fractions() {
    let gpu = common::gpu();
    let mut net = Net::new(Activation::Tanh, &[4, 4], &[0.9999, 0.9]);
    let exact = net.on(gpu).exact(24).unwrap();
    let [x0, g] = states(gpu, [3, 4], 9);
    let gradients = gpu
        .run(|rec| {
            let last = exact.forward(rec, &x0, None)?;
            Ok(exact.backward(rec, &last, &g, None)?.0)
        })
        .unwrap();
    net.gamma[0] = 4095.0 / 4096.0;
    let none = vec![0.0; 12];
    let [x0, g] = [x0, g].map(|tensor| to_f64(&tensor.read(gpu).unwrap()));
    let expected = net.twin().backward_stored(&x0, &none, &g, &none);
    for (found, expected) in gradients.parameters.iter().flatten().zip(expected.parameters.iter().flatten()) {
        assert!(max_error(&found.read(gpu).unwrap(), expected) < 1e-3 * common::largest(expected));
    }
}

/// What never depends on the state, so that integers are those of the twin.
#[derive(Debug)]
struct Constant(Vec<f32>);

impl Residual for Constant {
    fn forward(&self, rec: &mut Recorder<'_>, x: &Tensor<f32>) -> Result<Tensor<f32>> {
        rec.gpu().upload(&self.0, x.shape())
    }

    fn vjp(&self, rec: &mut Recorder<'_>, x: &Tensor<f32>, _: &Tensor<f32>, value: bool) -> Result<ResidualVjp> {
        let zero = rec.gpu().upload(&vec![0.0; self.0.len()], x.shape())?;
        let value = value.then(|| rec.gpu().upload(&self.0, x.shape())).transpose()?;
        Ok(ResidualVjp { value, x: zero, parameters: Vec::new(), extra: None })
    }

    fn parameters(&self) -> Vec<(String, Tensor<f32>)> {
        Vec::new()
    }
}

impl twin::Residual for Constant {
    fn forward(&self, _: &[f64]) -> Vec<f64> {
        to_f64(&self.0)
    }

    fn vjp(&self, x: &[f64], _: &[f64]) -> twin::ResidualVjp {
        twin::ResidualVjp { x: vec![0.0; x.len()], parameters: Vec::new(), extra: Vec::new() }
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    fn parameters(&self) -> Vec<&[f64]> {
        Vec::new()
    }

    fn parameters_mut(&mut self) -> Vec<&mut [f64]> {
        Vec::new()
    }
}

/// Layers whose `1 - gamma` is a power of two times a function in whole units: nothing rounds but what buffers take.
#[test]
fn integers_are_those_of_the_twin() {
    let gpu = common::gpu();
    let bits = 16;
    let mut random = Random::new(8);
    let count = 40;
    let mut units = |most: f64| -> Vec<f32> {
        (0..count).map(|_| ((random.uniform() * 2.0 * most) as i32) as f32 / 65_536.0).collect()
    };
    let functions: Vec<Vec<f32>> = (0..200).map(|_| units(3e5).iter().map(|f| 8.0 * f).collect()).collect();
    let gammas: Vec<f32> = (0..200).map(|layer| [0.5, 0.75, 0.875, 0.5][layer % 4]).collect();
    let (x0, v0) = (units(1e6), units(1e6));
    let layers = functions.iter().map(|f| -> Arc<dyn Residual> { Arc::new(Constant(f.clone())) });
    let net = MomentumNet::new(layers).gammas(&gammas[..]);
    let exact = net.exact(bits).unwrap();
    let x = gpu.upload(&x0, [count]).unwrap();
    let v = gpu.upload(&v0, [count]).unwrap();
    let last = gpu.run(|rec| exact.forward(rec, &x, Some(&v))).unwrap();
    let twin_net = twin::MomentumNet {
        layers: functions.iter().map(|f| -> Box<dyn twin::Residual> { Box::new(Constant(f.clone())) }).collect(),
        gamma: to_f64(&gammas),
        is_residual: false,
    };
    let twin_exact = twin::exact::ExactNet::new(&twin_net, bits).unwrap();
    let integers = |values: &[f32]| twin::exact::quantise(&to_f64(values), bits).0;
    let (expected, overflowed) = twin_exact.forward(twin::exact::State::new(integers(&x0), integers(&v0)));
    assert!(!overflowed && last.overflows.read(gpu).unwrap() == [0]);
    assert!(last.x.read(gpu).unwrap() == expected.x && last.v.read(gpu).unwrap() == expected.v);
}

#[test]
fn what_does_not_fit_is_reported_and_comes_back_all_the_same() {
    let gpu = common::gpu();
    let layers = (0..20).map(|_| -> Arc<dyn Residual> { Arc::new(Constant(vec![30.0, -1.0, f32::NAN, 1e30])) });
    let net = MomentumNet::new(layers).gamma(0.9);
    let exact = net.exact(24).unwrap();
    let x = gpu.upload(&[100.0, 1.0, 2.0, 3.0], [4]).unwrap();
    let (begin, last, first) = gpu
        .run(|rec| {
            let begin = MomentumNet::new(Vec::new()).exact(24)?.forward(rec, &x, None)?;
            let last = exact.forward(rec, &x, None)?;
            let first = exact.inverse(rec, &last)?;
            Ok((begin, last, first))
        })
        .unwrap();
    assert!(last.overflows.read(gpu).unwrap()[0] > 0);
    assert_eq!(first.x.read(gpu).unwrap(), begin.x.read(gpu).unwrap());
    let far = gpu.upload(&[1e4; 4], [4]).unwrap();
    let last = gpu.run(|rec| exact.forward(rec, &far, None)).unwrap();
    assert!(last.overflows.read(gpu).unwrap()[0] >= 4);
}

#[test]
fn bad_settings_are_refused_by_name() {
    let gpu = common::gpu();
    let net = Net::new(Activation::Relu, &[3, 3], &[0.9; 2]).on(gpu);
    let name = |error: Error| match error {
        Error::InvalidArgument { argument, .. } => argument,
        other => panic!("{other}"),
    };
    for bits in [0, 31, 32] {
        assert_eq!(name(net.exact(bits).unwrap_err()), "fraction_bits");
    }
    for gamma in [0.0, 1.0, -1.0, f32::NAN] {
        assert_eq!(name(net.clone().gamma(gamma).exact(20).unwrap_err()), "gamma");
    }
    let deep = MomentumNet::new(net.layers().iter().cycle().take(200).cloned()).gamma(0.5);
    let x = gpu.upload(&[1.0; 3], [1, 3]).unwrap();
    let (exact, other) = (net.exact(20).unwrap(), deep.exact(20).unwrap());
    let last = gpu.run(|rec| exact.forward(rec, &x, None)).unwrap();
    assert_eq!(name(gpu.run(|rec| other.inverse(rec, &last)).unwrap_err()), "last");
    let finer = net.exact(21).unwrap();
    assert_eq!(name(gpu.run(|rec| finer.inverse(rec, &last)).unwrap_err()), "last");
    let stored = gpu.run(|rec| exact.forward_storing(rec, &x, None)).unwrap();
    assert_eq!(name(gpu.run(|rec| other.backward_stored(rec, &stored, &x, None)).unwrap_err()), "stored");
}
