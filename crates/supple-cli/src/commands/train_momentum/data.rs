//! Rows with their classes.

use supple::{Gpu, Tensor};

use super::settings::Settings;
use crate::error::{CliError, FileArgument};
use crate::npy;
use crate::random::Random;
use crate::rows::Rows;
use crate::summary::say;

/// The stream of random numbers that rows for validation are drawn from.
const VALIDATION_STREAM: u64 = 0;
/// Those of the epochs' orders, from this one on.
const ORDER_STREAM: u64 = 2;
/// Deviations between a feature's mean and 0 that leave f32 three digits of it.
const FAR: f64 = 1e4;

/// Standardised rows and their labels.
pub(super) struct Data {
    /// `[rows, features]`, of the training rows' mean 0 and deviation 1.
    values: Vec<f32>,
    labels: Vec<u32>,
    pub(super) features: usize,
    pub(super) classes: usize,
    pub(super) training: Vec<usize>,
    pub(super) validation: Vec<usize>,
    /// What the features were standardised by.
    pub(super) standard: Standard,
    /// What tells other data apart.
    pub(super) fingerprint: String,
    /// Where features are from.
    file: FileArgument,
}

/// The mean and the deviation of each feature over the rows that are trained on.
pub(super) struct Standard {
    pub(super) mean: Vec<f64>,
    pub(super) deviation: Vec<f64>,
}

impl Data {
    pub(super) fn read(x: FileArgument, labels: FileArgument, settings: &Settings) -> Result<Self, CliError> {
        let expected = "[B, d] for B rows of d features, both at least 1";
        let rows = Rows::read_finite(x, expected)?;
        if rows.shape.len() != 2 || rows.values.is_empty() {
            return Err(CliError::Shape { file: rows.file, shape: rows.shape, expected });
        }
        let (count, features) = (rows.shape[0], rows.shape[1]);
        let (labels, classes) = read_labels(labels, &rows)?;
        let mut order: Vec<usize> = (0..count).collect();
        Random::new(settings.seed, VALIDATION_STREAM).shuffle(&mut order);
        let training = order.split_off(validation_rows(settings.validation, count)?);
        let fingerprint = fingerprint(&rows.values, &labels);
        let standard = Standard::new(&rows.values, features, &training);
        let mut values = rows.values;
        standard.apply(&mut values).map_err(|(feature, problem)| too_far(&rows.file, feature, problem))?;
        let file = rows.file;
        Ok(Self { values, labels, features, classes, training, validation: order, standard, fingerprint, file })
    }

    /// The rows that are trained on, in the order of an epoch, counted from 0.
    pub(super) fn order(&self, seed: u64, epoch: usize) -> Vec<usize> {
        let mut order = self.training.clone();
        Random::new(seed, ORDER_STREAM + epoch as u64).shuffle(&mut order);
        order
    }

    pub(super) fn upload(&self, gpu: &Gpu, rows: &[usize]) -> supple::Result<(Tensor<f32>, Tensor<u32>)> {
        let of_row = |&row: &usize| &self.values[row * self.features..][..self.features];
        let values: Vec<f32> = rows.iter().flat_map(of_row).copied().collect();
        let labels: Vec<u32> = rows.iter().map(|&row| self.labels[row]).collect();
        let count = rows.len() as u32;
        Ok((gpu.upload(&values, [count, self.features as u32])?, gpu.upload(&labels, [count])?))
    }

    /// Tells of the feature for which the written input layer loses the most digits.
    pub(super) fn warn_of_far_features(&self) {
        let Standard { mean, deviation } = &self.standard;
        let far = mean.iter().zip(deviation).map(|(mean, deviation)| mean.abs() / deviation).enumerate();
        if let Some((feature, times)) = far.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|far| far.1 > FAR) {
            say(&format!(
                "note: the mean of feature {feature} of {} is {times:.1e} of its deviations from 0, so that --out loses as many digits of it; \
                 subtract a number near its mean, from new rows too, or leave it out",
                self.file
            ));
        }
    }

    /// A feature whose deviation is too small for weights that take it as it is.
    pub(super) fn too_fine(&self, feature: usize) -> CliError {
        let deviation = self.standard.deviation[feature];
        let problem = format!("with its deviation, {deviation:.1e}, weights of it are beyond the range of f32");
        too_far(&self.file, feature, problem)
    }

    pub(super) fn label(&self, row: usize) -> u32 {
        self.labels[row]
    }
}

impl Standard {
    fn new(values: &[f32], features: usize, rows: &[usize]) -> Self {
        let count = rows.len() as f64;
        let sums = |term: &dyn Fn(usize, f64) -> f64| -> Vec<f64> {
            let mut sums = vec![0.0; features];
            for row in rows {
                for (k, sum) in sums.iter_mut().enumerate() {
                    *sum += term(k, f64::from(values[row * features + k])) / count;
                }
            }
            sums
        };
        let mean = sums(&|_, value| value);
        let variance = sums(&|k, value| (value - mean[k]).powi(2));
        // A feature that is the same in all rows has none: its variance is what rounding leaves.
        // Adding zero turns -0 into 0.
        let at = |row: usize, k: usize| (values[row * features + k] + 0.0).to_bits();
        let varies = |k: usize| rows.iter().any(|&row| at(row, k) != at(rows[0], k));
        let deviation =
            variance.iter().enumerate().map(|(k, variance)| if varies(k) { variance.sqrt() } else { 1.0 }).collect();
        Self { mean, deviation }
    }

