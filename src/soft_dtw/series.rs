//! The series of one side of a call: a tensor, and their lengths where these differ.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::gpu::Tensor;

/// The series of one side: `[batch, length, channels]`, or `[batch, length]` for one channel; and where lengths differ,
/// how many elements of each count. What lies beyond is padding: it is never read, and its gradient is 0.
///
/// A plain `&Tensor<f32>` is taken wherever series of one length are meant.
///
/// ```
/// # fn main() -> supple::Result<()> {
/// use supple::{Gpu, soft_dtw::{Lengths, Series, SoftDtw}};
///
/// let gpu = Gpu::new()?;
/// let nothing = f32::NAN;
/// let x = gpu.upload(&[0.0, 1.0, 2.0, 0.0, 2.0, nothing], [2, 3])?;
/// let y = gpu.upload(&[0.0, 2.0, 0.0, 2.0], [2, 2])?;
/// let lengths = Lengths::new(&[3, 2])?;
/// let value = gpu.run(|rec| SoftDtw::new(0.0).value(rec, Series::new(&x).lengths(&lengths), &y))?;
/// assert_eq!(value.read(&gpu)?, [0.5, 0.0]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Series<'a> {
    pub(super) values: &'a Tensor<f32>,
    pub(super) lengths: Option<&'a Lengths>,
}

impl<'a> Series<'a> {
    /// Series of which every element counts.
    #[must_use]
    pub fn new(values: &'a Tensor<f32>) -> Self {
        Self { values, lengths: None }
    }

    /// The length of each series, from 1 to the tensor's. The pairs of the call are then put in a table, with all pairs one of `A B`
    /// entries; [`SoftDtw::memory`](super::SoftDtw::memory) says what that takes.
    #[must_use]
    pub fn lengths(mut self, lengths: &'a Lengths) -> Self {
        self.lengths = Some(lengths);
        self
    }
}

impl<'a> From<&'a Tensor<f32>> for Series<'a> {
    fn from(values: &'a Tensor<f32>) -> Self {
        Self::new(values)
    }
}

/// Matrices of costs, `[pairs, n, m]`, in the place of two sides of series; and where lengths differ, how many rows and columns of
/// each count. What lies beyond is never read.
///
/// Costs are finite, of any sign; for DTW plus infinity forbids a cell. Anything else gives NaN for its pair.
///
/// A plain `&Tensor<f32>` is taken wherever whole matrices are meant.
#[derive(Debug, Clone, Copy)]
pub struct CostMatrices<'a> {
    pub(super) values: &'a Tensor<f32>,
    pub(super) x_lengths: Option<&'a Lengths>,
    pub(super) y_lengths: Option<&'a Lengths>,
    pub(super) itself: Option<[&'a Tensor<f32>; 2]>,
}

impl<'a> CostMatrices<'a> {
    /// Matrices of which every element counts.
    #[must_use]
    pub fn new(values: &'a Tensor<f32>) -> Self {
        Self { values, x_lengths: None, y_lengths: None, itself: None }
    }

    /// The rows of each matrix that count, from 1 to `n`.
    #[must_use]
    pub fn x_lengths(mut self, lengths: &'a Lengths) -> Self {
        self.x_lengths = Some(lengths);
        self
    }

    /// The columns of each matrix that count, from 1 to `m`.
    #[must_use]
    pub fn y_lengths(mut self, lengths: &'a Lengths) -> Self {
        self.y_lengths = Some(lengths);
        self
    }

    /// For the divergences, the costs of each pair's first series with itself, `[pairs, n, n]`, and of its second, `[pairs, m, m]`. Other
    /// kinds do not read them.
    ///
    /// ```
    /// # fn main() -> supple::Result<()> {
    /// use supple::{Gpu, soft_dtw::{CostMatrices, Kind, SoftDtw}};
    ///
    /// let gpu = Gpu::new()?;
    /// let xy = gpu.upload(&[1.0, 4.0], [1, 2, 1])?;
    /// let xx = gpu.upload(&[0.0, 1.0, 1.0, 0.0], [1, 2, 2])?;
    /// let yy = gpu.upload(&[0.0], [1, 1, 1])?;
    /// let costs = CostMatrices::new(&xy).itself(&xx, &yy);
    /// let dtw = SoftDtw::new(1.0).kind(Kind::Divergence);
    /// let result = gpu.run(|rec| dtw.value_and_grad_of_costs(rec, costs))?;
    /// // One alignment of the two, three of the first with itself: 5 + ln(1 + 2 / e) / 2.
    /// assert!((result.value.read(&gpu)?[0] - 5.275_71).abs() < 1e-4);
    /// let [grad_xx, _] = result.grad_itself.expect("of a divergence");
    /// assert_eq!(grad_xx.read(&gpu)?[0], -0.5);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn itself(mut self, xx: &'a Tensor<f32>, yy: &'a Tensor<f32>) -> Self {
        self.itself = Some([xx, yy]);
        self
    }
}

impl<'a> From<&'a Tensor<f32>> for CostMatrices<'a> {
    fn from(values: &'a Tensor<f32>) -> Self {
        Self::new(values)
    }
}

/// How many elements each series of a padded batch has. On the host, since the work is planned by it: pairs of similar
/// size are worked on together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lengths(Arc<[u32]>);

impl Lengths {
    /// One length for each series.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a length of 0, with its row.
    pub fn new(lengths: &[u32]) -> Result<Self> {
        if let Some(row) = lengths.iter().position(|&length| length == 0) {
            return Err(Error::InvalidArgument {
                argument: "lengths",
                value: format!("0 at row {row}"),
                remedy: "give every series at least one element, or leave the row out".to_owned(),
            });
        }
        Ok(Self(lengths.into()))
    }

    /// The lengths.
    #[must_use]
    pub fn as_slice(&self) -> &[u32] {
        &self.0
    }

    /// Checks that there is one for each of `count` series, and that none exceeds the tensor's `padded` length.
    pub(super) fn check(&self, argument: &'static str, count: u32, padded: u32) -> Result<()> {
        let refuse = |value: String, remedy: String| Err(Error::InvalidArgument { argument, value, remedy });
        if self.0.len() != count as usize {
            return refuse(format!("{} lengths", self.0.len()), format!("give one for each of the {count} series"));
        }
        match self.0.iter().position(|&length| length > padded) {
            Some(row) => refuse(
                format!("{} at row {row}", self.0[row]),
                format!("stay within the {padded} elements that each series of the tensor has"),
            ),
            None => Ok(()),
        }
    }
}
