//! A series as a line, with no more points than a picture can show.

use super::axis::Scale;
use super::svg::number;

/// The most points of all channels together of one of two series, which bounds the size of the file.
pub(super) const MAX_POINTS: usize = 3_000;
/// A line needs no more points than two per pixel or so.
const MAX_POINTS_PER_CHANNEL: usize = 1_200;

/// Which way time runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Right,
    Down,
}

/// The path data of each channel, of `max_points` together or a few for each channel.
pub(super) fn paths(
    series: &[f32],
    channels: usize,
    max_points: usize,
    time: &Scale,
    value: &Scale,
    direction: Direction,
) -> Vec<String> {
    let limit = (max_points / channels).clamp(8, MAX_POINTS_PER_CHANNEL);
    (0..channels)
        .map(|channel| {
            let values: Vec<f32> = series.iter().skip(channel).step_by(channels).copied().collect();
            let points: Vec<String> = kept_steps(&values, limit)
                .into_iter()
                .map(|step| {
                    let along = number(time.at(step as f64));
                    let across = number(value.at(values[step].into()));
                    match direction {
                        Direction::Right => format!("{along} {across}"),
                        Direction::Down => format!("{across} {along}"),
                    }
                })
                .collect();
            format!("M{}", points.join("L"))
        })
        .collect()
}

/// The steps to draw: all, or in each of `limit / 2` stretches the lowest and the highest value,
/// so that no spike is lost.
fn kept_steps(values: &[f32], limit: usize) -> Vec<usize> {
    if values.len() <= limit {
        return (0..values.len()).collect();
    }
    let stretches = limit / 2;
    let mut kept = Vec::with_capacity(limit);
    for stretch in 0..stretches {
        let steps = stretch * values.len() / stretches..(stretch + 1) * values.len() / stretches;
        let by_value = |&k: &usize, &l: &usize| values[k].total_cmp(&values[l]);
        let lowest = steps.clone().min_by(by_value);
        let highest = steps.max_by(by_value);
        if let (Some(lowest), Some(highest)) = (lowest, highest) {
            kept.push(lowest.min(highest));
            if lowest != highest {
                kept.push(lowest.max(highest));
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_series_keep_their_spikes() {
        let mut values = vec![0.0; 100_000];
        values[12_345] = 9.0;
        values[54_321] = -9.0;
        let kept = kept_steps(&values, 1_000);
        assert!(kept.len() <= 1_000);
        assert!(kept.contains(&12_345) && kept.contains(&54_321));
        assert!(kept.is_sorted());
    }

    #[test]
    fn short_series_keep_all() {
        assert_eq!(kept_steps(&[1.0, 2.0], 8), [0, 1]);
    }
}
