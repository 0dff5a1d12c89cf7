//! Blocks of convolutions against the twin.

use std::sync::Arc;

use supple::momentum::{Activation, ConvBlock, ConvStage, MomentumNet, Residual};
use supple::reference::momentum::{self as twin, Residual as _};
use supple::{Error, Gpu, Tensor, wgpu};

use crate::common::{self, Random, to_f64};
use crate::nets::relative_error;

/// Kernel, channels in and out, and parameters.
struct Stage {
    sizes: [u32; 3],
    parameters: [Vec<f32>; 4],
}

fn stages(random: &mut Random, sizes: &[[u32; 3]]) -> Vec<Stage> {
    let stage = |&[kernel, channels, out]: &[u32; 3]| {
        let mut numbers = |count: u32, middle: f64, scale: f64| -> Vec<f32> {
            (0..count).map(|_| (middle + scale * random.uniform()) as f32).collect()
        };
        let depth = channels * kernel * kernel;
        let parameters = [
            numbers(channels, 1.0, 0.5),
            numbers(channels, 0.0, 0.5),
            numbers(out * depth, 0.0, 2.0 / f64::from(depth).sqrt()),
            numbers(out, 0.0, 0.5),
        ];
        Stage { sizes: [kernel, channels, out], parameters }
    };
    sizes.iter().map(stage).collect()
}

fn block(gpu: &Gpu, activation: Activation, stages: &[Stage]) -> ConvBlock {
    let stage = |Stage { sizes: [kernel, channels, out], parameters: [scale, shift, weight, bias] }: &Stage| {
        let vector = |values: &[f32]| gpu.upload(values, [values.len() as u32]).unwrap();
        let weight = gpu.upload(weight, [*out, *channels, *kernel, *kernel]).unwrap();
        ConvStage::new(vector(scale), vector(shift), weight, vector(bias)).unwrap()
    };
    ConvBlock::new(activation, stages.iter().map(stage)).unwrap()
}

fn twin_of(activation: twin::Activation, stages: &[Stage], [height, width]: [u32; 2]) -> twin::ConvBlock {
    let stage = |Stage { sizes, parameters }: &Stage| {
        let [scale, shift, weight, bias] = parameters.each_ref().map(|values| to_f64(values));
        twin::ConvStage::new(sizes[0] as usize, scale, shift, weight, bias)
    };
    twin::ConvBlock::new(activation, stages.iter().map(stage).collect(), height as usize, width as usize)
}

fn close(gpu: &Gpu, found: &Tensor<f32>, expected: &[f64], name: &str) {
    let error = relative_error(&found.read(gpu).unwrap(), expected);
    assert!(error < 2e-5, "{name}: {error}");
}

/// A block and its gradients, for images `[batch, channels, height, width]`.
fn check(gpu: &Gpu, (activation, of_twin): (Activation, twin::Activation), sizes: &[[u32; 3]], shape: [u32; 4]) {
    let mut random = Random::new(u64::from(shape.iter().sum::<u32>()));
    let stages = stages(&mut random, sizes);
    let [x, g] =
        [(); 2].map(|()| (0..shape.iter().product()).map(|_: u32| random.uniform() as f32).collect::<Vec<_>>());
    let twin = twin_of(of_twin, &stages, [shape[2], shape[3]]);
    let value = twin.forward(&to_f64(&x));
    let expected = twin.vjp(&to_f64(&x), &to_f64(&g));
    let block = block(gpu, activation, &stages);
    let [x, g] = [&x, &g].map(|values| gpu.upload(values, shape).unwrap());
    let (forward, with_value, without) = gpu
        .run(|rec| Ok((block.forward(rec, &x)?, block.vjp(rec, &x, &g, true)?, block.vjp(rec, &x, &g, false)?)))
        .unwrap();
    let name = |what: &str| format!("{what} of {shape:?}, {sizes:?}");
    close(gpu, &forward, &value, &name("value"));
    let again = with_value.value.as_ref().unwrap();
    assert_eq!(again.read(gpu).unwrap(), forward.read(gpu).unwrap(), "{}", name("value with gradients"));
    assert!(without.value.is_none());
    let parameters = block.parameters();
    for vjp in [&with_value, &without] {
        close(gpu, &vjp.x, &expected.x, &name("gradient"));
        assert_eq!((vjp.parameters.len(), expected.parameters.len()), (parameters.len(), parameters.len()));
        for ((found, expected), (of, parameter)) in vjp.parameters.iter().zip(&expected.parameters).zip(&parameters) {
            assert_eq!(found.shape(), parameter.shape());
            close(gpu, found, expected, &name(of));
        }
    }
}

const GELU: (Activation, twin::Activation) = (Activation::Gelu, twin::Activation::Gelu);

/// Images of one pixel, one row, one column; around the chunks of sums over pixels; channels around tiles.
#[test]
fn blocks_are_the_twins() {
    for gpu in common::both() {
        for (sizes, shape) in [
            (&[[3, 1, 1]][..], [1, 1, 1, 1]),
            (&[[1, 2, 2]], [3, 2, 1, 5]),
            (&[[3, 3, 5], [3, 5, 3]], [2, 3, 7, 1]),
            (&[[3, 4, 4], [1, 4, 4]], [5, 4, 8, 8]),
            (&[[1, 5, 2], [3, 2, 2], [1, 2, 5]], [3, 5, 5, 6]),
            (&[[3, 2, 17], [3, 17, 2]], [2, 2, 15, 17]),
            (&[[3, 1, 1]], [1, 1, 16, 16]),
            (&[[3, 1, 2], [1, 2, 1]], [2, 1, 257, 2]),
        ] {
            check(gpu, GELU, sizes, shape);
        }
    }
}

