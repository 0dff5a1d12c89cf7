//! A caller's own functions, and bad input.

use std::sync::Arc;

use supple::momentum::{Activation, Mlp, MomentumNet, Residual, ResidualVjp};
use supple::reference::momentum as twin;
use supple::{Error, Recorder, Result, Tensor};

use crate::common;
use crate::nets::relative_error;

/// A caller's own: a perceptron in the middle of others' shapes, `[batch, 2, 2]` for one of width 4.
#[derive(Debug)]
struct Flattened(Mlp);

impl Residual for Flattened {
    fn forward(&self, rec: &mut Recorder<'_>, x: &Tensor<f32>) -> Result<Tensor<f32>> {
        self.0.forward(rec, &x.reshape([x.shape().sizes()[0], 4])?)?.reshape(x.shape())
    }

    fn vjp(
        &self,
        rec: &mut Recorder<'_>,
        x: &Tensor<f32>,
        cotangent: &Tensor<f32>,
        value: bool,
    ) -> Result<ResidualVjp> {
        let flat = [x.shape().sizes()[0], 4];
        let vjp = self.0.vjp(rec, &x.reshape(flat)?, &cotangent.reshape(flat)?, value)?;
        let value = vjp.value.map(|value| value.reshape(x.shape())).transpose()?;
        Ok(ResidualVjp { value, x: vjp.x.reshape(x.shape())?, ..vjp })
    }

    fn parameters(&self) -> Vec<(String, Tensor<f32>)> {
        self.0.parameters()
    }
}

#[test]
fn a_callers_own_function() {
    let gpu = common::gpu();
    let weight: Vec<f32> = (0..16).map(|i| (i as f32 * 0.7).sin() * 0.5).collect();
    let bias = [0.1, -0.2, 0.3, 0.0];
    let of_layer = (gpu.upload(&weight, [4, 4]).unwrap(), gpu.upload(&bias, [4]).unwrap());
    let own: Arc<dyn Residual> = Arc::new(Flattened(Mlp::new(Activation::Tanh, [of_layer]).unwrap()));
    let net = MomentumNet::new([own.clone(), own]).gamma(0.5);
    let x0: Vec<f32> = (0..12).map(|i| i as f32 * 0.1).collect();
    let x = gpu.upload(&x0, [3, 2, 2]).unwrap();
    let (last, gradients) = gpu
        .run(|rec| {
            let last = net.forward(rec, &x, None)?;
            let (gradients, _) = net.backward_reversed(rec, &last, &x, None)?;
            Ok((last, gradients))
        })
        .unwrap();
    let layer = || -> Box<dyn twin::Residual> {
        let dense = twin::Dense::new(common::to_f64(&weight), common::to_f64(&bias));
        Box::new(twin::Mlp::new(twin::Activation::Tanh, vec![dense]))
    };
    let twin = twin::MomentumNet { layers: vec![layer(), layer()], gamma: vec![0.5; 2], is_residual: false };
    let (x0, none) = (common::to_f64(&x0), vec![0.0; 12]);
    assert!(relative_error(&last.x.read(gpu).unwrap(), &twin.forward(&x0, &none).0) < 1e-6);
    let expected = twin.backward_stored(&x0, &none, &x0, &none);
    assert!(relative_error(&gradients.x.read(gpu).unwrap(), &expected.x) < 1e-5);
}

/// What returns its inputs and parameters as they are: nobody may write over these.
#[derive(Debug)]
struct Identity(Tensor<f32>);

impl Residual for Identity {
    fn forward(&self, _: &mut Recorder<'_>, x: &Tensor<f32>) -> Result<Tensor<f32>> {
        Ok(x.clone())
    }

    fn vjp(&self, _: &mut Recorder<'_>, x: &Tensor<f32>, cotangent: &Tensor<f32>, value: bool) -> Result<ResidualVjp> {
        let parameters = vec![self.0.clone()];
        Ok(ResidualVjp { value: value.then(|| x.clone()), x: cotangent.clone(), parameters, extra: None })
    }

    fn parameters(&self) -> Vec<(String, Tensor<f32>)> {
        vec![("p".to_owned(), self.0.clone())]
    }
}

#[test]
fn functions_that_return_what_they_were_given() {
    let gpu = common::gpu();
    let parameter = gpu.upload(&[5.0; 3], [3]).unwrap();
    let identity: Arc<dyn Residual> = Arc::new(Identity(parameter.clone()));
    let net = MomentumNet::new([identity.clone(), layer(gpu, 3), identity.clone(), identity]).gamma(0.5);
    let x = gpu.upload(&[1.0, -2.0, 3.0, 0.5, 0.0, 1.5], [2, 3]).unwrap();
    let exact = net.exact(20).unwrap();
    let ((gradients, first), stored, (of_exact, _)) = gpu
        .run(|rec| {
            let stored = net.forward_storing(rec, &x, None)?;
            let by_stored = net.backward_stored(rec, &stored, &x, None)?;
            let last = exact.forward(rec, &x, None)?;
            let of_exact = exact.backward(rec, &last, &x, None)?;
            Ok((net.backward_reversed(rec, &stored.last, &x, None)?, by_stored, of_exact))
        })
        .unwrap();
    let of = |tensor: &Tensor<f32>| common::to_f64(&tensor.read(gpu).unwrap());
    assert!(relative_error(&first.x.read(gpu).unwrap(), &of(&x)) < 1e-6);
    assert!(relative_error(&gradients.x.read(gpu).unwrap(), &of(&stored.x)) < 1e-6);
    assert!(relative_error(&of_exact.x.read(gpu).unwrap(), &of(&stored.x)) < 1e-3);
    assert_eq!(parameter.read(gpu).unwrap(), [5.0; 3]);
}

