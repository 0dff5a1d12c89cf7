use super::*;
use crate::reference::soft_dtw::band::{apply, rows};

const SLOPES: [f64; 7] = [1.000_001, 1.1, 1.3, 1.5, 2.0, 7.0, 1e4];

/// All pairs of lengths up to 24, and some that are long or far apart.
fn lengths() -> impl Iterator<Item = (usize, usize)> {
    let small = (1..=24).flat_map(|n| (1..=24).map(move |m| (n, m)));
    let large = [(1, 5000), (2, 5000), (3, 1001), (7, 1000), (99, 100), (64, 48), (255, 127)];
    small.chain(large).chain(large.map(|(n, m)| (m, n)))
}

fn bands() -> impl Iterator<Item = Band> {
    let radii = [0, 1, 2, 3, 10, 100, u32::MAX];
    radii.into_iter().map(Band::SakoeChiba).chain(SLOPES.into_iter().map(Band::Itakura))
}

#[test]
fn a_monotone_path_always_exists() {
    for (n, m) in lengths().chain([(999, 1000), (1000, 1000), (100_000, 77_777), (1_000_003, 17), (19, 1_000_000)]) {
        for band in bands() {
            let rows = rows(&band, n, m);
            assert_eq!(rows.len(), n);
            assert_eq!((rows[0].0, rows[n - 1].1), (0, m as u32 - 1), "{band:?} {n} {m}");
            assert!(rows.iter().all(|(first, last)| first <= last), "{band:?} {n} {m}: {rows:?}");
            for pair in rows.windows(2) {
                let ((first, last), (next_first, next_last)) = (pair[0], pair[1]);
                assert!(first <= next_first && last <= next_last, "{band:?} {n} {m}: {rows:?}");
                assert!(next_first <= last + 1, "{band:?} {n} {m}: {rows:?}");
            }
            // The recursion finds it.
            if n * m < 1000 {
                let mut cost = vec![1.0; n * m];
                apply(&band, &mut cost, n, m);
                let steps = value(&cost, n, m, 0.0);
                assert!(steps.is_finite(), "{band:?} {n} {m}");
                // And it takes no detour: as many diagonal steps as there can be.
                assert_close(&[steps], &[n.max(m) as f64], 0.0);
            }
        }
    }
}

#[test]
fn sakoe_chiba_is_its_inequality() {
    for (n, m) in lengths() {
        for radius in [0, 1, 2, 5, 23, 400] {
            let reach = (2 * radius + 1) * (n.max(m) - 1);
            for (i, &(first, last)) in rows(&Band::SakoeChiba(radius as u32), n, m).iter().enumerate() {
                for j in 0..m {
                    let distance = (i * (m - 1)).abs_diff(j * (n - 1));
                    let inside = (first as usize..=last as usize).contains(&j);
                    assert_eq!(inside, 2 * distance <= reach, "radius {radius}, {n} x {m}: ({i}, {j})");
                }
            }
        }
    }
}

#[test]
fn sakoe_chiba_of_equal_lengths_is_the_distance_from_the_diagonal() {
    for n in 1..=20_u32 {
        for radius in 0..=21 {
            let expected: Vec<_> = (0..n).map(|i| (i.saturating_sub(radius), (i + radius).min(n - 1))).collect();
            assert_eq!(rows(&Band::SakoeChiba(radius), n as usize, n as usize), expected);
        }
    }
}

#[test]
fn itakura_is_its_parallelogram_and_the_line() {
    for (n, m) in lengths().filter(|&(n, m)| n > 1 && m > 1) {
        for slope in SLOPES {
            let line = rows(&Band::SakoeChiba(0), n, m);
            for (i, &(first, last)) in rows(&Band::Itakura(slope), n, m).iter().enumerate() {
                for j in 0..m {
                    let (u, v) = (i as f64 / (n - 1) as f64, j as f64 / (m - 1) as f64);
                    // Positive inside the parallelogram.
                    let depth = (slope * u - v)
                        .min(v - u / slope)
                        .min(v - 1.0 + slope * (1.0 - u))
                        .min(1.0 - (1.0 - u) / slope - v);
                    let on_line = (line[i].0 as usize..=line[i].1 as usize).contains(&j);
                    let inside = (first as usize..=last as usize).contains(&j);
                    let case = format!("slope {slope}, {n} x {m}: ({i}, {j})");
                    if depth >= -1e-13 || on_line {
                        assert!(inside, "{case}");
                    } else if depth < -1e-11 * slope {
                        assert!(!inside, "{case}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_band_is_the_same_from_either_side_and_either_end() {
    for (n, m) in lengths() {
        for band in bands() {
            let [cells, across] = [(n, m), (m, n)].map(|(n, m)| {
                let mut cost = vec![0.0; n * m];
                apply(&band, &mut cost, n, m);
                cost.into_iter().map(f64::is_finite).collect::<Vec<_>>()
            });
            for i in 0..n {
                for j in 0..m {
                    assert_eq!(cells[i * m + j], across[j * n + i], "{band:?} {n} {m}: ({i}, {j})");
                    assert_eq!(cells[i * m + j], cells[(n - 1 - i) * m + (m - 1 - j)], "{band:?} {n} {m}: ({i}, {j})");
                }
            }
        }
    }
}

#[test]
fn wide_bands_hold_every_cell_and_narrow_ones_the_diagonal() {
    for band in [Band::SakoeChiba(u32::MAX), Band::SakoeChiba(6)] {
        assert_eq!(rows(&band, 7, 9), [(0, 8); 7]);
    }
    for band in [Band::SakoeChiba(0), Band::Itakura(1.01)] {
        assert_eq!(rows(&band, 4, 4), [(0, 0), (1, 1), (2, 2), (3, 3)]);
    }
}

#[test]
fn the_longest_series_do_not_overflow() {
    let longest = 1 << 30;
    assert_eq!(rows(&Band::SakoeChiba(u32::MAX), 2, longest), [(0, (1 << 30) - 1); 2]);
    assert_eq!(rows(&Band::SakoeChiba(0), 2, longest), [(0, (1 << 29) - 1), (1 << 29, (1 << 30) - 1)]);
    let wide = rows(&Band::Itakura(1e9), 3, longest);
    assert_eq!(wide, [(0, (1 << 28) - 1), (1, (1 << 30) - 2), (3 << 28, (1 << 30) - 1)]);
}

#[test]
#[should_panic(expected = "slope must be finite and above 1, got 1")]
fn an_itakura_band_without_slope_is_refused() {
    let _ = rows(&Band::Itakura(1.0), 1, 1);
}

#[test]
#[should_panic(expected = "at least one point")]
fn a_band_of_an_empty_series_is_refused() {
    let _ = rows(&Band::SakoeChiba(1), 0, 1);
}

#[test]
#[should_panic(expected = "needs 6 elements, got 5")]
fn a_band_of_the_wrong_size_is_refused() {
    apply(&Band::SakoeChiba(1), &mut [0.0; 5], 2, 3);
}
