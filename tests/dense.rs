//! Products of matrices against f64.

mod common;

use common::{Random, max_error};
use supple::dense::{Activation, HalfMatrix, Product};
use supple::reference::momentum as twin;
use supple::{Error, Gpu, Tensor, wgpu};

/// A device for each way to multiply.
fn both() -> [Gpu; 2] {
    let whole = common::gpu().clone();
    let without_subgroups =
        Gpu::builder().without_features(wgpu::Features::SUBGROUP).poison_memory(true).build().unwrap();
    [whole, without_subgroups]
}

fn numbers(random: &mut Random, count: u32) -> Vec<f32> {
    (0..count).map(|_| (random.uniform() * 2.0) as f32).collect()
}

/// Row-major `[batch, m, n]` in f64 from operands as they are stored, with batch strides.
fn expected(
    product: (bool, bool),
    [batch, m, k, n]: [u32; 4],
    (a, b): (&[f32], &[f32]),
    strides: [u32; 2],
    bias: Option<&[f32]>,
) -> Vec<f64> {
    let mut out = Vec::new();
    for q in 0..batch {
        for i in 0..m {
            for j in 0..n {
                let mut sum = bias.map_or(0.0, |bias| f64::from(bias[j as usize]));
                for d in 0..k {
                    let at_a = q * strides[0] + if product.0 { d * m + i } else { i * k + d };
                    let at_b = q * strides[1] + if product.1 { j * k + d } else { d * n + j };
                    sum += f64::from(a[at_a as usize]) * f64::from(b[at_b as usize]);
                }
                out.push(sum);
            }
        }
    }
    out
}

fn upload(gpu: &Gpu, values: &[f32], [batch, rows, columns]: [u32; 3]) -> Tensor<f32> {
    if batch == 0 { gpu.upload(values, [rows, columns]) } else { gpu.upload(values, [batch, rows, columns]) }.unwrap()
}

/// `batches` are those of either side, 0 for a single matrix.
fn check(gpu: &Gpu, [m, k, n]: [u32; 3], batches: [u32; 2], with_bias: bool) {
    let mut random = Random::new(u64::from(m * 31 + k * 7 + n));
    let [count_a, count_b] = batches.map(|batch| batch.max(1));
    let (a, b) = (numbers(&mut random, count_a * m * k), numbers(&mut random, count_b * k * n));
    let bias = numbers(&mut random, n);
    let stride = |batch: u32, elements| if batch <= 1 { 0 } else { elements };
    for transposes in [(false, false), (false, true), (true, false), (true, true)] {
        let turned = |turn, rows, columns| if turn { [columns, rows] } else { [rows, columns] };
        let [of_a, of_b] = [turned(transposes.0, m, k), turned(transposes.1, k, n)];
        let x = upload(gpu, &a, [batches[0], of_a[0], of_a[1]]);
        let y = upload(gpu, &b, [batches[1], of_b[0], of_b[1]]);
        let z = gpu.upload(&bias, [n]).unwrap();
        let product = Product::new().transpose_a(transposes.0).transpose_b(transposes.1);
        let out = gpu.run(|rec| product.product(rec, &x, &y, with_bias.then_some(&z))).unwrap();
        let shape = [count_a.max(count_b), m, k, n];
        let strides = [stride(batches[0], m * k), stride(batches[1], k * n)];
        let right = expected(transposes, shape, (&a, &b), strides, with_bias.then_some(&bias));
        // Sums of k products, each rounded.
        let error = max_error(&out.read(gpu).unwrap(), &right);
        assert!(
            error < 6e-8 * f64::from(k + 2) * (1.0 + common::largest(&right)),
            "{m} x {k} x {n}, {batches:?}, {transposes:?}: {error}"
        );
    }
}

#[test]
fn all_transposes_and_ragged_edges() {
    for gpu in both() {
        for size in [1, 2, 3, 4, 5, 15, 16, 17, 31, 32, 33, 65] {
            check(&gpu, [size, 5, 7], [0, 0], false);
            check(&gpu, [6, size, 9], [0, 0], true);
            check(&gpu, [3, 8, size], [0, 0], true);
            check(&gpu, [size, size, size], [0, 0], false);
        }
        check(&gpu, [130, 260, 132], [0, 0], true);
        check(&gpu, [1, 1000, 1], [0, 0], false);
        check(&gpu, [1100, 3, 1028], [0, 0], false);
    }
}

#[test]
fn batches() {
    for gpu in both() {
        for batches in [[3, 3], [3, 0], [0, 3], [1, 4], [4, 1]] {
            check(&gpu, [9, 12, 20], batches, true);
            check(&gpu, [5, 7, 3], batches, false);
        }
    }
}

