//! Classifiers against the twin.

use supple::momentum::{Activation, Backward, Classifier, Dense};
use supple::reference::momentum::loss as twin;
use supple::{Gpu, Tensor};

use crate::common::{self, Random, to_f64};
use crate::nets::{Net, relative_error};

/// `W x + b` in f64, and the gradients of `<cotangent, W x + b>` in the weight, the bias and `x`.
struct Affine<'a> {
    weight: &'a [f64],
    bias: &'a [f64],
}

impl Affine<'_> {
    fn forward(&self, x: &[f64]) -> Vec<f64> {
        let rows = |x: &[f64]| -> Vec<f64> {
            let of_row = self.weight.chunks(x.len()).zip(self.bias);
            of_row.map(|(w, b)| b + w.iter().zip(x).map(|(w, x)| w * x).sum::<f64>()).collect()
        };
        x.chunks(self.weight.len() / self.bias.len()).flat_map(rows).collect()
    }

    fn vjp(&self, x: &[f64], cotangent: &[f64]) -> [Vec<f64>; 3] {
        let (outputs, inputs) = (self.bias.len(), self.weight.len() / self.bias.len());
        let mut gradients = [vec![0.0; self.weight.len()], vec![0.0; outputs], vec![0.0; x.len()]];
        for (row, g) in cotangent.chunks(outputs).enumerate() {
            for o in 0..outputs {
                gradients[1][o] += g[o];
                for i in 0..inputs {
                    gradients[0][o * inputs + i] += g[o] * x[row * inputs + i];
                    gradients[2][row * inputs + i] += g[o] * self.weight[o * inputs + i];
                }
            }
        }
        gradients
    }
}

fn dense(gpu: &Gpu, [weight, bias]: [&[f32]; 2]) -> Dense {
    let outputs = bias.len() as u32;
    let inputs = weight.len() as u32 / outputs;
    Dense::new(gpu.upload(weight, [outputs, inputs]).unwrap(), gpu.upload(bias, [outputs]).unwrap()).unwrap()
}

#[test]
fn losses_and_gradients_are_the_twins() {
    const BATCH: usize = 9;
    let (features, width, classes) = (5, 7, 3);
    let mut random = Random::new(11);
    let mut numbers = |count: usize| (0..count).map(|_| random.uniform() as f32).collect::<Vec<f32>>();
    let [w_in, b_in, w_out, b_out, u] =
        [width * features, width, classes * width, classes, BATCH * features].map(&mut numbers);
    let labels: Vec<u32> = (0..BATCH as u32).map(|row| row % 3).collect();
    let net = Net::new(Activation::Gelu, &[7, 10, 7], &[0.9, 0.7, 0.8, 0.5]);

    let [w, b, w2, b2, x] = [&w_in, &b_in, &w_out, &b_out, &u].map(|values| to_f64(values));
    let (input, output) = (Affine { weight: &w, bias: &b }, Affine { weight: &w2, bias: &b2 });
    let x0 = input.forward(&x);
    let zeros = vec![0.0; x0.len()];
    let (last, _) = net.twin().forward(&x0, &zeros);
    let loss = twin::softmax_cross_entropy(&output.forward(&last), classes, &labels);
    let [of_w2, of_b2, of_last] = output.vjp(&last, &loss.grad);
    let of_net = net.twin().backward_stored(&x0, &zeros, &of_last, &zeros);
    let [of_w, of_b, _] = input.vjp(&x, &of_net.x);
    let expected: Vec<Vec<f64>> =
        [of_w, of_b].into_iter().chain(of_net.parameters.into_iter().flatten()).chain([of_w2, of_b2]).collect();

    for gpu in common::both() {
        let classifier =
            Classifier { input: dense(gpu, [&w_in, &b_in]), net: net.on(gpu), output: dense(gpu, [&w_out, &b_out]) };
        let (u, of_rows) = (gpu.upload(&u, [9, 5]).unwrap(), gpu.upload(&labels, [9]).unwrap());
        let logits = gpu.run(|rec| classifier.logits(rec, &u)).unwrap();
        assert!(relative_error(&logits.read(gpu).unwrap(), &output.forward(&last)) < 1e-5);
        for backward in [Backward::Stored, Backward::Reversed] {
            let (found, gradients): (_, Vec<Tensor<f32>>) =
                gpu.run(|rec| classifier.loss_and_gradients(rec, &u, &of_rows, backward)).unwrap();
            assert!((f64::from(found.value.read(gpu).unwrap()[0]) - loss.value).abs() < 1e-5);
            let named = classifier.parameters();
            assert_eq!((named.len(), gradients.len()), (expected.len(), expected.len()));
            for (((name, parameter), gradient), expected) in named.iter().zip(&gradients).zip(&expected) {
                assert_eq!(parameter.shape(), gradient.shape(), "{name}");
                let error = relative_error(&gradient.read(gpu).unwrap(), expected);
                assert!(error < 2e-5, "{backward:?}, {name}: {error}");
            }
        }
    }
}

#[test]
fn parameters_have_the_names_of_files() {
    let gpu = common::gpu();
    let net = Net::new(Activation::Relu, &[2, 3, 2], &[0.9, 0.9]).on(gpu);
    let layer = |outputs: usize| dense(gpu, [&vec![0.5; 2 * outputs], &vec![0.0; outputs]]);
    let classifier = Classifier { input: layer(2), net, output: layer(4) };
    let names: Vec<String> = classifier.parameters().into_iter().map(|(name, _)| name).collect();
    let of_layers = ["layers.0.w1", "layers.0.b1", "layers.0.w2", "layers.0.b2", "layers.1.w1", "layers.1.b1"];
    let expected = [&["input.w", "input.b"][..], &of_layers, &["layers.1.w2", "layers.1.b2", "output.w", "output.b"]];
    assert_eq!(names, expected.concat());
}
