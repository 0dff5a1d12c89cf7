//! k-means of time series: clusters around barycenters.
//!
//! Rounds of two steps (Lloyd 1982; with soft-DTW: Cuturi & Blondel 2017, arXiv 1703.01541): every series joins the
//! center with which its value is smallest, and every center moves to the barycenter of its cluster. The first
//! centers are series of the data, drawn by k-means++ (Arthur & Vassilvitskii 2007).
//!
//! ```
//! # fn main() -> supple::Result<()> {
//! use supple::{Gpu, soft_dtw::{Kind, SoftDtw, k_means::KMeans}};
//!
//! let gpu = Gpu::new()?;
//! let rising_or_falling = [0.0, 1.0, 2.0, 2.0, 1.0, 0.0, 0.0, 1.1, 2.0, 2.0, 0.9, 0.0];
//! let series = gpu.upload(&rising_or_falling, [4, 3])?; // [series, length]
//! let clusters = KMeans::new(2, SoftDtw::new(0.1).kind(Kind::Divergence)).fit(&gpu, &series)?;
//! let of = &clusters.assignments;
//! assert!(of[0] == of[2] && of[1] == of[3] && of[0] != of[1]);
//! # Ok(())
//! # }
//! ```

use super::barycenter::{Barycenter, Samples, Start};
use super::collection::{Collection, smallest};
use super::random::Random;
use super::{Kind, Lengths, Series, SoftDtw};
use crate::error::{Error, Result};
use crate::gpu::Gpu;

/// Clusters of series.
#[derive(Debug, Clone, PartialEq)]
pub struct Clusters {
    /// `[k, length, dim]`, flattened.
    pub centers: Vec<f32>,
    /// Elements of each center.
    pub length: u32,
    /// Channels.
    pub dim: u32,
    /// The cluster of each series, below `k`. No cluster is empty.
    pub assignments: Vec<u32>,
    /// The sum of the values of each series with its center.
    pub inertia: f64,
    /// How often the centers were moved.
    pub rounds: u32,
    /// Whether the last round changed no assignment.
    pub converged: bool,
}

/// k-means: settings, with no GPU state. All are checked when [`fit`](KMeans::fit) is called.
///
/// What is made small is the sum of the values of each series with its center, of the kind that is set. For the draw of the first
/// centers, where `Value`, `Sharp` and `MeanCost` may be negative and are not 0 between a series and itself, the divergence of
/// the same family stands in; where rounding makes one negative, it counts as 0.
#[derive(Debug, Clone, PartialEq)]
pub struct KMeans {
    k: u32,
    dtw: SoftDtw,
    seed: u64,
    restarts: u32,
    max_rounds: u32,
    length: Option<u32>,
    tolerance: f64,
    iterations: u32,
}

impl KMeans {
    /// `k` clusters, from 1 to the number of series, under the kind, cost, band and gamma of `dtw`; which pairs it is set to does not
    /// matter.
    #[must_use]
    pub fn new(k: u32, dtw: SoftDtw) -> Self {
        Self { k, dtw, seed: 0, restarts: 1, max_rounds: 50, length: None, tolerance: 1e-3, iterations: 10 }
    }

    /// What the draws are made from: the same seed on the same adapter gives the same clusters. Default: 0.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Runs from other first centers, at least 1; the one with the smallest inertia is kept, the first of equals. Default: 1.
    #[must_use]
    pub fn restarts(mut self, restarts: u32) -> Self {
        self.restarts = restarts;
        self
    }

    /// The most rounds of a run. With 0 the centers are the series that were drawn. Default: 50.
    #[must_use]
    pub fn max_rounds(mut self, rounds: u32) -> Self {
        self.max_rounds = rounds;
        self
    }

    /// Elements of each center. Default: the mean length of all series, rounded; that is their length where it is the same
    /// for all. Under [`Kind::MeanCostDivergence`] that of the shortest, and no more, as for
    /// [`Barycenter::length`].
    #[must_use]
    pub fn length(mut self, length: u32) -> Self {
        self.length = Some(length);
        self
    }

    /// The tolerance of a center, as in [`Barycenter::tolerance`]. Default: 1e-3.
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// The most iterations by which a center is moved in one round, from where it stands. Default: 10.
    #[must_use]
    pub fn iterations(mut self, iterations: u32) -> Self {
        self.iterations = iterations;
        self
    }

    /// The clusters of `series`: `[series, length, channels]`, or `[series, length]` for one channel. Waits for the GPU.
    ///
    /// Each round takes values of `k N` pairs and, for the centers, at most some `10 N` values and gradients. Where series
    /// are as near to one center as to another, the lower one gets them. A cluster that nobody joined begins anew at the
    /// series farthest from its center, so that even equal series make `k` clusters.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for `k`, restarts, a length or a tolerance out of range; [`Error::NonFinite`] where the value of a
    /// pair is not finite; [`Error::ShapeMismatch`] for a tensor of another shape or without elements; and as
    /// [`SoftDtw::value_and_grad`].
    pub fn fit<'a>(&self, gpu: &Gpu, series: impl Into<Series<'a>>) -> Result<Clusters> {
        let collection = Collection::new(gpu, series.into())?;
        let refuse = |argument, value: String, remedy| Err(Error::InvalidArgument { argument, value, remedy });
        if self.k == 0 || self.k as usize > collection.count {
            let remedy = format!("ask for 1 to {} clusters, as many as there are series", collection.count);
            return refuse("k", self.k.to_string(), remedy);
        }
        if self.restarts == 0 {
            return refuse("restarts", "0".to_owned(), "ask for at least one run".to_owned());
        }
        let asked = self.length.map(|length| length as usize);
        let length = collection.center_length(self.dtw.kind, asked, 0..collection.count)?;
        let samples = Samples::read(gpu, collection)?;
        let run = Run { settings: self, gpu, collection, samples, length };
        let mut random = Random::new(self.seed);
        let mut best = run.clusters(&mut random)?;
        for _ in 1..self.restarts {
            let other = run.clusters(&mut random)?;
            if other.inertia < best.inertia {
                best = other;
            }
        }
        Ok(best)
    }
}

