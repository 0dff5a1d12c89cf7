//! First velocities as functions of first states, extra inputs, and dropout.

use std::sync::Arc;

use supple::momentum::{Activation, Gradients, Mlp, MomentumNet, Residual, State};
use supple::reference::momentum as twin;
use supple::reference::perturbed::philox;
use supple::{Error, Gpu, Tensor};

use crate::common::{self, Random, to_f64};
use crate::nets::{Net, relative_error};

fn numbers(random: &mut Random, count: usize) -> Vec<f32> {
    (0..count).map(|_| random.uniform() as f32).collect()
}

/// The last state, and gradients by stored and by reversed states.
fn both_ways(gpu: &Gpu, net: &MomentumNet, x: &Tensor<f32>, g: &Tensor<f32>) -> (State, [Gradients; 2]) {
    gpu.run(|rec| {
        let stored = net.forward_storing(rec, x, None)?;
        let by_stored = net.backward_stored(rec, &stored, g, None)?;
        let (reversed, _) = net.backward_reversed(rec, &stored.last, g, None)?;
        Ok((stored.last, [by_stored, reversed]))
    })
    .unwrap()
}

#[test]
fn gradients_go_through_first_velocities() {
    let [batch, width] = [5, 6];
    let mut random = Random::new(3);
    let [x0, grad_x, grad_v] = [(); 3].map(|()| numbers(&mut random, batch * width));
    let net = Net::new(Activation::Tanh, &[6, 9, 6], &[0.9, 0.8, 0.7]);
    let of_velocity = Net::new(Activation::Silu, &[6, 4, 6], &[0.9]);
    let g = &of_velocity.twin().layers[0];
    let [x, gx, gv] = [&x0, &grad_x, &grad_v].map(|values| to_f64(values));
    let v = g.forward(&x);
    let last = net.twin().forward(&x, &v);
    let expected = net.twin().backward_stored(&x, &v, &gx, &gv);
    let through = g.vjp(&x, &expected.v);
    let of_x: Vec<f64> = expected.x.iter().zip(&through.x).map(|(a, b)| a + b).collect();
    for gpu in common::both() {
        let ours = net.on(gpu).initial_velocity(of_velocity.on(gpu).layers()[0].clone());
        let exact = ours.exact(24).unwrap();
        let upload = |values: &[f32]| gpu.upload(values, [batch as u32, width as u32]).unwrap();
        let [x, gx, gv] = [&x0, &grad_x, &grad_v].map(|values| upload(values));
        let (found, all) = gpu
            .run(|rec| {
                let stored = ours.forward_storing(rec, &x, None)?;
                let last = ours.forward(rec, &x, None)?;
                let exact_last = exact.forward(rec, &x, None)?;
                let exact_stored = exact.forward_storing(rec, &x, None)?;
                let all = [
                    (ours.backward_stored(rec, &stored, &gx, Some(&gv))?, 1e-5),
                    (ours.backward_reversed(rec, &last, &gx, Some(&gv))?.0, 1e-5),
                    (exact.backward(rec, &exact_last, &gx, Some(&gv))?.0, 1e-3),
                    (exact.backward_stored(rec, &exact_stored, &gx, Some(&gv))?, 1e-3),
                ];
                Ok((last, all))
            })
            .unwrap();
        assert!(relative_error(&found.x.read(gpu).unwrap(), &last.0) < 1e-5);
        for (way, (gradients, tolerance)) in all.iter().enumerate() {
            let close = |found: &Tensor<f32>, expected: &[f64], name: &str| {
                let error = relative_error(&found.read(gpu).unwrap(), expected);
                assert!(error < *tolerance, "way {way}, {name}: {error}");
            };
            close(&gradients.x, &of_x, "x");
            close(&gradients.v, &expected.v, "v");
            assert!(gradients.velocity.len() == 4 && gradients.velocity_extra.is_none());
            for (found, expected) in gradients.velocity.iter().zip(&through.parameters) {
                close(found, expected, "a parameter of the velocity");
            }
        }
        let names: Vec<String> = ours.parameters().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names[12..], ["velocity.w1", "velocity.b1", "velocity.w2", "velocity.b2"]);
        let error = gpu.run(|rec| ours.forward(rec, &x, Some(&x))).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { argument: "v0", .. }), "{error}");
    }
}

