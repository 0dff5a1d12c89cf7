//! Losses, means over a batch, with their gradients.

use super::{expect_length, rows};

/// A loss and its gradient.
#[derive(Clone, Debug, PartialEq)]
pub struct Loss {
    /// The mean over the batch.
    pub value: f64,
    /// Its gradient in what the loss was given, shaped like it.
    pub grad: Vec<f64>,
}

/// The cross-entropy of softmax:
///
/// ```text
/// mean over rows of log(sum over k of exp(logits_k)) - logits_label
/// ```
///
/// `logits [batch, classes]`, in natural units; `labels [batch]`.
///
/// # Panics
/// If `logits` is empty or has no whole rows, or a label is no class.
///
/// # Examples
///
/// ```
/// use supple::reference::momentum::loss::softmax_cross_entropy;
///
/// let loss = softmax_cross_entropy(&[0.0, 0.0], 2, &[1]);
/// assert!((loss.value - 2.0_f64.ln()).abs() < 1e-15);
/// assert_eq!(loss.grad, [0.5, -0.5]);
/// ```
#[must_use]
pub fn softmax_cross_entropy(logits: &[f64], classes: usize, labels: &[u32]) -> Loss {
    assert!(!logits.is_empty() && classes > 0, "there must be a row of logits");
    let batch = rows("logits", logits, classes);
    expect_length("labels", labels.len(), batch);
    let mut loss = Loss { value: 0.0, grad: Vec::with_capacity(logits.len()) };
    for (row, &label) in logits.chunks_exact(classes).zip(labels) {
        let label = label as usize;
        assert!(label < classes, "label {label} of {classes} classes");
        let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = row.iter().map(|logit| (logit - largest).exp()).sum();
        loss.value += (sum.ln() + (largest - row[label])) / batch as f64;
        let one = |k: usize| f64::from(k == label);
        loss.grad.extend((0..classes).map(|k| ((row[k] - largest).exp() / sum - one(k)) / batch as f64));
    }
    loss
}

/// Half the squared error, summed over each row:
///
/// ```text
/// mean over rows of 1/2 |outputs - targets|^2
/// ```
///
/// `outputs` and `targets` are `[batch, ...]`.
///
/// # Panics
/// If shapes differ, or `batch` is 0 or does not divide them.
#[must_use]
pub fn half_squared(outputs: &[f64], targets: &[f64], batch: usize) -> Loss {
    assert!(batch > 0 && outputs.len().is_multiple_of(batch), "{} elements are not {batch} rows", outputs.len());
    expect_length("targets", targets.len(), outputs.len());
    let errors = || outputs.iter().zip(targets).map(|(y, t)| y - t);
    let value = errors().map(|error| 0.5 * error * error).sum::<f64>() / batch as f64;
    Loss { value, grad: errors().map(|error| error / batch as f64).collect() }
}
