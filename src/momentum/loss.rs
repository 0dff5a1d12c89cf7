//! Losses of a batch, with their gradients.

use super::layer::{WORKGROUP, bind, workgroups};
use super::params::{CrossEntropyParams, HalfSquaredParams, ScaleParams, SoftmaxSumsParams};
use super::shaders;
use crate::dense::{Operand, column_sums};
use crate::error::{Error, Result};
use crate::gpu::{Binding, Dispatch, Kernel, Recorder, Tensor};

/// Columns of a row that one invocation goes over: `CHUNK` in the shaders.
const CHUNK: u32 = 256;

/// What to do about batches that are too large.
const FEWER: &str = "give fewer rows in one call";

/// A loss and its gradient.
#[derive(Debug, Clone)]
pub struct Loss {
    /// Of each row, `[batch]`.
    pub rows: Tensor<f32>,
    /// The mean over the batch, `[1]`.
    pub value: Tensor<f32>,
    /// The gradient of the mean in what the loss was given, shaped like it.
    pub grad: Tensor<f32>,
}

/// The cross-entropy of softmax, of each row, with its mean's gradient:
///
/// ```text
/// rows_b   = log(sum over k of exp(logits_b,k)) - logits_b,label
/// value    = mean over b of rows_b
/// grad_b,k = (softmax(logits_b)_k - [k = label_b]) / batch
/// ```
///
/// `logits [batch, classes]`, in natural units (losses are in nats), of any size: exponentials are taken relative to each row's largest logit. A logit may be negative
/// infinity, which rules its class out; a row of nothing else, which leaves no class, has an infinite loss and NaN as its gradient. `labels [batch]` count from 0; a label that is no class makes its row's loss and gradient NaN, as NaN among its logits does.
/// Probabilities are within a few units of the last place of 1.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::{Gpu, momentum::loss::softmax_cross_entropy};
///
/// let gpu = Gpu::new()?;
/// let logits = gpu.upload(&[0.0, 0.0, 1000.0, 0.0], [2, 2])?;
/// let labels = gpu.upload(&[1, 0], [2])?;
/// let loss = gpu.run(|rec| softmax_cross_entropy(rec, &logits, &labels))?;
/// assert!((loss.rows.read(&gpu)?[0] - 2.0_f32.ln()).abs() < 1e-6);
/// assert_eq!(loss.grad.read(&gpu)?, [0.25, -0.25, 0.0, 0.0]);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`Error::ShapeMismatch`] for logits that are no matrix, or one with no row or no class, and for other than one label a row; [`Error::LimitExceeded`] for logits beyond one
/// binding, or more rows than a sixteenth of its bytes.
pub fn softmax_cross_entropy(rec: &mut Recorder<'_>, logits: &Tensor<f32>, labels: &Tensor<u32>) -> Result<Loss> {
    let gpu = rec.gpu().clone();
    gpu.check()?;
    gpu.expect_own("logits", logits)?;
    gpu.expect_own("labels", labels)?;
    let (batch, classes) = match *logits.shape().sizes() {
        [batch, classes] if batch > 0 && classes > 0 => (batch, classes),
        _ => return Err(mismatch("logits", logits, "[batch, classes], both at least 1")),
    };
    labels.expect_shape("labels", [batch])?;
    gpu.expect_bound(logits.shape().bytes().max(of_mean(batch)), "a batch of logits", FEWER)?;
    let sums = softmax_sums(rec, logits, [batch, classes])?;
    let (loss_rows, grad) = (rec.output([batch])?, rec.output(logits.shape())?);
    let ((x, x_first), (of_labels, labels_first)) = (bind(rec, logits), bind(rec, labels));
    let ((loss, loss_first), (of_grad, grad_first)) = (bind(rec, &loss_rows), bind(rec, &grad));
    rec.dispatch(&Dispatch {
        kernel: Kernel::new(&shaders::CROSS_ENTROPY, [WORKGROUP]),
        bindings: &[x, of_labels, sums.clone(), loss, of_grad],
        params: CrossEntropyParams {
            rows: batch,
            classes,
            x_first,
            labels_first,
            loss_first,
            grad_first,
            share: 1.0 / batch as f32,
            padding: 0,
        },
        workgroups: workgroups(logits.shape().elements()),
    })?;
    rec.release(sums);
    let value = mean(rec, &loss_rows)?;
    Ok(Loss { rows: loss_rows, value, grad })
}

/// The largest logit of each row, and the sum of exponentials relative to it, in pairs.
fn softmax_sums(rec: &mut Recorder<'_>, logits: &Tensor<f32>, [rows, classes]: [u32; 2]) -> Result<Binding> {
    let (x, first) = bind(rec, logits);
    // Kept until the end: memory that was given back could be the next `out`, and to bind it twice costs a copy.
    let nothing = rec.scratch(16)?;
    let (mut columns, mut before) = (classes, None::<Binding>);
    loop {
        let chunks = columns.div_ceil(CHUNK);
        let invocations = u64::from(rows) * u64::from(chunks);
        let out = rec.scratch(8 * invocations)?;
        let pairs = before.clone().unwrap_or_else(|| nothing.clone());
        rec.dispatch(&Dispatch {
            kernel: Kernel::new(&shaders::SOFTMAX_SUMS, [WORKGROUP, u32::from(before.is_some())]),
            bindings: &[x.clone(), pairs, out.clone()],
            params: SoftmaxSumsParams { rows, columns, chunks, first },
            workgroups: workgroups(invocations),
        })?;
        if let Some(before) = before {
            rec.release(before);
        }
        if chunks == 1 {
            rec.release(nothing);
            return Ok(out);
        }
        (columns, before) = (chunks, Some(out));
    }
}