/// With no layers there is the velocity alone.
#[test]
fn first_velocities_of_no_layers() {
    let gpu = common::gpu();
    let g = Net::new(Activation::Tanh, &[3, 3], &[0.9]).on(gpu).layers()[0].clone();
    let net = MomentumNet::new([]).initial_velocity(g.clone());
    let x = gpu.upload(&[1.0, -1.0, 0.5], [1, 3]).unwrap();
    let exact = net.exact(20).unwrap();
    let (last, gradients, of_exact, of_g) = gpu
        .run(|rec| {
            let last = net.forward(rec, &x, None)?;
            let (gradients, _) = net.backward_reversed(rec, &last, &x, Some(&x))?;
            let exact_last = exact.forward(rec, &x, None)?;
            let (of_exact, _) = exact.backward(rec, &exact_last, &x, Some(&x))?;
            let of_g = g.vjp(rec, &x, &x, true)?;
            Ok((last, gradients, of_exact, of_g))
        })
        .unwrap();
    assert_eq!(last.v.read(gpu).unwrap(), of_g.value.unwrap().read(gpu).unwrap());
    let expected: Vec<f64> =
        x.read(gpu).unwrap().iter().zip(of_g.x.read(gpu).unwrap()).map(|(a, b)| f64::from(a + b)).collect();
    assert!(relative_error(&gradients.x.read(gpu).unwrap(), &expected) < 1e-6);
    assert!(relative_error(&of_exact.x.read(gpu).unwrap(), &expected) < 1e-6);
}

const PROBABILITY: f32 = 0.3;
const SEED: u64 = 0x1234_5678_9abc_def0;

/// The factors of what a dense layer hands on, from the same random words.
fn mask(elements: usize, layer: u32, stream: u32) -> Vec<f64> {
    let key = [SEED as u32, (SEED >> 32) as u32];
    let keep = 1.0 / (1.0 - f64::from(PROBABILITY));
    let word = |e: usize| philox([(e / 4) as u32, layer, stream, 0], key)[e % 4];
    let is_kept = |e: usize| f64::from(word(e)) >= f64::from(PROBABILITY) * 32.0_f64.exp2();
    (0..elements).map(|e| if is_kept(e) { keep } else { 0.0 }).collect()
}

fn perceptron(gpu: &Gpu, parameters: &[[Vec<f32>; 2]], stream: u32) -> Arc<dyn Residual> {
    let dense = |[weight, bias]: &[Vec<f32>; 2]| {
        let outputs = bias.len() as u32;
        let inputs = weight.len() as u32 / outputs;
        (gpu.upload(weight, [outputs, inputs]).unwrap(), gpu.upload(bias, [outputs]).unwrap())
    };
    let mlp = Mlp::new(Activation::Gelu, parameters.iter().map(dense)).unwrap();
    Arc::new(mlp.dropout(PROBABILITY, SEED, stream))
}

