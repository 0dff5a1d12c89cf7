//! Losses against the twin.

use supple::momentum::loss::{Loss, half_squared, softmax_cross_entropy};
use supple::reference::momentum::loss as twin;
use supple::{Error, Gpu};

use crate::common::{self, Random, max_error, to_f64};
use crate::nets::relative_error;

fn numbers(random: &mut Random, count: u32, scale: f64) -> Vec<f32> {
    (0..count).map(|_| (scale * random.uniform()) as f32).collect()
}

fn cross_entropy(gpu: &Gpu, logits: &[f32], classes: u32, labels: &[u32]) -> Loss {
    let batch = labels.len() as u32;
    let logits = gpu.upload(logits, [batch, classes]).unwrap();
    let labels = gpu.upload(labels, [batch]).unwrap();
    gpu.run(|rec| softmax_cross_entropy(rec, &logits, &labels)).unwrap()
}

/// Exponentials and their sums in f32 are right to a few units in the last place of the largest, losses of the logits they are differences of.
#[test]
fn cross_entropies_are_the_twins() {
    let mut random = Random::new(1);
    for gpu in common::both() {
        // Around one chunk of columns, around a chunk of chunks, and around a workgroup.
        for (batch, classes) in [(1, 1), (3, 2), (65, 10), (2, 255), (3, 256), (2, 257), (1, 65_537), (2000, 3)] {
            let logits = numbers(&mut random, batch * classes, 8.0);
            let labels: Vec<u32> = (0..batch).map(|row| row.wrapping_mul(0x9e37_79b9) % classes).collect();
            let found = cross_entropy(gpu, &logits, classes, &labels);
            let expected = twin::softmax_cross_entropy(&to_f64(&logits), classes as usize, &labels);
            let rows: Vec<f64> = to_f64(&logits)
                .chunks(classes as usize)
                .zip(&labels)
                .map(|(row, &label)| twin::softmax_cross_entropy(row, classes as usize, &[label]).value)
                .collect();
            let error = max_error(&found.rows.read(gpu).unwrap(), &rows);
            assert!(error < 4e-6, "rows of {batch} x {classes}: {error}");
            let error = max_error(&found.value.read(gpu).unwrap(), &[expected.value]);
            assert!(error < 4e-6, "mean of {batch} x {classes}: {error}");
            let error = max_error(&found.grad.read(gpu).unwrap(), &expected.grad) * f64::from(batch);
            assert!(error < 1e-6, "gradient of {batch} x {classes}: {error}");
        }
    }
}

#[test]
fn cross_entropy_of_huge_logits_and_of_ruled_out_classes() {
    let gpu = common::gpu();
    let logits = [1e4, -1e4, 0.0, -3e38, 3e38, f32::NEG_INFINITY, 0.0, f32::NEG_INFINITY, 0.0];
    let loss = cross_entropy(gpu, &logits, 3, &[1, 1, 2]);
    let rows = loss.rows.read(gpu).unwrap();
    assert_eq!(rows[..2], [2e4, 0.0]);
    assert!((rows[2] - 2.0_f32.ln()).abs() < 1e-6, "{rows:?}");
    let third = 1.0 / 3.0;
    let expected = [third, -third, 0.0, 0.0, 0.0, 0.0, third / 2.0, 0.0, -third / 2.0];
    assert!(max_error(&loss.grad.read(gpu).unwrap(), &expected) < 1e-7);
}

/// The least number of f32, also where other chunks of the row are ruled out; and a row with no class left.
#[test]
fn cross_entropy_of_the_least_logits() {
    let gpu = common::gpu();
    let (low, none) = (f32::MIN, f32::NEG_INFINITY);
    let loss = cross_entropy(gpu, &[low, low, low, low, none, low, none, none, none], 3, &[0, 2, 1]);
    let rows = loss.rows.read(gpu).unwrap();
    assert!((rows[0] - 3.0_f32.ln()).abs() < 1e-6 && (rows[1] - 2.0_f32.ln()).abs() < 1e-6, "{rows:?}");
    let grad = loss.grad.read(gpu).unwrap();
    let ninth = 1.0 / 9.0;
    let expected = [-2.0 * ninth, ninth, ninth, 1.5 * ninth, 0.0, -1.5 * ninth];
    assert!(max_error(&grad[..6], &expected) < 1e-7, "{grad:?}");
    assert!(rows[2] == f32::INFINITY && grad[6..].iter().all(|g| g.is_nan()), "{rows:?}, {grad:?}");
    let mut logits = vec![none; 600];
    logits[555] = low;
    assert_eq!(cross_entropy(gpu, &logits, 600, &[555]).rows.read(gpu).unwrap(), [0.0]);
}

/// At four numbers a row for the mean, and beyond.
#[test]
fn too_many_rows_are_refused() {
    let limits = supple::wgpu::Limits {
        max_storage_buffer_binding_size: 64 << 10,
        ..common::gpu().capabilities().limits.clone()
    };
    let gpu = Gpu::builder().limits(limits).build().unwrap();
    for (rows, fits) in [(4000, true), (4097, false)] {
        let values = gpu.upload(&vec![1.0_f32; rows as usize], [rows, 1]).unwrap();
        let labels = gpu.upload(&vec![0_u32; rows as usize], [rows]).unwrap();
        let entropy = gpu.run(|rec| softmax_cross_entropy(rec, &values, &labels));
        let squared = gpu.run(|rec| half_squared(rec, &values, &values));
        for (loss, batch) in [(entropy, "a batch of logits"), (squared, "a batch of outputs")] {
            match loss {
                Ok(loss) => assert!(fits && loss.value.read(&gpu).unwrap() == [0.0], "{batch}"),
                Err(Error::LimitExceeded { what, .. }) => assert!(!fits && what == batch, "{what}"),
                Err(other) => panic!("{other}"),
            }
        }
    }
}

