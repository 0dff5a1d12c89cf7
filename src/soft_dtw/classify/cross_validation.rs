//! Gamma by cross-validation on the training set.

use super::{NearestCentroid, accuracy};
use crate::error::{Error, Result};
use crate::gpu::Gpu;
use crate::soft_dtw::barycenter::Barycenter;
use crate::soft_dtw::collection::{Collection, smallest};
use crate::soft_dtw::random::Random;
use crate::soft_dtw::{Series, SoftDtw};

/// A rule with all its settings; the gamma in them is what cross-validation chooses.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// [`NearestNeighbour`](super::NearestNeighbour).
    NearestNeighbour(SoftDtw),
    /// [`NearestCentroid`].
    NearestCentroid(Barycenter),
}

/// A gamma, and how many of the held-out series were given the right class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// A value of the grid.
    pub gamma: f32,
    /// The share of right predictions over all folds, each series counting once.
    pub accuracy: f64,
}

/// What cross-validation found.
#[derive(Debug, Clone, PartialEq)]
pub struct GammaScores {
    /// In the order of the grid.
    pub scores: Vec<Score>,
    /// The one of the highest accuracy; of equals the largest gamma, the smoothest.
    pub best: Score,
}

/// Chooses gamma by stratified cross-validation: settings, with no GPU state. All are checked when
/// [`fit`](CrossValidation::fit) is called.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossValidation {
    rule: Rule,
    grid: Vec<f32>,
    folds: u32,
    seed: u64,
}

impl CrossValidation {
    /// The gammas that are tried if no others are given: for series of unit variance, the range from nearly DTW to nearly
    /// the mean cost.
    pub const GRID: [f32; 6] = [0.001, 0.01, 0.1, 1.0, 10.0, 100.0];

    /// For a rule; the gamma in it does not matter.
    #[must_use]
    pub fn new(rule: Rule) -> Self {
        Self { rule, grid: Self::GRID.to_vec(), folds: 5, seed: 0 }
    }

    /// The gammas to try, at least one. Default: [`CrossValidation::GRID`].
    #[must_use]
    pub fn grid(mut self, gammas: &[f32]) -> Self {
        self.grid = gammas.to_vec();
        self
    }

    /// Parts of the training set, each of which is held out once: from 2 to the number of series. Every class is
    /// spread over them as evenly as it goes. Default: 5.
    #[must_use]
    pub fn folds(mut self, folds: u32) -> Self {
        self.folds = folds;
        self
    }