/// On the way back as on the way there: the same words again.
#[test]
fn dropout_is_the_twins_with_the_same_masks() {
    let (batch, widths) = (7_usize, [5_usize, 9, 6, 5]);
    let mut random = Random::new(8);
    let layers: Vec<Vec<[Vec<f32>; 2]>> = (0..3)
        .map(|_| widths.windows(2).map(|w| [numbers(&mut random, w[0] * w[1]), numbers(&mut random, w[1])]).collect())
        .collect();
    let [x0, grad] = [(); 2].map(|()| numbers(&mut random, batch * widths[0]));
    let of_twin = |(stream, parameters): (usize, &Vec<[Vec<f32>; 2]>)| -> Box<dyn twin::Residual> {
        let dense = parameters.iter().map(|[w, b]| twin::Dense::new(to_f64(w), to_f64(b))).collect();
        let masks = [0, 1].map(|k| mask(batch * widths[k + 1], k as u32, stream as u32));
        Box::new(twin::Mlp::new(twin::Activation::Gelu, dense).with_masks(masks.to_vec()))
    };
    let exact = twin::MomentumNet {
        layers: layers.iter().enumerate().map(of_twin).collect(),
        gamma: vec![0.9; 3],
        is_residual: false,
    };
    let (x, g, zeros) = (to_f64(&x0), to_f64(&grad), vec![0.0; x0.len()]);
    let (last, _) = exact.forward(&x, &zeros);
    let expected = exact.backward_stored(&x, &zeros, &g, &zeros);
    for gpu in common::both() {
        let net = MomentumNet::new((0..).zip(&layers).map(|(stream, layer)| perceptron(gpu, layer, stream)));
        let [x, g] = [&x0, &grad].map(|values| gpu.upload(values, [7, 5]).unwrap());
        let (found, all) = both_ways(gpu, &net, &x, &g);
        assert!(relative_error(&found.x.read(gpu).unwrap(), &last) < 1e-5);
        for gradients in all {
            assert!(relative_error(&gradients.x.read(gpu).unwrap(), &expected.x) < 1e-5);
            for (found, expected) in gradients.parameters.iter().flatten().zip(expected.parameters.iter().flatten()) {
                assert!(relative_error(&found.read(gpu).unwrap(), expected) < 1e-5);
            }
        }
    }
}

/// Shared by all layers, of another width each time.
#[test]
fn extra_inputs_are_the_twins() {
    let mut random = Random::new(21);
    for (batch, [width, extra, hidden]) in [(1, [1, 1, 1]), (5, [3, 2, 7]), (9, [8, 5, 16])] {
        let layers: Vec<Vec<[Vec<f32>; 2]>> = (0..3)
            .map(|_| {
                let sizes = [[width + extra, hidden], [hidden, width]];
                sizes.map(|[i, o]| [numbers(&mut random, i * o), numbers(&mut random, o)]).to_vec()
            })
            .collect();
        let [x0, grad, u0] = [width, width, extra].map(|width| numbers(&mut random, batch * width));
        let of_twin = |parameters: &Vec<[Vec<f32>; 2]>| -> Box<dyn twin::Residual> {
            let dense = parameters.iter().map(|[w, b]| twin::Dense::new(to_f64(w), to_f64(b))).collect();
            Box::new(twin::Mlp::new(twin::Activation::Tanh, dense).with_extra(to_f64(&u0), extra))
        };
        let exact =
            twin::MomentumNet { layers: layers.iter().map(of_twin).collect(), gamma: vec![0.9; 3], is_residual: false };
        let (x, g, zeros) = (to_f64(&x0), to_f64(&grad), vec![0.0; x0.len()]);
        let (last, _) = exact.forward(&x, &zeros);
        let expected = exact.backward_stored(&x, &zeros, &g, &zeros);
        for gpu in common::both() {
            let upload = |values: &[f32], width: usize| gpu.upload(values, [batch as u32, width as u32]).unwrap();
            let (x, g, u) = (upload(&x0, width), upload(&grad, width), upload(&u0, extra));
            let layer = |parameters: &Vec<[Vec<f32>; 2]>| -> Arc<dyn Residual> {
                let dense = parameters.iter().map(|[weight, bias]| {
                    let outputs = bias.len() as u32;
                    let inputs = weight.len() as u32 / outputs;
                    (gpu.upload(weight, [outputs, inputs]).unwrap(), gpu.upload(bias, [outputs]).unwrap())
                });
                Arc::new(Mlp::with_extra(Activation::Tanh, dense, u.clone()).unwrap())
            };
            let net = MomentumNet::new(layers.iter().map(layer));
            let (found, all) = both_ways(gpu, &net, &x, &g);
            assert!(relative_error(&found.x.read(gpu).unwrap(), &last) < 1e-5);
            for gradients in all {
                assert!(relative_error(&gradients.x.read(gpu).unwrap(), &expected.x) < 1e-5);
                for (found, expected) in gradients.extra.iter().zip(&expected.extra) {
                    let found = found.as_ref().unwrap();
                    assert_eq!(found.shape(), u.shape());
                    assert!(relative_error(&found.read(gpu).unwrap(), expected) < 1e-5);
                }
                let parameters = gradients.parameters.iter().flatten().zip(expected.parameters.iter().flatten());
                for (found, expected) in parameters {
                    assert!(relative_error(&found.read(gpu).unwrap(), expected) < 1e-5);
                }
            }
        }
    }
}

