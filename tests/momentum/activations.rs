//! Activations' derivatives against the twin.

use supple::momentum::{Activation, Mlp, Residual};
use supple::reference::momentum as twin;

use crate::common;

/// From 1e-38 to 1e30 with both signs, closer together where activations bend, and all around the zeros of derivatives.
fn arguments() -> Vec<f32> {
    let magnitudes = (-1260..1000).map(|i| (f64::from(i) * 0.1).exp2() as f32);
    let mut all: Vec<f32> = magnitudes.flat_map(|x| [x, -x]).collect();
    all.extend((-10_000..10_000).map(|i| i as f32 * 0.001_37));
    all.extend((-4000..4000).map(|i| i as f32 * 0.0237));
    all.extend(ZEROS.iter().flat_map(|&(_, zero)| (-1000..1000).map(move |i| (zero + f64::from(i) * 1e-5) as f32)));
    all.push(0.0);
    all
}

/// The unit in the last place of 1, 2^-23. Of any other number it is half as much times the number, to as much.
const UNIT: f64 = f32::EPSILON as f64;

/// Where derivatives pass through 0.
const ZEROS: [(Activation, f64); 2] =
    [(Activation::Gelu, -0.751_791_524_693_564_5), (Activation::Silu, -1.278_464_542_761_074)];

/// Within 6 times 2^-23 of their size; up to 0.5 from their zeros, where two terms cancel, within 2^-22.
#[test]
fn derivatives_are_good_to_a_few_units_in_the_last_place() {
    let all = arguments();
    for gpu in common::both() {
        let [x, ones] = [&all, &vec![1.0; all.len()]].map(|values| gpu.upload(values, [all.len() as u32, 1]).unwrap());
        let (one, zero) = (gpu.upload(&[1.0], [1, 1]).unwrap(), gpu.upload(&[0.0], [1]).unwrap());
        for (activation, of_twin) in [
            (Activation::Identity, twin::Activation::Identity),
            (Activation::Relu, twin::Activation::Relu),
            (Activation::Tanh, twin::Activation::Tanh),
            (Activation::Gelu, twin::Activation::Gelu),
            (Activation::Silu, twin::Activation::Silu),
        ] {
            // The activation alone: what comes before and after it is a product with 1.
            let mlp = Mlp::new(activation, [(one.clone(), zero.clone()), (one.clone(), zero.clone())]).unwrap();
            let found = gpu.run(|rec| Ok(mlp.vjp(rec, &x, &ones, false)?.x)).unwrap().read(gpu).unwrap();
            let zero = ZEROS.iter().find(|(of, _)| *of == activation).map(|&(_, zero)| zero);
            for (&x, &found) in all.iter().zip(&found) {
                let right = of_twin.derivative(f64::from(x));
                // Below e^-87 exponentials are 0.
                let tiny = 1.7e-38 * (1.0 + f64::from(x).abs());
                let is_near = zero.is_some_and(|zero| (f64::from(x) - zero).abs() < 0.5);
                let bound = if is_near { 2.0 * UNIT } else { 6.0 * UNIT * right.abs() + tiny };
                assert!((f64::from(found) - right).abs() <= bound, "{activation:?}'({x:e}) = {found:e}, not {right:e}");
            }
        }
    }
}