    /// What the folds are drawn from. Default: 0.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The accuracy of the rule on held-out series, for each gamma. Waits for the GPU.
    ///
    /// For nearest neighbours each gamma takes the values of all pairs once, whatever the folds are; for nearest centroids, a
    /// barycenter for each class and fold.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a grid or folds out of range and for labels that do not fit the series;
    /// [`Error::NonFinite`] where the value of a pair is not finite; and as [`NearestCentroid::fit`].
    ///
    /// ```
    /// # fn main() -> supple::Result<()> {
    /// use supple::{Gpu, soft_dtw::{Kind, SoftDtw, classify::{CrossValidation, Rule}}};
    ///
    /// let gpu = Gpu::new()?;
    /// let train = gpu.upload(&[0.0, 1.0, 2.0, 0.0, 1.5, 2.0, 2.0, 1.0, 0.0, 2.0, 0.5, 0.0], [4, 3])?;
    /// let rule = Rule::NearestNeighbour(SoftDtw::new(1.0).kind(Kind::Divergence));
    /// let found = CrossValidation::new(rule).grid(&[0.01, 0.1]).folds(2).fit(&gpu, &train, &[0, 0, 1, 1])?;
    /// assert_eq!((found.best.gamma, found.best.accuracy), (0.1, 1.0));
    /// # Ok(())
    /// # }
    /// ```
    pub fn fit<'a>(&self, gpu: &Gpu, series: impl Into<Series<'a>>, labels: &[u32]) -> Result<GammaScores> {
        let collection = Collection::new(gpu, series.into())?;
        collection.expect_each("labels", labels.len())?;
        if self.folds < 2 || self.folds as usize > labels.len() {
            return Err(Error::InvalidArgument {
                argument: "folds",
                value: self.folds.to_string(),
                remedy: format!("give 2 to {}, the number of series", labels.len()),
            });
        }
        let folds = self.deal(labels);
        let mut scores = Vec::new();
        for &gamma in &self.grid {
            let predictions = match &self.rule {
                Rule::NearestNeighbour(dtw) => {
                    let mut dtw = dtw.clone();
                    dtw.gamma = gamma;
                    nearest_neighbours(gpu, &dtw, &collection, labels, &folds)?
                }
                Rule::NearestCentroid(barycenter) => {
                    let mut barycenter = barycenter.clone();
                    barycenter.dtw.gamma = gamma;
                    self.nearest_centroids(gpu, &barycenter, &collection, labels, &folds)?
                }
            };
            scores.push(Score { gamma, accuracy: accuracy(&predictions, labels)? });
        }
        let order = |score: &Score| (score.accuracy, score.gamma);
        let best = scores.iter().copied().reduce(|best, next| if order(&next) > order(&best) { next } else { best });
        match best {
            Some(best) => Ok(GammaScores { scores, best }),
            None => Err(Error::InvalidArgument {
                argument: "grid",
                value: "empty".to_owned(),
                remedy: "give at least one gamma".to_owned(),
            }),
        }
    }

    /// The fold of each series. Each class is shuffled and dealt out, one class after the other, going on where the last one
    /// ended, so that folds are of one size too.
    fn deal(&self, labels: &[u32]) -> Vec<u32> {
        let mut order: Vec<usize> = (0..labels.len()).collect();
        Random::new(self.seed).shuffle(&mut order);
        order.sort_by_key(|&index| labels[index]);
        let mut folds = vec![0; labels.len()];
        order.iter().zip((0..self.folds).cycle()).for_each(|(&index, fold)| folds[index] = fold);
        folds
    }

    fn nearest_centroids(
        &self,
        gpu: &Gpu,
        barycenter: &Barycenter,
        collection: &Collection<'_>,
        labels: &[u32],
        folds: &[u32],
    ) -> Result<Vec<u32>> {
        let given = barycenter.weights_or_equal(labels.len());
        collection.expect_each("weights", given.len())?;
        let mut predictions = vec![0; labels.len()];
        for held_out in 0..self.folds {
            let kept =
                folds.iter().zip(given.iter()).map(|(&fold, &weight)| if fold == held_out { 0.0 } else { weight });
            let barycenter = barycenter.clone().weights(&kept.collect::<Vec<f32>>());
            let rule = NearestCentroid::fit(&barycenter, gpu, collection.series, labels)?;
            let all = rule.predict(gpu, collection.series)?;
            for index in (0..labels.len()).filter(|&index| folds[index] == held_out) {
                predictions[index] = all[index];
            }
        }
        Ok(predictions)
    }
}

/// The class of the nearest series in another fold.
fn nearest_neighbours(
    gpu: &Gpu,
    dtw: &SoftDtw,
    collection: &Collection<'_>,
    labels: &[u32],
    folds: &[u32],
) -> Result<Vec<u32>> {
    let values = collection.values_with(gpu, dtw, collection.series)?;
    let rows = values.chunks(labels.len()).zip(folds);
    let nearest = rows.filter_map(|(row, own)| {
        let elsewhere = row.iter().zip(folds).map(|(&value, fold)| if fold == own { f32::INFINITY } else { value });
        smallest(elsewhere)
    });
    Ok(nearest.map(|index| labels[index]).collect())
}

#[cfg(test)]
mod tests {
    use super::{CrossValidation, Rule};
    use crate::soft_dtw::SoftDtw;

    #[test]
    fn folds_hold_every_class_alike() {
        let labels = [5, 5, 5, 5, 5, 5, 9, 9, 9, 9, 2, 2];
        let deal =
            |seed| CrossValidation::new(Rule::NearestNeighbour(SoftDtw::new(1.0))).folds(4).seed(seed).deal(&labels);
        let folds = deal(1);
        for fold in 0..4 {
            assert_eq!(folds.iter().filter(|&&other| other == fold).count(), 3);
            let of = |class| (0..12).filter(|&i| folds[i] == fold && labels[i] == class).count();
            assert!((1..=2).contains(&of(5)) && of(9) == 1 && of(2) <= 1);
        }
        assert_eq!(deal(1), folds);
        assert_ne!(deal(2), folds);
    }
}
