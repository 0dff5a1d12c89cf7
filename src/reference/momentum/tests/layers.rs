use super::*;

/// Every gradient of a layer, but that in an extra input, against finite differences.
#[track_caller]
fn assert_gradients<R: Residual>(layer: R, x: &[f64]) {
    let cotangent = noise(90, layer.forward(x).len());
    let vjp = layer.vjp(x, &cotangent);
    let of_x = finite_differences(x, |x| inner(&cotangent, &layer.forward(x)));
    assert_close(&vjp.x, &of_x, 1e-8);
    let (names, sizes) = (layer.names(), layer.parameters().into_iter().map(<[f64]>::len).collect::<Vec<_>>());
    assert_eq!(names.len(), sizes.len());
    assert_eq!(sizes, vjp.parameters.iter().map(Vec::len).collect::<Vec<_>>());
    let cell = RefCell::new(layer);
    for (k, found) in vjp.parameters.iter().enumerate() {
        let value = |layer: &R| inner(&cotangent, &layer.forward(x));
        let expected = differences(&cell, |layer| layer.parameters_mut().swap_remove(k), value);
        assert_close(found, &expected, 1e-8);
    }
}

#[test]
fn a_perceptron_by_hand() {
    let first = Dense::new(vec![1.0, 2.0, 0.0, -1.0], vec![0.5, 0.0]);
    let second = Dense::new(vec![3.0, 1.0], vec![-1.0]);
    let mlp = Mlp::new(Activation::Relu, vec![first, second]);
    // z = (1 + 4 + 0.5, -2), and (-2 + 0.5, 0).
    assert_eq!(mlp.forward(&[1.0, 2.0, -2.0, 0.0]), [3.0 * 5.5 - 1.0, -1.0]);
    assert_eq!(mlp.names(), ["weight0", "bias0", "weight1", "bias1"]);
    assert_eq!(mlp.parameters()[2], [3.0, 1.0]);
    let vjp = mlp.vjp(&[1.0, 2.0, -2.0, 0.0], &[1.0, 1.0]);
    assert_eq!(vjp.x, [3.0, 6.0, 0.0, 0.0]);
    assert_eq!(vjp.parameters, [vec![3.0, 6.0, 0.0, 0.0], vec![3.0, 0.0], vec![5.5, 0.0], vec![2.0]]);
}

#[test]
fn gradients_of_perceptrons() {
    for activation in ACTIVATIONS {
        for widths in [&[3, 3][..], &[4, 6, 4], &[3, 5, 2, 4, 3], &[1, 1, 1]] {
            assert_gradients(mlp(7, activation, widths), &noise(8, 4 * widths[0]));
        }
    }
}

#[test]
fn gradients_with_an_extra_input_and_dropout() {
    let (x, extra) = (noise(10, 3 * 4), noise(11, 3 * 2));
    let masks = vec![(0..3 * 5).map(|k| 1.25 * f64::from(k % 5 != 1)).collect(), noise(12, 3 * 3)];
    for activation in ACTIVATIONS {
        let layer =
            |extra: &[f64]| mlp(9, activation, &[6, 5, 3, 4]).with_extra(extra.to_vec(), 2).with_masks(masks.clone());
        assert_gradients(layer(&extra), &x);
        let cotangent = noise(13, x.len());
        let differences = finite_differences(&extra, |extra| inner(&cotangent, &layer(extra).forward(&x)));
        assert_close(&layer(&extra).vjp(&x, &cotangent).extra, &differences, 1e-8);
    }
}

#[test]
fn an_extra_input_follows_x_in_each_row() {
    let sum = Mlp::new(Activation::Identity, vec![Dense::new(vec![1.0, 10.0, 100.0], vec![0.0])]);
    let sum = sum.with_extra(vec![5.0, 6.0], 1);
    assert_eq!(sum.forward(&[1.0, 2.0, 3.0, 4.0]), [521.0, 643.0]);
}

#[test]
fn masks_of_ones_change_nothing_and_zeros_drop() {
    let x = noise(14, 6);
    let plain = mlp(15, Activation::Tanh, &[3, 4, 3]);
    assert_eq!(plain.clone().with_masks(vec![vec![1.0; 8]]).forward(&x), plain.forward(&x));
    let dropped = plain.clone().with_masks(vec![vec![0.0; 8]]);
    assert_eq!(dropped.forward(&x), plain.parameters()[3].repeat(2));
}

#[test]
fn a_convolution_by_hand() {
    // A kernel that looks down by one and right by one: outside is 0.
    let mut weights = vec![0.0; 9];
    (weights[5], weights[7]) = (1.0, 10.0);
    let stage = ConvStage::new(3, vec![2.0], vec![-1.0], weights, vec![0.5]);
    let block = ConvBlock::new(Activation::Relu, vec![stage], 2, 3);
    // a = relu(2 x - 1): (1, 3, 0), (0, 5, 7)
    assert_eq!(block.forward(&[1.0, 2.0, 0.0, 0.25, 3.0, 4.0]), [3.5, 50.5, 70.5, 5.5, 7.5, 0.5]);
    // Of one pixel, a perceptron's layer of the channels.
    let (weights, biases) = (noise(16, 6), noise(17, 2));
    let stage = ConvStage::new(1, vec![1.0; 3], vec![0.0; 3], weights.clone(), biases.clone());
    let of_channels = ConvBlock::new(Activation::Identity, vec![stage], 1, 1).forward(&noise(18, 6));
    assert_close(&of_channels, &Dense::new(weights, biases).forward(&noise(18, 6)), 1e-15);
}

#[test]
fn gradients_of_convolutions() {
    for activation in ACTIVATIONS {
        assert_gradients(block(20, activation, &[3, 3], &[2, 3, 2], [3, 4]), &noise(21, 2 * 2 * 12));
        assert_gradients(block(22, activation, &[1, 3, 1], &[3, 2, 2, 3], [2, 5]), &noise(23, 2 * 3 * 10));
        assert_gradients(block(24, activation, &[3, 1], &[1, 2, 1], [1, 1]), &noise(25, 3));
    }
    let names = block(20, Activation::Relu, &[3, 1], &[2, 3, 2], [3, 4]).names();
    assert_eq!(names, ["scale0", "shift0", "weight0", "bias0", "scale1", "shift1", "weight1", "bias1"]);
}

#[test]
#[should_panic(expected = "layer 0 has 4 outputs, the next one 3 inputs")]
fn layers_fit_each_other() {
    let _ =
        Mlp::new(Activation::Relu, vec![Dense::new(vec![0.0; 8], vec![0.0; 4]), Dense::new(vec![0.0; 3], vec![0.0])]);
}

#[test]
#[should_panic(expected = "extra has 2 elements, expected 4")]
fn an_extra_input_has_the_batch_of_x() {
    let _ = mlp(1, Activation::Relu, &[3, 1]).with_extra(vec![0.0; 2], 2).forward(&[1.0, 2.0]);
}

#[test]
#[should_panic(expected = "kernel must be 1 or 3, got 5")]
fn kernels_are_small() {
    let _ = ConvStage::new(5, vec![1.0], vec![0.0], vec![0.0; 25], vec![0.0]);
}
