//! A call that has been checked: the two inputs and what follows from their shapes and the settings.

use super::combine::NUMBERS;
use super::cost::Costs;
use super::layout::{HIGH_ROWS, MAX_CHANNELS, ROWS};
use super::pairs::named;
use super::wave::Tangent;
use super::{Band, Cost, Kind, Lengths, Pairs, Series, SoftDtw, Strategy};
use crate::error::{Error, Result};
use crate::gpu::{Capabilities, Gpu, Shape, Tensor};

/// Lengths and counts beyond this could overflow a kernel's 32-bit indices.
const MAX_LENGTH: u32 = 1 << 24;

/// Pairs are numbered in 32 bits.
const MAX_PAIRS: u64 = u32::MAX as u64;

/// Which recursion runs over the matrix of costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recursion {
    /// The soft minimum.
    Soft,
    /// The soft minimum of no costs at all: every path counts the same.
    Mean,
    /// The minimum.
    Hard,
}

/// When borders and series are in textures: software drivers load from them faster than from buffers, but store to them more slowly, with
/// AVX-512 much more, and gradients load more than values do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Texels {
    Never,
    ForGradients,
    Always,
}

impl Texels {
    fn of(capabilities: &Capabilities) -> Self {
        let of_use = capabilities.software && capabilities.texels && !capabilities.slow_texel_stores;
        match (of_use, capabilities.slow_loads) {
            (false, _) => Self::Never,
            (true, false) => Self::ForGradients,
            (true, true) => Self::Always,
        }
    }
}

/// What all kernels of a call need to know.
#[derive(Clone)]
pub(super) struct Job {
    /// Series, or the matrices of costs.
    pub(super) x: Tensor<f32>,
    pub(super) y: Tensor<f32>,
    pub(super) x_lengths: Option<Lengths>,
    pub(super) y_lengths: Option<Lengths>,
    /// Of a divergence of matrices of costs, those of series with themselves.
    pub(super) itself: Option<[Tensor<f32>; 2]>,
    pub(super) x_count: u32,
    pub(super) y_count: u32,
    pub(super) n: u32,
    pub(super) m: u32,
    pub(super) dim: u32,
    pub(super) pairs: Pairs,
    pub(super) band: Band,
    pub(super) strategy: Strategy,
    pub(super) costs: Costs,
    pub(super) gamma: f32,
    pub(super) recursion: Recursion,
    /// Scratch memory that one pass over pairs may take, in bytes: that of the settings, divided by `passes`.
    pub(super) memory: u64,
    pub(super) passes: u64,
    /// Shaders run with checks, and so with none of their loops unrolled.
    pub(super) checked_shaders: bool,
    /// On a software driver, where loads cost more than what is done with them, and a processor divides.
    pub(super) software: bool,
    pub(super) texels: Texels,
}

impl Job {
    /// A call over two sides of series.
    pub(super) fn new(settings: &SoftDtw, gpu: &Gpu, x: Series<'_>, y: Series<'_>) -> Result<Self> {
        gpu.check()?;
        if settings.gamma == 0.0 && settings.cost == Cost::LogAugmented {
            return Err(refuse_gamma(0.0, "the log-augmented cost is made with gamma: give one above 0"));
        }
        gpu.expect_own("x", x.values)?;
        gpu.expect_own("y", y.values)?;
        let [x_count, n, x_dim] = series_shape("x", x.values.shape())?;
        let [y_count, m, y_dim] = series_shape("y", y.values.shape())?;
        let mismatch = |expected: String| {
            Err(Error::ShapeMismatch { argument: "y", found: y.values.shape().sizes().to_vec(), expected })
        };
        if x_dim != y_dim {
            return mismatch(format!("{x_dim} channels, as `x` has"));
        }
        if settings.pairs == Pairs::Aligned && x_count != y_count {
            return mismatch(format!("{x_count} series, as `x` has (or use Pairs::All)"));
        }
        settings.pairs.check(x_count, y_count)?;
        check_lengths("x_lengths", x.lengths, x_count, n)?;
        check_lengths("y_lengths", y.lengths, y_count, m)?;
        let job = Self {
            x: x.values.clone(),
            y: y.values.clone(),
            x_lengths: x.lengths.cloned(),
            y_lengths: y.lengths.cloned(),
            x_count,
            y_count,
            n,
            m,
            dim: x_dim,
            ..Self::settings(settings, gpu, x.values, Costs::new(&settings.cost))?
        };
        if job.pairs() > MAX_PAIRS {
            return Err(Error::LimitExceeded {
                what: format!("a call over {x_count} series of `x` and {y_count} of `y`"),
                limit: "the largest number of `pairs`",
                asked: job.pairs(),
                have: MAX_PAIRS,
                remedy: "compare fewer series in one call",
            });
        }
        if settings.kind.is_divergence() {
            job.check_named(gpu)?;
        }
        Ok(job)
    }