/// What all restarts share.
struct Run<'a> {
    settings: &'a KMeans,
    gpu: &'a Gpu,
    collection: Collection<'a>,
    samples: Samples<'a>,
    length: usize,
}

/// The cluster of each series, and its value with the center.
struct Assignment {
    of: Vec<u32>,
    values: Vec<f32>,
}

impl Run<'_> {
    fn clusters(&self, random: &mut Random) -> Result<Clusters> {
        let drawn = self.draw(random)?;
        let mut centers: Vec<Vec<f32>> =
            drawn.iter().map(|&index| self.samples.resampled(index, self.length)).collect();
        let mut assignment = self.assign(&mut centers)?;
        let (mut rounds, mut converged) = (0, false);
        while rounds < self.settings.max_rounds && !converged {
            for (cluster, center) in (0..).zip(&mut centers) {
                *center = self.center(center, &assignment.of, cluster)?;
            }
            let next = self.assign(&mut centers)?;
            converged = next.of == assignment.of;
            assignment = next;
            rounds += 1;
        }
        Ok(Clusters {
            centers: centers.concat(),
            length: self.length as u32,
            dim: self.collection.dim as u32,
            assignments: assignment.of,
            inertia: assignment.values.iter().map(|&value| f64::from(value)).sum(),
            rounds,
            converged,
        })
    }

    /// k-means++: `k` series, each drawn with a probability proportional to its divergence from the nearest one before it.
    fn draw(&self, random: &mut Random) -> Result<Vec<usize>> {
        let dtw = self.settings.dtw.clone().kind(match self.settings.dtw.kind {
            Kind::Value => Kind::Divergence,
            Kind::Sharp => Kind::SharpDivergence,
            Kind::MeanCost => Kind::MeanCostDivergence,
            kind => kind,
        });
        let Collection { series, count, .. } = self.collection;
        let mut drawn = vec![random.below(count)];
        let mut nearest = vec![f64::INFINITY; count];
        while drawn.len() < self.settings.k as usize {
            let last = drawn[drawn.len() - 1] as u32;
            let lengths = Lengths::new(&[self.collection.length(last as usize) as u32])?;
            let one = series.values.rows(last..last + 1)?;
            let one = Series::new(&one).lengths(&lengths);
            let values = self.collection.values_with(self.gpu, &dtw, one)?;
            for (nearest, value) in nearest.iter_mut().zip(values) {
                *nearest = nearest.min(f64::from(value).max(0.0));
            }
            // Rounding must not draw a series again.
            for &index in &drawn {
                nearest[index] = 0.0;
            }
            drawn.push(random.weighted(&nearest).unwrap_or_else(|| {
                // All that is left equals what was drawn.
                let left: Vec<usize> = (0..count).filter(|index| !drawn.contains(index)).collect();
                left[random.below(left.len())]
            }));
        }
        Ok(drawn)
    }

    /// Gives every series to the nearest center, and a series to every center.
    fn assign(&self, centers: &mut [Vec<f32>]) -> Result<Assignment> {
        let values = self.values(centers)?;
        let k = centers.len();
        let nearest = |row: &[f32]| smallest(row.iter().copied()).unwrap_or(0);
        let mut of: Vec<u32> = values.chunks(k).map(|row| nearest(row) as u32).collect();
        let mut own: Vec<f32> = values.chunks(k).map(|row| row[nearest(row)]).collect();
        let mut sizes = vec![0; k];
        for &cluster in &of {
            sizes[cluster as usize] += 1;
        }
        let mut moved = false;
        for cluster in 0..k {
            if sizes[cluster] > 0 {
                continue;
            }
            // There is such a series: k is not above the number of series.
            let spare = (0..of.len()).filter(|&index| sizes[of[index] as usize] > 1);
            let farthest = spare.reduce(|far, index| if own[index] > own[far] { index } else { far });
            let Some(index) = farthest else { continue };
            sizes[of[index] as usize] -= 1;
            sizes[cluster] = 1;
            of[index] = cluster as u32;
            centers[cluster] = self.samples.resampled(index, self.length);
            moved = true;
        }
        if moved {
            let values = self.values(centers)?;
            own = values.chunks(k).zip(&of).map(|(row, &cluster)| row[cluster as usize]).collect();
        }
        Ok(Assignment { of, values: own })
    }

    /// Every series with every center, row by row.
    fn values(&self, centers: &[Vec<f32>]) -> Result<Vec<f32>> {
        let shape = [centers.len() as u32, self.length as u32, self.collection.dim as u32];
        let centers = self.gpu.upload(&centers.concat(), shape)?;
        self.collection.values_with(self.gpu, &self.settings.dtw, (&centers).into())
    }

    /// The barycenter of a cluster, searched for from where its center is.
    fn center(&self, from: &[f32], of: &[u32], cluster: u32) -> Result<Vec<f32>> {
        let weights: Vec<f32> = of.iter().map(|&other| if other == cluster { 1.0 } else { 0.0 }).collect();
        let KMeans { dtw, tolerance, iterations, .. } = self.settings;
        let barycenter = Barycenter::new(dtw.clone())
            .weights(&weights)
            .start(Start::Given(from.to_vec()))
            .tolerance(*tolerance)
            .max_iterations(*iterations);
        Ok(barycenter.fit(self.gpu, self.collection.series)?.values)
    }
}
