use super::loss::{half_squared, softmax_cross_entropy};
use super::*;

#[test]
fn cross_entropy_and_its_gradient() {
    let (logits, labels) = (scaled_noise(1, 12, 3.0), [2, 0, 3]);
    let loss = softmax_cross_entropy(&logits, 4, &labels);
    let by_definition = logits.chunks(4).zip(labels).map(|(row, label)| {
        let sum: f64 = row.iter().map(|x| x.exp()).sum();
        -(row[label as usize].exp() / sum).ln()
    });
    assert!((loss.value - by_definition.sum::<f64>() / 3.0).abs() < 1e-14);
    let differences = finite_differences(&logits, |logits| softmax_cross_entropy(logits, 4, &labels).value);
    assert_close(&loss.grad, &differences, 1e-9);
}

#[test]
fn cross_entropy_of_large_logits() {
    let loss = softmax_cross_entropy(&[1e4, -1e4, 0.0], 3, &[1]);
    assert_eq!(loss.value, 2e4);
    assert_eq!(loss.grad, [1.0, -1.0, 0.0]);
}

#[test]
#[should_panic(expected = "label 3 of 3 classes")]
fn labels_are_classes() {
    let _ = softmax_cross_entropy(&[0.0; 3], 3, &[3]);
}

#[test]
fn half_squared_error_and_its_gradient() {
    assert_eq!(half_squared(&[3.0, 1.0, 0.0, 0.0], &[0.0, 1.0, 0.0, 4.0], 2).value, 6.25);
    let (outputs, targets) = (noise(2, 6), noise(3, 6));
    let loss = half_squared(&outputs, &targets, 3);
    let differences = finite_differences(&outputs, |outputs| half_squared(outputs, &targets, 3).value);
    assert_close(&loss.grad, &differences, 1e-9);
}