#[test]
fn stored_states_of_another_network_are_refused() {
    let gpu = common::gpu();
    let x = gpu.upload(&[1.0; 6], [2, 3]).unwrap();
    let net = MomentumNet::new([layer(gpu, 3), layer(gpu, 3)]);
    let stored = gpu.run(|rec| net.forward_storing(rec, &x, None)).unwrap();
    // A process that ends while the software driver still works crashes in the driver.
    stored.last.x.read(gpu).unwrap();
    for (net, name) in [
        (MomentumNet::new([layer(gpu, 3)]), "stored"),
        (net.clone().gammas(vec![0.5]), "gammas"),
        (net.clone().gamma(1.0), "gamma"),
    ] {
        let error = gpu.run(|rec| net.backward_stored(rec, &stored, &x, None)).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { argument, .. } if argument == name), "{error}");
    }
}

fn layer(gpu: &supple::Gpu, width: u32) -> Arc<dyn Residual> {
    let weight = gpu.upload(&vec![0.1; (width * width) as usize], [width, width]).unwrap();
    let bias = gpu.upload(&vec![0.0; width as usize], [width]).unwrap();
    Arc::new(Mlp::new(Activation::Relu, [(weight, bias)]).unwrap())
}

#[test]
fn bad_input_is_refused_by_name() {
    let gpu = common::gpu();
    let x = gpu.upload(&[1.0; 6], [2, 3]).unwrap();
    let wide = gpu.upload(&[1.0; 8], [2, 4]).unwrap();
    let net = MomentumNet::new([layer(gpu, 3)]);
    let name = |error: Error| match error {
        Error::InvalidArgument { argument, .. } | Error::ShapeMismatch { argument, .. } => argument,
        other => panic!("{other}"),
    };
    let forward = |net: &MomentumNet, x: &Tensor<f32>, v: Option<&Tensor<f32>>| {
        name(gpu.run(|rec| net.forward(rec, x, v)).unwrap_err())
    };
    for gamma in [-0.1, 1.0, f32::NAN, f32::INFINITY] {
        assert_eq!(forward(&net.clone().gamma(gamma), &x, None), "gamma");
    }
    assert_eq!(forward(&net.clone().gammas(vec![0.9; 2]), &x, None), "gammas");
    assert_eq!(forward(&net, &wide, None), "x");
    assert_eq!(forward(&net, &x, Some(&wide)), "v");
    let last = gpu.run(|rec| net.forward(rec, &x, None)).unwrap();
    let residual = net.clone().gamma(0.0);
    assert_eq!(name(gpu.run(|rec| residual.inverse(rec, &last)).unwrap_err()), "gamma");
    assert_eq!(name(gpu.run(|rec| residual.backward_reversed(rec, &last, &x, None)).unwrap_err()), "gamma");
    assert_eq!(name(gpu.run(|rec| net.backward_reversed(rec, &last, &wide, None)).unwrap_err()), "grad_x");
    assert_eq!(name(gpu.run(|rec| net.backward_reversed(rec, &last, &x, Some(&wide))).unwrap_err()), "grad_v");

    let tensor = |sizes: &[u32]| {
        let shape = supple::Shape::try_from(sizes).unwrap();
        gpu.upload(&vec![0.0_f32; shape.elements() as usize], shape).unwrap()
    };
    let dense = |outputs, inputs| (tensor(&[outputs, inputs]), tensor(&[outputs]));
    assert_eq!(name(Mlp::new(Activation::Relu, []).unwrap_err()), "layers");
    assert_eq!(name(Mlp::new(Activation::Relu, [dense(4, 3)]).unwrap_err()), "weight");
    assert_eq!(name(Mlp::new(Activation::Relu, [dense(4, 3), dense(3, 5)]).unwrap_err()), "weight");
    assert_eq!(name(Mlp::new(Activation::Relu, [(tensor(&[3, 3]), tensor(&[4]))]).unwrap_err()), "bias");
}

#[test]
fn no_layers_and_no_states() {
    let gpu = common::gpu();
    let x = gpu.upload(&[1.0; 6], [2, 3]).unwrap();
    let net = MomentumNet::new(Vec::new());
    let (last, gradients) = gpu
        .run(|rec| {
            let last = net.forward(rec, &x, Some(&x))?;
            let (gradients, _) = net.backward_reversed(rec, &last, &x, None)?;
            Ok((last, gradients))
        })
        .unwrap();
    assert_eq!(last.x.read(gpu).unwrap(), [1.0; 6]);
    assert_eq!((gradients.x.read(gpu).unwrap(), gradients.v.read(gpu).unwrap()), (vec![1.0; 6], vec![0.0; 6]));
    let none = gpu.upload(&[0.0_f32; 0], [0, 3]).unwrap();
    let net = MomentumNet::new([layer(gpu, 3)]);
    let gradients = gpu
        .run(|rec| {
            let last = net.forward(rec, &none, None)?;
            Ok(net.backward_reversed(rec, &last, &none, None)?.0)
        })
        .unwrap();
    assert_eq!(gradients.parameters[0][0].read(gpu).unwrap(), [0.0; 9]);
    assert_eq!(gradients.gamma.read(gpu).unwrap(), [0.0]);
}
