//! The numbers of momentumnet in f64.

use std::sync::Arc;

use supple::momentum::{Activation, Mlp, MomentumNet, Residual};

use crate::common::{self, Golden};
use crate::nets::relative_error;

#[test]
fn outputs_and_gradients_are_those_of_the_golden_file() {
    let golden = Golden::open("momentum");
    for gpu in common::both() {
        for (case, activation) in
            [("case0", Activation::Tanh), ("case1", Activation::Relu), ("case2", Activation::Tanh)]
        {
            let tensor = |name: &str| {
                let shape: Vec<u32> = golden.shape(case, name).iter().map(|&size| size as u32).collect();
                gpu.upload(&golden.f32(case, name), supple::Shape::try_from(&shape[..]).unwrap()).unwrap()
            };
            let mut layers: Vec<Arc<dyn Residual>> = Vec::new();
            while golden.has(case, &format!("layer{}/w1", layers.len())) {
                let parameter = |name: &str| tensor(&format!("layer{}/{name}", layers.len()));
                let dense = [(parameter("w1"), parameter("b1")), (parameter("w2"), parameter("b2"))];
                layers.push(Arc::new(Mlp::new(activation, dense).unwrap()));
            }
            let net = MomentumNet::new(layers).gamma(golden.scalar(case, "gamma") as f32);
            let (x0, cotangent) = (tensor("x0"), tensor("cotangent"));
            let (stored, by_stored, reversed) = gpu
                .run(|rec| {
                    let stored = net.forward_storing(rec, &x0, None)?;
                    let by_stored = net.backward_stored(rec, &stored, &cotangent, None)?;
                    let last = net.forward(rec, &x0, None)?;
                    let (reversed, _) = net.backward_reversed(rec, &last, &cotangent, None)?;
                    Ok((stored, by_stored, reversed))
                })
                .unwrap();
            let close = |found: &supple::Tensor<f32>, name: &str, tolerance: f64| {
                let error = relative_error(&found.read(gpu).unwrap(), golden.values(case, name));
                assert!(error < tolerance, "{case}, {name}: {error}");
            };
            close(&stored.last.x, "x_last", 2e-5);
            close(&stored.last.v, "v_last", 2e-5);
            for (gradients, tolerance) in [(by_stored, 2e-5), (reversed, 2e-5)] {
                close(&gradients.x, "grad_x0", tolerance);
                for (layer, parameters) in gradients.parameters.iter().enumerate() {
                    for (name, gradient) in ["w1", "b1", "w2", "b2"].iter().zip(parameters) {
                        close(gradient, &format!("layer{layer}/grad_{name}"), tolerance);
                    }
                }
            }
        }
    }
}