/// More than the loops of one dispatch go over.
#[test]
fn long_sums() {
    let [whole, plain] = both();
    for (gpu, k) in [(whole, 140_001), (plain, 5_003)] {
        let mut random = Random::new(3);
        let (a, b) = (numbers(&mut random, 2 * k), numbers(&mut random, k * 4));
        let (x, y) = (gpu.upload(&a, [2, k]).unwrap(), gpu.upload(&b, [k, 4]).unwrap());
        let z = gpu.upload(&[-100.0; 4], [4]).unwrap();
        let product = Product::new().activation(Activation::Relu);
        let out = gpu.run(|rec| product.product(rec, &x, &y, Some(&z))).unwrap().read(&gpu).unwrap();
        let right = expected((false, false), [1, 2, k, 4], (&a, &b), [0, 0], Some(&[-100.0; 4]));
        let right: Vec<f64> = right.iter().map(|sum| sum.max(0.0)).collect();
        assert!(max_error(&out, &right) < 0.02, "{out:?} {right:?}");
    }
}

#[test]
fn products_of_nothing() {
    for gpu in both() {
        let empty = gpu.upload(&[0.0_f32; 0], [0, 4]).unwrap();
        let some = gpu.upload(&[1.0; 12], [4, 3]).unwrap();
        let bias = gpu.upload(&[1.0, 2.0, 3.0], [3]).unwrap();
        let out = gpu.run(|rec| Product::new().product(rec, &empty, &some, None)).unwrap();
        assert_eq!((out.shape().sizes(), out.read(&gpu).unwrap().len()), (&[0, 3][..], 0));
        let (tall, flat) = (gpu.upload(&[0.0_f32; 0], [2, 0]).unwrap(), gpu.upload(&[0.0_f32; 0], [0, 3]).unwrap());
        let out = gpu.run(|rec| Product::new().product(rec, &tall, &flat, Some(&bias))).unwrap();
        assert_eq!(out.read(&gpu).unwrap(), [1.0, 2.0, 3.0, 1.0, 2.0, 3.0]);
        // No matrices, with one for all of them on the other side; into the middle of other numbers.
        let none = gpu.upload(&[0.0_f32; 0], [0, 4, 4]).unwrap();
        let one = gpu.upload(&[1.0; 16], [4, 4]).unwrap();
        let others = gpu.upload(&[7.0; 64], [64]).unwrap();
        let out = Tensor::from_buffer(others.buffer(), 64, [0, 4, 4]).unwrap();
        for (a, b) in [(&none, &one), (&one, &none)] {
            gpu.run(|rec| Product::new().product_into(rec, a, b, None, &out)).unwrap();
            assert_eq!(others.read(&gpu).unwrap(), [7.0; 64]);
        }
        let wide = gpu.upload(&[0.0_f32; 0], [0, 65_536, 65_536]).unwrap();
        let tall = gpu.upload(&[0.0_f32; 0], [0, 65_536, 3]).unwrap();
        let out = gpu.run(|rec| Product::new().product(rec, &wide, &tall, None)).unwrap();
        assert_eq!(out.shape().sizes(), [0, 65_536, 3]);
    }
}

/// Activations are products with 1, here; a unit in the last place is 6e-8 of a number at least.
#[test]
fn activations_are_good_to_a_few_units_in_the_last_place() {
    let mut values: Vec<f32> = (-4000..4000).map(|i| i as f32 * 0.0037).collect();
    values.extend([1e-30, -1e-30, 1e-6, -1e-6, 1e-3, -1e-3, 0.0, 30.0, -30.0, 90.0, -90.0, 200.0, -200.0, 1e30, -1e30]);
    for gpu in both() {
        let x = gpu.upload(&values, [values.len() as u32, 1]).unwrap();
        let one = gpu.upload(&[1.0], [1, 1]).unwrap();
        for (activation, of_twin) in [
            (Activation::Identity, twin::Activation::Identity),
            (Activation::Relu, twin::Activation::Relu),
            (Activation::Tanh, twin::Activation::Tanh),
            (Activation::Gelu, twin::Activation::Gelu),
            (Activation::Silu, twin::Activation::Silu),
        ] {
            let product = Product::new().activation(activation);
            let found = gpu.run(|rec| product.product(rec, &x, &one, None)).unwrap().read(&gpu).unwrap();
            for (&x, &found) in values.iter().zip(&found) {
                let right = of_twin.value(f64::from(x));
                // Below the normal numbers it may be 0.
                let bound = 4.0 * f64::from(f32::EPSILON) * right.abs() + 1.2e-38 * (1.0 + f64::from(x).abs());
                assert!((f64::from(found) - right).abs() <= bound, "{activation:?}({x}) = {found}, not {right}");
            }
        }
    }
}

