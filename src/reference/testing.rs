//! What the twins' tests share.

#[path = "../../tests/common/golden.rs"]
mod golden;

pub(super) use golden::arrays as golden;

/// `len` numbers in [-1, 1) from a linear congruential generator (Knuth's constants), the same on
/// every run.
pub(super) fn noise(seed: u64, len: usize) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    };
    // The first numbers of neighbouring seeds resemble each other.
    next();
    next();
    (0..len).map(|_| next()).collect()
}

/// Central differences of `f` at `at`, with a step that keeps truncation and rounding errors alike
/// small in f64.
pub(super) fn finite_differences(at: &[f64], f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    const STEP: f64 = 1e-5;
    let mut moved = at.to_vec();
    (0..at.len())
        .map(|k| {
            moved[k] = at[k] + STEP;
            let above = f(&moved);
            moved[k] = at[k] - STEP;
            let below = f(&moved);
            moved[k] = at[k];
            (above - below) / (2.0 * STEP)
        })
        .collect()
}

#[track_caller]
pub(super) fn assert_close(actual: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(actual.len(), expected.len());
    for (k, (a, e)) in actual.iter().zip(expected).enumerate() {
        assert!((a - e).abs() <= tolerance * e.abs().max(1.0), "element {k}: {a}, expected {e}");
    }
}
