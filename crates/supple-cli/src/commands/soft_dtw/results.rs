//! What soft-DTW gives: computed, and with its shape.

use supple::soft_dtw::SoftDtw;

use crate::batch::Batch;
use crate::timing::Submitter;

/// One of the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantity {
    Value,
    GradX,
    GradY,
    Alignment,
}

/// The results on the host; those that are not wanted are empty.
#[derive(Default)]
pub(super) struct Results {
    value: Vec<f32>,
    grad_x: Vec<f32>,
    grad_y: Vec<f32>,
    expected: Vec<f32>,
}

impl Results {
    pub(super) fn compute(
        submit: &mut Submitter<'_>,
        dtw: &SoftDtw,
        (x, y): (&Batch, &Batch),
        wanted: &[Quantity],
    ) -> supple::Result<Self> {
        let wants = |quantity| wanted.contains(&quantity);
        let tensors = (x.upload(submit.gpu())?, y.upload(submit.gpu())?);
        let (x, y) = (x.with_lengths(&tensors.0), y.with_lengths(&tensors.1));
        let (value, gradients, alignment) = submit.run(|rec| {
            let gradients = wants(Quantity::GradX) || wants(Quantity::GradY);
            let gradients = gradients.then(|| dtw.value_and_grad(rec, x, y)).transpose()?;
            let alignment = wants(Quantity::Alignment).then(|| dtw.alignment(rec, x, y)).transpose()?;
            // Gradients and alignments come with the values.
            let value = match (&gradients, &alignment) {
                (Some(result), _) => result.value.clone(),
                (None, Some(result)) => result.value.clone(),
                (None, None) => dtw.value(rec, x, y)?,
            };
            Ok((value, gradients, alignment))
        })?;
        let gpu = submit.gpu();
        let mut results = Self { value: value.read(gpu)?, ..Self::default() };
        if let Some(gradients) = gradients {
            if wants(Quantity::GradX) {
                results.grad_x = gradients.grad_x.read(gpu)?;
            }
            if wants(Quantity::GradY) {
                results.grad_y = gradients.grad_y.read(gpu)?;
            }
        }
        if let Some(alignment) = alignment {
            results.expected = alignment.expected.read(gpu)?;
        }
        Ok(results)
    }

    pub(super) fn of(&self, quantity: Quantity) -> &[f32] {
        match quantity {
            Quantity::Value => &self.value,
            Quantity::GradX => &self.grad_x,
            Quantity::GradY => &self.grad_y,
            Quantity::Alignment => &self.expected,
        }
    }
}

/// The shapes of all results.
pub(super) struct Shapes {
    value: Vec<usize>,
    grad_x: Vec<usize>,
    grad_y: Vec<usize>,
    /// That of the values, and then the two lengths.
    expected: Vec<usize>,
    /// Cells of the alignment tables of all pairs, padding not counted.
    cells: u64,
}

impl Shapes {
    pub(super) fn new(x: &Batch, y: &Batch, all_pairs: bool) -> Self {
        let value = if all_pairs { vec![x.count(), y.count()] } else { vec![x.count()] };
        let expected = [&value[..], &[x.length(), y.length()]].concat();
        let cells = if all_pairs {
            // Each pair has a table of one length by the other, so the sum over all pairs is a product of sums.
            x.all_steps().saturating_mul(y.all_steps())
        } else {
            (0..x.count()).map(|row| x.steps(row) as u64 * y.steps(row) as u64).sum()
        };
        Self { value, grad_x: x.shape.clone(), grad_y: y.shape.clone(), expected, cells }
    }

    pub(super) fn of(&self, quantity: Quantity) -> &[usize] {
        match quantity {
            Quantity::Value => &self.value,
            Quantity::GradX => &self.grad_x,
            Quantity::GradY => &self.grad_y,
            Quantity::Alignment => &self.expected,
        }
    }

    pub(super) fn pairs(&self) -> u64 {
        // At most two counts below 2^32.
        self.value.iter().map(|&size| size as u64).product()
    }

    pub(super) fn cells(&self) -> u64 {
        self.cells
    }
}