#[test]
fn gradients_in_extra_inputs_of_first_velocities_are_the_twins() {
    let [batch, width, extra] = [5, 4, 3];
    let mut random = Random::new(23);
    let of_velocity =
        [[width + extra, 6], [6, width]].map(|[i, o]| [numbers(&mut random, i * o), numbers(&mut random, o)]);
    let [x0, grad, u0] = [width, width, extra].map(|width| numbers(&mut random, batch * width));
    let net = Net::new(Activation::Tanh, &[4, 7, 4], &[0.9, 0.8]);
    let dense = of_velocity.iter().map(|[w, b]| twin::Dense::new(to_f64(w), to_f64(b))).collect();
    let g = twin::Mlp::new(twin::Activation::Silu, dense).with_extra(to_f64(&u0), extra);
    let (x, gx, zeros) = (to_f64(&x0), to_f64(&grad), vec![0.0; x0.len()]);
    let after = net.twin().backward_stored(&x, &twin::Residual::forward(&g, &x), &gx, &zeros);
    let expected = twin::Residual::vjp(&g, &x, &after.v);
    for gpu in common::both() {
        let upload = |values: &[f32], width: usize| gpu.upload(values, [batch as u32, width as u32]).unwrap();
        let (x, gx, u) = (upload(&x0, width), upload(&grad, width), upload(&u0, extra));
        let dense = of_velocity.iter().map(|[weight, bias]| {
            let outputs = bias.len() as u32;
            let weight = gpu.upload(weight, [outputs, weight.len() as u32 / outputs]).unwrap();
            (weight, gpu.upload(bias, [outputs]).unwrap())
        });
        let velocity = Mlp::with_extra(Activation::Silu, dense, u.clone()).unwrap();
        let ours = net.on(gpu).initial_velocity(Arc::new(velocity));
        let all = gpu
            .run(|rec| {
                let stored = ours.forward_storing(rec, &x, None)?;
                let by_stored = ours.backward_stored(rec, &stored, &gx, None)?;
                Ok([by_stored, ours.backward_reversed(rec, &stored.last, &gx, None)?.0])
            })
            .unwrap();
        for gradients in all {
            let found = gradients.velocity_extra.unwrap();
            assert_eq!(found.shape(), u.shape());
            assert!(relative_error(&found.read(gpu).unwrap(), &expected.extra) < 1e-5);
            assert!(gradients.extra.iter().all(Option::is_none));
        }
    }
}

