// Activations within 4 times 2^-23 of their size, and their derivatives within 6 times, but up to 0.5 from their zeros, where they are within 2^-22: a driver's own tanh may be off by a thousand units in the last place near 0.
// NaN stays NaN. Needs exponential.wgsl before it.

override ACTIVATION: u32 = 0u; // `Activation` in src/dense/activation.rs

const RELU = 1u;
const TANH = 2u;
const GELU = 3u;
const SILU = 4u;

fn activation(x: f32) -> f32 {
    // By its bits: drivers make a maximum of a comparison, which may drop a NaN.
    if ACTIVATION == RELU { return select(max(x, 0.0), x, is_nan(x)); }
    if ACTIVATION == TANH { return hyperbolic_tangent(x); }
    if ACTIVATION == GELU { return above(x) * normal_distribution(x); }
    if ACTIVATION == SILU { return above(x) * logistic(x); }
    return x;
}

fn activation_derivative(x: f32) -> f32 {
    if ACTIVATION == RELU { return select(select(0.0, x, is_nan(x)), 1.0, x > 0.0); }
    if ACTIVATION == TANH {
        // 1 - tanh^2, which would cancel.
        let q = exponential(-2.0 * abs(x));
        return 4.0 * q / ((1.0 + q) * (1.0 + q));
    }
    if ACTIVATION == GELU { return normal_distribution(x) + finite(x) * normal_density(x); }
    if ACTIVATION == SILU {
        let s = logistic(x);
        return s + finite(x) * (s * logistic(-x));
    }
    return 1.0;
}

// No infinity, which times 0 is none.
fn above(x: f32) -> f32 { return select(x, -1e38, x < -1e38); }

fn finite(x: f32) -> f32 { return select(above(x), 1e38, x > 1e38); }

fn hyperbolic_tangent(x: f32) -> f32 {
    let a = abs(x);
    let z = a * a;
    // Minimax on a < 0.7.
    let series = a + a * z * (-0.333332062 + z * (0.133293822 + z * (-0.0535747409 + z * (0.0201291889 - z * 0.00516901351))));
    let far = 1.0 - 2.0 / (exponential(2.0 * a) + 1.0);
    let magnitude = select(far, series, a < 0.7);
    return select(magnitude, -magnitude, x < 0.0);
}

// 1 / (1 + e^-x)
fn logistic(x: f32) -> f32 {
    let q = exponential(-abs(x));
    return select(1.0, q, x < 0.0) / (1.0 + q);
}

// The distribution function of the standard normal distribution: below 0 a product of e^(-x^2 / 2) with a slow function of 1 / (1 + 0.3 |x|), which is fitted.
fn normal_distribution(x: f32) -> f32 {
    let u = select(min(abs(x), 16.0), x, is_nan(x));
    let s = 1.0 / (1.0 + 0.3 * u);
    let t = s * 2.4166667 - 1.4166666;
    let low = 0.2530627 + t * (0.16297318 + t * (0.06924438 + t * (0.016008627 + t * -0.00022182406)));
    let high = -0.0010948696 + t * (-5.9308197e-5 + t * (9.136392e-5 + t * (3.12998e-6 + t * -7.380457e-6)));
    let t2 = t * t;
    let tail = gaussian(u) * (s * (low + (t2 * t2 * t) * high));
    return select(tail, 1.0 - tail, x > 0.0);
}

fn normal_density(x: f32) -> f32 { return 0.398942280 * gaussian(select(min(abs(x), 16.0), x, is_nan(x))); }

// e^(-u^2 / 2), from 0 to 16. The square is taken in two parts, the first one exact: its error would be multiplied by as much as the square.
fn gaussian(u: f32) -> f32 {
    let high = bitcast<f32>(bitcast<u32>(u) & 0xfffff000u);
    return exponential(-0.5 * high * high) * exponential(-0.5 * (u - high) * (u + high));
}