#[test]
fn all_activations() {
    for activations in [
        (Activation::Identity, twin::Activation::Identity),
        (Activation::Relu, twin::Activation::Relu),
        (Activation::Tanh, twin::Activation::Tanh),
        (Activation::Silu, twin::Activation::Silu),
    ] {
        check(common::gpu(), activations, &[[3, 2, 3], [1, 3, 2]], [2, 2, 4, 5]);
    }
}

/// Where a binding holds the columns of a few images only.
#[test]
fn batches_in_parts() {
    let columns = 4 * (2 * 9_u64 + 3) * 64;
    let limits = wgpu::Limits { max_storage_buffer_binding_size: 3 * columns, ..wgpu::Limits::default() };
    let gpu = Gpu::builder().limits(limits).poison_memory(true).build().unwrap();
    check(&gpu, GELU, &[[3, 2, 2]], [7, 2, 8, 8]);
}

#[test]
fn networks_of_blocks_and_no_images() {
    let gpu = common::gpu();
    let mut random = Random::new(5);
    let stages = stages(&mut random, &[[3, 3, 4], [3, 4, 3]]);
    let ours: Arc<dyn Residual> = Arc::new(block(gpu, Activation::Silu, &stages));
    let of_twin = || -> Box<dyn twin::Residual> { Box::new(twin_of(twin::Activation::Silu, &stages, [5, 4])) };
    let twin =
        twin::MomentumNet { layers: (0..4).map(|_| of_twin()).collect(), gamma: vec![0.8; 4], is_residual: false };
    let x0: Vec<f32> = (0..2 * 60).map(|_| random.uniform() as f32).collect();
    let net = MomentumNet::new(vec![ours; 4]).gamma(0.8);
    let x = gpu.upload(&x0, [2, 3, 5, 4]).unwrap();
    let (last, reversed, stored) = gpu
        .run(|rec| {
            let stored = net.forward_storing(rec, &x, None)?;
            let (reversed, _) = net.backward_reversed(rec, &stored.last, &x, None)?;
            let by_stored = net.backward_stored(rec, &stored, &x, None)?;
            Ok((stored.last, reversed, by_stored))
        })
        .unwrap();
    let (x0, zeros) = (to_f64(&x0), vec![0.0; 120]);
    close(gpu, &last.x, &twin.forward(&x0, &zeros).0, "x");
    let expected = twin.backward_stored(&x0, &zeros, &x0, &zeros);
    for gradients in [reversed, stored] {
        close(gpu, &gradients.x, &expected.x, "gradient");
        for (found, expected) in gradients.parameters.iter().flatten().zip(expected.parameters.iter().flatten()) {
            close(gpu, found, expected, "a parameter");
        }
    }
    let none = gpu.upload(&[0.0_f32; 0], [0, 3, 5, 4]).unwrap();
    let gradients = gpu
        .run(|rec| {
            let last = net.forward(rec, &none, None)?;
            Ok(net.backward_reversed(rec, &last, &none, None)?.0)
        })
        .unwrap();
    for gradient in &gradients.parameters[0] {
        assert!(gradient.read(gpu).unwrap().iter().all(|&g| g == 0.0));
    }
}

#[test]
fn bad_shapes_are_refused_by_name() {
    let gpu = common::gpu();
    let tensor = |sizes: &[u32]| {
        let shape = supple::Shape::try_from(sizes).unwrap();
        gpu.upload(&vec![0.5_f32; shape.elements() as usize], shape).unwrap()
    };
    let name = |error: Error| match error {
        Error::InvalidArgument { argument, .. } | Error::ShapeMismatch { argument, .. } => argument,
        other => panic!("{other}"),
    };
    let stage = |scale: u32, shift: u32, weight: &[u32], bias: u32| {
        ConvStage::new(tensor(&[scale]), tensor(&[shift]), tensor(weight), tensor(&[bias]))
    };
    for weight in [&[2, 3][..], &[2, 3, 2, 2], &[2, 3, 3, 1], &[0, 3, 3, 3], &[2, 0, 1, 1]] {
        assert_eq!(name(stage(3, 3, weight, 2).unwrap_err()), "weight");
    }
    assert_eq!(name(stage(2, 3, &[2, 3, 3, 3], 2).unwrap_err()), "scale");
    assert_eq!(name(stage(3, 2, &[2, 3, 3, 3], 2).unwrap_err()), "shift");
    assert_eq!(name(stage(3, 3, &[2, 3, 3, 3], 3).unwrap_err()), "bias");
    let good = |out: u32, channels: u32| stage(channels, channels, &[out, channels, 3, 3], out).unwrap();
    assert_eq!(name(ConvBlock::new(Activation::Relu, []).unwrap_err()), "stages");
    assert_eq!(name(ConvBlock::new(Activation::Relu, [good(2, 3)]).unwrap_err()), "weight");
    assert_eq!(name(ConvBlock::new(Activation::Relu, [good(2, 3), good(3, 4)]).unwrap_err()), "weight");
    let block = ConvBlock::new(Activation::Relu, [good(2, 3), good(3, 2)]).unwrap();
    for shape in [&[2, 3, 4][..], &[2, 2, 4, 4]] {
        assert_eq!(name(gpu.run(|rec| block.forward(rec, &tensor(shape))).unwrap_err()), "x");
    }
    let (x, g) = (tensor(&[2, 3, 4, 4]), tensor(&[2, 3, 4, 5]));
    assert_eq!(name(gpu.run(|rec| block.vjp(rec, &x, &g, false)).unwrap_err()), "cotangent");
}
