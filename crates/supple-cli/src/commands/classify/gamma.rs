//! The smoothing, given or chosen by cross-validation on the training series.

use serde::Serialize;
use supple::Gpu;
use supple::soft_dtw::SoftDtw;
use supple::soft_dtw::barycenter::Barycenter;
use supple::soft_dtw::classify as library;

use super::split::{Classes, Split};
use super::{Arguments, Rule};
use crate::batch::Batch;
use crate::error::CliError;
use crate::options;
use crate::progress::Progress;

/// Parts of the training set, each held out once.
const FOLDS: usize = 5;

/// What the command line says of gamma.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Gamma {
    /// To be chosen.
    Auto,
    Given(f32),
}

impl Gamma {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.trim().eq_ignore_ascii_case("auto") {
            return Ok(Self::Auto);
        }
        options::gamma(text).map(Self::Given).map_err(|problem| format!("{problem}, or `auto`"))
    }
}

/// A gamma, and the share of held-out training series that it labels right.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Score {
    pub(super) gamma: f32,
    pub(super) accuracy: f64,
}

/// Gammas that were tried, and the one that was chosen.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) gamma: f32,
    pub(super) scores: Vec<Score>,
}

/// Tries the library's gammas on the training series.
pub(super) fn choose(gpu: &Gpu, dtw: &SoftDtw, split: &Split, arguments: &Arguments) -> Result<Choice, CliError> {
    let count = split.train.series.len();
    if count < 2 {
        return Err(CliError::Argument {
            argument: "--gamma",
            problem: format!("is auto, which holds out some of the training series, and {} has one", split.train_file),
            remedy: "give a gamma, such as `--gamma 1`, or more training series".to_owned(),
        });
    }
    let rule = match arguments.rule {
        Rule::NearestNeighbour => library::Rule::NearestNeighbour(dtw.clone()),
        Rule::Centroid => library::Rule::NearestCentroid(Barycenter::new(dtw.clone())),
    };
    let _working = Progress::working("cross-validation of gamma");
    let batch = Batch::of(split.train_file.clone(), &split.train)?;
    let tensor = batch.upload(gpu)?;
    let labels = Classes::of(&split.train).numbers;
    let validation = library::CrossValidation::new(rule).folds(count.min(FOLDS) as u32);
    let found = validation.fit(gpu, batch.with_lengths(&tensor), &labels);
    let found = found.map_err(|error| CliError::of_search(error, &batch.file))?;
    let scores = found.scores.iter().map(|score| Score { gamma: score.gamma, accuracy: score.accuracy });
    Ok(Choice { gamma: found.best.gamma, scores: scores.collect() })
}

#[cfg(test)]
mod tests {
    use super::Gamma;

    #[test]
    fn given_or_chosen() {
        assert_eq!(Gamma::parse("auto"), Ok(Gamma::Auto));
        assert_eq!(Gamma::parse("0.5"), Ok(Gamma::Given(0.5)));
        assert!(Gamma::parse("some").unwrap_err().contains("`auto`"));
    }
}
