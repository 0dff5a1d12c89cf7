//! Nearest neighbours under DTW, soft-DTW and its divergence, on the GPU.
//!
//! One tensor holds series of one length, so series are grouped by length and each group of test series is compared
//! with each group of training series. Test series are worked through in chunks, so that a person sees progress and
//! memory stays bounded.

use std::collections::BTreeMap;

use supple::Tensor;
use supple::soft_dtw::{Pairs, SoftDtw};

use super::Split;
use super::nearest::Neighbour;
use crate::progress::Progress;
use crate::series::Dataset;
use crate::timing::Submitter;

/// Cells of the alignment tables that one chunk fills: some tenths of a second on a software driver, and enough on
/// a GPU that waiting for each chunk costs little.
const CHUNK_CELLS: usize = 1 << 28;
/// Pairs of one chunk, which bound the memory of their distances.
const CHUNK_PAIRS: usize = 1 << 22;

/// The distance between two series.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    /// 0 for plain DTW.
    pub(super) gamma: f32,
    /// Whether what each series has with itself is taken off: `f(x, y) - f(x, x) / 2 - f(y, y) / 2`.
    pub(super) divergence: bool,
}

/// Training series of one length.
struct TrainGroup {
    /// Their positions in the file.
    indices: Vec<usize>,
    series: Tensor<f32>,
    /// What is taken off each distance.
    own_halves: Vec<f64>,
}

/// The nearest training series of each test series.
pub(super) fn nearest(submit: &mut Submitter<'_>, measure: Measure, split: &Split) -> supple::Result<Vec<Neighbour>> {
    let all_pairs = SoftDtw::new(measure.gamma).pairs(Pairs::All);
    let progress = Progress::new("pairs", split.pairs());
    let train = train_groups(submit, measure, &split.train)?;
    let mut neighbours = vec![Neighbour::NONE; split.test.series.len()];
    for (length, indices) in by_length(&split.test) {
        for chunk in indices.chunks(chunk_size(length, split)) {
            let x = upload(submit, &split.test, length, chunk)?;
            let values: Vec<Tensor<f32>> =
                submit.run(|rec| train.iter().map(|group| all_pairs.value(rec, &x, &group.series)).collect())?;
            let own_halves = own_halves(submit, measure, &x)?;
            for (group, values) in train.iter().zip(values) {
                let rows = values.read(submit.gpu())?;
                for ((&test_index, half), row) in
                    chunk.iter().zip(&own_halves).zip(rows.chunks_exact(group.indices.len()))
                {
                    group.consider(row, *half, &mut neighbours[test_index]);
                }
            }
            progress.advance(chunk.len() as u64 * split.train.series.len() as u64);
        }
    }
    Ok(neighbours)
}

impl TrainGroup {
    /// Looks for a nearer series in the values between one test series and this group.
    fn consider(&self, row: &[f32], test_half: f64, nearest: &mut Neighbour) {
        for ((&index, half), &value) in self.indices.iter().zip(&self.own_halves).zip(row) {
            nearest.consider(Neighbour { index, distance: f64::from(value) - half - test_half });
        }
    }
}

fn train_groups(submit: &mut Submitter<'_>, measure: Measure, train: &Dataset) -> supple::Result<Vec<TrainGroup>> {
    by_length(train)
        .into_iter()
        .map(|(length, indices)| {
            let series = upload(submit, train, length, &indices)?;
            let own_halves = own_halves(submit, measure, &series)?;
            Ok(TrainGroup { indices, series, own_halves })
        })
        .collect()
}

/// The positions of the series of each length.
fn by_length(dataset: &Dataset) -> BTreeMap<usize, Vec<usize>> {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, series) in dataset.series.iter().enumerate() {
        groups.entry(series.length).or_default().push(index);
    }
    groups
}

/// How many test series of this length one chunk holds.
fn chunk_size(length: usize, split: &Split) -> usize {
    let train_steps: usize = split.train.series.iter().map(|series| series.length).sum();
    let cells_each = length.saturating_mul(train_steps).saturating_mul(split.test.channels);
    (CHUNK_CELLS / cells_each.max(1)).min(CHUNK_PAIRS / split.train.series.len()).max(1)
}

/// Half of what each series has with itself, or zeros where the measure takes nothing off.
fn own_halves(submit: &mut Submitter<'_>, measure: Measure, series: &Tensor<f32>) -> supple::Result<Vec<f64>> {
    if !measure.divergence {
        return Ok(vec![0.0; series.shape().sizes()[0] as usize]);
    }
    let values = submit.run(|rec| SoftDtw::new(measure.gamma).value(rec, series, series))?;
    Ok(values.read(submit.gpu())?.into_iter().map(|value| f64::from(value) / 2.0).collect())
}

/// Series of one length as a tensor `[series, length, channels]`.
fn upload(submit: &Submitter<'_>, dataset: &Dataset, length: usize, indices: &[usize]) -> supple::Result<Tensor<f32>> {
    let values: Vec<f32> = indices.iter().flat_map(|&index| &dataset.series[index].values).copied().collect();
    submit.gpu().upload(&values, [indices.len() as u32, length as u32, dataset.channels as u32])
}