#[test]
fn no_number_stays_in_its_row() {
    for gpu in both() {
        let x = gpu.upload(&[1.0, f32::NAN, 2.0, f32::NEG_INFINITY], [4, 1]).unwrap();
        let one = gpu.upload(&[1.0], [1, 1]).unwrap();
        for activation in [Activation::Identity, Activation::Relu, Activation::Tanh, Activation::Gelu, Activation::Silu]
        {
            let product = Product::new().activation(activation);
            let found = gpu.run(|rec| product.product(rec, &x, &one, None)).unwrap().read(&gpu).unwrap();
            assert_eq!([0, 1, 2].map(|i| found[i].is_nan()), [false, true, false], "{activation:?}: {found:?}");
            assert!(!found[3].is_nan(), "{activation:?}: {found:?}");
        }
    }
}

/// A caller's buffers, which begin anywhere and cannot be copied from.
#[test]
fn matrices_in_the_middle_of_a_callers_buffers() {
    for gpu in both() {
        let buffer = |values: &[f32]| {
            let buffer = gpu.device().create_buffer(&wgpu::BufferDescriptor {
                label: None,
                size: 4096,
                usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            });
            gpu.queue().write_buffer(&buffer, 4, bytemuck::cast_slice(values));
            buffer
        };
        let mut random = Random::new(11);
        let (a, b) = (numbers(&mut random, 8 * 12), numbers(&mut random, 12 * 4));
        let x = Tensor::from_buffer(&buffer(&a), 4, [8, 12]).unwrap();
        let y = Tensor::from_buffer(&buffer(&b), 4, [12, 4]).unwrap();
        let out = gpu.device().create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: 4096,
            usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC,
            mapped_at_creation: false,
        });
        let out = Tensor::from_buffer(&out, 12, [8, 4]).unwrap();
        gpu.run(|rec| Product::new().product_into(rec, &x, &y, None, &out)).unwrap();
        let right = expected((false, false), [1, 8, 12, 4], (&a, &b), [0, 0], None);
        assert!(max_error(&out.read(&gpu).unwrap(), &right) < 1e-6);
        let square = gpu.upload(&[1.0; 16], [4, 4]).unwrap();
        let error = gpu.run(|rec| Product::new().product_into(rec, &square, &square, None, &square)).unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { argument: "out", .. }), "{error}");
    }
}

#[test]
fn bad_shapes_are_refused_by_name() {
    let gpu = common::gpu();
    let tensor = |sizes: &[u32]| {
        let shape = supple::Shape::try_from(sizes).unwrap();
        gpu.upload(&vec![0.0_f32; shape.elements() as usize], shape).unwrap()
    };
    for (a, b, bias, name) in [
        (&[2, 3][..], &[4, 2][..], None, "b"),
        (&[2, 3], &[2, 4], None, "b"),
        (&[3], &[3, 2], None, "a"),
        (&[2, 3], &[3], None, "b"),
        (&[2, 2, 3], &[3, 3, 2], None, "b"),
        (&[2, 3], &[3, 4], Some(3), "bias"),
    ] {
        let bias = bias.map(|n| tensor(&[n]));
        let error = gpu.run(|rec| Product::new().product(rec, &tensor(a), &tensor(b), bias.as_ref())).unwrap_err();
        assert!(matches!(error, Error::ShapeMismatch { argument, .. } if argument == name), "{error}");
    }
}

/// To the nearest number of f16, halfway to even ones.
fn rounded(x: f32) -> f64 {
    let x = f64::from(x);
    let unit = 2.0_f64.powi((x.abs().log2().floor() as i32).max(-14) - 10);
    let rounded = (x / unit).round_ties_even() * unit;
    if x == 0.0 {
        x
    } else if rounded.abs() <= 65_504.0 {
        rounded
    } else {
        f64::INFINITY.copysign(x)
    }
}

/// With units for products of matrices where the adapter has them, and without.
fn with_halves() -> [Gpu; 2] {
    let builder = || Gpu::builder().poison_memory(true);
    [builder().cooperative_matrices(true).build().unwrap(), builder().build().unwrap()]
}