/// Beyond one binding together, though neither is alone.
#[test]
fn extra_inputs_that_are_too_large_are_refused() {
    let limits = supple::wgpu::Limits {
        max_storage_buffer_binding_size: 64 << 10,
        ..common::gpu().capabilities().limits.clone()
    };
    let gpu = Gpu::builder().limits(limits).build().unwrap();
    let zeros = |rows: u32, columns: u32| gpu.upload(&vec![0.0; (rows * columns) as usize], [rows, columns]).unwrap();
    let (weight, bias) = (zeros(8, 16), zeros(1, 8).reshape([8]).unwrap());
    for (batch, fits) in [(1000, true), (1025, false)] {
        let mlp = Mlp::with_extra(Activation::Relu, [(weight.clone(), bias.clone())], zeros(batch, 8)).unwrap();
        let x = zeros(batch, 8);
        match gpu.run(|rec| mlp.vjp(rec, &x, &x, true)) {
            Ok(vjp) => assert!(fits && vjp.value.unwrap().read(&gpu).unwrap().iter().all(|&f| f == 0.0)),
            Err(Error::LimitExceeded { what, .. }) => assert!(!fits && what.contains("extra inputs"), "{what}"),
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn bad_extra_inputs_are_refused() {
    let gpu = common::gpu();
    let tensor = |sizes: &[u32]| {
        let shape = supple::Shape::try_from(sizes).unwrap();
        gpu.upload(&vec![0.5_f32; shape.elements() as usize], shape).unwrap()
    };
    let mlp = |extra: &[u32]| Mlp::with_extra(Activation::Relu, [(tensor(&[3, 5]), tensor(&[3]))], tensor(extra));
    let name = |error: Error| match error {
        Error::ShapeMismatch { argument, .. } => argument,
        other => panic!("{other}"),
    };
    assert_eq!([&[][..], &[4, 0]].map(|extra| name(mlp(extra).unwrap_err())), ["extra"; 2]);
    assert_eq!([&[4, 1][..], &[4, 6]].map(|extra| name(mlp(extra).unwrap_err())), ["weight"; 2]);
    let mlp = mlp(&[4, 2]).unwrap();
    assert_eq!(name(gpu.run(|rec| mlp.forward(rec, &tensor(&[3, 3]))).unwrap_err()), "extra");
    assert_eq!(name(gpu.run(|rec| mlp.forward(rec, &tensor(&[4, 5]))).unwrap_err()), "x");
}

/// With 0 nothing is dropped and no bit changes; with the largest below 1 everything is, but for one number in sixteen million.
#[test]
fn dropout_of_nothing_and_of_all_but_everything() {
    let mut random = Random::new(31);
    let [w1, b1, w2, b2, x0] = [9 * 5, 9, 5 * 9, 5, 7 * 5].map(|count| numbers(&mut random, count));
    for gpu in common::both() {
        let upload = |values: &[f32], rows: u32| gpu.upload(values, [rows, values.len() as u32 / rows]).unwrap();
        let bias = |values: &[f32]| gpu.upload(values, [values.len() as u32]).unwrap();
        let plain = Mlp::new(Activation::Gelu, [(upload(&w1, 9), bias(&b1)), (upload(&w2, 5), bias(&b2))]).unwrap();
        let x = upload(&x0, 7);
        let of = |mlp: &Mlp| -> Vec<Vec<f32>> {
            let vjp = gpu.run(|rec| mlp.vjp(rec, &x, &x, true)).unwrap();
            let tensors = [&[vjp.value.unwrap(), vjp.x][..], &vjp.parameters].concat();
            tensors.iter().map(|tensor| tensor.read(gpu).unwrap()).collect()
        };
        assert_eq!(of(&plain), of(&plain.clone().dropout(0.0, SEED, 1)));
        let nothing_left = of(&plain.dropout(1.0_f32.next_down(), SEED, 1));
        assert!(nothing_left[0].chunks(5).all(|row| row == b2));
        // In the state, in the first layer's weight and bias, and in the last one's weight.
        assert!(nothing_left[1..5].iter().flatten().all(|&gradient| gradient == 0.0));
        assert!(nothing_left[5].iter().any(|&gradient| gradient != 0.0));
    }
}

#[test]
fn bad_probabilities_are_refused() {
    let gpu = common::gpu();
    let (w, b) = (gpu.upload(&[1.0; 4], [2, 2]).unwrap(), gpu.upload(&[0.0; 2], [2]).unwrap());
    for probability in [-0.1, 1.0, f32::NAN] {
        let mlp = Mlp::new(Activation::Relu, [(w.clone(), b.clone()), (w.clone(), b.clone())]).unwrap();
        let error = gpu.run(|rec| mlp.dropout(probability, 0, 0).forward(rec, &w)).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { argument: "probability", .. }), "{error}");
    }
}
