//! Costs of matching two points.

/// The cost of matching a point of `x` with a point of `y`, and its derivatives.
///
/// Everything here takes any implementation, symmetric or not; [`Cost`] holds the usual ones.
pub trait GroundCost {
    /// The cost of matching `x` with `y`, two points of equally many coordinates. `+infinity`
    /// forbids the match.
    fn cost(&self, x: &[f64], y: &[f64]) -> f64;

    /// Adds `weight` times the derivative of the cost in `x` to `grad_x`, and in `y` to `grad_y`.
    fn add_gradient(&self, x: &[f64], y: &[f64], weight: f64, grad_x: &mut [f64], grad_y: &mut [f64]);
}

/// The usual costs of matching two points.
///
/// # Examples
///
/// ```
/// use supple::reference::soft_dtw::{Cost, GroundCost};
///
/// assert_eq!(Cost::HalfSquaredEuclidean.cost(&[3.0, 4.0], &[0.0, 0.0]), 12.5);
/// assert_eq!(Cost::SquaredEuclidean.cost(&[3.0, 4.0], &[0.0, 0.0]), 25.0);
/// assert_eq!(Cost::Absolute.cost(&[3.0, 4.0], &[0.0, 0.0]), 7.0);
/// assert_eq!(Cost::Cosine.cost(&[3.0, 4.0], &[4.0, -3.0]), 1.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Cost {
    /// `|x - y|^2 / 2`, the cost of the papers. The default.
    #[default]
    HalfSquaredEuclidean,
    /// `|x - y|^2`, the cost of most packages.
    SquaredEuclidean,
    /// `gamma (h + log(2 - exp(-h)))` with `h = |x - y|^2 / (2 gamma)`: with the same `gamma` in the
    /// recursion, a cost under which the soft-DTW divergence is proved to be non-negative (Blondel,
    /// Mensch and Vert).
    LogAugmented {
        /// Above 0.
        gamma: f64,
    },
    /// `sum_k |x_k - y_k|`, with derivative 0 in a coordinate where `x` and `y` are equal.
    Absolute,
    /// `1 - <x, y> / (|x| |y|)`. Where one of the norms is at most 1e-15 there is no direction: the cost is 1,
    /// its derivative 0.
    Cosine,
}

/// The largest squared norm without a direction in [`Cost::Cosine`].
const NO_DIRECTION: f64 = 1e-30;

impl GroundCost for Cost {
    #[inline] // into the loops over a cost matrix, which then decide on the cost outside
    fn cost(&self, x: &[f64], y: &[f64]) -> f64 {
        match *self {
            Self::HalfSquaredEuclidean => 0.5 * squared_distance(x, y),
            Self::SquaredEuclidean => squared_distance(x, y),
            Self::LogAugmented { gamma } => log_augmented(0.5 * squared_distance(x, y), gamma),
            Self::Absolute => x.iter().zip(y).map(|(a, b)| (a - b).abs()).sum(),
            Self::Cosine => one_minus_cosine(x, y),
        }
    }

    fn add_gradient(&self, x: &[f64], y: &[f64], weight: f64, grad_x: &mut [f64], grad_y: &mut [f64]) {
        let coordinates = grad_x.iter_mut().zip(grad_y).zip(x.iter().zip(y));
        match *self {
            Self::HalfSquaredEuclidean | Self::SquaredEuclidean | Self::LogAugmented { .. } => {
                let slope = weight * self.slope(x, y);
                for ((gx, gy), (a, b)) in coordinates {
                    *gx += slope * (a - b);
                    *gy += slope * (b - a);
                }
            }
            Self::Absolute => {
                for ((gx, gy), (a, b)) in coordinates {
                    let sign = f64::from(a > b) - f64::from(a < b);
                    *gx += weight * sign;
                    *gy -= weight * sign;
                }
            }
            Self::Cosine => {
                let (xx, yy) = (dot(x, x), dot(y, y));
                if xx.min(yy) <= NO_DIRECTION {
                    return;
                }
                let norms = xx.sqrt() * yy.sqrt();
                let cosine = dot(x, y) / norms;
                for ((gx, gy), (a, b)) in coordinates {
                    *gx += weight * (cosine * a / xx - b / norms);
                    *gy += weight * (cosine * b / yy - a / norms);
                }
            }
        }
    }
}

impl Cost {
    /// The derivative in `|x - y|^2 / 2` of a cost that depends on nothing else.
    fn slope(self, x: &[f64], y: &[f64]) -> f64 {
        match self {
            Self::SquaredEuclidean => 2.0,
            // 1 + exp(-h) / (2 - exp(-h))
            Self::LogAugmented { gamma } => 2.0 / (2.0 - (-0.5 * squared_distance(x, y) / gamma).exp()),
            _ => 1.0,
        }
    }
}

/// The log-augmented cost of half a squared distance.
fn log_augmented(half: f64, gamma: f64) -> f64 {
    assert!(gamma > 0.0, "the gamma of a log-augmented cost must be above 0, got {gamma}");
    // 2 - exp(-h) = 1 + (1 - exp(-h)), without loss for small h.
    half + gamma * (-(-half / gamma).exp_m1()).ln_1p()
}

fn one_minus_cosine(x: &[f64], y: &[f64]) -> f64 {
    let (xx, yy) = (dot(x, x), dot(y, y));
    if xx.min(yy) <= NO_DIRECTION { 1.0 } else { 1.0 - dot(x, y) / (xx.sqrt() * yy.sqrt()) }
}

fn squared_distance(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(a, b)| (a - b) * (a - b)).sum()
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(a, b)| a * b).sum()
}