#[test]
fn numbers_are_rounded_to_the_nearest_half() {
    let mut values: Vec<f32> = (-3000..3000).map(|i| i as f32 * 0.000_731).collect();
    values.extend((0..200).map(|i| 2.0_f32.powf(i as f32 * 0.21 - 27.0)));
    // Halfway between two, at the ends of the range, and none at all.
    values.extend([
        1.0 + 0.5_f32.powi(11),
        1.0 + 3.0 * 0.5_f32.powi(11),
        65_519.99,
        65_520.0,
        -65_520.0,
        1e30,
        f32::INFINITY,
    ]);
    values.extend([0.5_f32.powi(25), 1.001 * 0.5_f32.powi(25), 3.0 * 0.5_f32.powi(25), 0.5_f32.powi(14), 6.1e-5, -0.0]);
    for gpu in with_halves() {
        let x = gpu.upload(&values, [values.len() as u32, 1]).unwrap();
        let one = HalfMatrix::from_bits(&gpu, &[0x3c00], [1, 1]).unwrap();
        let run = |x: &Tensor<f32>| {
            let product = |rec: &mut supple::Recorder<'_>| {
                let x = HalfMatrix::round(rec, x)?;
                Product::new().product_of_halves(rec, &x, &one, None)
            };
            gpu.run(product).unwrap().read(&gpu).unwrap()
        };
        for (&x, found) in values.iter().zip(run(&x)) {
            // A sum that begins with 0 has no negative zeros.
            assert!(f64::from(found).to_bits() == (0.0 + rounded(x)).to_bits(), "{x:e}: {found:e}");
        }
        assert!(run(&gpu.upload(&[f32::NAN], [1, 1]).unwrap())[0].is_nan());
    }
}

#[test]
fn products_of_halves_of_any_shape() {
    let mut random = Random::new(12);
    for gpu in with_halves() {
        for ([m, k, n], batches, with_bias) in [
            ([64, 64, 64], [0, 0], false),
            ([130, 70, 68], [0, 0], true),
            ([17, 33, 15], [3, 3], true),
            ([5, 7, 3], [0, 4], false),
            ([1, 300, 1], [2, 0], true),
            ([3, 0, 4], [0, 0], true),
        ] {
            let numbers = |random: &mut Random, batch: u32, count: u32| numbers(random, batch.max(1) * count);
            let (a, b) = (numbers(&mut random, batches[0], m * k), numbers(&mut random, batches[1], k * n));
            let bias = numbers(&mut random, 1, n);
            let z = gpu.upload(&bias, [n]).unwrap();
            let near: [Vec<f32>; 2] = [&a, &b].map(|all| all.iter().map(|&x| rounded(x) as f32).collect());
            let strides =
                [[batches[0], m * k], [batches[1], k * n]].map(|[batch, all]| if batch > 1 { all } else { 0 });
            for transposes in [(false, false), (false, true), (true, false), (true, true)] {
                let turned = |turn, rows, columns| if turn { [columns, rows] } else { [rows, columns] };
                let [of_a, of_b] = [turned(transposes.0, m, k), turned(transposes.1, k, n)];
                let x = upload(&gpu, &a, [batches[0], of_a[0], of_a[1]]);
                let y = upload(&gpu, &b, [batches[1], of_b[0], of_b[1]]);
                let product = Product::new().transpose_a(transposes.0).transpose_b(transposes.1);
                let out = gpu.run(|rec| {
                    let (x, y) = (HalfMatrix::round(rec, &x)?, HalfMatrix::round(rec, &y)?);
                    product.product_of_halves(rec, &x, &y, with_bias.then_some(&z))
                });
                let shape = [batches[0].max(batches[1]).max(1), m, k, n];
                let right = expected(transposes, shape, (&near[0], &near[1]), strides, with_bias.then_some(&bias));
                let error = max_error(&out.unwrap().read(&gpu).unwrap(), &right);
                let bound = 6e-8 * f64::from(k + 2) * (1.0 + common::largest(&right));
                assert!(error < bound, "{m} x {k} x {n}, {batches:?}, {transposes:?}: {error}");
            }
        }
    }
}

#[test]
fn halves_of_bad_shapes_are_refused_by_name() {
    let gpu = common::gpu();
    let refused = |result: Result<HalfMatrix, Error>, expected: &str| {
        let message = result.unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    };
    refused(HalfMatrix::from_bits(gpu, &[0; 5], [2, 3]), "5 elements");
    refused(HalfMatrix::from_bits(gpu, &[0; 5], [5]), "a matrix, or a batch of them");
    let a = HalfMatrix::from_bits(gpu, &[0; 6], [2, 3]).unwrap();
    let message = gpu.run(|rec| Product::new().product_of_halves(rec, &a, &a, None)).unwrap_err().to_string();
    assert!(message.contains("with k = 3"), "{message}");
}
