//! A call that has been checked: the two inputs and what follows from their shapes and the settings.

use super::plan::{COLUMNS, MAX_CHANNELS, ROWS};
use super::{Cost, Pairs, Series, SoftDtw, Strategy};
use crate::error::{Error, Result};
use crate::gpu::{Gpu, Shape, Tensor};

/// Lengths and counts beyond this could overflow a kernel's 32-bit indices.
const MAX_LENGTH: u32 = 1 << 24;

/// What all kernels of a call need to know.
pub(super) struct Job {
    pub(super) x: Tensor<f32>,
    pub(super) y: Tensor<f32>,
    pub(super) x_count: u32,
    pub(super) y_count: u32,
    pub(super) n: u32,
    pub(super) m: u32,
    pub(super) dim: u32,
    pub(super) all_pairs: bool,
    pub(super) strategy: Strategy,
    /// From `|x - y|^2` to the cost.
    pub(super) cost_factor: f32,
    pub(super) gamma: f32,
    /// Shaders run with checks, and so with none of their loops unrolled.
    pub(super) checked_shaders: bool,
}

impl Job {
    pub(super) fn new(settings: &SoftDtw, gpu: &Gpu, x: Series<'_>, y: Series<'_>) -> Result<Self> {
        let (x, y) = (x.values, y.values);
        gpu.check()?;
        check_gamma(settings)?;
        gpu.expect_own("x", x)?;
        gpu.expect_own("y", y)?;
        let [x_count, n, x_dim] = series_shape("x", x.shape())?;
        let [y_count, m, y_dim] = series_shape("y", y.shape())?;
        if x_dim != y_dim {
            return Err(Error::ShapeMismatch {
                argument: "y",
                found: y.shape().sizes().to_vec(),
                expected: format!("{x_dim} channels, as `x` has"),
            });
        }
        let all_pairs = settings.pairs == Pairs::All;
        if !all_pairs && x_count != y_count {
            return Err(Error::ShapeMismatch {
                argument: "y",
                found: y.shape().sizes().to_vec(),
                expected: format!("{x_count} series, as `x` has (or use Pairs::All)"),
            });
        }
        Ok(Self {
            x: x.clone(),
            y: y.clone(),
            x_count,
            y_count,
            n,
            m,
            dim: x_dim,
            all_pairs,
            strategy: settings.strategy,
            cost_factor: if settings.cost == Cost::HalfSquaredEuclidean { 0.5 } else { 1.0 },
            gamma: settings.gamma,
            checked_shaders: gpu.checked_shaders(),
        })
    }

    /// `[batch]` or `[A, B]`.
    pub(super) fn value_shape(&self) -> Shape {
        if self.all_pairs { [self.x_count, self.y_count].into() } else { [self.x_count].into() }
    }

    /// `[batch, n, m]` or `[A, B, n, m]`.
    pub(super) fn alignment_shape(&self) -> Shape {
        if self.all_pairs {
            [self.x_count, self.y_count, self.n, self.m].into()
        } else {
            [self.x_count, self.n, self.m].into()
        }
    }

    /// Pairs of the whole call.
    pub(super) fn pairs(&self) -> u64 {
        if self.all_pairs { u64::from(self.x_count) * u64::from(self.y_count) } else { u64::from(self.x_count) }
    }

    /// Strips of tiles along `x`.
    pub(super) fn strips(&self) -> u32 {
        self.n.div_ceil(ROWS)
    }

    /// Blocks of tiles along `y`.
    pub(super) fn blocks(&self) -> u32 {
        self.m.div_ceil(COLUMNS)
    }

    /// Tiles of one pair.
    pub(super) fn tiles(&self) -> u64 {
        u64::from(self.strips()) * u64::from(self.blocks())
    }

    /// Elements of one series of `x`.
    pub(super) fn x_elements(&self) -> u64 {
        u64::from(self.n) * u64::from(self.dim)
    }

    /// Elements of one series of `y`.
    pub(super) fn y_elements(&self) -> u64 {
        u64::from(self.m) * u64::from(self.dim)
    }

    /// From `|x - y|^2` to the soft recursion's cost, in bits.
    pub(super) fn soft_scale(&self) -> f32 {
        self.cost_factor * std::f32::consts::LOG2_E / self.gamma
    }
}

fn check_gamma(settings: &SoftDtw) -> Result<()> {
    let gamma = settings.gamma;
    let refuse = |remedy: &str| {
        Err(Error::InvalidArgument { argument: "gamma", value: gamma.to_string(), remedy: remedy.to_owned() })
    };
    if !gamma.is_finite() || gamma < 0.0 {
        return refuse("give a finite number of at least 0; 0 is plain DTW");
    }
    if gamma > 0.0 && !(SoftDtw::MIN_GAMMA..=SoftDtw::MAX_GAMMA).contains(&gamma) {
        return refuse("stay between 1e-30 and 1e30, or give 0 for plain DTW");
    }
    Ok(())
}

/// `[series, length, channels]` of a tensor of two or three dimensions.
fn series_shape(argument: &'static str, shape: Shape) -> Result<[u32; 3]> {
    let mismatch = |expected: String| Err(Error::ShapeMismatch { argument, found: shape.sizes().to_vec(), expected });
    let [count, length, dim] = match *shape.sizes() {
        [count, length] => [count, length, 1],
        [count, length, dim] => [count, length, dim],
        _ => return mismatch("[batch, length, channels] or [batch, length]".to_owned()),
    };
    if length == 0 || dim == 0 {
        return mismatch("series of at least one element and one channel".to_owned());
    }
    if dim > MAX_CHANNELS {
        return mismatch(format!("at most {MAX_CHANNELS} channels"));
    }
    if length > MAX_LENGTH {
        return mismatch(format!("series of at most {MAX_LENGTH} elements"));
    }
    Ok([count, length, dim])
}