    /// Standardises rows; refuses a feature, in words, of which a row that is not trained on lies too far from the others.
    fn apply(&self, values: &mut [f32]) -> Result<(), (usize, String)> {
        for (row, values) in values.chunks_exact_mut(self.mean.len()).enumerate() {
            for (k, (value, (mean, deviation))) in
                values.iter_mut().zip(self.mean.iter().zip(&self.deviation)).enumerate()
            {
                let standardised = ((f64::from(*value) - mean) / deviation) as f32;
                if !standardised.is_finite() {
                    let problem = format!(
                        "{value:e} of row {row} is beyond the range of f32 when it is divided by {deviation:.1e}, the deviation of \
                         the rows that are trained on"
                    );
                    return Err((k, problem));
                }
                *value = standardised;
            }
        }
        Ok(())
    }
}

fn too_far(file: &FileArgument, feature: usize, problem: String) -> CliError {
    CliError::Feature { file: file.clone(), feature, problem }
}

/// How many rows are kept from training.
#[expect(clippy::cast_sign_loss, reason = "shares are 0 or more")]
fn validation_rows(share: f64, count: usize) -> Result<usize, CliError> {
    let rows = (share * count as f64).round() as usize;
    if rows < count && (rows > 0 || share == 0.0) {
        return Ok(rows);
    }
    Err(CliError::Argument {
        argument: "--validation",
        problem: format!("is {share}, which is {rows} of {count} rows"),
        remedy: "leave at least one row to train on and one to validate with, or give 0".to_owned(),
    })
}

/// A class for each row, and how many there are.
fn read_labels(file: FileArgument, rows: &Rows) -> Result<(Vec<u32>, usize), CliError> {
    let npy::Array { shape, values } = npy::read::<i64>(&file)?;
    if shape != [rows.count()] {
        return Err(CliError::Unlike {
            file,
            shape,
            x: rows.shape.clone(),
            remedy: "[B], one label for each row of X",
        });
    }
    let refuse = |problem: String| {
        Err(CliError::Labels { file: file.clone(), problem, remedy: "number classes from 0 without gaps" })
    };
    let labels: Vec<Option<u32>> = values
        .iter()
        .map(|&label| u32::try_from(label).ok().filter(|&label| (label as usize) < values.len()))
        .collect();
    if let Some(row) = labels.iter().position(Option::is_none) {
        return refuse(format!("holds {} at row {row} of {}", values[row], values.len()));
    }
    let labels: Vec<u32> = labels.into_iter().flatten().collect();
    let classes = labels.iter().max().map_or(0, |&largest| largest as usize + 1);
    let mut seen = vec![false; classes];
    for &label in &labels {
        seen[label as usize] = true;
    }
    if let Some(missing) = seen.iter().position(|&seen| !seen) {
        return refuse(format!("holds the class {} and no {missing}", classes - 1));
    }
    if classes < 2 {
        return Err(CliError::Labels {
            file,
            problem: "holds one class only".to_owned(),
            remedy: "give rows of at least two classes",
        });
    }
    Ok((labels, classes))
}

/// FNV-1a (Fowler, Noll & Vo) over all bytes.
fn fingerprint(values: &[f32], labels: &[u32]) -> String {
    let bytes = values.iter().map(|value| value.to_bits()).chain(labels.iter().copied()).flat_map(u32::to_le_bytes);
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standards() {
        // Constant, constant but for its sign, varied, and varied by next to nothing but in the last row.
        let mut values = [
            [0.1, 0.0, 1.0, 0.0],
            [0.1, -0.0, 3.0, 1e-30],
            [0.1, 0.0, 1.0, 0.0],
            [0.1, -0.0, 3.0, 1e-30],
            [0.1, 5.0, 4.0, -1e30],
        ]
        .concat();
        let standard = Standard::new(&values, 4, &[0, 1, 2, 3]);
        assert_eq!(standard.deviation[..3], [1.0, 1.0, 1.0]);
        assert!((standard.deviation[3] / 5e-31 - 1.0).abs() < 1e-6);
        let (feature, problem) = standard.apply(&mut values.clone()).unwrap_err();
        assert!(feature == 3 && problem.contains("-1e30 of row 4"), "{problem}");
        values[19] = 0.0;
        standard.apply(&mut values).unwrap();
        assert_eq!(values[..8], [0.0, 0.0, -1.0, -1.0, 0.0, 0.0, 1.0, 1.0]);
        assert_eq!(values[16..], [0.0, 5.0, 2.0, -1.0]);
    }
}
