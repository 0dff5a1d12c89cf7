//! Solvers of a caller's on the host: parameters go there and solutions come back, piece by piece.

use std::ops::Range;

use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::{ParallelSlice, ParallelSliceMut};

use super::Solver;
use super::custom_solver::{OnHost, Run};
use super::job::Job;
use super::solutions::perturb;
use crate::error::Result;
use crate::gpu::{Reading, Recorder, Tensor};

/// Pieces of a part: the host solves one while the GPU makes the others.
const PIECES: u32 = 4;

/// The solver, where it is one on the host.
pub(super) fn solver<'a>(job: &Job<'a>) -> Option<&'a OnHost> {
    match &job.settings.solver {
        Solver::Custom(custom) => match custom.run() {
            Run::Host(solve) => Some(&**solve),
            Run::Gpu(_) => None,
        },
        _ => None,
    }
}

/// Draws perturbed parameters and solves them, `[items, n]` each.
pub(super) fn perturb_and_solve(
    rec: &mut Recorder<'_>,
    job: &Job<'_>,
    solve: &OnHost,
    (rows, samples): (&Range<u32>, &Range<u32>),
    (perturbed, found): (&Tensor<f32>, &Tensor<f32>),
) -> Result<()> {
    rec.expect_own_encoder()?;
    let gpu = rec.gpu().clone();
    let mut readings = Vec::new();
    let mut first = 0;
    for (rows, samples) in pieces(rows, samples) {
        let items = first..first + (rows.end - rows.start) * (samples.end - samples.start);
        first = items.end;
        let piece = perturbed.rows(items.clone())?;
        perturb(rec, job, &rows, &samples, &piece)?;
        // What is recorded from here on may need the solutions: all that uses their memory for something else is to be submitted before
        // they are written.
        if rec.flush()? {
            readings.push((items, Reading::start(&gpu, &piece)?));
        }
    }
    let n = job.n as usize;
    for (items, reading) in readings {
        let parameters = reading.wait(&gpu)?;
        let mut solutions = vec![0.0; parameters.len()];
        parameters.par_chunks(n).zip(solutions.par_chunks_mut(n)).for_each(|(theta, y)| solve(theta, y));
        gpu.write(&found.rows(items)?, &solutions)?;
    }
    Ok(())
}

/// Rows, or where there are few of them the samples of each, in the order in which they are stored.
fn pieces(rows: &Range<u32>, samples: &Range<u32>) -> Vec<(Range<u32>, Range<u32>)> {
    let count = rows.end - rows.start;
    if count >= PIECES {
        return split(rows, PIECES).map(|rows| (rows, samples.clone())).collect();
    }
    rows.clone().flat_map(|row| split(samples, PIECES).map(move |samples| (row..row + 1, samples))).collect()
}

/// A range in at most `count` parts.
fn split(range: &Range<u32>, count: u32) -> impl Iterator<Item = Range<u32>> + use<> {
    let Range { start, end } = *range;
    let step = (end - start).div_ceil(count).max(1);
    (start..end).step_by(step as usize).map(move |begin| begin..end.min(begin + step))
}
