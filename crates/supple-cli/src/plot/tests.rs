use std::path::{Path, PathBuf};

use super::{AlignmentPlot, PlotProblem, PlotSeries};
use crate::error::FileArgument;
use crate::series;

/// The expected alignment under soft-DTW with half squared Euclidean cost, and its value.
fn soft_dtw(a: &[f32], b: &[f32], channels: usize, gamma: f64) -> (Vec<f32>, f32) {
    let (n, m) = (a.len() / channels, b.len() / channels);
    let cost = |i: usize, j: usize| -> f64 {
        let (x, y) = (&a[i * channels..], &b[j * channels..]);
        (0..channels).map(|k| f64::from(x[k] - y[k]).powi(2) / 2.0).sum()
    };
    let width = m + 2;
    let mut r = vec![f64::INFINITY; (n + 2) * width];
    r[0] = 0.0;
    for i in 1..=n {
        for j in 1..=m {
            let before = [r[(i - 1) * width + j - 1], r[(i - 1) * width + j], r[i * width + j - 1]];
            let least = before.iter().copied().fold(f64::INFINITY, f64::min);
            let sum: f64 = before.iter().map(|v| ((least - v) / gamma).exp()).sum();
            r[i * width + j] = cost(i - 1, j - 1) + least - gamma * sum.ln();
        }
    }
    let mut e = vec![0.0; (n + 2) * width];
    for i in (1..=n).rev() {
        for j in (1..=m).rev() {
            if (i, j) == (n, m) {
                e[i * width + j] = 1.0;
                continue;
            }
            for (k, l) in [(i + 1, j + 1), (i + 1, j), (i, j + 1)] {
                if k <= n && l <= m {
                    let weight = r[k * width + l] - cost(k - 1, l - 1) - r[i * width + j];
                    e[i * width + j] += e[k * width + l] * (weight / gamma).exp();
                }
            }
        }
    }
    let alignment = (0..n * m).map(|k| e[(k / m + 1) * width + k % m + 1] as f32).collect();
    (alignment, r[n * width + m] as f32)
}

fn draw(a: &[f32], b: &[f32], channels: usize, gamma: f32) -> String {
    let (alignment, value) = soft_dtw(a, b, channels, gamma.into());
    let plot = AlignmentPlot {
        title: "Expected alignment",
        a: PlotSeries { name: "series A", values: a },
        b: PlotSeries { name: "series B", values: b },
        channels,
        alignment: &alignment,
        measure: "soft-DTW",
        value,
        gamma,
    };
    plot.render().unwrap()
}

fn wave(length: usize, channels: usize, phase: f32) -> Vec<f32> {
    (0..length * channels)
        .map(|k| {
            let (step, channel) = (k / channels, k % channels);
            (step as f32 * 20.0 / length as f32 + phase + channel as f32).sin()
        })
        .collect()
}

fn gun_point() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/GunPoint/GunPoint_TEST.ts")
}

#[test]
fn two_series_of_gun_point() {
    let data = series::read(&FileArgument::new("TEST", gun_point())).unwrap();
    let svg = draw(&data.series[0].values, &data.series[3].values, 1, 0.1);
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    assert!(svg.len() < 300_000, "{} bytes", svg.len());
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
}

#[test]
fn any_length_and_number_of_channels_stays_small() {
    for (n, m, channels) in [(1, 1, 1), (1, 40, 1), (400, 3, 2), (700, 900, 3), (30, 20, 500)] {
        let svg = draw(&wave(n, channels, 0.0), &wave(m, channels, 0.7), channels, 1.0);
        assert!(svg.len() < 1_000_000, "{n} {m} {channels}: {} bytes", svg.len());
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }
}

#[test]
fn the_worst_matrix_stays_below_a_megabyte() {
    // No two neighbours alike, so that nothing merges.
    let (n, m) = (224, 224);
    let alignment: Vec<f32> = (0..n * m).map(|k| (k * 37 % 61) as f32 / 61.0).collect();
    let (a, b) = (wave(n, 1, 0.0), wave(m, 1, 0.5));
    let plot = AlignmentPlot {
        title: "",
        a: PlotSeries { name: "", values: &a },
        b: PlotSeries { name: "", values: &b },
        channels: 1,
        alignment: &alignment,
        measure: "",
        value: 0.0,
        gamma: 0.0,
    };
    let length = plot.render().unwrap().len();
    assert!(length < 1_000_000, "{length} bytes");
}

#[test]
fn names_are_escaped_and_constant_series_drawn() {
    let plot = AlignmentPlot {
        title: "a <b> & \"c\"",
        a: PlotSeries { name: "<A>", values: &[0.0, 0.0] },
        b: PlotSeries { name: "B&", values: &[0.0] },
        channels: 1,
        alignment: &[1.0, 1.0],
        measure: "DTW",
        value: 0.0,
        gamma: 0.0,
    };
    let svg = plot.render().unwrap();
    assert!(svg.contains("a &lt;b&gt; &amp; &quot;c&quot;"));
    assert!(!svg.contains("<A>") && !svg.contains("B&<"));
    assert!(!svg.contains("NaN"));
}

#[test]
fn what_cannot_be_drawn() {
    let good = AlignmentPlot {
        title: "t",
        a: PlotSeries { name: "a", values: &[0.0, 1.0] },
        b: PlotSeries { name: "b", values: &[0.0] },
        channels: 1,
        alignment: &[1.0, 1.0],
        measure: "DTW",
        value: 0.5,
        gamma: 0.0,
    };
    good.render().unwrap();
    let mut empty = good;
    empty.b.values = &[];
    assert_eq!(empty.render(), Err(PlotProblem::Empty));
    let mut no_channels = good;
    no_channels.channels = 0;
    assert_eq!(no_channels.render(), Err(PlotProblem::Empty));
    let mut odd = good;
    odd.channels = 2;
    assert!(matches!(odd.render(), Err(PlotProblem::Shape { .. })));
    let mut short = good;
    short.alignment = &[1.0];
    assert!(matches!(short.render(), Err(PlotProblem::Shape { .. })));
    let mut nan = good;
    nan.alignment = &[1.0, f32::NAN];
    assert_eq!(nan.render(), Err(PlotProblem::NotFinite("the alignment")));
}