    /// A call over given matrices of costs, `[pairs, n, m]`.
    pub(super) fn of_costs(settings: &SoftDtw, gpu: &Gpu, costs: super::CostMatrices<'_>) -> Result<Self> {
        gpu.check()?;
        gpu.expect_own("costs", costs.values)?;
        let shape = costs.values.shape();
        let &[count, n, m] = shape.sizes() else {
            return Err(Error::ShapeMismatch {
                argument: "costs",
                found: shape.sizes().to_vec(),
                expected: "[pairs, n, m]".to_owned(),
            });
        };
        series_shape("costs", [count, n].into())?;
        series_shape("costs", [count, m].into())?;
        if settings.kind.is_divergence() && costs.itself.is_none() {
            return Err(Error::InvalidArgument {
                argument: "kind",
                value: format!("{:?}", settings.kind),
                remedy: "a divergence compares series with themselves too: give those costs by CostMatrices::itself, or use \
                         another kind"
                    .to_owned(),
            });
        }
        let itself = costs.itself.filter(|_| settings.kind.is_divergence());
        for (argument, own, size) in itself.into_iter().flat_map(|[xx, yy]| [("xx", xx, n), ("yy", yy, m)]) {
            gpu.expect_own(argument, own)?;
            let (found, expected) = (own.shape(), Shape::from([count, size, size]));
            if found != expected {
                let (found, expected) = (found.sizes().to_vec(), format!("{:?}", expected.sizes()));
                return Err(Error::ShapeMismatch { argument, found, expected });
            }
        }
        check_lengths("x_lengths", costs.x_lengths, count, n)?;
        check_lengths("y_lengths", costs.y_lengths, count, m)?;
        Ok(Self {
            x_lengths: costs.x_lengths.cloned(),
            y_lengths: costs.y_lengths.cloned(),
            itself: itself.map(|pair| pair.map(Tensor::clone)),
            x_count: count,
            y_count: count,
            n,
            m,
            pairs: Pairs::Aligned,
            ..Self::settings(settings, gpu, costs.values, Costs::given())?
        })
    }

    /// What follows from the settings and the costs alone.
    fn settings(settings: &SoftDtw, gpu: &Gpu, any: &Tensor<f32>, costs: Costs) -> Result<Self> {
        check_gamma(settings.gamma)?;
        settings.band.check()?;
        let hard = settings.kind == Kind::Hard || (settings.gamma == 0.0 && !settings.kind.is_mean_cost());
        // A divergence is three passes, and the memory of one need not suit the next.
        let passes = if settings.kind.is_divergence() { 3 } else { 1 };
        Ok(Self {
            x: any.clone(),
            y: any.clone(),
            x_lengths: None,
            y_lengths: None,
            itself: None,
            x_count: 0,
            y_count: 0,
            n: 1,
            m: 1,
            dim: 1,
            pairs: settings.pairs.clone(),
            band: settings.band,
            strategy: settings.strategy,
            gamma: settings.gamma,
            recursion: match (settings.kind.is_mean_cost(), hard) {
                (true, _) => Recursion::Mean,
                (false, true) => Recursion::Hard,
                (false, false) => Recursion::Soft,
            },
            memory: settings.memory / passes,
            passes,
            checked_shaders: gpu.checked_shaders() || costs.checked(),
            software: gpu.capabilities().software,
            texels: Texels::of(gpu.capabilities()),
            costs,
        })
    }

    /// Each series of one side with itself; where pairs are listed, each that is named.
    pub(super) fn with_itself(&self, first: bool) -> Self {
        let mut job = self.clone();
        job.pairs = match &self.pairs {
            Pairs::List(list) => Pairs::List(named(list, first).into_iter().map(|series| (series, series)).collect()),
            _ => Pairs::Aligned,
        };
        if first {
            (job.y, job.y_lengths, job.y_count, job.m) = (self.x.clone(), self.x_lengths.clone(), self.x_count, self.n);
        } else {
            (job.x, job.x_lengths, job.x_count, job.n) = (self.y.clone(), self.y_lengths.clone(), self.y_count, self.m);
        }
        if let Some([xx, yy]) = &self.itself {
            let own = if first { xx } else { yy };
            (job.x, job.y) = (own.clone(), own.clone());
        }
        job
    }

    /// The same pairs, of series that are numbered as the pairs of `with_itself` are. Says which results belong together, and no more:
    /// the tensors stay as they are.
    pub(super) fn numbered_by_name(&self) -> Self {
        let Pairs::List(list) = &self.pairs else { return self.clone() };
        let (xs, ys) = (named(list, true), named(list, false));
        let number = |named: &[u32], series: u32| named.partition_point(|&other| other < series) as u32;
        let pairs = list.iter().map(|&(x, y)| (number(&xs, x), number(&ys, y))).collect();
        Self { pairs: Pairs::List(pairs), x_count: xs.len() as u32, y_count: ys.len() as u32, ..self.clone() }
    }

