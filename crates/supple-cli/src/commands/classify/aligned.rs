//! Nearest neighbours by alignment, on the GPU.
//!
//! Series are padded to one length and go to the GPU with their own lengths. Test series are worked through in chunks,
//! so that a person sees progress and memory stays bounded; most data sets are one chunk.

use supple::soft_dtw::{Pairs, SoftDtw};

use super::nearest::Neighbour;
use super::split::Split;
use crate::batch::Batch;
use crate::error::CliError;
use crate::progress::Progress;
use crate::series::Series;
use crate::timing::Submitter;

/// Cells of the alignment tables that one chunk fills: some tenths of a second on a software driver, and enough on
/// a GPU that waiting for each chunk costs little.
const CHUNK_CELLS: usize = 1 << 28;
/// Pairs of one chunk, which bound the memory of their distances.
const CHUNK_PAIRS: usize = 1 << 22;

/// The nearest training series of each test series.
pub(super) fn nearest(submit: &mut Submitter<'_>, dtw: &SoftDtw, split: &Split) -> Result<Vec<Neighbour>, CliError> {
    let all_pairs = dtw.clone().pairs(Pairs::All);
    let progress = Progress::new("pairs", split.pairs());
    let channels = split.test.channels;
    let train = Batch::of(split.train_file.clone(), &split.train)?;
    let train_tensor = train.upload(submit.gpu())?;
    let test: Vec<&Series> = split.test.series.iter().collect();
    let mut neighbours = Vec::with_capacity(test.len());
    for chunk in test.chunks(chunk_size(split)) {
        let chunk = Batch::pad(split.test_file.clone(), chunk, channels)?;
        let tensor = chunk.upload(submit.gpu())?;
        let (x, y) = (chunk.with_lengths(&tensor), train.with_lengths(&train_tensor));
        let distances = submit.run(|rec| all_pairs.value(rec, x, y))?.read(submit.gpu())?;
        neighbours.extend(distances.chunks_exact(train.count()).map(Neighbour::of_row));
        progress.advance(distances.len() as u64);
    }
    Ok(neighbours)
}

/// How many test series one chunk holds.
fn chunk_size(split: &Split) -> usize {
    let longest = split.test.series.iter().map(|series| series.length).max().unwrap_or_default();
    let train_steps: usize = split.train.series.iter().map(|series| series.length).sum();
    let cells_each = longest.saturating_mul(train_steps).saturating_mul(split.test.channels);
    (CHUNK_CELLS / cells_each.max(1)).min(CHUNK_PAIRS / split.train.series.len()).max(1)
}