/// Half the squared error, summed over each row, with its mean's gradient:
///
/// ```text
/// rows_b = 1/2 |outputs_b - targets_b|^2
/// value  = mean over b of rows_b
/// grad   = (outputs - targets) / batch
/// ```
///
/// `outputs` and `targets` are `[batch, ..]`; the loss has the square of their unit.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::{Gpu, momentum::loss::half_squared};
///
/// let gpu = Gpu::new()?;
/// let outputs = gpu.upload(&[3.0, 1.0, 0.0, 0.0], [2, 2])?;
/// let targets = gpu.upload(&[0.0, 1.0, 0.0, 4.0], [2, 2])?;
/// let loss = gpu.run(|rec| half_squared(rec, &outputs, &targets))?;
/// assert_eq!(loss.rows.read(&gpu)?, [4.5, 8.0]);
/// assert_eq!(loss.value.read(&gpu)?, [6.25]);
/// assert_eq!(loss.grad.read(&gpu)?, [1.5, 0.0, 0.0, -2.0]);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`Error::ShapeMismatch`] for targets of another shape, or outputs with no row or no element; [`Error::LimitExceeded`] for outputs beyond one binding, or
/// more rows than a sixteenth of its bytes.
pub fn half_squared(rec: &mut Recorder<'_>, outputs: &Tensor<f32>, targets: &Tensor<f32>) -> Result<Loss> {
    let gpu = rec.gpu().clone();
    gpu.check()?;
    gpu.expect_own("outputs", outputs)?;
    gpu.expect_own("targets", targets)?;
    let elements = outputs.shape().elements();
    let rows = match *outputs.shape().sizes() {
        [rows, ..] if elements > 0 => rows,
        _ => return Err(mismatch("outputs", outputs, "[batch, ..], all sizes at least 1")),
    };
    targets.expect_shape("targets", outputs.shape())?;
    gpu.expect_bound(outputs.shape().bytes().max(of_mean(rows)), "a batch of outputs", FEWER)?;
    let columns = (elements / u64::from(rows)) as u32;
    let chunks = columns.div_ceil(CHUNK);
    let partial = rec.scratch_tensor([chunks, rows])?;
    let (loss_rows, grad) = (rec.output([rows])?, rec.output(outputs.shape())?);
    let ((y, y_first), (t, t_first), (of_grad, grad_first)) =
        (bind(rec, outputs), bind(rec, targets), bind(rec, &grad));
    rec.dispatch(&Dispatch {
        kernel: Kernel::new(&shaders::HALF_SQUARED, [WORKGROUP]),
        bindings: &[y, t, bind(rec, &partial).0, of_grad],
        params: HalfSquaredParams {
            rows,
            columns,
            chunks,
            y_first,
            t_first,
            grad_first,
            share: 1.0 / rows as f32,
            padding: 0,
        },
        workgroups: workgroups(u64::from(rows) * u64::from(chunks)),
    })?;
    let sums = Operand::of_scratch(rec, partial, [1, chunks, rows])?;
    column_sums(rec, &sums, &loss_rows)?;
    sums.release(rec);
    let value = mean(rec, &loss_rows)?;
    Ok(Loss { rows: loss_rows, value, grad })
}

/// Bytes that the mean of so many numbers binds: some drivers take them as a matrix whose rows, of one number each, are padded to four.
fn of_mean(rows: u32) -> u64 {
    16 * u64::from(rows).next_multiple_of(4)
}

/// The mean of numbers. Each is divided before they are added, so that large ones do not overflow.
fn mean(rec: &mut Recorder<'_>, x: &Tensor<f32>) -> Result<Tensor<f32>> {
    let elements = x.shape().elements() as u32;
    let shares = rec.scratch_tensor([elements])?;
    let (x, x_first) = bind(rec, x);
    rec.dispatch(&Dispatch {
        kernel: Kernel::new(&shaders::SCALE, [WORKGROUP]),
        bindings: &[x, bind(rec, &shares).0],
        params: ScaleParams { elements, x_first, factor: 1.0 / elements as f32, padding: 0 },
        workgroups: workgroups(elements.into()),
    })?;
    let value = rec.output([1])?;
    let shares = Operand::of_scratch(rec, shares, [1, elements, 1])?;
    column_sums(rec, &shares, &value)?;
    shares.release(rec);
    Ok(value)
}

fn mismatch(argument: &'static str, tensor: &Tensor<f32>, expected: &str) -> Error {
    Error::ShapeMismatch { argument, found: tensor.shape().sizes().to_vec(), expected: expected.to_owned() }
}