    /// Checks that one binding holds the numbers of all series with themselves where pairs are listed, which may name any of them.
    fn check_named(&self, gpu: &Gpu) -> Result<()> {
        let Pairs::List(list) = &self.pairs else { return Ok(()) };
        for (side, first) in [("x", true), ("y", false)] {
            let count = named(list, first).len() as u64;
            let what = format!("a divergence of listed pairs that name {count} series of `{side}`");
            gpu.expect_bound(count * u64::from(NUMBERS) * 4, &what, "name fewer series in one call")?;
        }
        Ok(())
    }

    pub(super) fn all_pairs(&self) -> bool {
        self.pairs == Pairs::All
    }

    /// Whether a table says what each pair is made of.
    pub(super) fn listed(&self) -> bool {
        self.x_lengths.is_some()
            || self.y_lengths.is_some()
            || self.band != Band::None
            || matches!(self.pairs, Pairs::List(_))
    }

    /// `[batch]`, `[A, B]` or `[pairs]`.
    pub(super) fn value_shape(&self) -> Shape {
        match &self.pairs {
            Pairs::Aligned => [self.x_count].into(),
            Pairs::All => [self.x_count, self.y_count].into(),
            Pairs::List(list) => [list.len() as u32].into(),
        }
    }

    /// `[batch, n, m]`, `[A, B, n, m]` or `[pairs, n, m]`.
    pub(super) fn alignment_shape(&self) -> Shape {
        match &self.pairs {
            Pairs::All => [self.x_count, self.y_count, self.n, self.m].into(),
            _ => [self.pairs() as u32, self.n, self.m].into(),
        }
    }

    /// Pairs of the whole call.
    pub(super) fn pairs(&self) -> u64 {
        match &self.pairs {
            Pairs::Aligned => u64::from(self.x_count),
            Pairs::All => u64::from(self.x_count) * u64::from(self.y_count),
            Pairs::List(list) => list.len() as u64,
        }
    }

    /// Rows of the tiles of a pass that may carry a derivative along. Nothing that changes with the batch or its parts decides, since
    /// the last bits of gradients depend on it.
    pub(super) fn rows(&self, tangent: Tangent<'_>) -> u32 {
        let plain = self.dim == 1 && !tangent.is_some() && self.recursion == Recursion::Soft && self.band == Band::None;
        let high = self.software && plain && !self.checked_shaders && self.costs.high.is_some();
        if high { HIGH_ROWS } else { ROWS }
    }

    /// Elements of the matrix of one pair.
    pub(super) fn cells(&self) -> u64 {
        u64::from(self.n) * u64::from(self.m)
    }

    /// Elements of one series of `x`, or of one matrix of costs.
    pub(super) fn x_elements(&self) -> u64 {
        if self.costs.given { self.cells() } else { u64::from(self.n) * u64::from(self.dim) }
    }

    /// Elements of one series of `y`.
    pub(super) fn y_elements(&self) -> u64 {
        if self.costs.given { 0 } else { u64::from(self.m) * u64::from(self.dim) }
    }

    /// Whether borders and series are in textures.
    pub(super) fn in_texels(&self, gradients: bool) -> bool {
        match self.texels {
            Texels::Never => false,
            Texels::ForGradients => gradients,
            Texels::Always => true,
        }
    }

    /// Entries of four elements of a packed series of `x`, and of `y`.
    pub(super) fn packed_entries(&self) -> [u32; 2] {
        if self.costs.given {
            return [0; 2];
        }
        [self.n, self.m].map(|length| length.div_ceil(4) * self.dim)
    }

    /// The factor from a cost to the recursion's.
    pub(super) fn scale(&self) -> f32 {
        match self.recursion {
            Recursion::Soft => self.costs.factor * self.per_cost(),
            Recursion::Mean | Recursion::Hard => self.costs.factor,
        }
    }

    /// Bits of the soft recursion for one unit of the cost.
    pub(super) fn per_cost(&self) -> f32 {
        std::f32::consts::LOG2_E / self.gamma
    }

    /// Units of the cost for one bit of the soft recursion.
    pub(super) fn per_bit(&self) -> f32 {
        self.gamma * std::f32::consts::LN_2
    }
}

fn check_gamma(gamma: f32) -> Result<()> {
    if !gamma.is_finite() || gamma < 0.0 {
        return Err(refuse_gamma(gamma, "give a finite number of at least 0; 0 is plain DTW"));
    }
    if gamma > 0.0 && !(SoftDtw::MIN_GAMMA..=SoftDtw::MAX_GAMMA).contains(&gamma) {
        return Err(refuse_gamma(gamma, "stay between 1e-30 and 1e30, or give 0 for plain DTW"));
    }
    Ok(())
}

fn refuse_gamma(gamma: f32, remedy: &str) -> Error {
    Error::InvalidArgument { argument: "gamma", value: gamma.to_string(), remedy: remedy.to_owned() }
}

fn check_lengths(argument: &'static str, lengths: Option<&Lengths>, count: u32, padded: u32) -> Result<()> {
    lengths.map_or(Ok(()), |lengths| lengths.check(argument, count, padded))
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