/// Of a label that is no class and of logits that are no numbers, and of them alone.
#[test]
fn bad_rows_show() {
    let gpu = common::gpu();
    let loss = cross_entropy(gpu, &[0.0, 0.0, 0.0, f32::NAN, 0.0, 0.0, 0.0, 0.0], 2, &[0, 0, 2, u32::MAX]);
    let rows = loss.rows.read(gpu).unwrap();
    assert!((rows[0] - 2.0_f32.ln()).abs() < 1e-6 && rows[1..].iter().all(|row| row.is_nan()), "{rows:?}");
    let grad = loss.grad.read(gpu).unwrap();
    assert!(grad[..2].iter().all(|g| g.is_finite()) && grad[2..].iter().all(|g| g.is_nan()), "{grad:?}");
    assert!(loss.value.read(gpu).unwrap()[0].is_nan());
}

/// Along random directions, in f32: differences of losses keep three digits at this step.
#[test]
fn gradients_are_finite_differences() {
    let gpu = common::gpu();
    let mut random = Random::new(3);
    let (batch, classes, step) = (4, 7, 0.02);
    let labels = [6, 0, 3, 3];
    let [logits, targets, direction] = [3.0, 1.0, 1.0].map(|scale| numbers(&mut random, batch * classes, scale));
    let moved = |sign: f32| -> Vec<f32> { logits.iter().zip(&direction).map(|(x, d)| x + sign * step * d).collect() };
    let targets = gpu.upload(&targets, [batch, classes]).unwrap();
    let squared = |outputs: &[f32]| {
        let outputs = gpu.upload(outputs, [batch, classes]).unwrap();
        gpu.run(|rec| half_squared(rec, &outputs, &targets)).unwrap()
    };
    let entropy = |logits: &[f32]| cross_entropy(gpu, logits, classes, &labels);
    for is_entropy in [true, false] {
        let of = |at: &[f32]| if is_entropy { entropy(at) } else { squared(at) };
        let value = |at: &[f32]| of(at).value.read(gpu).unwrap()[0];
        let difference = (value(&moved(1.0)) - value(&moved(-1.0))) / (2.0 * step);
        let grad = of(&logits).grad.read(gpu).unwrap();
        let slope: f32 = grad.iter().zip(&direction).map(|(g, d)| g * d).sum();
        assert!((difference - slope).abs() < 2e-3 * (1.0 + slope.abs()), "{difference}, {slope}");
    }
}

#[test]
fn half_squared_errors_are_the_twins() {
    let mut random = Random::new(2);
    for gpu in common::both() {
        for shape in [[1, 1, 1], [3, 5, 7], [2, 1, 257], [300, 1, 2], [1, 300, 301]] {
            let count = shape.iter().product();
            let [outputs, targets] = [1.0, 2.0].map(|scale| numbers(&mut random, count, scale));
            let expected = twin::half_squared(&to_f64(&outputs), &to_f64(&targets), shape[0] as usize);
            let [y, t] = [&outputs, &targets].map(|values| gpu.upload(values, shape).unwrap());
            let found = gpu.run(|rec| half_squared(rec, &y, &t)).unwrap();
            let width = (count / shape[0]) as usize;
            let of_row = |(y, t): (&[f32], &[f32])| twin::half_squared(&to_f64(y), &to_f64(t), 1).value;
            let rows: Vec<f64> = outputs.chunks(width).zip(targets.chunks(width)).map(of_row).collect();
            let value = [expected.value];
            for (found, expected) in [(&found.rows, &rows[..]), (&found.value, &value), (&found.grad, &expected.grad)] {
                let error = relative_error(&found.read(gpu).unwrap(), expected);
                assert!(error < 2e-6, "{shape:?}: {error}");
            }
            assert_eq!(found.rows.shape().sizes(), [shape[0]]);
        }
    }
}

#[test]
fn bad_input_is_refused_by_name() {
    let gpu = common::gpu();
    let tensor = |shape: &[u32]| {
        let shape = supple::Shape::try_from(shape).unwrap();
        gpu.upload(&vec![0.0_f32; shape.elements() as usize], shape).unwrap()
    };
    let labels = gpu.upload(&[0_u32; 3], [3]).unwrap();
    let name = |result: supple::Result<Loss>| match result.unwrap_err() {
        Error::ShapeMismatch { argument, .. } => argument,
        other => panic!("{other}"),
    };
    let entropy = |shape: &[u32]| name(gpu.run(|rec| softmax_cross_entropy(rec, &tensor(shape), &labels)));
    assert_eq!([&[3][..], &[0, 3], &[3, 0], &[3, 1, 1]].map(entropy), ["logits"; 4]);
    assert_eq!(entropy(&[2, 3]), "labels");
    let squared = |y: &[u32], t: &[u32]| name(gpu.run(|rec| half_squared(rec, &tensor(y), &tensor(t))));
    assert_eq!([squared(&[2, 3], &[3, 2]), squared(&[2], &[2, 1])], ["targets"; 2]);
    assert_eq!([squared(&[0, 3], &[0, 3]), squared(&[2, 0], &[2, 0]), squared(&[], &[])], ["outputs"; 3]);
}
