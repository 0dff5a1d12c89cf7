//! What the operators that read their results back need to know of a set of series.

#[cfg(feature = "barycenter")]
use super::Kind;
use super::{Pairs, Series, SoftDtw};
use crate::error::{Error, Result};
use crate::gpu::Gpu;

/// A set of series whose shape and lengths have been checked.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "barycenter"), expect(dead_code, reason = "only barycenters look at single series"))]
pub(super) struct Collection<'a> {
    pub(super) series: Series<'a>,
    pub(super) count: usize,
    /// Elements that the tensor has for each series.
    pub(super) padded: usize,
    pub(super) dim: usize,
}

impl<'a> Collection<'a> {
    pub(super) fn new(gpu: &Gpu, series: Series<'a>) -> Result<Self> {
        gpu.check()?;
        gpu.expect_own("series", series.values)?;
        let shape = series.values.shape();
        let [count, padded, dim] = match *shape.sizes() {
            [count, length] => [count, length, 1],
            [count, length, dim] => [count, length, dim],
            _ => [0; 3],
        };
        if count == 0 || padded == 0 || dim == 0 {
            return Err(Error::ShapeMismatch {
                argument: "series",
                found: shape.sizes().to_vec(),
                expected: "[series, length, channels] or [series, length], with at least one of each".to_owned(),
            });
        }
        if let Some(lengths) = series.lengths {
            lengths.check("lengths", count, padded)?;
        }
        Ok(Self { series, count: count as usize, padded: padded as usize, dim: dim as usize })
    }

    /// Checks that there is one of something for each series.
    pub(super) fn expect_each(&self, argument: &'static str, found: usize) -> Result<()> {
        if found == self.count {
            return Ok(());
        }
        Err(Error::InvalidArgument {
            argument,
            value: format!("{found} of them"),
            remedy: format!("give one for each of the {} series", self.count),
        })
    }

    /// The value of each of these series with each of `others`, row by row.
    pub(super) fn values_with(&self, gpu: &Gpu, dtw: &SoftDtw, others: Series<'_>) -> Result<Vec<f32>> {
        let dtw = dtw.clone().pairs(Pairs::All);
        let values = gpu.run(|rec| dtw.value(rec, self.series, others))?.read(gpu)?;
        match values.iter().position(|value| !value.is_finite()) {
            Some(index) => Err(Error::NonFinite { argument: "value of a pair", index, value: values[index] }),
            None => Ok(values),
        }
    }
}

#[cfg(feature = "barycenter")]
impl Collection<'_> {
    /// Elements of one series.
    pub(super) fn length(&self, index: usize) -> usize {
        self.series.lengths.map_or(self.padded, |lengths| lengths.as_slice()[index] as usize)
    }

    /// Elements of a center of some of the series, at least one: as many as are asked for, or else their mean length, rounded.
    ///
    /// Under the mean-cost divergence it is the length of the shortest of them, and no more. The divergence of a center from longer series is
    /// bounded below: with `M(n)` the mean alignment of the center with a series of length `n`, what grows with the center's squares are
    /// the row sums of `M(n)`, less those of `M(length)`, which are no larger where `n` is at least `length`. From shorter ones it
    /// may fall without end.
    pub(super) fn center_length(
        &self,
        kind: Kind,
        asked: Option<usize>,
        indices: impl ExactSizeIterator<Item = usize> + Clone,
    ) -> Result<usize> {
        if asked == Some(0) {
            return Err(Error::InvalidArgument {
                argument: "length",
                value: "0".to_owned(),
                remedy: "give a center at least one element".to_owned(),
            });
        }
        let lengths = indices.map(|index| self.length(index));
        if kind != Kind::MeanCostDivergence {
            let count = lengths.len();
            return Ok(asked.unwrap_or_else(|| (lengths.sum::<usize>() + count / 2) / count));
        }
        let shortest = lengths.min().unwrap_or(1);
        match asked {
            Some(length) if length > shortest => Err(Error::InvalidArgument {
                argument: "length",
                value: format!("{length}, under the mean-cost divergence, with a series of length {shortest}"),
                remedy: format!(
                    "ask for at most {shortest}, as the objective may have no minimum beyond, or take another kind"
                ),
            }),
            _ => Ok(asked.unwrap_or(shortest)),
        }
    }
}

/// The position of the smallest value, the first of equals.
pub(super) fn smallest(values: impl IntoIterator<Item = f32>) -> Option<usize> {
    let least = values.into_iter().enumerate().reduce(|least, next| if next.1 < least.1 { next } else { least });
    least.map(|(position, _)| position)
}
